import { type EdgeRecord, Graph, IntegrityError, invalidArgument, isGraph, type PartitionId } from "@graphoid/core";
import type { HaloPart } from "./halo.ts";
import { describePartition } from "./partition-id.ts";
import { checkGraph } from "./strategy.ts";

const NONE: HaloPart["ghosts"] = new Map();

/**
 * Puts a graph together again: the inverse of `split` and `crossEdges`, and of `splitWithHalo`, whose parts hold all
 * edges already. The result equals the graph that was cut (by
 * core's `equals`); its nodes stand in the order of the parts, and the cross edges come last. Values are shared. It is
 * made node by node and edge by edge, which interceptors of all graphs see.
 *
 * @throws InvalidArgumentError when `parts` is empty or holds something other than graphs.
 * @throws IntegrityError when parts differ in type (directed or undirected) or share a node.
 * @throws NotFoundError when a cross edge names a node that no part holds.
 */
export function merge(parts: ReadonlyMap<PartitionId, Graph | HaloPart>, crossEdges?: Iterable<EdgeRecord>): Graph {
  const call = "partition.merge";
  if (!(parts instanceof Map) || parts.size === 0)
    throw invalidArgument(call, "parts", "a Map that is not empty", parts);
  const whole = crossEdges === undefined && [...parts.values()].every((part) => !isGraph(part));
  if (!whole && typeof crossEdges?.[Symbol.iterator] !== "function") {
    throw invalidArgument(call, "crossEdges", "an iterable of edges", crossEdges);
  }
  let merged: Graph | undefined;
  for (const [id, part] of parts) {
    const { graph, ghosts } = isGraph(part) ? { graph: part, ghosts: NONE } : part;
    checkGraph(call, `parts.get(${describePartition(id)})`, graph);
    merged ??= new Graph({ type: graph.type });
    if (graph.type !== merged.type) throw new IntegrityError(`${call}: some parts are directed and some are not`);
    addNodes(merged, id, graph, ghosts);
  }
  // Edges after all nodes, as those of a halo lead to other parts. Of the parts that hold one, the owner of its source adds it.
  for (const part of parts.values()) {
    const { graph, ghosts } = isGraph(part) ? { graph: part, ghosts: NONE } : part;
    for (const edge of graph.edges()) if (!ghosts.has(edge.from)) addEdge(merged as Graph, edge);
  }
  for (const edge of crossEdges ?? []) addEdge(merged as Graph, edge);
  return merged as Graph;
}

function addNodes(merged: Graph, id: PartitionId, part: Graph, ghosts: HaloPart["ghosts"]): void {
  for (const node of part.nodes()) {
    if (ghosts.has(node)) continue;
    if (merged.hasNode(node)) {
      throw new IntegrityError(
        `partition.merge: node ${JSON.stringify(node)} of partition ${describePartition(id)} is in another one too`,
        { details: { nodeId: node, partition: id } },
      );
    }
    const record = part.nodeRecord(node);
    if (!record) continue;
    const { value, type, properties } = record;
    merged.addNode(node, value, type === undefined ? { properties } : { type, properties });
  }
}

function addEdge(merged: Graph, { from, to, label, weight, properties }: EdgeRecord): void {
  merged.addEdge(from, to, label, {
    ...(weight === undefined ? {} : { weight }),
    ...(properties === undefined ? {} : { properties }),
  });
}
