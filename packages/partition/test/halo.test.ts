import { equals, Graph, type PartitionId, type PartitionStrategy } from "@graphoid/core";
import {
  createPartitioning,
  type HaloPart,
  merge,
  reportHtml,
  reportSvg,
  splitEdges,
  splitWithHalo,
} from "@graphoid/partition";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { grid } from "./plain-graphs.ts";
import { randomGraph, randomStrategy } from "./random-graph.ts";

const { strategy, split, report } = createPartitioning();

/** How far each node is from those of a partition, whatever the direction of edges; found the plain way. */
function distances(graph: Graph, own: (id: string) => boolean): Map<string, number> {
  const found = new Map(
    graph
      .nodes()
      .filter(own)
      .map((id) => [id, 0]),
  );
  for (let hop = 1; ; hop++) {
    const before = found.size;
    for (const id of [...found.keys()]) {
      for (const next of graph.neighbors(id, { direction: "both" })) if (!found.has(next)) found.set(next, hop);
    }
    if (found.size === before) return found;
  }
}

function checkHalo(graph: Graph, by: PartitionStrategy, id: PartitionId, part: HaloPart, hops: number): void {
  const far = distances(graph, (node) => by.partitionFor(node) === id);
  const near = [...far].filter(([, distance]) => distance <= hops).map(([node]) => node);
  const nodes = part.graph.nodes();
  expect([...nodes].sort()).toEqual(near.sort());
  expect(nodes.slice(0, part.ownCount)).toEqual(graph.nodes().filter((node) => by.partitionFor(node) === id));
  expect([...part.ghosts]).toEqual(nodes.slice(part.ownCount).map((node) => [node, by.partitionFor(node)]));
  const all = graph.nodes();
  expect([...part.globalRows].map((row) => all[row])).toEqual(nodes);
  for (const node of nodes) expect(equals(part.graph.nodeRecord(node), graph.nodeRecord(node))).toBe(true);
  const inside = graph.edges().filter(({ from, to }) => {
    const nearer = Math.min(far.get(from) ?? hops, far.get(to) ?? hops);
    return nearer < hops;
  });
  expect(equals(part.graph.edges(), inside)).toBe(true);
}

