import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assertColumns, assertSame, NaiveGraph } from "../test/naive-graph.ts";
import { randomInts } from "../test/random.ts";
import { type EdgeAttributes, Graph, hash, isGraphoidError, type NodeOptions, type Value } from "./index.ts";

/** Names that have broken programs before, among plain ones. */
const ids = ["a", "b", "c", "d", "e", "", "__proto__", "constructor", "toString", "é", "日本", "😀", "\0", "a\0"];
const labels = ["edge", "FRIEND", "__proto__", "日本"];

const anyId = fc.constantFrom(...ids);
const anyLabel = fc.constantFrom(...labels);
const anyValue: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom<Value>(null, 0, -0, Number.NaN, "", "x", "日本", true, 5n, Symbol.for("s")),
  fc.integer(),
  fc.constant({ nested: [1] }),
);
const anyProperties = fc.dictionary(fc.constantFrom("k", "l", "__proto__", "constructor"), anyValue, {
  maxKeys: 3,
  noNullPrototype: true,
});
const anyNodeOptions: fc.Arbitrary<NodeOptions> = fc.record(
  { type: fc.constantFrom("User", "é", ""), properties: anyProperties },
  { requiredKeys: [] },
);
const anyAttributes: fc.Arbitrary<EdgeAttributes> = fc.record(
  { weight: fc.constantFrom(0, -0, 0.5, -1e300, Number.POSITIVE_INFINITY), properties: anyProperties },
  { requiredKeys: [] },
);

interface Real {
  graph: Graph;
}
type Command = fc.Command<NaiveGraph, Real>;

function command(name: string, run: (naive: NaiveGraph, real: Real) => void): Command {
  return { check: () => true, run, toString: () => name };
}

function outcome(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    if (isGraphoidError(error)) return error.code;
    throw error;
  }
}

const commands = [
  fc.tuple(anyId, anyValue, anyNodeOptions).map(([id, value, options]) =>
    command(`addNode(${id})`, (naive, real) => {
      assert.equal(real.graph.addNode(id, value, options), naive.addNode(id, value, options));
    }),
  ),
  fc.tuple(anyId, anyValue, anyNodeOptions).map(([id, value, options]) =>
    command(`updateNode(${id})`, (naive, real) => {
      const expected = naive.nodes.has(id) ? naive.addNode(id, value, options) : "NOT_FOUND";
      assert.equal(
        outcome(() => real.graph.updateNode(id, value, options)),
        expected,
      );
    }),
  ),
  anyId.map((id) =>
    command(`removeNode(${id})`, (naive, real) => assert.equal(real.graph.removeNode(id), naive.removeNode(id))),
  ),
  anyId.map((id) =>
    command(`remove and add ${id}`, (naive, real) => {
      assert.equal(real.graph.removeNode(id), naive.removeNode(id));
      assert.equal(real.graph.addNode(id), naive.addNode(id, null, {}));
    }),
  ),
  ...[1, 2, 3].map(() =>
    fc.tuple(anyId, anyId, anyLabel, anyAttributes).map(([from, to, label, attributes]) =>
      command(`addEdge(${from}, ${to}, ${label})`, (naive, real) => {
        const there = naive.nodes.has(from) && naive.nodes.has(to);
        const expected = there ? naive.addEdge(from, to, label, attributes) : "NOT_FOUND";
        assert.equal(
          outcome(() => real.graph.addEdge(from, to, label, attributes)),
          expected,
        );
      }),
    ),
  ),
  fc
    .tuple(anyId, anyId, anyLabel)
    .map(([from, to, label]) =>
      command(`removeEdge(${from}, ${to}, ${label})`, (naive, real) =>
        assert.equal(real.graph.removeEdge(from, to, label), naive.removeEdge(from, to, label)),
      ),
    ),
  fc.tuple(anyId, anyId, anyLabel).map(([from, to, label]) =>
    command(`getEdge(${from}, ${to}, ${label})`, (naive, real) => {
      const expected = naive.edges.get(naive.key(from, to, label));
      assert.equal(real.graph.hasEdge(from, to, label), expected !== undefined);
      assert.deepEqual(real.graph.getEdge(from, to, label), expected);
    }),
  ),
  fc.constant(command("compare", (naive, real) => assertSame(real.graph, naive, labels))),
  fc.constant(command("columns", (_naive, real) => assertColumns(real.graph))),
  fc.constant(
    command("go on with a copy", (_naive, real) => {
      const before = real.graph;
      real.graph = before.copy();
      before.addNode("only in the original");
      for (const id of before.nodes()) before.removeNode(id);
    }),
  ),
];

