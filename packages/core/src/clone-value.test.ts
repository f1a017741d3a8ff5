import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { randomInts } from "../test/random.ts";
import { sameUnrolled } from "../test/same-unrolled.ts";
import { anyRecipe, Box, build, Opaque, TestRef } from "../test/values.ts";
import {
  cloneValue,
  DepthLimitError,
  equals,
  Graph,
  isGraph,
  isRef,
  NotSerializableError,
  type Value,
} from "./index.ts";

/** Everything that a value can be changed through, references and errors apart. */
function mutableParts(value: unknown, found: Set<object> = new Set()): Set<object> {
  if (typeof value !== "object" || value === null || isRef(value) || value instanceof Error || found.has(value)) {
    return found;
  }
  found.add(value);
  if (ArrayBuffer.isView(value)) return found;
  if (isGraph(value)) {
    for (const id of value.nodes()) {
      const record = value.nodeRecord(id);
      mutableParts(record?.value, found);
      for (const item of Object.values(record?.properties ?? {})) mutableParts(item, found);
    }
    for (const edge of value.edges())
      for (const item of Object.values(edge.properties ?? {})) mutableParts(item, found);
  } else if (value instanceof Map) for (const entry of value) for (const item of entry) mutableParts(item, found);
  else if (value instanceof Set) for (const item of value) mutableParts(item, found);
  else if (value instanceof Box) mutableParts(value.content, found);
  else if (!(value instanceof Date)) for (const item of Object.values(value)) mutableParts(item, found);
  return found;
}

function buffersOf(parts: Set<object>): Set<ArrayBufferLike> {
  return new Set([...parts].filter((part) => ArrayBuffer.isView(part)).map((view) => view.buffer));
}

