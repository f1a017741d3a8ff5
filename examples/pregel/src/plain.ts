import type { Graph } from "@graphoid/distribution";
import { type PageRankParameters, rounded } from "./programs.ts";

// The same results in one process, without supersteps, messages or workers: what the programs are checked against.

/** PageRank by power iteration. Ranks and shares are rounded as in the program, so that both are equal to the last bit. */
export function plainPageRank(graph: Graph, { damping, tolerance }: PageRankParameters): Float64Array {
  const { nodeCount, out } = graph.columns;
  const { offsets, neighbors } = out;
  let ranks = new Float64Array(nodeCount).fill(rounded(1 / nodeCount));
  for (let change = Number.POSITIVE_INFINITY; change > tolerance; ) {
    const received = new Float64Array(nodeCount);
    let dangling = 0;
    for (let node = 0; node < nodeCount; node++) {
      const degree = offsets[node + 1]! - offsets[node]!;
      if (degree === 0) dangling += ranks[node]!;
      const share = rounded(ranks[node]! / degree);
      for (let i = offsets[node]!; i < offsets[node + 1]!; i++) received[neighbors[i]!]! += share;
    }
    const base = (1 - damping + damping * dangling) / nodeCount;
    const next = received.map((sum) => rounded(base + damping * sum));
    change = next.reduce((total, rank, node) => total + Math.abs(rank - ranks[node]!), 0);
    ranks = next;
  }
  return ranks;
}

/** Connected components by a breadth-first search from each node in turn. */
export function plainComponents(graph: Graph): Float64Array {
  const ids = graph.nodes();
  const rowOf = new Map(ids.map((id, row) => [id, row]));
  const component = new Float64Array(ids.length).fill(-1);
  for (let first = 0; first < ids.length; first++) {
    if (component[first] !== -1) continue;
    const queue = [first];
    component[first] = first;
    for (const row of queue) {
      for (const id of graph.neighbors(ids[row]!, { direction: "both" })) {
        const near = rowOf.get(id)!;
        if (component[near] !== -1) continue;
        component[near] = first;
        queue.push(near);
      }
    }
  }
  return component;
}

/** The lengths of shortest paths, by the algorithm of Bellman, Ford and Moore: a queue of nodes that came nearer. */
export function plainShortestPaths(graph: Graph, source: string): Float64Array {
  const { ids, nodeCount, out, weights } = graph.columns;
  const distance = new Float64Array(nodeCount).fill(Number.POSITIVE_INFINITY);
  const queue = [ids.indexOf(source)];
  distance[queue[0]!] = 0;
  for (const row of queue) {
    for (let i = out.offsets[row]!; i < out.offsets[row + 1]!; i++) {
      const weight = weights?.[out.edges[i]!] ?? 1;
      const near = out.neighbors[i]!;
      const through = distance[row]! + (Number.isNaN(weight) ? 1 : weight);
      if (through < distance[near]!) {
        distance[near] = through;
        queue.push(near);
      }
    }
  }
  return distance;
}
