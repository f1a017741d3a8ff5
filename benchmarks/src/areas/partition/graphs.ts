import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { Graph } from "@graphoid/core";

const FOLDER = new URL("../../../src/areas/partition/graphs/", import.meta.url);

/** A graph to cut, as text for METIS and as what we take. */
export interface TestGraph {
  readonly name: string;
  readonly family: Family;
  readonly text: string;
  readonly graph: Graph;
}

export type Family = "mesh" | "skewed";

/** The graphs of a family, those of the folder in `GRAPHOID_GRAPHS` included; only the named ones where `only` is given. */
export function testGraphs(family: Family, only?: readonly string[]): TestGraph[] {
  const folders = [FOLDER.pathname, ...(process.env["GRAPHOID_GRAPHS"] ? [process.env["GRAPHOID_GRAPHS"]] : [])];
  const seen = new Set<string>();
  const graphs: TestGraph[] = [];
  for (const folder of folders) {
    for (const file of readdirSync(folder).sort()) {
      const name = file.replace(/\.graph(\.gz)?$/, "");
      if (name === file || seen.has(name) || (only && !only.includes(name))) continue;
      seen.add(name);
      const bytes = readFileSync(`${folder}/${file}`);
      const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("latin1");
      const graph = parse(text);
      if (familyOf(graph) === family) graphs.push({ name, family, text, graph });
    }
  }
  return graphs;
}

function parse(text: string): Graph {
  const [head = "", ...lines] = text.split("\n").filter((line) => !line.startsWith("%"));
  const nodes = Number(head.trim().split(/\s+/)[0]);
  const graph = new Graph({ type: "undirected" });
  for (let i = 1; i <= nodes; i++) graph.addNode(String(i));
  for (let i = 1; i <= nodes; i++) {
    for (const other of (lines[i - 1] ?? "").trim().split(/\s+/))
      if (Number(other) > i) graph.addEdge(String(i), other);
  }
  return graph;
}

/** By the spread of degrees: that of meshes and roads is narrow. */
function familyOf({ columns }: Graph): Family {
  const { offsets } = columns.out;
  let squares = 0;
  for (let i = 0; i < columns.nodeCount; i++) squares += (offsets[i + 1]! - offsets[i]!) ** 2;
  return squares * columns.nodeCount > 2 * offsets[columns.nodeCount]! ** 2 ? "skewed" : "mesh";
}

/** The number of edges between parts. */
export function cutOf({ columns }: Graph, part: ArrayLike<number>): number {
  const { sources, targets, edgeCount } = columns;
  let cut = 0;
  for (let edge = 0; edge < edgeCount; edge++) if (part[sources[edge]!] !== part[targets[edge]!]) cut++;
  return cut;
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