describe("cloneValue", () => {
  test("gives an equal value with as many parts, none of them the original's", () => {
    fc.assert(
      fc.property(anyRecipe({ classes: false }), fc.nat(), (recipe, seed) => {
        const original = build(recipe, { copies: 2, random: randomInts(seed) });
        const copy = cloneValue(original);
        assert.ok(sameUnrolled(original, copy));
        const parts = mutableParts(original);
        const copied = mutableParts(copy);
        // As many objects: what was shared is shared, what was apart is apart.
        assert.equal(copied.size, parts.size);
        for (const part of copied) assert.ok(!parts.has(part));
        const buffers = buffersOf(parts);
        for (const buffer of buffersOf(copied)) assert.ok(!buffers.has(buffer));
      }),
      { numRuns: 200 },
    );
  });

  test("copies instances through their codec; references and errors are shared", () => {
    fc.assert(
      fc.property(anyRecipe({ cyclic: false }), (recipe) => {
        const original = build(recipe);
        const copy = cloneValue(original);
        assert.ok(sameUnrolled(original, copy));
        const parts = mutableParts(original);
        for (const part of mutableParts(copy)) assert.ok(!parts.has(part));
      }),
    );
    const ref = new TestRef("a");
    const error = new Error("m");
    const [copiedRef, copiedError] = cloneValue([ref, error]);
    expect([copiedRef, copiedError]).toEqual([ref, error]);
    expect(copiedRef).toBe(ref);
    expect(copiedError).toBe(error);
  });

  test("changing the copy does not change the original, nor the other way", () => {
    const graph = new Graph();
    graph.addNode("a", { list: [1] }, { properties: { p: [1] } });
    graph.addEdge("a", "a", "l", { weight: 1, properties: { q: new Map([["k", [1]]]) } });
    const original = { graph, bytes: new Uint8Array([1]), date: new Date(1), set: new Set([1]), box: new Box([1]) };
    const copy = cloneValue(original);
    const node = copy.graph.nodeRecord("a") as unknown as { value: { list: number[] }; properties: { p: number[] } };
    node.value.list.push(2);
    node.properties.p.push(2);
    const edge = copy.graph.edges()[0] as unknown as { properties: { q: Map<string, number[]> } };
    edge.properties.q.get("k")?.push(2);
    copy.graph.addEdge("a", "a", "l", { weight: 2 });
    copy.graph.addNode("b");
    copy.bytes[0] = 2;
    copy.date.setTime(2);
    copy.set.add(2);
    (copy.box.content as number[]).push(2);
    expect(graph.getNode("a")).toEqual({ list: [1] });
    expect(graph.nodeRecord("a")?.properties).toEqual({ p: [1] });
    expect(graph.edges()).toEqual([
      { from: "a", to: "a", label: "l", weight: 1, properties: { q: new Map([["k", [1]]]) } },
    ]);
    expect(graph.nodeCount).toBe(1);
    expect([original.bytes[0], original.date.getTime(), original.set.size]).toEqual([1, 1, 1]);
    expect(original.box.content).toEqual([1]);
  });

  test("copies the bytes of Node's Buffer and of a part of a larger array", () => {
    const buffer = Buffer.from([1, 2, 3]);
    const part = new Float32Array([1, 2, 3]).subarray(1);
    const copy = cloneValue({ buffer, part });
    buffer[0] = 9;
    part[0] = 9;
    expect([...copy.buffer]).toEqual([1, 2, 3]);
    expect(copy.part).toEqual(new Float32Array([2, 3]));
    expect(copy.part.buffer.byteLength).toBe(8);
  });

  test("S11: keeps identity, cycles, and a graph inside itself", () => {
    const shared = [1];
    const graph = new Graph();
    const value: Record<string, unknown> = { one: shared, two: shared, graph };
    value["self"] = value;
    value["keys"] = new Map<unknown, unknown>([[shared, value]]);
    graph.addNode("g", graph, { properties: { outside: value } });
    graph.addNode("s", shared);
    const copy = cloneValue(value) as typeof value & { graph: Graph; keys: Map<unknown, unknown> };
    expect(copy["self"]).toBe(copy);
    expect(copy["one"]).toBe(copy["two"]);
    expect(copy["one"]).not.toBe(shared);
    expect(copy.keys.get(copy["one"])).toBe(copy);
    expect(copy.graph.getNode("g")).toBe(copy.graph);
    expect(copy.graph.nodeRecord("g")?.properties["outside"]).toBe(copy);
    expect(copy.graph.getNode("s")).toBe(copy["one"]);
    expect(equals(copy, value)).toBe(true);
  });

  test("S5: `__proto__` stays a plain own key", () => {
    const copy = cloneValue(JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"x": 1}}'));
    expect(Object.keys(copy)).toEqual(["__proto__", "constructor"]);
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test("drops absent fields, and keeps every kind of scalar as it is", () => {
    expect(Object.keys(cloneValue({ a: undefined, b: null }))).toEqual(["b"]);
    const scalars = [0, -0, Number.NaN, 1n, "", "\ud800", true, null, Symbol.for("s")];
    expect(cloneValue(scalars).every((item, i) => Object.is(item, scalars[i]))).toBe(true);
    expect(cloneValue(new Date(Number.NaN)).getTime()).toBeNaN();
  });

  const graphWith = (value: Value, properties: Record<string, Value> = {}): Graph => {
    const graph = new Graph();
    graph.addNode("alice", value, { properties });
    graph.addEdge("alice", "alice", "l", { properties });
    return graph;
  };
  test.each<[string, unknown, string]>([
    ["a function", () => 1, "value"],
    ["undefined", undefined, "value"],
    ["undefined in a list", [1, undefined], "value[1]"],
    ["a hole", Object.assign(new Array(2), { 0: 1 }), "value[1]"],
    ["a function in a record", { a: { b: [() => 1] } }, "value.a.b[0]"],
    ["an unregistered symbol", { a: Symbol("s") }, "value.a"],
    ["a promise under a key", new Map([["k", Promise.resolve()]]), 'value.get("k")'],
    ["a key", new Map([[[Math.max], 1]]), "value.key[0]"],
    ["a member", new Set([[Math.max]]), "value.item[0]"],
    ["an instance", { a: new Opaque() }, "value.a"],
    ["a node value", { g: graphWith({ handler: Math.max }) }, 'value.g.nodes["alice"].value.handler'],
    ["a node that is a function", graphWith(Math.max), 'value.nodes["alice"].value'],
    ["a node property", graphWith(null, { p: [Math.max] }), 'value.nodes["alice"].properties.p[0]'],
    ["the content of a box", new Box([Math.max]), "value[0][0]"],
  ])("S12: %s → NotSerializableError with the path", (_name, value, path) => {
    const call = () => cloneValue(value);
    expect(call).toThrow(NotSerializableError);
    expect(call).toThrow(expect.objectContaining({ details: { path } }));
    expect(call).toThrow(`cloneValue: expected a value at ${path}, got `);
  });

  test("S1: 100,000 levels → DepthLimitError, and the stack is intact", () => {
    const wraps: ((inner: Value) => Value)[] = [
      (inner) => [inner],
      (inner) => ({ inner }),
      (inner) => new Map([[inner, 1]]),
      (inner) => new Map([[1, inner]]),
      (inner) => new Set([inner]),
      (inner) => new Box(inner),
    ];
    for (const wrap of wraps) {
      let value: Value = 1;
      for (let i = 0; i < 100_000; i++) value = wrap(value);
      expect(() => cloneValue(value)).toThrow(DepthLimitError);
      expect(cloneValue([1])).toEqual([1]);
    }
    let list: Value = 1;
    for (let i = 0; i < 1000; i++) list = [list];
    expect(equals(cloneValue(list), list)).toBe(true);
    expect(() => cloneValue([list])).toThrow(/cloneValue: the value nests deeper than 1000 levels/);
  });

  test("parts that are shared again and again are copied once", () => {
    let value: Value = 1;
    for (let i = 0; i < 500; i++) value = { left: value, right: value };
    const copy = cloneValue(value) as { left: unknown; right: unknown };
    expect(copy.left).toBe(copy.right);
  });

  test("a codec that throws lets its error through", () => {
    const box = new Box(null);
    Object.defineProperty(box, "content", {
      get: () => {
        throw new RangeError("no content");
      },
    });
    expect(() => cloneValue([box])).toThrow(RangeError);
  });
});
