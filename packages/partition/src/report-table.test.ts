import { Graph } from "@graphoid/core";
import { expect, test } from "vitest";
import { strategy } from "./default.ts";
import { rangesFor } from "./ranges.ts";
import { report } from "./report.ts";
import { formatReport } from "./report-table.ts";

test("one line a partition, numbers aligned, totals below", () => {
  const graph = new Graph();
  for (const id of ["ada", "bob", "cleo"]) graph.addNode(id);
  graph.addEdge("ada", "bob");
  graph.addEdge("bob", "cleo");
  expect(formatReport(report(graph, strategy("range", { ranges: rangesFor(graph, 2) })))).toBe(
    [
      "range: partitions 2, nodes 3, edges 2",
      "partition  nodes  edges  cut edges  boundary  volume",
      "        0      1      0          1         1       1",
      "        1      2      1          1         1       1",
      "cut 1 (50.0 %), balance 1.333, boundary nodes 2, communication volume 2",
    ].join("\n"),
  );
});

test("large counts have commas and long names their room", () => {
  const table = formatReport({
    strategy: "by country",
    nodes: 1_234_567,
    edges: 1000,
    partitions: [
      { id: "the netherlands", nodes: 1_234_567, edges: 999, cutEdges: 0, boundaryNodes: 0, communicationVolume: 0 },
    ],
    cut: 0,
    cutRatio: 0,
    balance: 1,
    boundaryNodes: 0,
    communicationVolume: 0,
    replicationFactor: 1,
    links: [],
  });
  expect(table.split("\n").slice(0, 3)).toEqual([
    "by country: partitions 1, nodes 1,234,567, edges 1,000",
    "      partition      nodes  edges  cut edges  boundary  volume",
    "the netherlands  1,234,567    999          0         0       0",
  ]);
});
