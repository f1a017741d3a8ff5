import { type EdgeRecord, Graph, IntegrityError, invalidArgument, type PartitionId } from "@graphoid/core";
import { describePartition } from "./partition-id.ts";
import { checkGraph } from "./strategy.ts";

/**
 * Puts a graph together again: the inverse of `split` and `crossEdges`. The result equals the graph that was cut (by
 * core's `equals`); its nodes stand in the order of the parts, and the cross edges come last. Values are shared. It is
 * made node by node and edge by edge, which interceptors of all graphs see.
 *
 * @throws InvalidArgumentError when `parts` is empty or holds something other than graphs.
 * @throws IntegrityError when parts differ in type (directed or undirected) or share a node.
 * @throws NotFoundError when a cross edge names a node that no part holds.
 */
export function merge(parts: ReadonlyMap<PartitionId, Graph>, crossEdges: Iterable<EdgeRecord>): Graph {
  const call = "partition.merge";
  if (!(parts instanceof Map) || parts.size === 0)
    throw invalidArgument(call, "parts", "a Map that is not empty", parts);
  if (typeof crossEdges?.[Symbol.iterator] !== "function") {
    throw invalidArgument(call, "crossEdges", "an iterable of edges", crossEdges);
  }
  let merged: Graph | undefined;
  for (const [id, part] of parts as ReadonlyMap<PartitionId, Graph>) {
    checkGraph(call, `parts.get(${describePartition(id)})`, part);
    merged ??= new Graph({ type: part.type });
    if (part.type !== merged.type) throw new IntegrityError(`${call}: some parts are directed and some are not`);
    addPart(merged, id, part);
  }
  for (const edge of crossEdges) addEdge(merged as Graph, edge);
  return merged as Graph;
}

function addPart(merged: Graph, id: PartitionId, part: Graph): void {
  for (const node of part.nodes()) {
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
  for (const edge of part.edges()) addEdge(merged, edge);
}

function addEdge(merged: Graph, { from, to, label, weight, properties }: EdgeRecord): void {
  merged.addEdge(from, to, label, {
    ...(weight === undefined ? {} : { weight }),
    ...(properties === undefined ? {} : { properties }),
  });
}
