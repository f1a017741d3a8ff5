import { Graph } from "@graphoid/core";

/** A file that does not hold what it should; the message says where. */
export class FileError extends Error {}

/** A graph from a file, with what the strategy is to know of it. */
export interface FileGraph {
  readonly graph: Graph;
  /** The property that holds the weights of nodes, where the file has them. */
  readonly nodeWeights?: string;
  readonly edgeWeights?: boolean;
}

const WEIGHT = "weight";

/**
 * Reads the format of METIS and of the DIMACS challenges: a line with the numbers of nodes and edges and the kinds of
 * weights, then a line for each node with its neighbours, counted from 1. Nodes are called "1", "2" … Of several node
 * weights the first counts.
 */
export function readMetis(text: string): FileGraph {
  const lines = text
    .replace(/\n$/, "")
    .split("\n")
    .filter((line) => !line.startsWith("%"));
  const [nodes = Number.NaN, edges, format = "0", constraints = 1] = words(lines[0] ?? "").map((word, i) =>
    i === 2 ? word : Number(word),
  ) as [number?, number?, string?, number?];
  if (!Number.isInteger(nodes) || nodes < 0 || !/^[01]{1,3}$/.test(String(format))) {
    throw new FileError("line 1 must hold the number of nodes and of edges, and the kind of weights");
  }
  if (lines.length <= nodes)
    throw new FileError(`${nodes} nodes are announced, and there are ${lines.length - 1} lines for them`);
  const [sizes, nodeWeights, edgeWeights] = String(format)
    .padStart(3, "0")
    .split("")
    .map((digit) => digit === "1");
  const graph = new Graph({ type: "undirected" });
  const rows = Array.from({ length: nodes }, (_, i) => words(lines[i + 1]!).map(Number));
  const skip = (sizes ? 1 : 0) + (nodeWeights ? constraints : 0);
  rows.forEach((row, i) => {
    const weight = nodeWeights ? row[sizes ? 1 : 0] : undefined;
    graph.addNode(String(i + 1), null, weight === undefined ? {} : { properties: { [WEIGHT]: weight } });
  });
  rows.forEach((row, i) => {
    for (let at = skip; at < row.length; at += edgeWeights ? 2 : 1) {
      const other = row[at]!;
      if (!Number.isInteger(other) || other < 1 || other > nodes) {
        throw new FileError(`node ${i + 1} has a neighbour ${other}; there are nodes 1 to ${nodes}`);
      }
      // Each edge stands at both ends; one that stands at one only is taken as well.
      const weight = edgeWeights ? row[at + 1] : undefined;
      if (weight === undefined) graph.addEdge(String(i + 1), String(other));
      else graph.addEdge(String(i + 1), String(other), undefined, { weight });
    }
  });
  if (edges !== undefined && graph.edgeCount !== edges) {
    throw new FileError(`${edges} edges are announced, and there are ${graph.edgeCount}`);
  }
  return { graph, ...(nodeWeights ? { nodeWeights: WEIGHT } : {}), ...(edgeWeights ? { edgeWeights: true } : {}) };
}

/**
 * Reads a list of edges: a line for each with two names and, if need be, a weight, separated by white space or a comma.
 * Lines that begin with # or % are passed over. Nodes stand in the order in which they are first named.
 */
export function readEdges(text: string): FileGraph {
  const graph = new Graph();
  let weighted = false;
  let number = 0;
  for (const line of text.split("\n")) {
    number++;
    if (/^\s*([#%]|$)/.test(line)) continue;
    const [from, to, weight] = line.trim().split(/[\s,;]+/);
    if (!from || !to) throw new FileError(`line ${number} must name two nodes`);
    for (const id of [from, to]) if (!graph.hasNode(id)) graph.addNode(id);
    if (weight === undefined) {
      graph.addEdge(from, to);
      continue;
    }
    const value = Number(weight);
    if (!(value >= 0)) throw new FileError(`line ${number} has a weight that is no number >= 0: ${weight}`);
    weighted = true;
    graph.addEdge(from, to, undefined, { weight: value });
  }
  return { graph, ...(weighted ? { edgeWeights: true } : {}) };
}

function words(line: string): string[] {
  const trimmed = line.trim();
  return trimmed === "" ? [] : trimmed.split(/\s+/);
}
