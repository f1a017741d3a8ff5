import type { Clusters } from "./clusters.ts";
import { type CompactGraph, sizeOf } from "./compact-graph.ts";
import { type ContractionRoom, contract } from "./contraction.ts";
import { groupNodes } from "./grouping.ts";
import { propagateLabels } from "./label-propagation.ts";
import type { Random } from "./random.ts";

/** How a graph is made smaller. */
export interface CoarseningOptions {
  /** `"groups"` of a few nodes each; `"clusters"` of any size shrink graphs with skewed degrees. */
  readonly method: "groups" | "clusters";
  /** Coarsening ends at so many nodes. */
  readonly nodes: number;
  /** The heaviest node that may arise. */
  readonly heaviest: number;
  /** Rounds of label propagation. */
  readonly labelRounds: number;
}

/** A graph to cut, and the smaller ones made from it. */
export interface Level {
  readonly graph: CompactGraph;
  /** For each node of the finer graph the node here; absent for the graph itself. */
  readonly nodeOf?: Int32Array;
  /** For each node the part that it must be in, or -1. */
  readonly fixed?: Int32Array | undefined;
  /** Nodes of different blocks are not put together. Default: those of `fixed`. */
  readonly blocks?: Int32Array | undefined;
}

/** Makes smaller and smaller graphs, the given one first; its clusters may be known already. */
export function coarsen(
  finest: Level,
  options: CoarseningOptions,
  random: Random,
  room: ContractionRoom,
  known?: Clusters,
): Level[] {
  const levels: Level[] = [finest];
  for (;;) {
    const { graph, fixed, blocks } = levels[levels.length - 1]!;
    const size = sizeOf(graph);
    if (size <= options.nodes) break;
    const clusters = levels.length === 1 && known ? known : clusterNodes(graph, options, random, blocks ?? fixed);
    if (clusters.count > size * 0.95) break;
    levels.push({
      graph: contract(graph, clusters, room),
      nodeOf: clusters.of,
      fixed: fixed && project(fixed, clusters.of, clusters.count),
      blocks: blocks && project(blocks, clusters.of, clusters.count),
    });
  }
  return levels;
}

function clusterNodes(
  graph: CompactGraph,
  { method, heaviest, labelRounds }: CoarseningOptions,
  random: Random,
  blocks: Int32Array | undefined,
): Clusters {
  return method === "groups"
    ? groupNodes(graph, heaviest, random, blocks)
    : propagateLabels(graph, heaviest, labelRounds, random, blocks);
}

/** What all nodes of each of `count` clusters have in common. */
export function project(values: Int32Array, clusterOf: Int32Array, count: number): Int32Array {
  const coarse = new Int32Array(count);
  for (let node = 0; node < clusterOf.length; node++) coarse[clusterOf[node]!] = values[node]!;
  return coarse;
}

/** The reverse: what each node has from its cluster. */
export function spread(values: Int32Array, clusterOf: Int32Array): Int32Array {
  const fine = new Int32Array(clusterOf.length);
  for (let node = 0; node < fine.length; node++) fine[node] = values[clusterOf[node]!]!;
  return fine;
}

/** Which nodes must stay where they are. */
export function lockedNodes(fixed: Int32Array | undefined): Uint8Array | undefined {
  return fixed && Uint8Array.from(fixed, (part) => (part < 0 ? 0 : 1));
}

/**
 * Whether the degrees of a graph are so uneven that pairs of neighbours would not shrink it well: the mean of their
 * squares is more than twice the square of their mean.
 */
export function isSkewed({ offsets, targets }: CompactGraph): boolean {
  const size = offsets.length - 1;
  let squares = 0;
  for (let node = 0; node < size; node++) squares += (offsets[node + 1]! - offsets[node]!) ** 2;
  return squares * size > 2 * targets.length ** 2;
}
