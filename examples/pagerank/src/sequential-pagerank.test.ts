import { Graph } from "@graphoid/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadDebianPackages } from "./debian-packages.ts";
import { sequentialPageRank } from "./sequential-pagerank.ts";

function graphOf(edges: readonly string[], type: "directed" | "undirected" = "directed"): Graph {
  const graph = new Graph({ type });
  for (const id of edges.join("")) graph.addNode(id);
  for (const edge of edges) graph.addEdge(edge[0] as string, edge[1] as string, edge.slice(2) || "edge");
  return graph;
}

function ranksOf(graph: Graph): Record<string, number> {
  const { ranks, converged } = sequentialPageRank(graph, { tolerance: 1e-14 });
  expect(converged).toBe(true);
  return Object.fromEntries(graph.nodes().map((id, row) => [id, ranks[row] as number]));
}

test("two nodes, solved by hand: the second is dangling", () => {
  // r(a) = 0.15/2 + 0.85 r(b)/2 and r(b) = r(a) + 0.85 r(a)
  const { a, b } = ranksOf(graphOf(["ab"])) as { a: number; b: number };
  expect(a).toBeCloseTo(1 / 2.85, 12);
  expect(b).toBeCloseTo(1.85 / 2.85, 12);
});

test("a ring ranks all nodes alike", () => {
  for (const rank of Object.values(ranksOf(graphOf(["ab", "bc", "cd", "da"])))) expect(rank).toBeCloseTo(0.25, 12);
});

test("edges of different labels count one each, weights do not count", () => {
  const twice = graphOf(["ab", "ac", "ba", "ca"]);
  twice.addEdge("a", "b", "again", { weight: 100 });
  const { b, c } = ranksOf(twice) as { b: number; c: number };
  // Of what a hands on, b receives two thirds and c one.
  expect((b - 0.05) / (c - 0.05)).toBeCloseTo(2, 10);
});

test("an undirected edge leads both ways", () => {
  const directed = ranksOf(graphOf(["ab", "ba", "bc", "cb"]));
  const undirected = ranksOf(graphOf(["ab", "cb"], "undirected"));
  for (const id of ["a", "b", "c"]) expect(undirected[id]).toBeCloseTo(directed[id] as number, 12);
});

test("no node, one node, a self loop, no edges", () => {
  expect(sequentialPageRank(new Graph())).toMatchObject({ iterations: 0, delta: 0, converged: true });
  expect(sequentialPageRank(new Graph()).ranks).toHaveLength(0);
  expect(ranksOf(graphOf(["aa"]))).toEqual({ a: 1 });
  const edgeless = graphOf(["ab"]);
  edgeless.removeEdge("a", "b");
  expect(ranksOf(edgeless)).toEqual({ a: 0.5, b: 0.5 });
});

test("stops at the iteration limit and says so", () => {
  expect(sequentialPageRank(graphOf(["ab"]), { maxIterations: 2 })).toMatchObject({ iterations: 2, converged: false });
});

describe("for any graph", () => {
  const edges = fc.array(fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 9 })), { maxLength: 40 });
  const make = (entries: readonly (readonly [number, number])[]): Graph => {
    const graph = new Graph();
    for (let i = 0; i < 10; i++) graph.addNode(String(i));
    for (const [from, to] of entries) graph.addEdge(String(from), String(to));
    return graph;
  };

  test("ranks add up to 1 and solve the equation that defines them", () => {
    fc.assert(
      fc.property(edges, (entries) => {
        const graph = make(entries);
        const { ranks } = sequentialPageRank(graph, { tolerance: 1e-14 });
        expect(ranks.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 11);
        const dangling = ranks.filter((_, row) => graph.degree(String(row)) === 0).reduce((a, b) => a + b, 0);
        for (let row = 0; row < 10; row++) {
          const received = graph
            .neighbors(String(row), { direction: "in" })
            .reduce((sum, from) => sum + (ranks[Number(from)] as number) / graph.degree(from), 0);
          expect(ranks[row]).toBeCloseTo(0.015 + 0.85 * (received + dangling / 10), 11);
        }
      }),
    );
  });

  test("the same graph gives the same bits", () => {
    fc.assert(
      fc.property(edges, (entries) => {
        expect(sequentialPageRank(make(entries))).toEqual(sequentialPageRank(make(entries)));
      }),
    );
  });
});

test("the Debian packages: what everything needs ranks first", async () => {
  const graph = await loadDebianPackages();
  const { ranks, iterations, converged } = sequentialPageRank(graph);
  expect(converged).toBe(true);
  expect(iterations).toBeLessThan(200);
  const best = ranks.indexOf(ranks.reduce((a, b) => Math.max(a, b), 0));
  expect(["libc6", "libgcc-s1", "gcc-12-base"]).toContain(graph.columns.ids.at(best));
});