describe("Graph against a naive model", () => {
  test.each(["directed", "undirected"] as const)("%s: any commands", (type) => {
    fc.assert(
      fc.property(fc.commands(commands, { maxCommands: 120, size: "max" }), (run) => {
        const naive = new NaiveGraph(type === "directed");
        const real = { graph: new Graph({ type }) };
        fc.modelRun(() => ({ model: naive, real }), run);
        assertSame(real.graph, naive, labels);
        assertColumns(real.graph);
      }),
      { numRuns: 50 },
    );
  });

  // Beyond the thresholds for pending edges (1,024, an eighth) and for compaction (1,024 tombstones, a half).
  test.each([
    ["directed", 1],
    ["directed", 2],
    ["undirected", 3],
    ["undirected", 4],
  ] as const)("%s: thousands of adds, removals and queries in turn (seed %i)", (type, seed) => {
    const random = randomInts(seed);
    const naive = new NaiveGraph(type === "directed");
    const graph = new Graph({ type });
    const name = () => `n${random(700)}`;
    // Grows, shrinks to little, grows again.
    for (const [rounds, removals] of [
      [5000, 5],
      [4000, 60],
      [3000, 10],
    ] as const) {
      for (let round = 0; round < rounds; round++) {
        if (random(100) < removals) {
          if (random(4) === 0) {
            const id = name();
            assert.equal(graph.removeNode(id), naive.removeNode(id));
          }
          const edges = naive.edges.size > 0 ? [...(round % 50 === 0 ? naive.edges.values() : [])] : [];
          for (const { from, to, label } of edges.slice(0, 40)) {
            assert.equal(graph.removeEdge(from, to, label), naive.removeEdge(from, to, label));
          }
        } else {
          const from = name();
          const to = random(20) === 0 ? from : name();
          for (const id of [from, to]) {
            if (!naive.nodes.has(id)) assert.equal(graph.addNode(id, round), naive.addNode(id, round, {}));
          }
          const label = labels[random(2)] as string;
          const attributes = random(3) === 0 ? { weight: round, properties: { round } } : {};
          assert.equal(graph.addEdge(from, to, label, attributes), naive.addEdge(from, to, label, attributes));
        }
        if (round % 100 === 0) {
          const id = name();
          if (naive.nodes.has(id)) {
            for (const direction of ["out", "in", "both"] as const) {
              assert.deepEqual(graph.neighbors(id, { direction }), [...new Set(naive.incident(id, direction))]);
            }
          }
        }
      }
      assertSame(graph, naive, labels, 10);
    }
    assertSame(graph.copy(), naive, labels, 10);
    assertColumns(graph);
    assertSame(graph, naive, labels, 10);
  });

  test("edges added a few at a time show at once, before and after the index is rebuilt", () => {
    const graph = new Graph();
    const far: string[] = [];
    graph.addNode("hub");
    for (let i = 0; i < 3000; i++) {
      graph.addNode(`n${i}`);
      graph.addEdge("hub", `n${i}`);
      graph.addEdge(`n${i}`, "hub", "back");
      far.push(`n${i}`);
      if (i % 61 === 0 || i === 1023 || i === 1024 || i === 1025) {
        expect(graph.neighbors("hub")).toEqual(far);
        expect(graph.neighbors("hub", { direction: "in" })).toEqual(far);
        expect(graph.degree("hub", { direction: "both" })).toBe(2 * far.length);
        expect(graph.neighbors(`n${i}`)).toEqual(["hub"]);
      }
    }
  });

  test("removals past the threshold renumber rows without a trace", () => {
    const graph = new Graph({ type: "undirected" });
    const naive = new NaiveGraph(false);
    for (let i = 0; i < 3000; i++) {
      const options = { type: `t${i % 3}`, properties: { i, s: `s${i % 7}` } };
      graph.addNode(`n${i}`, i % 2 ? i : `v${i}`, options);
      naive.addNode(`n${i}`, i % 2 ? i : `v${i}`, options);
      for (const to of [i, i >> 1]) {
        graph.addEdge(`n${i}`, `n${to}`, "edge", { weight: i, properties: { to } });
        naive.addEdge(`n${i}`, `n${to}`, "edge", { weight: i, properties: { to } });
      }
    }
    for (let i = 0; i < 3000; i++) {
      if (i % 5 === 0) continue;
      expect(graph.removeNode(`n${i}`)).toBe(true);
      naive.removeNode(`n${i}`);
    }
    for (const [id] of [...naive.nodes].slice(0, 50)) {
      graph.removeNode(id);
      graph.addNode(id, "back");
      naive.removeNode(id);
      naive.addNode(id, "back", {});
    }
    assertSame(graph, naive, ["edge"], 60);
    assertColumns(graph);
  });
});

