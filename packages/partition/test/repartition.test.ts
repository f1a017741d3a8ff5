import { Graph } from "@graphoid/core";
import { createPartitioning, extend, repartition } from "@graphoid/partition";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectTimeBelow } from "../../../scripts/testing/cost.ts";
import { clustered, grid, limitOf, sizes } from "./plain-graphs.ts";
import { randomGraph } from "./random-graph.ts";

const { strategy, report } = createPartitioning();

describe("repartition", () => {
  test("keeps the limits and lists exactly what moves, from any plan or strategy to any number", () => {
    const counts = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(randomGraph, counts, counts, fc.constantFrom("hash", "multilevel"), (graph, before, after, name) => {
        const made = strategy(name, { partitions: before });
        const previous = name === "hash" ? made : strategy("multilevel", { partitions: before }).plan(graph);
        const { plan, moves } = repartition(graph, previous, { partitions: after });
        expect(Math.max(0, ...sizes(graph, plan).values())).toBeLessThanOrEqual(limitOf(graph.nodeCount, after, 0.03));
        const expected = graph
          .nodes()
          .map((nodeId) => ({ nodeId, from: previous.partitionFor(nodeId), to: plan.partitionFor(nodeId) }))
          .filter(({ from, to }) => from !== to);
        expect(moves).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });

  test.each([
    [8, 9],
    [4, 6],
    [1, 2],
  ])("P4: from %i to %i partitions moves no more than 1.05 times what new partitions need", (before, after) => {
    for (const graph of [grid(40, 40), clustered(2000, 3)]) {
      const previous = strategy("multilevel", { partitions: before }).plan(graph);
      const { plan, moves } = repartition(graph, previous, { partitions: after });
      expect(moves.length).toBeLessThanOrEqual(1.05 * Math.ceil((graph.nodeCount * (after - before)) / after));
      const scratch = report(graph, strategy("multilevel", { partitions: after }).plan(graph));
      expect(report(graph, plan).cut).toBeLessThan(scratch.cut * 1.7);
    }
  });

  test("P4: from 9 to 8 partitions few nodes of the partitions that stay move", () => {
    for (const graph of [grid(40, 40), clustered(2000, 3)]) {
      const previous = strategy("multilevel", { partitions: 9 }).plan(graph);
      const { moves } = repartition(graph, previous, { partitions: 8, epsilon: 0.06 });
      expect(moves.length).toBeLessThanOrEqual((1.05 * graph.nodeCount) / 8);
    }
  });

  test("moves nothing where nothing has to, and nothing beyond a budget of none", () => {
    const graph = grid(20, 20);
    const previous = strategy("multilevel", { partitions: 4 }).plan(graph);
    expect(repartition(graph, previous, { partitions: 4 }).moves).toEqual([]);
    const hashed = strategy("multilevel", { partitions: 4, seed: 1 }).plan(graph);
    expect(repartition(graph, hashed, { partitions: 4, maxMoves: 0 }).moves).toEqual([]);
  });

  test("a larger budget gives a smaller cut", () => {
    const graph = clustered(900, 8);
    const poor = strategy("ldg", { partitions: 6 }).plan(graph);
    const cut = (maxMoves: number) => {
      const { plan, moves } = repartition(graph, poor, { partitions: 6, maxMoves });
      expect(moves.length).toBeLessThanOrEqual(maxMoves);
      return report(graph, plan).cut;
    };
    expect(cut(400)).toBeLessThan(cut(0));
  });

  test("fixed nodes go where they must be", () => {
    const graph = grid(10, 10);
    const previous = strategy("multilevel", { partitions: 2 }).plan(graph);
    const fixed = new Map([["0,0", 1 - previous.partitionFor("0,0")]]);
    const { plan } = repartition(graph, previous, { partitions: 2, fixed });
    expect(plan.partitionFor("0,0")).toBe(fixed.get("0,0"));
  });

  test("new nodes go where their neighbours are, and are no moves", () => {
    const graph = grid(10, 10);
    const previous = strategy("multilevel", { partitions: 2, unknown: "hash" }).plan(graph);
    graph.addNode("new");
    graph.addEdge("new", "0,0");
    const { plan, moves } = repartition(graph, previous, { partitions: 2 });
    expect(plan.partitionFor("new")).toBe(plan.partitionFor("0,0"));
    expect(moves).toEqual([]);
  });

  test("refuses bad arguments", () => {
    const graph = grid(2, 2);
    const previous = strategy("multilevel", { partitions: 2 }).plan(graph);
    for (const options of [{}, { partitions: 0 }, { partitions: 2, maxMoves: -1 }, { partitions: 2, preset: "fast" }]) {
      expect(() => repartition(graph, previous, options as never)).toThrow(
        expect.objectContaining({ code: "INVALID_ARGUMENT" }),
      );
    }
    expect(() => repartition({} as never, previous, { partitions: 2 })).toThrow("a Graph");
    expect(() => repartition(graph, {} as never, { partitions: 2 })).toThrow("expected `strategy` to be a strategy");
  });
});

describe("extend", () => {
  test("places new nodes by their neighbours, and moves none", () => {
    const graph = clustered(600, 5);
    const plan = strategy("multilevel", { partitions: 4 }).plan(graph);
    for (let i = 0; i < 60; i++) {
      graph.addNode(`new${i}`);
      graph.addEdge(`new${i}`, `n${i * 10}`);
    }
    graph.removeNode("n7");
    const extended = extend(graph, plan);
    expect(extended.nodeCount).toBe(graph.nodeCount);
    for (const id of graph.nodes()) if (plan.has(id)) expect(extended.partitionFor(id)).toBe(plan.partitionFor(id));
    expect(Math.max(...sizes(graph, extended).values())).toBeLessThanOrEqual(limitOf(graph.nodeCount, 4, 0.03));
    const together = Array.from({ length: 60 }, (_, i) => i).filter(
      (i) => extended.partitionFor(`new${i}`) === extended.partitionFor(`n${i * 10}`),
    );
    expect(together.length).toBeGreaterThan(40);
  });

  test("P3: many new nodes at one hub take time linear in their number", () => {
    const graph = new Graph();
    graph.addNode("hub");
    const plan = strategy("multilevel", { partitions: 4 }).plan(graph);
    for (let i = 0; i < 100_000; i++) {
      graph.addNode(`n${i}`);
      graph.addEdge("hub", `n${i}`);
    }
    // Quadratic time would be 10¹⁰ steps.
    expectTimeBelow(5000, () => {
      expect(Math.max(...sizes(graph, extend(graph, plan)).values())).toBeLessThanOrEqual(limitOf(100_001, 4, 0.03));
    });
  });

  test("refuses bad arguments", () => {
    const plan = strategy("multilevel", { partitions: 2 }).plan(grid(2, 2));
    expect(() => extend(grid(2, 2), plan, { partitions: 3 } as never)).toThrow("unknown option");
    expect(() => extend({} as never, plan)).toThrow("a Graph");
  });
});
