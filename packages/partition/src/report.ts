import { checkOptions, type Graph, type GraphColumns, type PartitionId, type PartitionStrategy } from "@graphoid/core";
import { type Assignment, assign } from "./assignment.ts";
import type { Plan } from "./plan.ts";
import type { VertexCut } from "./vertex-cut.ts";

/** What one partition holds, and what it shares with others. */
export interface PartitionSummary {
  readonly id: PartitionId;
  readonly nodes: number;
  /** Edges with both ends in this partition. */
  readonly edges: number;
  /** Edges with one end in this partition and the other in another one. */
  readonly cutEdges: number;
  /** Nodes of this partition with a neighbour in another one. */
  readonly boundaryNodes: number;
  /** For each node of this partition, the number of other partitions in which it has a neighbour, added up. */
  readonly communicationVolume: number;
}

/** How many edges lead between two partitions, in either direction. */
export interface PartitionLink {
  readonly between: readonly [PartitionId, PartitionId];
  readonly edges: number;
}

/** The options of {@link report}. */
export interface ReportOptions {
  /** Where nodes were before, to count those that move. Nodes that a previous plan does not hold do not. */
  readonly previous?: PartitionStrategy;
}

/** How a strategy cuts a graph, and what that costs. */
export interface PartitionReport {
  /** The name of the strategy. */
  readonly strategy: string;
  readonly nodes: number;
  readonly edges: number;
  /** Every partition, also those without nodes, in the order of the strategy. */
  readonly partitions: readonly PartitionSummary[];
  /** Edges between partitions: as many as `crossEdges` returns. */
  readonly cut: number;
  /** `cut` as a share of all edges, from 0 to 1; 0 for a graph without edges. */
  readonly cutRatio: number;
  /** Nodes in the largest partition ÷ the mean over all partitions: 1 is perfect. 1 for a graph without nodes. */
  readonly balance: number;
  /** Nodes with a neighbour in another partition. */
  readonly boundaryNodes: number;
  /**
   * Copies of nodes that other partitions need so that each partition sees all neighbours of its own nodes: the total
   * communication volume of METIS. Edges count in both directions.
   */
  readonly communicationVolume: number;
  /**
   * Mean number of partitions that hold a node: its own and those that need a copy. Of a vertex cut, the mean number of
   * those that hold an edge of it. 1 is best, and that of a graph without nodes.
   */
  readonly replicationFactor: number;
  /** Partitions with edges between them, in the order of the strategy. */
  readonly links: readonly PartitionLink[];
  /** Edges in the largest partition ÷ the mean; only of vertex cuts, which balance them. */
  readonly edgeBalance?: number;
  /** Nodes in another partition than before; only with `previous`. */
  readonly moved?: number;
}

/**
 * Says how `strategy` cuts `graph` and what the cut costs. A self loop is never cut. Time is linear in nodes, edges and
 * partitions.
 *
 * @throws InvalidArgumentError when `graph` is no graph or `strategy` no strategy.
 * @throws StrategyError when the strategy fails for a node.
 */
export function report(graph: Graph, strategy: PartitionStrategy, options: ReportOptions = {}): PartitionReport {
  checkOptions("partition.report", options, ["previous"]);
  const assignment = assign("partition.report", graph, strategy);
  const { columns } = graph;
  const count = assignment.partitions.length;
  const nodes = new Float64Array(count);
  for (const part of assignment.rows) nodes[part]!++;
  const { inner, crossing, cut, links } = countEdges(columns, assignment);
  const { boundary, volume } = countNeighborParts(columns, assignment);
  const communicationVolume = volume.reduce((a, b) => a + b, 0);
  const { replicationFactor, edgeBalance } = strategy as Partial<VertexCut>;
  return {
    strategy: strategy.name,
    nodes: columns.nodeCount,
    edges: columns.edgeCount,
    partitions: assignment.partitions.map((id, part) => ({
      id,
      nodes: nodes[part] as number,
      edges: inner[part] as number,
      cutEdges: crossing[part] as number,
      boundaryNodes: boundary[part] as number,
      communicationVolume: volume[part] as number,
    })),
    cut,
    cutRatio: columns.edgeCount === 0 ? 0 : cut / columns.edgeCount,
    balance: columns.nodeCount === 0 ? 1 : nodes.reduce((a, b) => Math.max(a, b), 0) / (columns.nodeCount / count),
    boundaryNodes: boundary.reduce((a, b) => a + b, 0),
    communicationVolume,
    replicationFactor: replicationFactor ?? (columns.nodeCount === 0 ? 1 : 1 + communicationVolume / columns.nodeCount),
    links,
    ...(edgeBalance === undefined ? {} : { edgeBalance }),
    ...(options.previous === undefined ? {} : { moved: countMoved(columns, assignment, options.previous) }),
  };
}

function countMoved({ ids }: GraphColumns, { partitions, rows }: Assignment, previous: PartitionStrategy): number {
  const { has } = previous as Partial<Plan>;
  let moved = 0;
  for (let row = 0; row < rows.length; row++) {
    const id = ids.at(row);
    if ((!has || has(id)) && previous.partitionFor(id) !== partitions[rows[row]!]) moved++;
  }
  return moved;
}

function countEdges(columns: GraphColumns, { partitions, rows: partOf }: Assignment) {
  const { sources, targets, edgeCount } = columns;
  const inner = new Float64Array(partitions.length);
  const crossing = new Float64Array(partitions.length);
  let cut = 0;
  const between = new Map<number, number>();
  for (let edge = 0; edge < edgeCount; edge++) {
    const from = partOf[sources[edge] as number] as number;
    const to = partOf[targets[edge] as number] as number;
    if (from === to) {
      inner[from]!++;
    } else {
      crossing[from]!++;
      crossing[to]!++;
      cut++;
      const pair = from < to ? from * partitions.length + to : to * partitions.length + from;
      between.set(pair, (between.get(pair) ?? 0) + 1);
    }
  }
  const links = [...between]
    .sort(([a], [b]) => a - b)
    .map(([pair, edges]): PartitionLink => {
      const low = Math.floor(pair / partitions.length);
      return { between: [partitions[low]!, partitions[pair - low * partitions.length]!], edges };
    });
  return { inner, crossing, cut, links };
}

function countNeighborParts(columns: GraphColumns, { partitions, rows: partOf }: Assignment) {
  const boundary = new Float64Array(partitions.length);
  const volume = new Float64Array(partitions.length);
  // For each partition the last node that was seen to have a neighbour there, plus one.
  const lastSeen = new Uint32Array(partitions.length);
  const sides = columns.directed ? [columns.out, columns.in] : [columns.out];
  for (let node = 0; node < columns.nodeCount; node++) {
    const own = partOf[node] as number;
    lastSeen[own] = node + 1;
    let others = 0;
    for (const { offsets, neighbors } of sides) {
      const end = offsets[node + 1] as number;
      for (let i = offsets[node] as number; i < end; i++) {
        const part = partOf[neighbors[i] as number] as number;
        if (lastSeen[part] === node + 1) continue;
        lastSeen[part] = node + 1;
        others++;
      }
    }
    if (others > 0) boundary[own]!++;
    volume[own]! += others;
  }
  return { boundary, volume };
}
