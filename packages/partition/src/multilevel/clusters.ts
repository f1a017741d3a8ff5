import type { CompactGraph } from "./compact-graph.ts";
import type { Random } from "./random.ts";

/** Which cluster each node is in; clusters are numbered from 0. */
export interface Clusters {
  readonly of: Int32Array;
  readonly count: number;
}

/** How far from its place a node may stand in the order of visits: neighbours in memory are visited while it is at hand. */
const WINDOW = 512;

/** Nodes in an order for visiting: by degree, those of the same degree at random. */
export function byDegree({ offsets }: CompactGraph, size: number, highest: number, random: Random): Int32Array {
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

/** Nodes in an order that is random nearby. */
export function roughOrder(size: number, random: Random): Int32Array {
  const order = new Int32Array(size);
  for (let node = 0; node < size; node++) order[node] = node;
  for (let i = size - 1; i > 0; i--) {
    const j = i - random.below(Math.min(i + 1, WINDOW));
    const node = order[i]!;
    order[i] = order[j]!;
    order[j] = node;
  }
  return order;
}

/** Numbers the clusters that are named by one of their nodes, in the order of the nodes; changes `label` in place. */
export function numbered(label: Int32Array): Clusters {
  const numbers = new Int32Array(label.length).fill(-1);
  let count = 0;
  for (let node = 0; node < label.length; node++) {
    const cluster = label[node]!;
    if (numbers[cluster]! < 0) numbers[cluster] = count++;
    label[node] = numbers[cluster]!;
  }
  return { of: label, count };
}
