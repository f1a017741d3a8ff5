import type { Graph, GraphColumns, PartitionId, PartitionStrategy } from "@graphoid/core";
import { assign } from "./assignment.ts";
import { groupRows } from "./rows.ts";
import { subgraph } from "./subgraph.ts";

/**
 * Cuts a graph: returns, for every partition of `strategy`, the graph of the nodes that belong to it and of the edges
 * between them. `crossEdges` returns the edges that are left over.
 *
 * Nodes keep their value, type and properties, edges their label, weight and properties; both keep their order. Values
 * are shared with `graph`, not copied. A partition without nodes is an empty graph, so a strategy with 8 partitions
 * gives 8 graphs whatever the graph's size. The map is in the order of the strategy's partitions. Interceptors do not
 * see the graphs being made. Time and memory are linear in nodes, edges and partitions.
 *
 * @throws InvalidArgumentError when `graph` is no graph or `strategy` no strategy.
 * @throws StrategyError when the strategy fails for a node; nothing is split then.
 * @example
 * ```ts
 * import { Graph } from "@graphoid/core";
 * import { rangesFor, split, strategy } from "@graphoid/partition";
 *
 * const graph = new Graph();
 * for (const id of ["ada", "bob", "cleo"]) graph.addNode(id);
 * graph.addEdge("ada", "bob");
 * graph.addEdge("bob", "cleo");
 * const parts = split(graph, strategy("range", { ranges: rangesFor(graph, 2) }));
 * console.log(parts.get(1)?.edges()); // [ { from: 'bob', to: 'cleo', label: 'edge' } ]
 * ```
 */
export function split(graph: Graph, strategy: PartitionStrategy): Map<PartitionId, Graph> {
  const { partitions, rows: partOf } = assign("partition.split", graph, strategy);
  const { columns } = graph;
  const count = partitions.length;
  const nodes = groupRows(partOf, count);
  const edges = groupRows(innerEdges(columns, partOf), count);
  /** For each node its row in the graph of its part. */
  const rowInPart = new Uint32Array(columns.nodeCount);
  for (let part = 0; part < count; part++) {
    const start = nodes.offsets[part] as number;
    const end = nodes.offsets[part + 1] as number;
    for (let i = start; i < end; i++) rowInPart[nodes.rows[i] as number] = i - start;
  }
  const parts = new Map<PartitionId, Graph>();
  for (let part = 0; part < count; part++) {
    const nodeRows = nodes.rows.subarray(nodes.offsets[part], nodes.offsets[part + 1]);
    const edgeRows = edges.rows.subarray(edges.offsets[part], edges.offsets[part + 1]);
    parts.set(partitions[part] as PartitionId, subgraph(columns, nodeRows, edgeRows, rowInPart));
  }
  return parts;
}

/** For each edge the partition of both its ends, or -1 when they have different ones. */
function innerEdges({ sources, targets }: GraphColumns, partOf: Int32Array): Int32Array {
  const inner = new Int32Array(sources.length);
  for (let edge = 0; edge < inner.length; edge++) {
    const part = partOf[sources[edge] as number] as number;
    inner[edge] = part === partOf[targets[edge] as number] ? part : -1;
  }
  return inner;
}
