import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { Graph } from "@graphoid/distribution";

function rowsOf(name: string): string[][] {
  const path = fileURLToPath(new URL(`../../pagerank/data/debian-packages.${name}.tsv.gz`, import.meta.url));
  const lines = gunzipSync(readFileSync(path)).toString("utf8").trimEnd().split("\n");
  return lines.slice(1).map((line) => line.split("\t"));
}

/** The packages of Debian bookworm and what they need; those of one section, and what is between them, if `section` is given. */
export function readPackages(section?: string): Graph {
  const graph = new Graph();
  for (const [id = "", where = "", priority = "", version = "", size] of rowsOf("nodes")) {
    if (section !== undefined && where !== section) continue;
    const properties = { section: where, priority, version, ...(size ? { installedKiB: Number(size) } : {}) };
    graph.addNode(id, null, { type: "Package", properties });
  }
  for (const [from = "", to = "", label] of rowsOf("edges")) {
    if (graph.hasNode(from) && graph.hasNode(to)) graph.addEdge(from, to, label);
  }
  return graph;
}
