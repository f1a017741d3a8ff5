import { type CompactGraph, sizeOf } from "./compact-graph.ts";
import type { Random } from "./random.ts";

/** Which cluster each node is in; clusters are numbered from 0. */
export interface Clusters {
  readonly of: Int32Array;
  readonly count: number;
}

/** Nodes in an order for visiting: by degree, those of the same degree at random. */
function byDegree({ offsets }: CompactGraph, size: number, highest: number, random: Random): Int32Array {
  const starts = new Int32Array(highest + 2);
  for (let node = 0; node < size; node++) starts[Math.min(offsets[node + 1]! - offsets[node]!, highest) + 1]!++;
  for (let degree = 0; degree <= highest; degree++) starts[degree + 1]! += starts[degree]!;
  const shuffled = new Int32Array(size);
  for (let node = 0; node < size; node++) shuffled[node] = node;
  random.shuffle(shuffled);
  const order = new Int32Array(size);
  for (let i = 0; i < size; i++) {
    const node = shuffled[i]!;
    order[starts[Math.min(offsets[node + 1]! - offsets[node]!, highest)]!++] = node;
  }
  return order;
}

/**
 * Pairs of neighbours, joined by heavy edges between light nodes: the rating of an edge is its weight ÷ the product of
 * the weights of its ends (Holtgrewe, Sanders, Schulz, "Engineering a Scalable High Quality Graph Partitioner", 2010).
 * Nodes that find no free neighbour are paired with another such node whose favourite neighbour is the same: without
 * these pairs "two hops" away the leaves of a star would never shrink (Karypis and LaSalle, 2015).
 *
 * No pair is heavier than `heaviest`, and both nodes of a pair are in the same of the `blocks`, if given.
 */
export function matchNodes(graph: CompactGraph, heaviest: number, random: Random, blocks?: Int32Array): Clusters {
  const { offsets, targets, edgeWeights, nodeWeights } = graph;
  const size = sizeOf(graph);
  const mean = size === 0 ? 0 : targets.length / size;
  const order = byDegree(graph, size, Math.ceil(mean * 0.7), random);
  /** The other node of a pair, or -1. */
  const partners = new Int32Array(size).fill(-1);
  const favourites = new Int32Array(size).fill(-1);
  let alone = 0;
  for (let i = 0; i < size; i++) {
    const node = order[i]!;
    if (partners[node]! >= 0) continue;
    const own = nodeWeights[node]!;
    const end = offsets[node + 1]!;
    let partner = -1;
    let bestRating = 0;
    let favourite = -1;
    let favouriteRating = 0;
    for (let at = offsets[node]!; at < end; at++) {
      const other = targets[at]!;
      if (blocks && blocks[other] !== blocks[node]) continue;
      const rating = edgeWeights[at]! / Math.max(1, nodeWeights[other]!);
      if (rating > favouriteRating) {
        favouriteRating = rating;
        favourite = other;
      }
      if (rating <= bestRating || partners[other]! >= 0 || own + nodeWeights[other]! > heaviest) continue;
      bestRating = rating;
      partner = other;
    }
    if (partner >= 0) {
      partners[node] = partner;
      partners[partner] = node;
    } else {
      favourites[node] = favourite;
      alone++;
    }
  }
  if (alone * 10 > size) pairTwoHops(graph, heaviest, favourites, partners, blocks);
  // Numbered in the order of the nodes: neighbours in memory stay neighbours in the smaller graph.
  let count = 0;
  for (let node = 0; node < size; node++) {
    const partner = partners[node]!;
    favourites[node] = partner >= 0 && partner < node ? favourites[partner]! : count++;
  }
  return { of: favourites, count };
}

function pairTwoHops(
  { nodeWeights }: CompactGraph,
  heaviest: number,
  favourites: Int32Array,
  partners: Int32Array,
  blocks?: Int32Array,
): void {
  const waiting = new Int32Array(partners.length).fill(-1);
  for (let node = 0; node < partners.length; node++) {
    if (partners[node]! >= 0) continue;
    const favourite = favourites[node]!;
    if (favourite < 0) continue;
    const other = waiting[favourite]!;
    if (
      other >= 0 &&
      nodeWeights[node]! + nodeWeights[other]! <= heaviest &&
      (!blocks || blocks[node] === blocks[other])
    ) {
      partners[node] = other;
      partners[other] = node;
      waiting[favourite] = -1;
    } else {
      waiting[favourite] = node;
    }
  }
}

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
  const order = byDegree(graph, size, 1024, random);
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

function numbered(label: Int32Array): Clusters {
  const numbers = new Int32Array(label.length).fill(-1);
  let count = 0;
  for (let node = 0; node < label.length; node++) {
    const cluster = label[node]!;
    if (numbers[cluster]! < 0) numbers[cluster] = count++;
    label[node] = numbers[cluster]!;
  }
  return { of: label, count };
}
