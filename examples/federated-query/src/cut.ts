import { Graph } from "@graphoid/distribution";
import type { Parts } from "./federation.ts";

/** Cuts a graph: each part has its own nodes, all edges at them, and the far ends of those by their ids alone. */
export function cut(graph: Graph, { count, partitionOf }: Pick<Parts, "count" | "partitionOf">): Graph[] {
  const parts = Array.from({ length: count }, () => new Graph({ type: graph.type }));
  const partOf = (id: string): Graph => parts[partitionOf(id)] as Graph;
  for (const id of graph.nodes()) {
    const { value, type, properties } = graph.nodeRecord(id) as NonNullable<ReturnType<Graph["nodeRecord"]>>;
    partOf(id).addNode(id, value, { ...(type === undefined ? {} : { type }), properties });
  }
  for (const { from, to, label, ...attributes } of graph.edges()) {
    for (const part of new Set([partOf(from), partOf(to)])) {
      for (const end of [from, to]) if (!part.hasNode(end)) part.addNode(end);
      part.addEdge(from, to, label, attributes);
    }
  }
  return parts;
}
