import { Graph } from "@graphoid/core";
import { createPartitioning } from "@graphoid/partition";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clustered } from "./plain-graphs.ts";
import { randomGraph } from "./random-graph.ts";

const { strategy } = createPartitioning();

describe.each(["hdrf", "dbh"] as const)("%s", (name) => {
  test("gives every edge to one partition, where both its ends are", () => {
    fc.assert(
      fc.property(randomGraph, fc.integer({ min: 1, max: 40 }), (graph, partitions) => {
        const cut = strategy(name, { partitions }).plan(graph);
        const edges = graph.edges();
        expect(cut.edgePartitions).toHaveLength(edges.length);
        const counts = new Array<number>(partitions).fill(0);
        const held = new Map(graph.nodes().map((id) => [id, new Set<number>()]));
        edges.forEach(({ from, to }, i) => {
          const part = cut.edgePartitions[i]!;
          counts[part]!++;
          held.get(from)!.add(part);
          held.get(to)!.add(part);
        });
        expect(cut.edgeCounts).toEqual(counts);
        let copies = 0;
        let connected = 0;
        for (const [id, parts] of held) {
          const replicas = cut.replicas(id);
          expect(replicas).toContain(cut.partitionFor(id));
          if (parts.size === 0) continue;
          expect(replicas).toEqual([...parts].sort((a, b) => a - b));
          copies += parts.size;
          connected++;
        }
        expect(cut.replicationFactor).toBeCloseTo(connected === 0 ? 1 : copies / connected, 12);
        if (name === "hdrf") {
          expect(Math.max(...counts)).toBeLessThanOrEqual(Math.floor(1.03 * Math.ceil(edges.length / partitions)));
        }
      }),
      { numRuns: 50 },
    );
  });

  test("plans alike for the same graph", () => {
    const cut = () => strategy(name, { partitions: 5 }).plan(clustered(300, 2));
    expect(cut().edgePartitions).toEqual(cut().edgePartitions);
  });

  test("P5: an empty graph and nodes without edges", () => {
    expect(strategy(name, { partitions: 3 }).plan(new Graph())).toMatchObject({ replicationFactor: 1, edgeBalance: 1 });
    const graph = new Graph();
    graph.addNode("alone");
    const cut = strategy(name, { partitions: 3 }).plan(graph);
    expect(cut.replicas("alone")).toEqual([0]);
    expect(() => cut.replicas("x")).toThrow(expect.objectContaining({ code: "STRATEGY" }));
  });

  test("refuses bad options", () => {
    const bad = [{ partitions: 0 }, { epsilon: -1 }, { lambda: "x" }, { seed: -1 }, { speed: 1 }, { unknown: 9 }];
    for (const options of bad) {
      expect(() => strategy(name, { partitions: 2, ...options } as never)).toThrow(
        expect.objectContaining({ code: "INVALID_ARGUMENT" }),
      );
    }
  });
});

test("P2: more partitions than there is room for are refused", () => {
  const graph = new Graph();
  for (let i = 0; i < 262_145; i++) graph.addNode(`${i}`);
  for (const name of ["hdrf", "dbh"] as const) {
    const call = () => strategy(name, { partitions: 65_536 }).plan(graph);
    expect(call).toThrow(
      "strategy.plan: expected `partitions` to be at most 65504 for a graph of 262145 nodes, got 65536; vertex cuts keep",
    );
    expect(call).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
  }
});

test("hdrf copies fewer nodes than dbh, and dbh fewer than edges at random", () => {
  const graph = clustered(2000, 9);
  const factor = (name: "hdrf" | "dbh") => strategy(name, { partitions: 8 }).plan(graph).replicationFactor;
  expect(factor("hdrf")).toBeLessThan(factor("dbh"));
  expect(factor("dbh")).toBeLessThan(3);
});

test("both plan alike on every machine", () => {
  const first = (name: "hdrf" | "dbh") => {
    const { edgePartitions } = strategy(name, { partitions: 5 }).plan(clustered(300, 2));
    return [...edgePartitions.subarray(0, 20)].join("");
  };
  expect([first("hdrf"), first("dbh")]).toEqual(["04022200223302220002", "43443410324443321110"]);
});
