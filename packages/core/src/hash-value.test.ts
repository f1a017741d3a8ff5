import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Box, Opaque } from "../test/values.ts";
import { readValue, type Written } from "../test/written-value.ts";
import { DepthLimitError, Graph, hashValue, isGraphoidError, NotSerializableError, type Value } from "./index.ts";

// That equal values have equal hashes is tested with `equals`, in equals.test.ts.

interface Vectors {
  readonly hashValue: readonly { readonly name: string; readonly value: Written; readonly hash: number }[];
}

const vectors: Vectors = JSON.parse(readFileSync(new URL("../test-vectors/hash.json", import.meta.url), "utf8"));

describe("hashValue: published test vectors, which must never change", () => {
  test.each(vectors.hashValue)("$name", ({ value, hash }) => {
    expect(hashValue(readValue(value))).toBe(hash);
  });

  test("cover every kind", () => {
    const kinds = new Set<string>();
    const collect = (value: unknown): void => {
      if (!Array.isArray(value)) return;
      if (typeof value[0] === "string") kinds.add(value[0]);
      value.forEach(collect);
    };
    for (const { value } of vectors.hashValue) collect(value);
    for (const kind of ["null", "boolean", "number", "bigint", "string", "symbol", "bytes", "date"]) {
      expect(kinds).toContain(kind);
    }
    for (const kind of ["list", "record", "map", "set", "graph", "ref", "error", "custom", "up"]) {
      expect(kinds).toContain(kind);
    }
  });
});

describe("hashValue", () => {
  test("is an unsigned 32-bit integer, and tells small values apart", () => {
    const graph = new Graph();
    const values: Value[] = [null, true, false, 0, -0, 1, 0n, 1n, "", "0", "1", [], [[]], [1], [1, 2], [2, 1], {}];
    values.push({ a: 1 }, { a: 2 }, { b: 1 }, { a: 1, b: 2 }, { a: 2, b: 1 }, new Map(), new Map([["a", 1]]));
    values.push(new Set(), new Set([1]), new Set([2]), new Map([[1, 2]]), new Map([[2, 1]]), Symbol.for("a"), "a");
    values.push(new Uint8Array(), new Int8Array(), new Uint8Array(1), new Uint8Array(2), new Date(0), new Date(1));
    values.push(
      graph,
      new Graph({ type: "undirected" }),
      new Error("a"),
      new TypeError("a"),
      new Box(null),
      Number.NaN,
    );
    const hashes = values.map((value) => hashValue(value));
    for (const h of hashes) expect(Number.isInteger(h) && h >= 0 && h < 2 ** 32).toBe(true);
    expect(new Set(hashes).size).toBe(values.length);
  });

  test("S11: follows cycles to a depth, and tells them apart there", () => {
    const cycle = (inside: Value): Value => {
      const list: Value[] = [inside];
      list.push(list);
      return list;
    };
    expect(hashValue(cycle(1))).toBe(hashValue(cycle(1)));
    expect(hashValue(cycle(1))).not.toBe(hashValue(cycle(2)));
    expect(hashValue(cycle(1))).not.toBe(hashValue([1, []]));
  });

  test("without a cycle, what lies deep counts as well", () => {
    const nested = (inside: Value): Value => {
      let value = inside;
      for (let i = 0; i < 500; i++) value = [value];
      return value;
    };
    expect(hashValue(nested(1))).not.toBe(hashValue(nested(2)));
    expect(hashValue(nested([]))).not.toBe(hashValue(nested([[]])));
  });

  test("a value with a cycle beside a deep part that has none is hashed in time", () => {
    let deep: Value = 1;
    for (let i = 0; i < 900; i++) deep = { left: deep, right: deep };
    const cyclic: Value[] = [deep];
    cyclic.push(cyclic);
    expect(hashValue(cyclic)).toBe(hashValue(cyclic));
  });

  test.each<[string, unknown]>([
    ["a function", Math.max],
    ["undefined", undefined],
    ["a hole", new Array(1)],
    ["undefined in a list", [undefined]],
    ["an unregistered symbol", [Symbol("a")]],
    ["an instance of a class", { a: new Opaque() }],
    ["a promise", new Map([[1, Promise.resolve()]])],
    ["a member", new Set([Math.max])],
    ["a lone surrogate", { a: "\ud800" }],
    ["a lone surrogate in a key", { "\udc00": 1 }],
    ["a lone surrogate in a symbol", Symbol.for("\udc00")],
    ["an error's cause", new Error("m", { cause: Math.max })],
  ])("S12: %s → NotSerializableError", (_name, value) => {
    expect(() => hashValue(value as Value)).toThrow(NotSerializableError);
    expect(() => hashValue(value as Value)).toThrow(/^hashValue: /);
  });

  test("S1: 100,000 levels → DepthLimitError, and the stack is intact", () => {
    const { stackTraceLimit } = Error;
    const wraps: ((inner: Value) => Value)[] = [
      (inner) => [inner],
      (inner) => ({ inner }),
      (inner) => new Map([[inner, 1]]),
      (inner) => new Map([[1, inner]]),
      (inner) => new Set([inner]),
      (inner) => new Box(inner),
      (inner) => new Error("m", { cause: inner }),
    ];
    for (const wrap of wraps) {
      Error.stackTraceLimit = 0;
      let value: Value = 1;
      for (let i = 0; i < 100_000; i++) value = wrap(value);
      Error.stackTraceLimit = stackTraceLimit;
      expect(() => hashValue(value)).toThrow(DepthLimitError);
      expect(hashValue([1])).toBe(hashValue([1]));
    }
    let list: Value = 1;
    for (let i = 0; i < 1000; i++) list = [list];
    expect(hashValue(list)).toBe(hashValue([...(list as Value[])]));
    expect(() => hashValue([list])).toThrow(/hashValue: the value nests deeper than 1000 levels/);
  });

  test("parts that are shared again and again are hashed once", () => {
    let value: Value = 1;
    for (let i = 0; i < 500; i++) value = [value, value];
    expect(hashValue(value)).toBe(hashValue(value));
  });

  test("absent fields, prototypes and the order of what has none do not count", () => {
    expect(hashValue({ a: 1, b: undefined })).toBe(hashValue({ a: 1 }));
    expect(hashValue(Object.assign(Object.create(null), { a: 1 }))).toBe(hashValue({ a: 1 }));
    expect(hashValue({ a: 1, b: 2 })).toBe(hashValue({ b: 2, a: 1 }));
    expect(hashValue(new Set([1, 2]))).toBe(hashValue(new Set([2, 1])));
    expect(hashValue(Buffer.from([1]))).toBe(hashValue(new Uint8Array([1])));
    expect(hashValue(new Float64Array([Number.NaN]))).toBe(hashValue(new Float64Array([Number.NaN])));
  });

  test("an error from a codec or an accessor comes through as it is", () => {
    const throwing = {
      get a(): Value {
        throw new RangeError("no");
      },
    };
    expect(() => hashValue(throwing)).toThrow(RangeError);
    expect(isGraphoidError(new RangeError("no"))).toBe(false);
  });
});
