import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { type EdgeInit, Graph } from "@graphoid/distribution";

/** A directed graph from lines `from to weight` or `from to label`, plain or gzip; lines with `#` in front are left out. */
export function readEdges(path: string): Graph {
  const bytes = readFileSync(path);
  const edges: EdgeInit[] = [];
  for (const line of (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8").split("\n")) {
    const [from, to, third] = line.split(/\s+/);
    if (!from || !to || from.startsWith("#")) continue;
    const weight = Number(third ?? Number.NaN);
    edges.push({ from, to, ...(Number.isNaN(weight) ? third && { label: third } : { weight }) });
  }
  const graph = new Graph();
  graph.addNodes(edges.flatMap(({ from, to }) => [{ id: from }, { id: to }]));
  graph.addEdges(edges);
  return graph;
}
