import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { Box, Opaque, TestRef } from "../test/values.ts";
import { Graph, NotFoundError, type Ref, refBrand } from "./index.ts";
import { bytesOf, codecOf, errorFields, isGraph, type KindName, kindOf, typedArrayName, valueCodec } from "./kind.ts";

class SubBox extends Box {}
class Bare {}
Object.assign(Bare, { [valueCodec]: "not a codec" });

const kinds: [KindName, unknown[]][] = [
  ["null", [null]],
  ["boolean", [true, false]],
  ["number", [0, -0, Number.NaN, 1e300]],
  ["bigint", [0n]],
  ["string", ["", "\ud800"]],
  ["symbol", [Symbol.for("a"), Symbol.for("")]],
  [
    "typed-array",
    [new Uint8Array(1), Buffer.alloc(1), new Float32Array(1), new BigUint64Array(1), new Uint8ClampedArray(1)],
  ],
  ["date", [new Date(0), new Date(Number.NaN)]],
  ["list", [[], [undefined], runInNewContext("[1]")]],
  ["record", [{}, Object.create(null), { constructor: Box }, JSON.parse('{"__proto__":1}'), runInNewContext("({})")]],
  ["map", [new Map()]],
  ["set", [new Set()]],
  ["graph", [new Graph(), new (class extends Graph {})()]],
  ["ref", [new TestRef("a"), { [refBrand]: true, id: "a", toData: () => ({}) } as unknown as Ref]],
  ["error", [new Error("m"), new TypeError("m"), new NotFoundError("m"), new AggregateError([])]],
  ["custom", [new Box(1), new SubBox(1)]],
  [
    "opaque",
    [
      undefined,
      () => 1,
      class {},
      Symbol("unregistered"),
      Symbol.iterator,
      Promise.resolve(),
      new Opaque(),
      new Bare(),
      /a/,
      new WeakMap(),
      new DataView(new ArrayBuffer(1)),
      new ArrayBuffer(1),
      new URL("a:b"),
      new String("a"),
      (function* () {})(),
      new AbortController().signal,
    ],
  ],
];

describe("kindOf", () => {
  test.each(kinds)("%s", (kind, values) => {
    for (const value of values) expect(kindOf(value)).toBe(kind);
  });
});

test("isGraph knows graphs by their brand, and nothing else for one", () => {
  expect(isGraph(new Graph())).toBe(true);
  for (const other of [null, undefined, {}, { nodes: [] }, Graph, "graph", 1]) expect(isGraph(other)).toBe(false);
});

test("codecOf finds the codec of the class, inherited ones included", () => {
  expect(codecOf(new Box(1))).toBe(Box[valueCodec]);
  expect(codecOf(new SubBox(1))).toBe(Box[valueCodec]);
  for (const other of [{}, new Opaque(), new Bare(), Object.create(null), { constructor: null }]) {
    expect(codecOf(other)).toBeUndefined();
  }
});

test("typedArrayName and bytesOf see the array's own part of its buffer", () => {
  const array = new Uint16Array([1, 2, 3]).subarray(1, 2);
  expect(typedArrayName(array)).toBe("Uint16Array");
  expect([...bytesOf(array)]).toEqual([2, 0]);
  expect(typedArrayName(Buffer.alloc(0))).toBe("Uint8Array");
});

test("errorFields are what counts of an error: name, message, and what it has of code, details and cause", () => {
  expect(errorFields(new RangeError("m"))).toEqual({ name: "RangeError", message: "m" });
  const error = new NotFoundError("m", { cause: null, details: { id: "a" } });
  expect(errorFields(error)).toEqual({
    name: "NotFoundError",
    message: "m",
    code: "NOT_FOUND",
    details: { id: "a" },
    cause: null,
  });
});
