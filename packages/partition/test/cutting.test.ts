import { type EdgeRecord, equals, Graph, interceptAll, type PartitionStrategy } from "@graphoid/core";
import {
  createPartitioning,
  crossEdgeRows,
  type PartitionRange,
  type Strategy,
  StrategyError,
} from "@graphoid/partition";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { expectTimeBelow } from "../../../scripts/testing/cost.ts";
import { randomGraph, randomStrategy } from "./random-graph.ts";

const { strategy, registerStrategy, split, crossEdges, merge, report, rangesFor } = createPartitioning();

/** A graph of `edges` such as `"ab"`, whose nodes are the letters. */
function graphOf(edges: readonly string[], type: "directed" | "undirected" = "directed"): Graph {
  const graph = new Graph({ type });
  for (const id of edges.join("")) graph.addNode(id);
  for (const edge of edges) graph.addEdge(edge[0] as string, edge[1] as string);
  return graph;
}

/** Vowels to 1, consonants to 0. */
const vowels = { name: "vowels", partitions: [0, 1], partitionFor: (id: string) => ("aeiou".includes(id) ? 1 : 0) };

describe("for any graph and strategy", () => {
  const each = (check: (graph: Graph, strategy: PartitionStrategy) => void): void =>
    fc.assert(fc.property(randomGraph, randomStrategy, check), { numRuns: 100 });

  test("every node is in exactly one part, the one that the strategy says, in order", () => {
    each((graph, strategy) => {
      const parts = split(graph, strategy);
      for (const [id, part] of parts) {
        expect(part.nodes()).toEqual(graph.nodes().filter((node) => strategy.partitionFor(node) === id));
        for (const node of part.nodes()) expect(equals(part.nodeRecord(node), graph.nodeRecord(node))).toBe(true);
        expect(part.type).toBe(graph.type);
      }
      expect([...parts.values()].reduce((sum, part) => sum + part.nodeCount, 0)).toBe(graph.nodeCount);
    });
  });

  test("inner edges and cross edges together are all edges", () => {
    each((graph, strategy) => {
      const inner = [...split(graph, strategy).values()].flatMap((part) => part.edges());
      const cross: EdgeRecord[] = crossEdges(graph, strategy).map(({ fromPartition, toPartition, ...edge }) => {
        expect(fromPartition).toBe(strategy.partitionFor(edge.from));
        expect(toPartition).toBe(strategy.partitionFor(edge.to));
        expect(fromPartition).not.toBe(toPartition);
        return edge;
      });
      const key = ({ from, to, label }: EdgeRecord): string => JSON.stringify([from, to, label]);
      const sorted = (edges: EdgeRecord[]): EdgeRecord[] => edges.sort((a, b) => (key(a) < key(b) ? -1 : 1));
      expect(equals(sorted([...inner, ...cross]), sorted(graph.edges()))).toBe(true);
    });
  });

  test("merging gives back an equal graph", () => {
    each((graph, strategy) => {
      const parts = split(graph, strategy);
      // A strategy that lists nothing makes no part of an empty graph.
      if (parts.size === 0) return;
      expect(equals(merge(parts, crossEdges(graph, strategy)), graph)).toBe(true);
    });
  });

  test("the parts are graphs of their own, which can grow and be changed", () => {
    each((graph, strategy) => {
      const before = graph.copy();
      for (const part of split(graph, strategy).values()) {
        for (const id of part.nodes()) part.addNode(id, "changed", { type: "new type", properties: { fresh: "text" } });
        part.addNode("another");
        part.addEdge("another", "another", "new label", { weight: 2, properties: { fresh: "text" } });
        expect(part.getNode("another")).toBe(null);
        expect(part.hasEdge("another", "another", "new label")).toBe(true);
        part.removeNode("another");
      }
      expect(equals(graph, before)).toBe(true);
    });
  });

  test("the report counts what split and crossEdges return", () => {
    each((graph, strategy) => {
      const parts = split(graph, strategy);
      const cross = crossEdges(graph, strategy);
      const result = report(graph, strategy);
      expect(result.nodes).toBe(graph.nodeCount);
      expect(result.edges).toBe(graph.edgeCount);
      expect(result.cut).toBe(cross.length);
      const edges = graph.edges();
      const cutRecords = cross.map(({ fromPartition, toPartition, ...edge }) => edge);
      expect([...crossEdgeRows(graph, strategy)].map((row) => edges[row])).toEqual(cutRecords);
      expect(result.cutRatio).toBe(graph.edgeCount === 0 ? 0 : cross.length / graph.edgeCount);
      const sizes = [...parts.values()].map((part) => part.nodeCount);
      const mean = graph.nodeCount / parts.size;
      expect(result.balance).toBeCloseTo(graph.nodeCount === 0 ? 1 : Math.max(...sizes) / mean, 12);

      const neighborParts = (node: string): number => {
        const others = graph.neighbors(node, { direction: "both" }).map((other) => strategy.partitionFor(other));
        return new Set(others.filter((other) => other !== strategy.partitionFor(node))).size;
      };
      const expected = [...parts].map(([id, part]) => {
        const volumes = part.nodes().map(neighborParts);
        return {
          id,
          nodes: part.nodeCount,
          edges: part.edgeCount,
          cutEdges: cross.filter((edge) => edge.fromPartition === id || edge.toPartition === id).length,
          boundaryNodes: volumes.filter((volume) => volume > 0).length,
          communicationVolume: volumes.reduce((a, b) => a + b, 0),
        };
      });
      expect(result.partitions).toEqual(expected);
      expect(result.boundaryNodes).toBe(expected.reduce((sum, part) => sum + part.boundaryNodes, 0));
      expect(result.communicationVolume).toBe(expected.reduce((sum, part) => sum + part.communicationVolume, 0));
    });
  });
});

