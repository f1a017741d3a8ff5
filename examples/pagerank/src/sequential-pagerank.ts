import type { Graph } from "@graphoid/core";

export interface PageRankOptions {
  /** The chance of following an edge rather than jumping to any node, from 0 to below 1. Default: 0.85. */
  readonly damping?: number;
  /** Stop when the ranks of two iterations differ by no more than this, summed over all nodes. Default: 1e-10. */
  readonly tolerance?: number;
  /** Stop after this many iterations in any case. Default: 1000. */
  readonly maxIterations?: number;
}

export interface PageRankResult {
  /** The rank of every node by its row in `graph.columns`; they add up to 1. */
  readonly ranks: Float64Array;
  readonly iterations: number;
  /** What the last iteration changed, summed over all nodes. */
  readonly delta: number;
  /** Whether `delta` came down to the tolerance. */
  readonly converged: boolean;
}

/**
 * PageRank in one process, by power iteration (Page, Brin, Motwani, Winograd, 1999): the reference for the distributed
 * computation. A node hands its rank to its edges in equal shares; one without outgoing edges hands it to all nodes.
 *
 * Edges of different labels between the same nodes count one each, weights do not count, and an undirected edge leads
 * both ways. The same graph gives the same ranks to the last bit.
 */
export function sequentialPageRank(graph: Graph, options: PageRankOptions = {}): PageRankResult {
  const { damping = 0.85, tolerance = 1e-10, maxIterations = 1000 } = options;
  const { nodeCount, out } = graph.columns;
  const { offsets, neighbors } = out;
  let ranks = new Float64Array(nodeCount).fill(1 / nodeCount);
  let next = new Float64Array(nodeCount);
  let iterations = 0;
  let delta = nodeCount === 0 ? 0 : Number.POSITIVE_INFINITY;
  while (delta > tolerance && iterations < maxIterations) {
    next.fill(0);
    let dangling = 0;
    for (let node = 0; node < nodeCount; node++) {
      const start = offsets[node] as number;
      const end = offsets[node + 1] as number;
      const rank = ranks[node] as number;
      if (start === end) {
        dangling += rank;
        continue;
      }
      const share = rank / (end - start);
      for (let i = start; i < end; i++) next[neighbors[i] as number]! += share;
    }
    const base = (1 - damping + damping * dangling) / nodeCount;
    delta = 0;
    for (let node = 0; node < nodeCount; node++) {
      const rank = base + damping * (next[node] as number);
      delta += Math.abs(rank - (ranks[node] as number));
      next[node] = rank;
    }
    [ranks, next] = [next, ranks];
    iterations++;
  }
  return { ranks, iterations, delta, converged: delta <= tolerance };
}