describe("Graph", () => {
  test("a node that is removed and added again stands last and has nothing of what it had", () => {
    const graph = new Graph();
    graph.addNode("a", 1, { type: "T", properties: { p: 1 } });
    graph.addNode("b");
    graph.addEdge("a", "b");
    graph.removeNode("a");
    expect(graph.addNode("a")).toBe(true);
    expect(graph.nodes()).toEqual(["b", "a"]);
    expect(graph.nodeRecord("a")).toEqual({ id: "a", value: null, properties: {} });
    expect(graph.edgeCount).toBe(0);
    expect(graph.neighbors("b", { direction: "both" })).toEqual([]);
  });

  test("an edge that is removed and added again has no weight or properties of the old one", () => {
    const graph = new Graph();
    graph.addNode("a");
    graph.addEdge("a", "a", "l", { weight: 3, properties: { p: 1 } });
    graph.removeEdge("a", "a", "l");
    graph.addEdge("a", "a", "l");
    expect(graph.getEdge("a", "a", "l")).toEqual({ from: "a", to: "a", label: "l" });
  });

  test("a node whose value is null or was never given has the value null, an unknown node undefined", () => {
    const graph = new Graph();
    graph.addNode("a");
    graph.addNode("b", undefined);
    expect([graph.getNode("a"), graph.getNode("b"), graph.getNode("c")]).toEqual([null, null, undefined]);
    expect(graph.nodeRecord("c")).toBeUndefined();
  });

  test("addNode on a known id keeps type, properties and edges that it does not name", () => {
    const graph = new Graph();
    graph.addNode("a", 1, { type: "T", properties: { p: 1, q: 2 } });
    graph.addEdge("a", "a");
    expect(graph.addNode("a", 2)).toBe(false);
    expect(graph.nodeRecord("a")).toEqual({ id: "a", value: 2, type: "T", properties: { p: 1, q: 2 } });
    graph.addNode("a", 2, { properties: { q: 3 } });
    expect(graph.nodeRecord("a")?.properties).toEqual({ q: 3 });
    expect(graph.edgeCount).toBe(1);
  });

  test("an undirected edge keeps the ends as they were first given, and is found from both", () => {
    const graph = new Graph({ type: "undirected" });
    graph.addNode("a");
    graph.addNode("b");
    expect(graph.addEdge("b", "a", "l", { weight: 1 })).toBe(true);
    expect(graph.addEdge("a", "b", "l", { weight: 2 })).toBe(false);
    expect(graph.getEdge("a", "b", "l")).toEqual({ from: "b", to: "a", label: "l", weight: 2 });
    expect(graph.neighbors("a", { direction: "in" })).toEqual(["b"]);
    expect(graph.removeEdge("a", "b", "l")).toBe(true);
    expect(graph.edgeCount).toBe(0);
  });

  test("a self loop counts once in each direction", () => {
    for (const [type, both] of [["directed", 2] as const, ["undirected", 1] as const]) {
      const graph = new Graph({ type });
      graph.addNode("a");
      graph.addEdge("a", "a");
      expect(graph.degree("a")).toBe(1);
      expect(graph.degree("a", { direction: "in" })).toBe(1);
      expect(graph.degree("a", { direction: "both" })).toBe(both);
      expect(graph.neighbors("a", { direction: "both" })).toEqual(["a"]);
      graph.removeNode("a");
      expect(graph.edgeCount).toBe(0);
    }
  });

  test("a neighbour by several labels or in both directions is named once", () => {
    const graph = new Graph();
    for (const id of ["a", "b"]) graph.addNode(id);
    graph.addEdge("a", "b", "x");
    graph.addEdge("a", "b", "y");
    graph.addEdge("b", "a", "x");
    expect(graph.neighbors("a")).toEqual(["b"]);
    expect(graph.neighbors("a", { direction: "both", label: "x" })).toEqual(["b"]);
    expect(graph.neighbors("a", { label: "unknown" })).toEqual([]);
    expect(graph.degree("a", { direction: "both" })).toBe(3);
  });

  test("records and lists are snapshots", () => {
    const graph = new Graph();
    graph.addNode("a", null, { properties: { p: 1 } });
    graph.addEdge("a", "a", "l", { properties: { p: 1 } });
    const record = graph.nodeRecord("a") as unknown as { properties: { p: number } };
    record.properties.p = 2;
    const edge = graph.edges()[0] as unknown as { properties: { p: number } };
    edge.properties.p = 2;
    graph.nodes().push("b");
    expect(graph.nodeRecord("a")?.properties).toEqual({ p: 1 });
    expect(graph.getEdge("a", "a", "l")?.properties).toEqual({ p: 1 });
    expect(graph.nodes()).toEqual(["a"]);
  });

  test("properties are copied when they are given", () => {
    const properties = { p: 1 };
    const graph = new Graph();
    graph.addNode("a", null, { properties });
    properties.p = 2;
    expect(graph.nodeRecord("a")?.properties).toEqual({ p: 1 });
  });

  test("S5: `__proto__` and `constructor` are ordinary ids, labels, types and keys", () => {
    const graph = new Graph();
    const properties = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 2, "toString": 3}');
    graph.addNode("__proto__", null, { type: "constructor", properties });
    graph.addEdge("__proto__", "__proto__", "toString", { properties });
    expect(Object.keys(graph.nodeRecord("__proto__")?.properties ?? {})).toEqual(Object.keys(properties));
    expect(Object.keys(graph.edges()[0]?.properties ?? {})).toEqual(Object.keys(properties));
    expect(Object.getPrototypeOf(graph.nodeRecord("__proto__")?.properties)).toBe(Object.prototype);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(graph.hasNode("constructor")).toBe(false);
  });

  test("forEachNode and forEachEdge visit what nodes() and edges() list", () => {
    const graph = new Graph();
    for (const id of ["a", "b", "c"]) graph.addNode(id, id);
    graph.addEdge("a", "b", "l", { weight: 2 });
    graph.addEdge("b", "c");
    graph.removeNode("a");
    const seen: unknown[] = [];
    graph.forEachNode((id, value) => void seen.push([id, value]));
    graph.forEachEdge((...edge) => void seen.push(edge));
    expect(seen).toEqual([
      ["b", "b"],
      ["c", "c"],
      ["b", "c", "edge", undefined],
    ]);
  });

  test("a copy shares node values and nothing else", () => {
    const graph = new Graph({ type: "undirected" });
    const value = { n: 1 };
    graph.addNode("a", value, { type: "T", properties: { p: "x" } });
    graph.addEdge("a", "a", "l", { weight: 1 });
    const copy = graph.copy();
    copy.addNode("a", 2, { type: "U", properties: { p: "y" } });
    copy.addNode("b", "b", { type: "V" });
    copy.addEdge("a", "a", "l", { weight: 2 });
    copy.addEdge("a", "b", "m");
    expect(copy.type).toBe("undirected");
    expect(graph.nodeRecord("a")).toEqual({ id: "a", value, type: "T", properties: { p: "x" } });
    expect(graph.getEdge("a", "a", "l")?.weight).toBe(1);
    expect(graph.nodeCount).toBe(1);
    expect(graph.copy().getNode("a")).toBe(value);
  });

  test("mapValues shows every value with its path, numbers and strings apart", () => {
    const graph = new Graph();
    graph.addNode("a", [1], { properties: { p: { x: 1 }, n: 1 } });
    graph.addNode("b", 2n, { properties: { p: "text" } });
    graph.addEdge("a", "b", "l", { properties: { q: true } });
    const seen: [string, Value][] = [];
    graph.mapValues((value, path) => {
      seen.push([path, value]);
      return typeof value === "bigint" ? value + 1n : value;
    });
    expect(seen).toEqual([
      ['.nodes["a"].value', [1]],
      ['.nodes["b"].value', 2n],
      ['.nodes["a"].properties.p', { x: 1 }],
      [".edges[0].properties.q", true],
    ]);
    expect(graph.getNode("b")).toBe(3n);
  });

  test("distribute marks the graph as a part", () => {
    const graph = new Graph();
    const strategy = { name: "s", partitionFor: (id: string) => hash(id) % 2 };
    expect(graph.isDistributed()).toBe(false);
    graph.distribute(strategy);
    expect(graph.isDistributed()).toBe(true);
    expect(graph.partitionStrategy).toBe(strategy);
    graph.distribute(undefined);
    expect(graph.isDistributed()).toBe(false);
  });
});