describe("splitWithHalo", () => {
  test("holds what is near, for any graph, strategy and number of hops", () => {
    fc.assert(
      fc.property(randomGraph, randomStrategy, fc.integer({ min: 1, max: 4 }), (graph, by, hops) => {
        for (const [id, part] of splitWithHalo(graph, by, { hops })) checkHalo(graph, by, id, part, hops);
      }),
      { numRuns: 50 },
    );
  });

  test("does not change with the graph", () => {
    const graph = grid(6, 6);
    const by = strategy("hash", { partitions: 3 });
    const before = [...splitWithHalo(graph, by).values()].map(({ ghosts }) => [...ghosts]);
    const parts = [...splitWithHalo(graph, by).values()];
    for (const node of graph.nodes().slice(5)) graph.removeNode(node);
    graph.addNode("new");
    expect(graph.columns.nodeCount).toBe(6);
    expect(parts.map(({ ghosts }) => [...ghosts])).toEqual(before);
    for (const part of parts) expect(part.ghosts).toBe(part.ghosts);
  });

  test("merges into an equal graph, without cross edges", () => {
    fc.assert(
      fc.property(randomGraph, randomStrategy, fc.integer({ min: 1, max: 3 }), (graph, by, hops) => {
        const parts = splitWithHalo(graph, by, { hops });
        if (parts.size > 0) expect(equals(merge(parts), graph)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test("refuses bad options", () => {
    const by = strategy("hash", { partitions: 2 });
    expect(() => splitWithHalo(new Graph(), by, { hops: 0 })).toThrow("expected `hops` to be an integer >= 1");
    expect(() => splitWithHalo(new Graph(), by, { depth: 1 } as never)).toThrow("unknown option");
    expect(() => merge(new Map([[0, { ghosts: new Map() } as never]]))).toThrow(
      "expected `parts.get(0)` to be a Graph",
    );
  });
});

describe("splitEdges", () => {
  test("every edge is in one part, with its ends, and every node somewhere", () => {
    fc.assert(
      fc.property(randomGraph, fc.constantFrom("hdrf" as const, "dbh" as const), (graph, name) => {
        const cut = strategy(name, { partitions: 3 }).plan(graph);
        const parts = splitEdges(graph, cut);
        const edges = graph.edges();
        for (const [id, part] of parts) {
          expect(
            equals(
              part.edges(),
              edges.filter((_, i) => cut.edgePartitions[i] === id),
            ),
          ).toBe(true);
          expect(part.nodes()).toEqual(graph.nodes().filter((node) => cut.replicas(node).includes(id as number)));
        }
      }),
      { numRuns: 60 },
    );
  });

  test("refuses what is no vertex cut of the graph", () => {
    const graph = grid(2, 2);
    const cut = strategy("hdrf", { partitions: 2 }).plan(graph);
    graph.removeEdge("0,0", "0,1");
    expect(() => splitEdges(graph, cut)).toThrow("a vertex cut of 3 edges");
    expect(() => splitEdges(graph, strategy("hash", { partitions: 2 }) as never)).toThrow("a vertex cut");
  });
});

describe("report", () => {
  test("counts links, copies and moves", () => {
    const graph = grid(4, 4);
    const byRow = { name: "rows", partitions: [0, 1, 2, 3], partitionFor: (id: string) => Number(id[0]) };
    const byHalf = { name: "halves", partitions: [0, 1], partitionFor: (id: string) => (id < "2" ? 0 : 1) };
    const result = report(graph, byRow, { previous: byHalf });
    expect(result.links).toEqual([
      { between: [0, 1], edges: 4 },
      { between: [1, 2], edges: 4 },
      { between: [2, 3], edges: 4 },
    ]);
    expect(result.replicationFactor).toBe(1 + 24 / 16);
    // Row 1 leaves partition 0; rows 2 and 3 leave partition 1.
    expect(result.moved).toBe(12);
    expect(report(graph, byRow).moved).toBeUndefined();
  });

  test("of a vertex cut says how nodes are copied and edges balanced", () => {
    const graph = grid(8, 8);
    const cut = strategy("hdrf", { partitions: 4 }).plan(graph);
    const { replicationFactor, edgeBalance } = cut;
    expect(report(graph, cut)).toMatchObject({ replicationFactor, edgeBalance });
  });

  test("is drawn as well-formed SVG and HTML, whatever the names", () => {
    const names = ["<script>", "a&b", '"', "\0", "😀"];
    const graph = grid(5, 5);
    const odd = { name: "<b>&", partitions: names, partitionFor: (id: string) => names[Number(id[0])] as string };
    const svg = reportSvg(report(graph, odd));
    expect(svg).not.toContain("<script>");
    expect(svg).toContain("&lt;script&gt;");
    expect(svg.match(/<circle/g)).toHaveLength(5);
    expect(svg.match(/<line/g)).toHaveLength(4);
    expect(svg).not.toContain("\0");
    const html = reportHtml(report(graph, odd));
    expect(html).toContain(svg);
    expect(html).toContain("<title>&lt;b&gt;&amp;</title>");
    expect(reportSvg(report(new Graph(), strategy("hash", { partitions: 1 })))).toContain("</svg>");
    expect(reportSvg(report(graph, strategy("hash", { partitions: 1000 }))).match(/<circle/g)).toHaveLength(256);
  });
});

test("split of a plan, which knows its graph, is that of its partitionFor", () => {
  const graph = grid(6, 6);
  const plan = strategy("multilevel", { partitions: 3 }).plan(graph);
  const plain = { name: "plain", partitions: plan.partitions, partitionFor: (id: string) => plan.partitionFor(id) };
  expect([...split(graph, plan)].map(([id, part]) => [id, part.nodes()])).toEqual(
    [...split(graph, plain)].map(([id, part]) => [id, part.nodes()]),
  );
});
