import { Graph, type Value } from "@graphoid/core";
import { decode, encode } from "@msgpack/msgpack";
import fc from "fast-check";
import { Packr, Unpackr } from "msgpackr";
import { describe, expect, it } from "vitest";
import { createSerializer } from "../src/serializer.ts";
import { plain, tabularGraph } from "./arbitraries.ts";

const serializer = createSerializer();
const packr = new Packr({ useRecords: false });
// Without the option it makes a bigint of every integer of 64 bits.
const unpackr = new Unpackr({ useRecords: false, int64AsType: "number" });

/** Plain values as every library has them: no `__proto__`, which both others refuse or rename. */
const common = plain;

describe("plain MessagePack", () => {
  it("is read by @msgpack/msgpack and msgpackr as it was written", () => {
    fc.assert(
      fc.property(common, (value) => {
        const bytes = serializer.toMsgpack(value);
        expect(decode(bytes)).toEqual(value);
        expect(unpackr.unpack(bytes)).toEqual(value);
      }),
    );
  });

  it("of @msgpack/msgpack and msgpackr is read as it was written", () => {
    fc.assert(
      fc.property(common, (value) => {
        expect(serializer.fromMsgpack(encode(value))).toEqual(value);
        expect(serializer.fromMsgpack(packr.pack(value))).toEqual(value);
      }),
    );
  });

  it("carries bytes, dates, bigints of 64 bits and single floats both ways", () => {
    const bytes = Uint8Array.of(1, 2, 3);
    expect(decode(serializer.toMsgpack(bytes))).toEqual(bytes);
    expect(serializer.fromMsgpack(encode(bytes))).toEqual(bytes);
    const date = new Date(1_234_567_890_123);
    expect(decode(serializer.toMsgpack(date))).toEqual(date);
    expect(serializer.fromMsgpack(encode(date))).toEqual(date);
    for (const bigint of [2n ** 63n - 1n, -(2n ** 63n), 2n ** 64n - 1n]) {
      expect(decode(serializer.toMsgpack(bigint), { useBigInt64: true })).toBe(bigint);
      expect(serializer.fromMsgpack(encode(bigint, { useBigInt64: true }))).toBe(bigint);
    }
    expect(serializer.fromMsgpack(encode(1.5, { forceFloat32: true }))).toBe(1.5);
  });

  it("makes a Map of a map whose keys are not strings", () => {
    const map = new Map<Value, Value>([
      ["a", 1],
      [2, "b"],
      [null, 3],
    ]);
    expect(serializer.fromMsgpack(packr.pack(map))).toEqual(map);
    expect(serializer.fromMsgpack(packr.pack(new Map([[1, 1]])))).toEqual(new Map([[1, 1]]));
  });

  it("of a graph is maps and arrays to others, and what they write in that form is a graph", () => {
    fc.assert(
      fc.property(tabularGraph(plain), (graph) => {
        const plainForm = decode(serializer.toMsgpack(graph)) as { nodes: unknown[] };
        expect(plainForm).toMatchObject({ $type: "graph", directed: graph.type === "directed", edges: graph.edges() });
        expect(plainForm.nodes).toEqual(graph.nodes().map((id) => graph.nodeRecord(id)));
        for (const theirs of [encode(plainForm), encode(plainForm, { sortKeys: true }), packr.pack(plainForm)]) {
          const back = serializer.fromMsgpack(theirs) as Graph;
          expect([back.type, back.edges()]).toEqual([graph.type, graph.edges()]);
          expect(back.nodes().map((id) => back.nodeRecord(id))).toEqual(plainForm.nodes);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("of a graph may leave out what has a default", () => {
    const minimal = {
      $type: "graph",
      directed: true,
      nodes: [{ id: "a" }, { id: "b" }],
      edges: [{ from: "a", to: "b" }],
    };
    const expected = new Graph();
    expected.addNode("a");
    expected.addNode("b");
    expected.addEdge("a", "b");
    expect(serializer.toJson(serializer.fromMsgpack(encode(minimal)))).toBe(serializer.toJson(expected));
  });
});