test("a strategy is asked once about every node", () => {
  const graph = graphOf(["ab", "bc", "ca", "aa"]);
  const place = vi.fn((nodeId: string, count: number) => nodeId.charCodeAt(0) % count);
  registerStrategy("counted", place);
  for (const call of [split, crossEdges, report]) {
    place.mockClear();
    call(graph, strategy("counted", { partitions: 2 }));
    expect(place.mock.calls).toEqual([
      ["a", 2],
      ["b", 2],
      ["c", 2],
    ]);
  }
});

test("parts come in the strategy's order, then those that it did not list, numbers first", () => {
  const open = { name: "first letter", partitionFor: (id: string) => (id === "z" ? 10 : id === "y" ? 9 : id) };
  const graph = graphOf(["zb", "ay", "ca"]);
  expect([...split(graph, open).keys()]).toEqual([9, 10, "a", "b", "c"]);
  const listing: Strategy = { ...open, partitions: ["x", "b"] };
  expect([...split(graph, listing).keys()]).toEqual(["x", "b", 9, 10, "a", "c"]);
});

test("node values are shared, not copied", () => {
  const graph = new Graph();
  const value = { deep: [1] };
  graph.addNode("a", value);
  expect(split(graph, vowels).get(1)?.getNode("a")).toBe(value);
});

test("interceptors of all graphs do not see graphs being cut", () => {
  const graph = graphOf(["ab", "ae"]);
  const addNode = vi.fn(() => "continue" as const);
  const registration = interceptAll({ addNode, addEdge: addNode });
  split(graph, vowels);
  registration.dispose();
  expect(addNode).not.toHaveBeenCalled();
});

test("P3: a hub takes time linear in its edges", () => {
  const graph = new Graph();
  graph.addNode("hub");
  for (let i = 0; i < 200_000; i++) {
    graph.addNode(`n${i}`);
    graph.addEdge("hub", `n${i}`);
  }
  const byHash = strategy("hash", { partitions: 4 });
  // Quadratic time would be 4 · 10¹⁰ steps.
  expectTimeBelow(5000, () => {
    const inner = [...split(graph, byHash).values()].reduce((sum, part) => sum + part.edgeCount, 0);
    expect(report(graph, byHash).cut).toBe(200_000 - inner);
  });
});

describe("P5: small and odd graphs", () => {
  const empty = new Graph();
  const byHash = strategy("hash", { partitions: 3 });

  test("an empty graph gives empty parts and a report of zeros", () => {
    expect([...split(empty, byHash)].map(([id, part]) => [id, part.nodeCount, part.edgeCount])).toEqual([
      [0, 0, 0],
      [1, 0, 0],
      [2, 0, 0],
    ]);
    expect(crossEdges(empty, byHash)).toEqual([]);
    expect(report(empty, byHash)).toMatchObject({ nodes: 0, edges: 0, cut: 0, cutRatio: 0, balance: 1 });
    expect(report(empty, { name: "lists nothing", partitionFor: () => 0 })).toMatchObject({
      partitions: [],
      balance: 1,
    });
  });

  test("one node, and more partitions than nodes, leave parts empty", () => {
    const one = graphOf(["aa"]);
    const parts = split(one, strategy("hash", { partitions: 1000 }));
    expect(parts.size).toBe(1000);
    expect([...parts.values()].filter((part) => part.nodeCount === 1)).toHaveLength(1);
    expect(report(one, strategy("hash", { partitions: 1000 })).balance).toBe(1000);
    expect([...split(one, strategy("range", { ranges: rangesFor(one, 3) }))].map(([, part]) => part.nodes())).toEqual([
      ["a"],
      [],
      [],
    ]);
  });

  test("a self loop is an inner edge, once", () => {
    for (const type of ["directed", "undirected"] as const) {
      const graph = graphOf(["aa", "ab"], type);
      expect(split(graph, vowels).get(1)?.edges()).toEqual([{ from: "a", to: "a", label: "edge" }]);
      expect(report(graph, vowels)).toMatchObject({
        cut: 1,
        partitions: [
          { id: 0, nodes: 1, edges: 0, cutEdges: 1, boundaryNodes: 1, communicationVolume: 1 },
          { id: 1, nodes: 1, edges: 1, cutEdges: 1, boundaryNodes: 1, communicationVolume: 1 },
        ],
      });
    }
  });

  test("an undirected edge is cut once, from whichever end it was given", () => {
    const graph = graphOf(["ba", "ac"], "undirected");
    expect(crossEdges(graph, vowels)).toEqual([
      { from: "b", to: "a", label: "edge", fromPartition: 0, toPartition: 1 },
      { from: "a", to: "c", label: "edge", fromPartition: 1, toPartition: 0 },
    ]);
  });
});

