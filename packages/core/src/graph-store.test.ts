import { describe, expect, test } from "vitest";
import { expectCostBelow } from "../../../scripts/testing/cost.ts";
import { Graph } from "./graph.ts";
import { GraphStore } from "./graph-store.ts";

function filled(nodes: number, edges: number): GraphStore {
  const store = new GraphStore(true);
  for (let i = 0; i < nodes; i++) store.nodes.intern(`n${i}`);
  const label = store.nameCode("l");
  for (let i = 0; i < edges; i++) {
    const [source, target] = [i % nodes, (i * 7 + Math.floor(i / nodes)) % nodes];
    if (store.edges.find(source, target, label) < 0) store.edges.add(source, target, label);
  }
  return store;
}

describe("GraphStore: compaction", () => {
  test("waits for more than 1,024 removals, and for more than half of all rows", () => {
    const store = filled(1500, 1500);
    for (let i = 0; i < 1024; i++) store.removeEdge(i);
    expect([store.edges.rows, store.edges.removed]).toEqual([1500, 1024]);
    for (let i = 1024; i < 1500; i++) store.removeEdge(i);
    expect(store.edges.removed).toBe(1500);
    store.removeNode(0);
    // 1,501 of 3,000.
    expect([store.nodes.rows, store.nodes.removed, store.edges.rows, store.edges.removed]).toEqual([1499, 0, 0, 0]);
  });

  test("leaves a small graph alone", () => {
    const store = filled(1000, 0);
    for (let i = 0; i < 1000; i++) store.removeNode(i);
    expect([store.nodes.rows, store.nodes.removed]).toEqual([1000, 1000]);
  });

  test("leaves the old columns as they were, for whoever reads them", () => {
    const graph = new Graph();
    for (let i = 0; i < 3000; i++) graph.addNode(`n${i}`, i);
    for (let i = 1; i < 3000; i++) graph.addEdge("n0", `n${i}`);
    const { columns } = graph;
    const seen: string[] = [];
    for (const target of columns.targets) {
      const id = columns.ids.at(target);
      seen.push(id);
      graph.removeNode(id);
    }
    expect(seen).toEqual(Array.from({ length: 2999 }, (_, i) => `n${i + 1}`));
    expect(graph.nodes()).toEqual(["n0"]);
  });

  test("memory follows what is left, however long a graph lives", () => {
    const store = new GraphStore(false);
    const label = store.nameCode("l");
    for (let round = 0; round < 20_000; round++) {
      const row = store.nodes.intern(`n${round}`);
      if (store.edges.find(row, row, label) < 0) store.edges.add(row, row, label);
      if (round >= 10) store.removeNode(store.nodes.find(`n${round - 10}`));
    }
    expect(store.nodes.rows - store.nodes.removed).toBe(10);
    expect(store.nodes.rows).toBeLessThan(3000);
    expect(store.edges.rows).toBeLessThan(3000);
  });
});

describe("GraphStore: names", () => {
  test("a label that was just used is not looked up again, and a bad one is not remembered", () => {
    const store = new GraphStore(true);
    expect([store.nameCode("a"), store.nameCode("a"), store.nameCode("b"), store.nameCode("a")]).toEqual([0, 0, 1, 0]);
    expect([store.nameCode("\ud800"), store.nameCode("\ud800"), store.nameCode("")]).toEqual([-1, -1, 2]);
    expect(store.names.length).toBe(3);
  });

  test("a copy has names of its own", () => {
    const store = filled(2, 1);
    const copy = store.copy();
    copy.nameCode("only in the copy");
    store.nameCode("only in the original");
    expect([store.names.indexOf("only in the copy"), copy.names.indexOf("only in the original")]).toEqual([-1, -1]);
  });
});

describe("a graph that changes and is asked in turn", () => {
  // The naive costs: a rebuilt index, a chain of tombstones, a list of pending edges for every step.
  test.each<[string, (graph: Graph, i: number) => void]>([
    [
      "one edge comes and goes",
      (graph) => {
        graph.addEdge("n1", "n2", "extra");
        graph.neighbors("n1");
        graph.removeEdge("n1", "n2", "extra");
      },
    ],
    [
      "one node comes and goes",
      (graph) => {
        graph.addNode("extra");
        graph.addEdge("n1", "extra");
        graph.neighbors("extra", { direction: "in" });
        graph.removeNode("extra");
      },
    ],
    [
      "edges are added",
      (graph, i) => {
        graph.addEdge(`n${i % 1000}`, `n${(i * 7) % 1000}`, `l${i % 50}`);
        graph.degree(`n${i % 1000}`);
      },
    ],
  ])("%s: ten times the steps cost about ten times as much", (_name, step) => {
    const run = (steps: number) => () => {
      const graph = new Graph();
      for (let i = 0; i < 20_000; i++) graph.addNode(`n${i}`);
      for (let i = 0; i < 20_000; i++) graph.addEdge(`n${i}`, `n${(i * 3 + 1) % 20_000}`);
      for (let i = 0; i < steps; i++) step(graph, i);
    };
    expectCostBelow(30, run(20_000), run(2000));
  });
});
