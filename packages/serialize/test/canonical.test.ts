import { equals, Graph, isGraphoidError, kindOf, type PlainRecord, type Value } from "@graphoid/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSerializer } from "../src/serializer.ts";
import { leaf, registerMoney, tabularGraph, value } from "./arbitraries.ts";
import { toHex } from "./bytes.ts";

const serializer = registerMoney(createSerializer());
const canonical = (held: Value): string => toHex(serializer.toBytes(held, { canonical: true }));

/** The canonical form, or `undefined` of a value that contains itself. */
function canonicalOf(held: Value): string | undefined {
  try {
    return canonical(held);
  } catch (error) {
    if (isGraphoidError(error, "NOT_SERIALIZABLE") && /contains itself/.test(error.message)) return undefined;
    throw error;
  }
}

/** A copy that is equal, with everything that has no order in another one, and nothing shared. */
function reordered(held: Value, shuffle: <T>(items: readonly T[]) => T[]): Value {
  const again = (value: Value): Value => reordered(value, shuffle);
  switch (kindOf(held)) {
    case "list":
      return (held as Value[]).map(again);
    case "record":
      return reorderedRecord(held as PlainRecord, shuffle);
    case "map":
      return new Map(shuffle([...(held as Map<Value, Value>)]).map(([key, value]) => [again(key), again(value)]));
    case "set":
      return new Set(shuffle([...(held as Set<Value>)]).map(again));
    case "graph": {
      const graph = held as Graph;
      const copy = new Graph({ type: graph.type });
      copy.addNode("to be removed", 1, { type: "Unused", properties: { unused: 1 } });
      copy.removeNode("to be removed");
      for (const id of shuffle(graph.nodes())) {
        const { value, type, properties } = graph.nodeRecord(id) ?? expect.fail("a node is gone");
        copy.addNode(id, again(value), {
          properties: reorderedRecord(properties, shuffle),
          ...(type === undefined ? {} : { type }),
        });
      }
      for (const { from, to, label, weight, properties } of shuffle(graph.edges())) {
        const [a, b] = graph.type === "directed" ? [from, to] : (shuffle([from, to]) as [string, string]);
        copy.addEdge(a, b, label, {
          ...(weight === undefined ? {} : { weight }),
          ...(properties === undefined ? {} : { properties: reorderedRecord(properties, shuffle) }),
        });
      }
      return copy;
    }
    default:
      return held;
  }
}

function reorderedRecord(record: PlainRecord, shuffle: <T>(items: readonly T[]) => T[]): PlainRecord {
  const copy = {};
  for (const key of shuffle(Object.keys(record))) {
    const value = reordered(record[key] as Value, shuffle);
    Object.defineProperty(copy, key, { value, writable: true, enumerable: true, configurable: true });
  }
  return copy;
}

function shuffler(seed: number): <T>(items: readonly T[]) => T[] {
  let state = seed | 1;
  return (items) => {
    const left = [...items];
    const out = [];
    while (left.length > 0) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      out.push(...left.splice((state >>> 8) % left.length, 1));
    }
    return out;
  };
}

describe("canonical bytes", () => {
  it.each<[string, fc.Arbitrary<Value>, number]>([
    ["any value", value, 400],
    ["any graph of many rows", tabularGraph(), 100],
  ])("are equal for %s and its equals, and decode to it", (_name, arbitrary, numRuns) => {
    fc.assert(
      fc.property(arbitrary, fc.nat(), (held, seed) => {
        const bytes = canonicalOf(held);
        if (bytes === undefined) return;
        const other = reordered(held, shuffler(seed));
        expect(canonical(other)).toBe(bytes);
        const back = serializer.fromBytes(serializer.toBytes(held, { canonical: true }));
        // Instances of classes that are registered here are known to be equal here only.
        if (equals(other, held))
          expect(equals(back, held)).toBe(equals(serializer.fromBytes(serializer.toBytes(held)), held));
        expect(canonical(back)).toBe(bytes);
      }),
      { numRuns },
    );
  });

  it("differ for values that differ", () => {
    fc.assert(
      fc.property(fc.array(leaf, { minLength: 2, maxLength: 8 }), fc.boolean(), (leaves, list) => {
        const [a, ...rest] = leaves as [Value, ...Value[]];
        for (const b of rest) {
          const wrap = (held: Value): Value => (list ? [held] : new Map([[held, held]]));
          expect(canonical(wrap(a)) === canonical(wrap(b))).toBe(equals(wrap(a), wrap(b)));
        }
      }),
      { numRuns: 300 },
    );
  });

  it("of a graph do not depend on how its columns are stored", () => {
    const build = (change: boolean): Graph => {
      const graph = new Graph();
      for (let i = 0; i < 200; i++) graph.addNode(`n${i}`, i, { properties: { name: `name ${i % 7}`, score: i / 2 } });
      if (change) {
        graph.addNode("n5", ["a list"], { properties: { name: null, score: "text" } });
        graph.addNode("n5", 5, { properties: { name: "name 5", score: 2.5 } });
      }
      return graph;
    };
    expect(canonical(build(true))).toBe(canonical(build(false)));
  });

  it("sort thousands of ids by their bytes, whatever they begin with", () => {
    const ids = fc.uniqueArray(
      fc.oneof(
        fc.nat(99_999).map((i) => `a common beginning ${i}`),
        fc.string({ unit: fc.constantFrom("\0", "a", "b"), maxLength: 12 }),
        fc.string({ unit: "grapheme", maxLength: 12 }),
      ),
      { minLength: 100, maxLength: 400, size: "max" },
    );
    fc.assert(
      fc.property(ids, (made) => {
        const graph = new Graph();
        for (const id of made) graph.addNode(id);
        const back = serializer.fromBytes(serializer.toBytes(graph, { canonical: true })) as Graph;
        expect(back.nodes()).toEqual([...made].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
      }),
      { numRuns: 30 },
    );
  });

  it("write every NaN alike", () => {
    const odd = new Float64Array(Uint32Array.of(1, 0x7ff80001).buffer)[0] as number;
    expect(canonical(odd)).toBe(canonical(Number.NaN));
    expect(toHex(serializer.toBytes([odd]))).toBe(toHex(serializer.toBytes([Number.NaN])));
  });

  it("write a shared value each time, and refuse one that contains itself", () => {
    const shared = { a: 1 };
    expect(canonical([shared, shared])).toBe(canonical([{ a: 1 }, { a: 1 }]));
    const cycle: Value[] = [];
    cycle.push({ cycle });
    expect(() => canonical({ cycle })).toThrow(
      "a value that contains itself, in canonical form, cannot be serialized (at value.cycle)",
    );
    expect(canonical(shared)).toBe(canonical({ a: 1 }));
  });

  it("end with an error where sharing would make them endless", () => {
    let held: Value = "x".repeat(2 ** 20);
    for (let i = 0; i < 40; i++) held = [held, held];
    expect(() => canonical(held)).toThrow(expect.objectContaining({ code: "LIMIT" }));
  });

  it("are asked for by a boolean", () => {
    expect(() => serializer.toBytes(1, { canonical: 1 as never })).toThrow("serialize.toBytes: expected `canonical`");
    expect(() => serializer.toBytes(1, { cannonical: true } as never)).toThrow("serialize.toBytes");
  });
});
