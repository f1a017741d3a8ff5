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
  const { ids, names, sources, targets, labels, weights, edgeProperties } = columns;
  const rows = crossingRows(columns, partOf);
  const plain = weights === undefined && edgeProperties.size === 0;
  const crossing = new Array<CrossEdge>(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const edge = rows[i]!;
    const source = sources[edge]!;
    const target = targets[edge]!;
    // One literal, so that all records have one shape: more than a million of them are made in a moment.
    const record = {
      from: ids.at(source),
      to: ids.at(target),
      label: names.at(labels[edge]!),
      fromPartition: partitions[partOf[source]!]!,
      toPartition: partitions[partOf[target]!]!,
    };
    if (!plain) addOptional(record, columns, edge);
    crossing[i] = record;
  }
  return crossing;
}

/**
 * Which edges belong to no partition: their rows in `graph.columns`, in order. For programs that read columns: this takes
 * a tenth of the time of {@link crossEdges}, which makes a record of each.
 *
 * @throws InvalidArgumentError when `graph` is no graph or `strategy` no strategy.
 * @throws StrategyError when the strategy fails for a node.
 * @example
 * ```ts
 * import { Graph } from "@graphoid/core";
 * import { crossEdgeRows, rangesFor, strategy } from "@graphoid/partition";
 *
 * const graph = new Graph();
 * for (const id of ["ada", "bob", "cleo"]) graph.addNode(id);
 * graph.addEdge("ada", "bob");
 * graph.addEdge("bob", "cleo");
 * console.log(crossEdgeRows(graph, strategy("range", { ranges: rangesFor(graph, 2) }))); // Uint32Array(1) [ 0 ]
 * ```
 */
export function crossEdgeRows(graph: Graph, strategy: PartitionStrategy): Uint32Array {
  const { rows } = assign("partition.crossEdgeRows", graph, strategy);
  return crossingRows(graph.columns, rows).slice();
}

/** The rows of the edges between partitions, in order. */
function crossingRows({ sources, targets, edgeCount }: GraphColumns, partOf: Int32Array): Uint32Array {
  const rows = new Uint32Array(edgeCount);
  let count = 0;
  for (let edge = 0; edge < edgeCount; edge++) {
    rows[count] = edge;
    // No branch: which edges cross is not to be guessed.
    count += partOf[sources[edge]!] === partOf[targets[edge]!] ? 0 : 1;
  }
  return rows.subarray(0, count);
}

/** Adds what not every edge has. */
function addOptional(
  record: { -readonly [Key in keyof CrossEdge]: CrossEdge[Key] },
  columns: GraphColumns,
  edge: number,
): void {
  const weight = columns.weights?.[edge] ?? Number.NaN;
  if (!Number.isNaN(weight)) record.weight = weight;
  if (columns.edgeProperties.size === 0) return;
  const properties = propertiesAt(columns, edge);
  if (properties !== undefined) record.properties = properties;
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
