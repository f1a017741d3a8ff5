import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectCostBelow } from "../../../scripts/testing/cost.ts";
import { assertColumns, assertSame, NaiveGraph } from "../test/naive-graph.ts";
import { Codes, Graph, type GraphColumnsInit, isGraphoidError, StringTable, ValueColumn } from "./index.ts";

function table(...texts: string[]): StringTable {
  const strings = new StringTable();
  for (const text of texts) strings.append(text);
  return strings;
}

/** Three nodes and four edges, every column in use. */
function good(): Required<GraphColumnsInit> {
  return {
    directed: true,
    ids: table("a", "b", "é"),
    names: table("l", "T", "m"),
    nodeTypes: Uint8Array.of(0, 2, 3),
    nodeValues: new ValueColumn({ kind: "numbers", numbers: Float64Array.of(1, Number.NaN, 3) }),
    nodeProperties: new Map([["p", new ValueColumn({ kind: "values", values: [undefined, [1]] })]]),
    sources: Uint32Array.of(0, 0, 1, 2),
    targets: Uint32Array.of(1, 1, 0, 2),
    labels: Uint8Array.of(0, 2, 0, 0),
    weights: Float64Array.of(0.5, Number.NaN, -0, Number.POSITIVE_INFINITY),
    edgeProperties: new Map([
      ["q", new ValueColumn({ kind: "strings", codes: new Codes(Uint8Array.of(1)), dictionary: table("x") })],
    ]),
  };
}

