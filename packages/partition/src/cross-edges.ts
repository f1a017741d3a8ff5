import type {
  EdgeRecord,
  Graph,
  GraphColumns,
  PartitionId,
  PartitionStrategy,
  PlainRecord,
  Value,
} from "@graphoid/core";
import { assign } from "./assignment.ts";

/** An edge between two partitions. */
export interface CrossEdge extends EdgeRecord {
  /** The partition of `from`. */
  readonly fromPartition: PartitionId;
  /** The partition of `to`. */
  readonly toPartition: PartitionId;
}

/**
 * The edges whose ends belong to different partitions, in the order of the graph's edges: those that no graph of
 * `split` holds. Time is linear in nodes and edges.
 *
 * @throws InvalidArgumentError when `graph` is no graph or `strategy` no strategy.
 * @throws StrategyError when the strategy fails for a node.
 */
export function crossEdges(graph: Graph, strategy: PartitionStrategy): CrossEdge[] {
  const { partitions, rows: partOf } = assign("partition.crossEdges", graph, strategy);
  const { columns } = graph;
  const { sources, targets, edgeCount } = columns;
  const crossing: CrossEdge[] = [];
  for (let edge = 0; edge < edgeCount; edge++) {
    const from = partOf[sources[edge] as number] as number;
    const to = partOf[targets[edge] as number] as number;
    if (from !== to)
      crossing.push(crossEdge(columns, edge, partitions[from] as PartitionId, partitions[to] as PartitionId));
  }
  return crossing;
}

function crossEdge(columns: GraphColumns, edge: number, from: PartitionId, to: PartitionId): CrossEdge {
  const { ids, names, sources, targets, labels, weights, edgeProperties } = columns;
  const record: { -readonly [Key in keyof CrossEdge]: CrossEdge[Key] } = {
    from: ids.at(sources[edge] as number),
    to: ids.at(targets[edge] as number),
    label: names.at(labels[edge] as number),
    fromPartition: from,
    toPartition: to,
  };
  const weight = weights?.[edge] ?? Number.NaN;
  if (!Number.isNaN(weight)) record.weight = weight;
  if (edgeProperties.size > 0) {
    const properties = propertiesAt(columns, edge);
    if (properties !== undefined) record.properties = properties;
  }
  return record;
}

/** The properties of an edge, or `undefined` when it has none. */
function propertiesAt({ edgeProperties }: GraphColumns, edge: number): PlainRecord | undefined {
  const entries: [string, Value][] = [];
  for (const [key, column] of edgeProperties) {
    const value = column.get(edge);
    if (value !== undefined) entries.push([key, value]);
  }
  // `fromEntries` makes own properties, even of a key such as `__proto__`.
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
