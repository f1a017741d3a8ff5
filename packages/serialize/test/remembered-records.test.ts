import type { Value } from "@graphoid/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSerializer } from "../src/serializer.ts";
import { plain } from "./arbitraries.ts";
import { HEADER, join, str } from "./bytes.ts";
import { difference } from "./identical.ts";

/** More often than a kind of object is read before a function is compiled for it. */
const OFTEN = 40;

/** A serializer that has read `held` so often that it knows its objects. */
function warm(held: Value): ReturnType<typeof createSerializer> {
  const serializer = createSerializer();
  const bytes = serializer.toBytes(held);
  for (let i = 0; i < OFTEN; i++) serializer.fromBytes(bytes);
  return serializer;
}

/** An object as the bytes of its fields, whatever they are. */
function object(...fields: readonly [string, number][]): Uint8Array {
  return join(HEADER, 0x80 | fields.length, ...fields.map(([key, value]) => join(str(key), value)));
}

describe("objects of a kind that was read before", () => {
  it("are read as they would be the first time, whatever came in between", () => {
    const record = fc.dictionary(fc.constantFrom("a", "b", "__proto__", "constructor", "0", "17", "é"), plain, {
      noNullPrototype: true,
      maxKeys: 4,
    });
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 4 }), (records) => {
        const known = createSerializer();
        for (let round = 0; round < OFTEN; round++) {
          for (const held of records) expect(difference(held, known.fromBytes(known.toBytes(held)))).toBeUndefined();
        }
      }),
      { numRuns: 30 },
    );
  });

  it("are told from others that begin alike", () => {
    const known = warm({ a: 1, b: 2, c: 3 });
    expect(known.fromBytes(object(["a", 1], ["b", 2], ["d", 3]))).toEqual({ a: 1, b: 2, d: 3 });
    expect(Object.keys(known.fromBytes(object(["a", 1], ["c", 2], ["b", 3])) as object)).toEqual(["a", "c", "b"]);
    const foreign = join(HEADER, 0x83, str("a"), 1, str("b"), 2, [7, 3]);
    const map = new Map<Value, Value>([
      ["a", 1],
      ["b", 2],
      [7, 3],
    ]);
    expect(known.fromBytes(foreign)).toEqual(map);
    const proto = known.fromBytes(object(["a", 1], ["b", 2], ["__proto__", 3])) as object;
    expect(Object.keys(proto)).toEqual(["a", "b", "__proto__"]);
    expect(Object.getPrototypeOf(proto)).toBe(Object.prototype);
    expect(known.fromBytes(object(["a", 1], ["b", 2], ["c", 3]))).toEqual({ a: 1, b: 2, c: 3 });
  });

  it("S8: are refused with a key twice, wherever it comes", () => {
    const known = warm({ a: 1, b: 2, c: 3 });
    for (const keys of ["aab", "aba", "abb", "aac", "abcb".slice(0, 3).replace("c", "a")]) {
      const bytes = object(...[...keys].map((key, i): [string, number] => [key, i]));
      expect(() => known.fromBytes(bytes)).toThrow(expect.objectContaining({ code: "FORMAT" }));
    }
  });

  it("S10: are refused as truncated, cut at every byte", () => {
    const held = { first: 1, second: { third: "three", fourth: [4] } };
    const known = warm(held);
    const bytes = known.toBytes(held);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => known.fromBytes(bytes.slice(0, length))).toThrow(expect.objectContaining({ code: "TRUNCATED" }));
    }
    expect(known.fromBytes(bytes)).toEqual(held);
  });

  it("have any keys, which do nothing but name fields", () => {
    for (const key of ['"', "\\", "\n", "\u2028", "*/", "}});throw 1;//", "get x", "reader", "v0", "depth"]) {
      const held = { [key]: 1, reader: 2, [`${key} too`]: { v0: 3 } };
      const known = warm(held);
      expect(known.fromBytes(known.toBytes(held))).toEqual(held);
      const [here, there] = [known.session(), known.session()];
      for (let i = 0; i < OFTEN; i++) expect(there.fromBytes(here.toBytes(held))).toEqual(held);
    }
  });
});