describe("refuses", () => {
  const graph = graphOf(["ab"]);

  test("what is no graph or no strategy", () => {
    for (const call of [split, crossEdges, crossEdgeRows, report]) {
      expect(() => call({} as never, vowels)).toThrow("expected `graph` to be a Graph, got an object");
      for (const bad of [
        undefined,
        "hash",
        {},
        { name: "x" },
        { ...vowels, partitions: [-1] },
        { ...vowels, partitions: [0, 0] },
        { ...vowels, partitions: 2 },
      ]) {
        expect(() => call(graph, bad as never)).toThrow("expected `strategy` to be a strategy");
      }
    }
  });

  test("P1: a foreign strategy that gives no partition id", () => {
    for (const id of [Number.NaN, -1, 0.5, undefined, Promise.resolve(0)]) {
      const foreign = { name: "foreign", partitionFor: () => id as number };
      expect(() => split(graph, foreign)).toThrow(StrategyError);
      expect(() => split(graph, foreign)).toThrow('partition strategy "foreign" cannot place node "a": ');
    }
  });

  test("a strategy that names partitions without end", () => {
    const many = new Graph();
    for (let i = 0; i <= 65_536; i++) many.addNode(String(i));
    expect(() => report(many, { name: "own", partitionFor: (id) => id })).toThrow("names more than 65536 partitions");
  });

  test("a strategy that changes the graph", () => {
    const changing = graphOf(["ab"]);
    const strategy = {
      name: "meddler",
      partitionFor: () => {
        changing.addNode(`new ${changing.nodeCount}`);
        return 0;
      },
    };
    expect(() => split(changing, strategy)).toThrow('"meddler" changed the graph');
  });

  test("parts that do not fit together", () => {
    expect(() => merge(new Map(), [])).toThrow("expected `parts` to be a Map that is not empty");
    expect(() => merge([graph] as never, [])).toThrow("expected `parts`");
    expect(() => merge(new Map([[0, graph]]), undefined as never)).toThrow("expected `crossEdges` to be an iterable");
    expect(() => merge(new Map([[0, {} as never]]), [])).toThrow("expected `parts.get(0)` to be a Graph");
    expect(() =>
      merge(
        new Map([
          [0, graph],
          [1, new Graph({ type: "undirected" })],
        ]),
        [],
      ),
    ).toThrow(expect.objectContaining({ code: "INTEGRITY" }));
    expect(() =>
      merge(
        new Map([
          [0, graph],
          [1, graph],
        ]),
        [],
      ),
    ).toThrow('node "a" of partition 1 is in another one too');
    expect(() => merge(new Map([[0, graph]]), [{ from: "a", to: "z", label: "edge" }])).toThrow(
      expect.objectContaining({ code: "NOT_FOUND" }),
    );
  });
});

test("a plain range function cuts a graph as the built-in one does", () => {
  const graph = graphOf(["ab", "bc", "cd", "da", "xa"]);
  registerStrategy("plain range", (nodeId, ranges: readonly PartitionRange[]) => {
    for (const { min, max, partition } of ranges) {
      if ((min === undefined || nodeId >= min) && (max === undefined || nodeId < max)) return partition;
    }
    return "default";
  });
  const ranges = [
    { min: "a", max: "c", partition: 0 },
    { min: "c", max: "e", partition: 1 },
  ];
  const plain = crossEdges(graph, strategy("plain range", { ranges }));
  expect(plain).toEqual(crossEdges(graph, strategy("range", { ranges, fallback: "default" })));
  expect(plain.map(({ from, to }) => from + to)).toEqual(["bc", "da", "xa"]);
});
