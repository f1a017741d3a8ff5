import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { Graph } from "@graphoid/distribution";

/** A directed graph from lines `from to label`, separated by tabs or blanks; plain or gzip. A header line is left out. */
export function readEdges(path: string): Graph {
  const bytes = readFileSync(path);
  const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  const graph = new Graph();
  for (const line of text.split("\n")) {
    const [from, to, label] = line.trim().split(/\s+/);
    if (!from || !to || (from === "from" && to === "to")) continue;
    graph.addNode(from);
    graph.addNode(to);
    graph.addEdge(from, to, label);
  }
  return graph;
}
