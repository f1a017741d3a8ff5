import { byDegree, type Clusters, numbered, roughOrder } from "./clusters.ts";
import { type CompactGraph, sizeOf } from "./compact-graph.ts";
import type { Random } from "./random.ts";

/**
 * Clusters by label propagation: in each of `rounds` passes every node joins the cluster that it is connected to most,
 * among those that stay at most `heaviest` (Meyerhenke, Sanders, Schulz, "Partitioning Complex Networks via
 * Size-constrained Clustering", 2014). It shrinks graphs with skewed degrees, where pairs get nowhere. Nodes that are
 * left alone because the cluster that they want is full gather with others that want the same one.
 */
export function propagateLabels(
  graph: CompactGraph,
  heaviest: number,
  rounds: number,
  random: Random,
  blocks?: Int32Array,
): Clusters {
  const { offsets, targets, edgeWeights, nodeWeights } = graph;
  const size = sizeOf(graph);
  const label = new Int32Array(size);
  for (let node = 0; node < size; node++) label[node] = node;
  const clusterWeights = nodeWeights.slice();
  const rating = new Int32Array(size);
  const seen = new Int32Array(size);
  const favourites = new Int32Array(size).fill(-1);
  // What hubs take first no later round would give back.
  const order = rounds === 1 ? byDegree(graph, size, 1024, random) : roughOrder(size, random);
  /** For each node the last round in which a neighbour changed its cluster, plus two. */
  const stirred = new Uint8Array(size).fill(1);
  for (let round = 0; round < rounds; round++) {
    let moved = 0;
    for (let i = 0; i < size; i++) {
      const node = order[i]!;
      if (stirred[node]! <= round) continue;
      const own = label[node]!;
      const weight = nodeWeights[node]!;
      const start = offsets[node]!;
      const end = offsets[node + 1]!;
      let found = 0;
      for (let at = start; at < end; at++) {
        const cluster = label[targets[at]!]!;
        if (rating[cluster] === 0) seen[found++] = cluster;
        rating[cluster]! += edgeWeights[at]!;
      }
      let best = own;
      let bestRating = rating[own]!;
      let favourite = own;
      let favouriteRating = 0;
      for (let at = 0; at < found; at++) {
        const cluster = seen[at]!;
        const connected = rating[cluster]!;
        rating[cluster] = 0;
        if (blocks && blocks[cluster] !== blocks[node]) continue;
        if (connected > favouriteRating) {
          favouriteRating = connected;
          favourite = cluster;
        }
        if (connected < bestRating || cluster === own) continue;
        if (connected === bestRating && (best === own || random.next() & 1)) continue;
        if (clusterWeights[cluster]! + weight > heaviest) continue;
        best = cluster;
        bestRating = connected;
      }
      favourites[node] = favourite;
      if (best === own) continue;
      label[node] = best;
      clusterWeights[own]! -= weight;
      clusterWeights[best]! += weight;
      moved++;
      for (let at = start; at < end; at++) stirred[targets[at]!] = round + 2;
    }
    if (moved * 20 < size) break;
  }
  gatherLeft(label, clusterWeights, favourites, graph, heaviest, blocks);
  return numbered(label);
}

/** Joins nodes that are clusters of their own with others that want the same cluster, as far as the weight allows. */
function gatherLeft(
  label: Int32Array,
  clusterWeights: Int32Array,
  favourites: Int32Array,
  { nodeWeights }: CompactGraph,
  heaviest: number,
  blocks?: Int32Array,
): void {
  const gathering = new Int32Array(label.length).fill(-1);
  for (let node = 0; node < label.length; node++) {
    const weight = nodeWeights[node]!;
    // Only a cluster of one node may go elsewhere as a whole.
    if (label[node] !== node || clusterWeights[node] !== weight) continue;
    const favourite = favourites[node]!;
    if (favourite === node) continue;
    const leader = gathering[favourite]!;
    if (leader >= 0 && clusterWeights[leader]! + weight <= heaviest && (!blocks || blocks[leader] === blocks[node])) {
      label[node] = leader;
      clusterWeights[leader]! += weight;
      clusterWeights[node] = 0;
    } else {
      gathering[favourite] = node;
    }
  }
}