describe("Graph.fromColumns", () => {
  test("makes the graph that the columns describe, which then grows", () => {
    for (const trusted of [false, true]) {
      const graph = Graph.fromColumns(good(), { trusted });
      const naive = new NaiveGraph(true);
      for (const g of [graph, naive]) {
        if (g === naive) {
          g.addNode("a", 1, {});
          g.addNode("b", null, { type: "T", properties: { p: [1] } });
          g.addNode("é", 3, { type: "m" });
          g.addEdge("a", "b", "l", { weight: 0.5, properties: { q: "x" } });
          g.addEdge("a", "b", "m", {});
          g.addEdge("b", "a", "l", { weight: -0 });
          g.addEdge("é", "é", "l", { weight: Number.POSITIVE_INFINITY });
        }
        g.addNode("new", "text", {});
        g.addNode("newer", null, {});
        g.addEdge("new", "a", "n", {});
        g.addEdge("a", "b", "l", { weight: 7 });
        g.removeNode("é");
      }
      assertSame(graph, naive, ["l", "m", "n"]);
      assertColumns(graph);
    }
  });

  test("does with the columns that need be", () => {
    const { directed, ids, names, sources, targets, labels } = good();
    const graph = Graph.fromColumns({ directed, ids, names, sources, targets, labels });
    expect(graph.nodeRecord("b")).toEqual({ id: "b", value: null, properties: {} });
    expect(graph.getEdge("a", "b", "m")).toEqual({ from: "a", to: "b", label: "m" });
    expect(graph.columns.weights).toBeUndefined();
    const none = new Uint32Array(0);
    const empty = { directed: false, ids: table(), names: table(), sources: none, targets: none, labels: none };
    const nothing = Graph.fromColumns(empty);
    expect([nothing.nodeCount, nothing.edgeCount, nothing.type]).toEqual([0, 0, "undirected"]);
    expect(nothing.addNode("a")).toBe(true);
  });

  test("takes the columns of another graph's copy, however they are stored", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 9 }), fc.nat({ max: 2 }))),
        fc.boolean(),
        (edges, directed) => {
          const graph = new Graph({ type: directed ? "directed" : "undirected" });
          for (let i = 0; i < 10; i++)
            graph.addNode(`n${i}`, i % 2 ? i : `v${i}`, { type: `t${i % 3}`, properties: { i } });
          for (const [from, to, label] of edges) {
            graph.addEdge(
              `n${from}`,
              `n${to}`,
              `l${label}`,
              label ? { weight: label, properties: { s: `${label}` } } : {},
            );
          }
          graph.removeNode("n3");
          const { ids, names, ...columns } = graph.copy().columns;
          const made = Graph.fromColumns({ ...columns, ids: ids as StringTable, names: names as StringTable });
          assert.deepEqual(made.edges(), graph.edges());
          assert.deepEqual(
            made.nodes().map((id) => made.nodeRecord(id)),
            graph.nodes().map((id) => graph.nodeRecord(id)),
          );
          assertColumns(made);
        },
      ),
    );
  });

  const strings = (...codes: number[]) =>
    new ValueColumn({ kind: "strings", codes: new Codes(Uint8Array.from(codes)), dictionary: table("x") });
  const breaks: [string, Partial<GraphColumnsInit>][] = [
    ["an edge from a node that is not there", { sources: Uint32Array.of(0, 0, 3, 2) }],
    ["an edge to a node that is not there", { targets: Uint32Array.of(1, 1, 3, 2) }],
    ["an edge to the mark of removed edges", { targets: Uint32Array.of(1, 1, 2 ** 32 - 1, 2) }],
    ["an edge from the mark of removed edges", { sources: Uint32Array.of(2 ** 32 - 1, 0, 1, 2) }],
    ["too few sources", { sources: Uint32Array.of(0, 0, 1) }],
    ["too many sources", { sources: Uint32Array.of(0, 0, 1, 2, 2) }],
    ["too few targets", { targets: Uint32Array.of(1) }],
    ["too many targets", { targets: Uint32Array.of(1, 1, 0, 2, 0) }],
    ["too few labels", { labels: Uint8Array.of(0, 2, 0) }],
    ["too many labels", { labels: Uint8Array.of(0, 2, 0, 0, 0) }],
    ["a label without a name", { labels: Uint8Array.of(0, 2, 0, 3) }],
    ["a label far from any name", { labels: Uint32Array.of(0, 2, 0, 2 ** 32 - 1) }],
    ["too few weights", { weights: Float64Array.of(1) }],
    ["too many weights", { weights: new Float64Array(5) }],
    ["too few types", { nodeTypes: Uint8Array.of(0, 1) }],
    ["too many types", { nodeTypes: Uint8Array.of(0, 1, 1, 1) }],
    ["a type without a name", { nodeTypes: Uint8Array.of(0, 1, 4) }],
    ["an id that stands twice", { ids: table("a", "b", "a") }],
    ["a name that stands twice", { names: table("l", "T", "l") }],
    ["an edge that stands twice", { labels: Uint8Array.of(0, 0, 0, 0) }],
    ["a self loop that stands twice", { sources: Uint32Array.of(0, 1, 2, 2), targets: Uint32Array.of(0, 0, 2, 2) }],
    [
      "more values than nodes",
      { nodeValues: new ValueColumn({ kind: "numbers", numbers: Float64Array.of(1, 2, 3, 4) }) },
    ],
    ["a node property past the last node", { nodeProperties: new Map([["p", strings(0, 0, 0, 1)]]) }],
    ["a node property without its string", { nodeProperties: new Map([["p", strings(2)]]) }],
    ["an edge property past the last edge", { edgeProperties: new Map([["p", strings(0, 0, 0, 0, 1)]]) }],
    ["an edge property without its string", { edgeProperties: new Map([["p", strings(0, 9)]]) }],
  ];

  test.each(breaks)("S17: %s → IntegrityError", (_name, broken) => {
    const into = new Graph();
    for (const call of [
      () => Graph.fromColumns({ ...good(), ...broken }),
      () => Graph.fromColumns({ ...good(), ...broken }, { into }),
    ]) {
      expect(call).toThrow(expect.objectContaining({ code: "INTEGRITY", name: "IntegrityError" }));
    }
    expect([into.nodeCount, into.edgeCount, into.columns.names.length]).toEqual([0, 0, 0]);
    expect(into.addNode("a")).toBe(true);
  });

  test("S17: in an undirected graph an edge stands twice from either end", () => {
    const twice = { directed: false, sources: Uint32Array.of(0, 1), targets: Uint32Array.of(1, 0), weights: undefined };
    expect(() => Graph.fromColumns({ ...good(), ...twice, labels: Uint8Array.of(0, 0) })).toThrow(/two edges/);
    const graph = Graph.fromColumns({ ...good(), ...twice, labels: Uint8Array.of(0, 2) });
    expect(graph.neighbors("b")).toEqual(["a"]);
    expect(graph.degree("b")).toBe(2);
  });

  test("S17: a value column that is broken shows when it is read, and never as a value", () => {
    const column = new ValueColumn(() => ({
      kind: "strings",
      codes: new Codes(Uint8Array.of(1, 7)),
      dictionary: table("x"),
    }));
    const graph = Graph.fromColumns({ ...good(), nodeValues: column });
    for (let i = 0; i < 2; i++) {
      expect(() => graph.getNode("a")).toThrow(expect.objectContaining({ code: "INTEGRITY" }));
    }
  });

  test("S17: any columns make a graph that fits together, or an IntegrityError", () => {
    // Mostly right, so that each kind of break also comes alone.
    const mostly = <T>(right: fc.Arbitrary<T>, any: fc.Arbitrary<T>) =>
      fc.oneof({ weight: 9, arbitrary: right }, { weight: 1, arbitrary: any });
    const node = mostly(fc.nat({ max: 2 }), fc.nat({ max: 4 }));
    const id: fc.Arbitrary<string> = fc.constantFrom("a", "b", "c", "d");
    const name: fc.Arbitrary<string> = fc.constantFrom("x", "y", "z");
    const anyColumns = fc.record({
      directed: fc.boolean(),
      ids: mostly(fc.constant<string[]>(["a", "b", "c"]), fc.array(id, { maxLength: 4 })),
      names: mostly(fc.constant<string[]>(["x", "y"]), fc.array(name, { maxLength: 3 })),
      edges: fc.array(fc.tuple(node, node, mostly(fc.nat({ max: 1 }), fc.nat({ max: 3 }))), { maxLength: 5 }),
      types: fc.option(mostly(fc.constant<number[]>([0, 1, 2]), fc.array(fc.nat({ max: 4 }), { maxLength: 4 })), {
        nil: undefined,
      }),
    });
    let made = 0;
    let tried = 0;
    fc.assert(
      fc.property(anyColumns, ({ directed, ids, names, edges, types }) => {
        const key = ([from, to, label]: readonly [number, number, number]) =>
          directed || from < to ? `${from} ${to} ${label}` : `${to} ${from} ${label}`;
        const fits =
          new Set(ids).size === ids.length &&
          new Set(names).size === names.length &&
          edges.every(([from, to, label]) => from < ids.length && to < ids.length && label < names.length) &&
          new Set(edges.map(key)).size === edges.length &&
          (types === undefined || (types.length === ids.length && types.every((type) => type <= names.length)));
        tried++;
        let graph: Graph | undefined;
        try {
          graph = Graph.fromColumns({
            directed,
            ids: table(...ids),
            names: table(...names),
            sources: Uint32Array.from(edges, ([from]) => from),
            targets: Uint32Array.from(edges, ([, to]) => to),
            labels: Uint16Array.from(edges, ([, , label]) => label),
            ...(types ? { nodeTypes: Uint8Array.from(types) } : {}),
          });
        } catch (error) {
          assert.ok(isGraphoidError(error, "INTEGRITY"), String(error));
        }
        assert.equal(graph !== undefined, fits);
        if (graph) {
          made++;
          assert.deepEqual(graph.nodes(), ids);
          assertColumns(graph);
        }
      }),
      { numRuns: 800 },
    );
    expect(made).toBeGreaterThan(tried / 8);
  });

  test.each<[string, unknown]>([
    [
      "a graph with nodes",
      (() => {
        const graph = new Graph();
        graph.addNode("x");
        return graph;
      })(),
    ],
    ["a graph of the other type", new Graph({ type: "undirected" })],
    ["no graph", {}],
  ])("refuses to fill %s", (_name, into) => {
    expect(() => Graph.fromColumns(good(), { into: into as Graph })).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
  });

  test("refuses misspelt options", () => {
    expect(() => Graph.fromColumns(good(), { trust: true } as never)).toThrow(/unknown option "trust"/);
  });

  test("fills an empty graph in place, so that a value inside can be the graph itself", () => {
    const into = new Graph();
    into.addNode("gone");
    into.removeNode("gone");
    const nodeValues = new ValueColumn({ kind: "values", values: [into] });
    expect(Graph.fromColumns({ ...good(), nodeValues }, { into })).toBe(into);
    expect(into.getNode("a")).toBe(into);
    expect(into.nodes()).toEqual(["a", "b", "é"]);
  });

  test("checks a hub with many parallel edges in linear time", () => {
    const columns = (count: number, nodes: number): GraphColumnsInit => ({
      directed: true,
      ids: table(...Array.from({ length: nodes }, (_, i) => `n${i}`)),
      names: table(...Array.from({ length: 300 }, (_, i) => `l${i}`)),
      sources: new Uint32Array(count),
      targets: Uint32Array.from({ length: count }, (_, i) => Math.floor(i / 300)),
      labels: Uint16Array.from({ length: count }, (_, i) => i % 300),
    });
    const small = columns(3000, 1000);
    const large = columns(150_000, 1000);
    // Fifty times the edges: a quadratic check would take 2,500 times as long.
    expectCostBelow(
      500,
      () => Graph.fromColumns(large),
      () => Graph.fromColumns(small),
    );
  });
});
