import { equals, Graph } from "@graphoid/core";
import fc from "fast-check";
import { DirectedGraph, MultiDirectedGraph, MultiGraph } from "graphology";
import { describe, expect, test } from "vitest";
import { fromGraphology, toGraphology } from "./graphology.ts";

const name = fc.string({ maxLength: 3 });
const key = name.filter((each) => !["__proto__", "value", "type", "label", "weight"].includes(each));
const properties = fc.dictionary(key, fc.oneof(fc.integer(), fc.string(), fc.constant(null), fc.array(fc.boolean())));
const anyGraph = fc
  .record({
    directed: fc.boolean(),
    nodes: fc.uniqueArray(fc.tuple(name, fc.option(fc.jsonValue()), fc.option(name), properties), {
      selector: ([id]) => id,
      minLength: 1,
      maxLength: 5,
    }),
    edges: fc.array(fc.tuple(fc.nat(), fc.nat(), name, fc.option(fc.double({ noNaN: true })), properties), {
      maxLength: 8,
    }),
  })
  .map(({ directed, nodes, edges }) => {
    const graph = new Graph({ type: directed ? "directed" : "undirected" });
    for (const [id, value, type, properties] of nodes) {
      graph.addNode(id, value as never, { ...(type === null ? {} : { type }), properties });
    }
    const idAt = (index: number): string => nodes[index % nodes.length]?.[0] ?? "";
    for (const [from, to, label, weight, properties] of edges) {
      graph.addEdge(idAt(from), idAt(to), label, { ...(weight === null ? {} : { weight }), properties });
    }
    return graph;
  });

describe("graphology", () => {
  test("there and back is equal", () => {
    fc.assert(fc.property(anyGraph, (graph) => equals(fromGraphology(toGraphology(graph, MultiGraph)), graph)));
  });

  test("attributes, kinds of edges and their number", () => {
    const graph = new Graph();
    graph.addNode("alice", 30, { type: "User", properties: { x: 1 } });
    graph.addNode("bob");
    graph.addEdge("alice", "bob", "FRIEND", { weight: 0.5, properties: { since: 1999 } });
    const simple = toGraphology(graph, DirectedGraph);
    expect(simple.multi).toBe(false);
    expect(simple.getNodeAttributes("alice")).toEqual({ value: 30, type: "User", x: 1 });
    expect(simple.getEdgeAttributes("alice", "bob")).toEqual({ label: "FRIEND", weight: 0.5, since: 1999 });
    graph.addEdge("alice", "bob");
    expect(() => toGraphology(graph, DirectedGraph)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
    expect(toGraphology(graph, MultiDirectedGraph).directedSize).toBe(2);
    graph.removeEdge("alice", "bob");
    expect(toGraphology(graph, MultiDirectedGraph).directedSize).toBe(1);
  });

  test("a class that does not suit is refused", () => {
    const graph = new Graph({ type: "undirected" });
    expect(() => toGraphology(graph, DirectedGraph)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
  });

  test("parallel edges without labels, and mixed edges, as the options say", () => {
    const multi = new MultiGraph();
    multi.mergeUndirectedEdge("a", "b", { weight: 1 });
    multi.addDirectedEdge("a", "b", { weight: 2 });
    expect(() => fromGraphology(multi)).toThrow(
      expect.objectContaining({ code: "UNSUPPORTED_GRAPH", details: { format: "graphology", feature: "mixed edges" } }),
    );
    expect(() => fromGraphology(multi, { mixed: "undirected" })).toThrow(
      expect.objectContaining({ details: { format: "graphology", feature: "parallel edges" } }),
    );
    const graph = fromGraphology(multi, { mixed: "undirected", parallel: "number" });
    expect(graph.edges()).toEqual([
      { from: "a", to: "b", label: "edge", weight: expect.any(Number) },
      { from: "a", to: "b", label: "edge 2", weight: expect.any(Number) },
    ]);
  });

  test("a mixed graph whose edges are of one kind takes that kind", () => {
    const mixed = new MultiGraph();
    mixed.mergeUndirectedEdge("a", "b");
    expect(fromGraphology(mixed).type).toBe("undirected");
  });

  test("what graphology, or a graph of ours, cannot hold names the node and key", () => {
    const graph = new Graph();
    graph.addNode("alice", null, { properties: JSON.parse('{"__proto__": 1}') });
    expect(() => toGraphology(graph, MultiGraph)).toThrow(
      expect.objectContaining({
        code: "NOT_SERIALIZABLE",
        details: expect.objectContaining({ owner: 'node "alice"', key: "__proto__" }),
      }),
    );
    const theirs = new MultiGraph();
    theirs.addNode("bob", { run: () => 1, none: undefined });
    expect(() => fromGraphology(theirs)).toThrow(
      expect.objectContaining({
        code: "NOT_SERIALIZABLE",
        details: expect.objectContaining({ owner: 'node "bob"', key: "run" }),
      }),
    );
  });

  test("names that collide are refused, unless others are chosen", () => {
    const graph = new Graph();
    graph.addNode("alice", 1, { properties: { value: 2 } });
    expect(() => toGraphology(graph, MultiGraph)).toThrow(expect.objectContaining({ code: "NOT_SERIALIZABLE" }));
    const names = { value: "node value" };
    expect(equals(fromGraphology(toGraphology(graph, MultiGraph, { names }), { names }), graph)).toBe(true);
  });
});
