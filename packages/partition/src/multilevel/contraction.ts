import type { Clusters } from "./clusters.ts";
import { type CompactGraph, sizeOf } from "./compact-graph.ts";

/** Room to contract graphs in; one serves all levels of a graph in turn. */
export interface ContractionRoom {
  readonly targets: Int32Array;
  readonly edgeWeights: Int32Array;
}

/** Room for graphs with as many neighbour entries as `graph`, or fewer. */
export function contractionRoom(graph: CompactGraph): ContractionRoom {
  return { targets: new Int32Array(graph.targets.length), edgeWeights: new Int32Array(graph.targets.length) };
}

/** The graph whose nodes are the clusters. Weights of nodes and of parallel edges add up; inner edges vanish. */
export function contract(graph: CompactGraph, clusters: Clusters, room: ContractionRoom): CompactGraph {
  const { offsets, targets, edgeWeights, nodeWeights } = graph;
  const size = sizeOf(graph);
  const { of, count } = clusters;
  /** The first node of each cluster, and after each node the next of the same cluster, or -1. */
  const firsts = new Int32Array(count).fill(-1);
  const nexts = new Int32Array(size);
  for (let node = size - 1; node >= 0; node--) {
    nexts[node] = firsts[of[node]!]!;
    firsts[of[node]!] = node;
  }

  const coarseOffsets = new Int32Array(count + 1);
  const coarseTargets = room.targets;
  const coarseEdges = room.edgeWeights;
  const coarseNodes = new Int32Array(count);
  /** Where the entry for each cluster stands, plus one, for entries of the cluster at hand: those from `first` on. */
  const slots = new Int32Array(count);
  let at = 0;
  for (let cluster = 0; cluster < count; cluster++) {
    const first = at;
    let weight = 0;
    for (let node = firsts[cluster]!; node >= 0; node = nexts[node]!) {
      weight += nodeWeights[node]!;
      const end = offsets[node + 1]!;
      for (let i = offsets[node]!; i < end; i++) {
        const other = of[targets[i]!]!;
        if (other === cluster) continue;
        const slot = slots[other]!;
        if (slot > first) {
          coarseEdges[slot - 1]! += edgeWeights[i]!;
        } else {
          coarseTargets[at] = other;
          coarseEdges[at] = edgeWeights[i]!;
          slots[other] = ++at;
        }
      }
    }
    coarseNodes[cluster] = weight;
    coarseOffsets[cluster + 1] = at;
  }
  return {
    offsets: coarseOffsets,
    targets: coarseTargets.slice(0, at),
    edgeWeights: coarseEdges.slice(0, at),
    nodeWeights: coarseNodes,
  };
}