describe("Graph changes nothing when a call fails", () => {
  const lone = "x\ud800";
  const throwing = Object.defineProperty({ a: 1 }, "b", {
    enumerable: true,
    get: () => {
      throw new Error("no");
    },
  });
  const calls: [string, string, (graph: Graph) => unknown][] = [
    ["an id that is no string", "INVALID_ARGUMENT", (g) => g.addNode(1 as never)],
    ["an id with a lone surrogate", "INVALID_ARGUMENT", (g) => g.addNode(lone, 1, { type: "New" })],
    ["an unknown option", "INVALID_ARGUMENT", (g) => g.addNode("new", 1, { typo: 1 } as never)],
    ["options null", "INVALID_ARGUMENT", (g) => g.addNode("a", 1, null as never)],
    ["a type that is no string", "INVALID_ARGUMENT", (g) => g.addNode("a", 1, { type: 1 } as never)],
    ["a type with a lone surrogate", "INVALID_ARGUMENT", (g) => g.addNode("new", 1, { type: lone })],
    ["properties that are a list", "INVALID_ARGUMENT", (g) => g.addNode("a", 1, { properties: [] as never })],
    ["properties that are null", "INVALID_ARGUMENT", (g) => g.addNode("a", 1, { properties: null as never })],
    ["properties that are a Map", "INVALID_ARGUMENT", (g) => g.addNode("a", 1, { properties: new Map() as never })],
    ["an update of an unknown node", "NOT_FOUND", (g) => g.updateNode("new", 1, { type: "New" })],
    ["a bad update", "INVALID_ARGUMENT", (g) => g.updateNode("a", 1, { typo: 1 } as never)],
    ["an edge from nowhere", "NOT_FOUND", (g) => g.addEdge("new", "a", "New")],
    ["an edge to nowhere", "NOT_FOUND", (g) => g.addEdge("a", "new", "New")],
    ["an edge from a lone surrogate", "NOT_FOUND", (g) => g.addEdge(lone, "a")],
    ["an edge from a number", "INVALID_ARGUMENT", (g) => g.addEdge(1 as never, "a")],
    ["a label that is no string", "INVALID_ARGUMENT", (g) => g.addEdge("a", "b", null as never)],
    ["a label with a lone surrogate", "INVALID_ARGUMENT", (g) => g.addEdge("a", "b", lone)],
    ["a weight NaN", "INVALID_ARGUMENT", (g) => g.addEdge("a", "b", "edge", { weight: Number.NaN })],
    ["a weight that is a string", "INVALID_ARGUMENT", (g) => g.addEdge("a", "b", "edge", { weight: "1" as never })],
    ["an unknown attribute", "INVALID_ARGUMENT", (g) => g.addEdge("a", "b", "edge", { wieght: 1 } as never)],
    ["attributes null", "INVALID_ARGUMENT", (g) => g.addEdge("a", "b", "edge", null as never)],
    [
      "edge properties of a class",
      "INVALID_ARGUMENT",
      (g) => g.addEdge("a", "b", "l", { properties: new Date() as never }),
    ],
    ["neighbours of nowhere", "NOT_FOUND", (g) => g.neighbors("new")],
    ["neighbours with options null", "INVALID_ARGUMENT", (g) => g.neighbors("a", null as never)],
    ["a bad direction", "INVALID_ARGUMENT", (g) => g.neighbors("a", { direction: "up" as never })],
    ["a bad label to look by", "INVALID_ARGUMENT", (g) => g.neighbors("a", { label: 1 as never })],
    ["a misspelt neighbour option", "INVALID_ARGUMENT", (g) => g.neighbors("a", { lable: "x" } as never)],
    ["a degree with a bad option", "INVALID_ARGUMENT", (g) => g.degree("a", { direction: null as never })],
    ["a degree of nowhere", "NOT_FOUND", (g) => g.degree("new")],
    ["an interceptor null", "INVALID_ARGUMENT", (g) => g.intercept(null as never)],
    ["an interceptor that is a function", "INVALID_ARGUMENT", (g) => g.intercept((() => "continue") as never)],
    ["a strategy null", "INVALID_ARGUMENT", (g) => g.distribute(null as never)],
    ["a strategy that is a name", "INVALID_ARGUMENT", (g) => g.distribute("hash" as never)],
    ["a property that throws", "Error: no", (g) => g.addNode("new", 1, { type: "New", properties: throwing })],
    [
      "a property that throws in an update",
      "Error: no",
      (g) => g.addNode("a", 9, { type: "New", properties: throwing }),
    ],
    [
      "an edge property that throws",
      "Error: no",
      (g) => g.addEdge("b", "a", "New", { weight: 9, properties: throwing }),
    ],
  ];

  test.each(calls)("%s → %s", (_name, code, call) => {
    for (const type of ["directed", "undirected"] as const) {
      const graph = new Graph({ type });
      const naive = new NaiveGraph(type === "directed");
      for (const g of [graph, naive]) {
        g.addNode("a", 1, { type: "T", properties: { a: 0 } });
        g.addNode("b", 2, {});
        g.addEdge("a", "b", "edge", { weight: 1, properties: { a: 0 } });
        g.addEdge("b", "b", "edge", {});
      }
      const names = graph.columns.names.length;
      let thrown: unknown;
      try {
        call(graph);
      } catch (error) {
        thrown = error;
      }
      expect(isGraphoidError(thrown) ? thrown.code : String(thrown)).toBe(code);
      assertSame(graph, naive, ["edge"]);
      assertColumns(graph);
      expect(graph.columns.names.length).toBe(names);
      expect(graph.isDistributed()).toBe(false);
    }
  });

  test("calls that only ask take anything for an id", () => {
    const graph = new Graph();
    graph.addNode("a");
    for (const id of [null, undefined, 1, {}, Symbol("s"), lone] as unknown as string[]) {
      expect(graph.hasNode(id)).toBe(false);
      expect(graph.getNode(id)).toBeUndefined();
      expect(graph.nodeRecord(id)).toBeUndefined();
      expect(graph.removeNode(id)).toBe(false);
      expect(graph.hasEdge(id, "a")).toBe(false);
      expect(graph.hasEdge("a", id)).toBe(false);
      expect(graph.removeEdge("a", "a", id)).toBe(false);
    }
  });

  test("bad constructor options are refused by name", () => {
    expect(() => new Graph(null as never)).toThrow(/Graph: expected `options` to be an object, got null/);
    expect(() => new Graph({ type: "both" as never })).toThrow(/`type` to be "directed" or "undirected", got "both"/);
    expect(() => new Graph({ kind: "directed" } as never)).toThrow(/unknown option "kind"/);
  });

  test("errors name the call that was made", () => {
    const graph = new Graph();
    expect(() => graph.neighbors("x")).toThrow(/^Graph\.neighbors: no node "x"/);
    expect(() => graph.degree("x")).toThrow(/^Graph\.degree: no node "x"/);
    expect(() => graph.forEachNeighbor("x", () => {})).toThrow(/^Graph\.forEachNeighbor: no node "x"/);
    expect(() => graph.addEdge("x", "y")).toThrow(/^Graph\.addEdge: no node "x" \(`from`\)/);
  });
});
