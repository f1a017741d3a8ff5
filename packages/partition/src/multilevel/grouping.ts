import { type Clusters, numbered, roughOrder } from "./clusters.ts";
import { type CompactGraph, sizeOf, sumOf } from "./compact-graph.ts";
import type { Random } from "./random.ts";

/** How heavy a group may become, in mean node weights. */
const MEANS = 4;

/**
 * Groups of a few neighbours, for graphs with even degrees: in an order that is random but for its course, every node that has no group joins
 * the group of the neighbour where weight of the edge ÷ weight of the group is largest, so that it joins a node without
 * a group before it joins a pair. A level shrinks to about a third, where pairs alone (Holtgrewe, Sanders, Schulz,
 * "Engineering a Scalable High Quality Graph Partitioner", 2010) would halve it at best: as good a cut in fewer levels.
 *
 * No group is heavier than `heaviest` or than four nodes of mean weight, and all its nodes are in the same of the
 * `blocks`, if given.
 */
export function groupNodes(graph: CompactGraph, heaviest: number, random: Random, blocks?: Int32Array): Clusters {
  const { offsets, targets, edgeWeights, nodeWeights } = graph;
  const size = sizeOf(graph);
  const most = Math.min(heaviest, Math.ceil((MEANS * sumOf(nodeWeights)) / size));
  const order = roughOrder(size, random);
  const label = new Int32Array(size);
  for (let node = 0; node < size; node++) label[node] = node;
  const weights = nodeWeights.slice();
  /** Whether a node is in a group with others. */
  const grouped = new Uint8Array(size);
  for (let i = 0; i < size; i++) {
    const node = order[i]!;
    if (grouped[node] === 1) continue;
    const room = most - nodeWeights[node]!;
    const end = offsets[node + 1]!;
    let best = node;
    let bestEdge = 0;
    let bestWeight = 1;
    for (let at = offsets[node]!; at < end; at++) {
      const group = label[targets[at]!]!;
      const weight = weights[group]!;
      // Ratings are compared without division; a weight of 0 rates highest.
      if (weight > room || edgeWeights[at]! * bestWeight <= bestEdge * weight) continue;
      if (blocks && blocks[group] !== blocks[node]) continue;
      best = group;
      bestEdge = edgeWeights[at]!;
      bestWeight = weight;
    }
    if (best === node) continue;
    grouped[node] = 1;
    grouped[best] = 1;
    label[node] = best;
    weights[best]! += nodeWeights[node]!;
  }
  return numbered(label);
}
