import { type EdgeRecord, Graph, IntegrityError, type NodeRecord, type Value } from "@graphoid/core";
import { FormatError } from "./errors.ts";
import { TYPE_KEY } from "./format.ts";

/** A graph as maps and arrays that any language reads. */
export interface PlainGraph {
  readonly [TYPE_KEY]: "graph";
  readonly directed: boolean;
  readonly nodes: readonly NodeRecord[];
  readonly edges: readonly EdgeRecord[];
}

export function plainGraph(graph: Graph): PlainGraph {
  const nodes = graph.nodes().map((id) => graph.nodeRecord(id) as NodeRecord);
  return { [TYPE_KEY]: "graph", directed: graph.type === "directed", nodes, edges: graph.edges() };
}

/** Fills `graph` from its plain form, checking every part: it may have come from anywhere. */
export function fillFromPlain(graph: Graph, nodes: Value, edges: Value): void {
  if (!Array.isArray(nodes) || !Array.isArray(edges)) {
    throw new FormatError("serialize: a plain graph needs the arrays `nodes` and `edges`");
  }
  try {
    for (const { id, value, ...options } of nodes as NodeRecord[]) {
      if (graph.hasNode(id)) throw new IntegrityError(`graph: the id ${JSON.stringify(id)} stands twice`);
      graph.addNode(id, value, options);
    }
    for (const { from, to, label, ...attributes } of edges as EdgeRecord[]) {
      if (graph.hasEdge(from, to, label)) throw new IntegrityError("graph: an edge stands twice");
      graph.addEdge(from, to, label, attributes);
    }
  } catch (cause) {
    if (cause instanceof IntegrityError) throw cause;
    throw new IntegrityError("serialize: the plain graph does not make a graph", { cause });
  }
}

/** An empty graph for a plain form that says whether it is directed. */
export function emptyGraph(directed: Value): Graph {
  if (typeof directed !== "boolean") throw new FormatError("serialize: a plain graph needs the boolean `directed`");
  return new Graph({ type: directed ? "directed" : "undirected" });
}
