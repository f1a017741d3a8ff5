import type { Clusters } from "./clusters.ts";
import { type CompactGraph, induced, sizeOf, sumOf } from "./compact-graph.ts";
import { contractionRoom } from "./contraction.ts";
import { coarsen, isSkewed, lockedNodes, spread } from "./hierarchy.ts";
import { propagateLabels } from "./label-propagation.ts";
import { NodeHeap } from "./node-heap.ts";
import type { Random } from "./random.ts";
import { type TwoWayEffort, type TwoWayResult, TwoWaySearch } from "./two-way-search.ts";

/** The number of nodes at which cuts are grown. */
const SMALLEST = 60;

/** How much is tried for a first cut of a small graph. */
export interface BisectionEffort extends TwoWayEffort {
  /** First cuts to grow, of which the best is kept. */
  readonly tries: number;
  /** Rounds of label propagation. */
  readonly labelRounds: number;
}

/**
 * Cuts a small graph into as many parts as there are `shares`, by cutting it into two, and each half again. `shares`
 * are the weights that the parts are to have, `limits` those that they may have at most; `fixed` has the part of nodes
 * that must be there, -1 for the others.
 */
export function bisectRecursively(
  graph: CompactGraph,
  shares: Int32Array,
  limits: Int32Array,
  effort: BisectionEffort,
  random: Random,
  fixed?: Int32Array,
  clusters: Clusters | undefined = sharedClusters(graph, shares.length, effort, random, fixed),
): Int32Array {
  const parts = shares.length;
  if (parts === 1) return new Int32Array(sizeOf(graph));
  const half = parts >> 1;
  const total = sumOf(graph.nodeWeights);
  const sides = [0, 1].map((side) => {
    const range = (values: Int32Array): Int32Array => (side === 0 ? values.subarray(0, half) : values.subarray(half));
    return { shares: range(shares), limits: range(limits) };
  });
  // What a side may weigh: its share of what is there, and a fair part of the room left, as further cuts need some too.
  let depth = 1;
  while (1 << depth < parts) depth++;
  const sharesSum = sumOf(shares);
  const sideShares = Int32Array.from(sides, (side) => Math.round((total * sumOf(side.shares)) / sharesSum));
  const sideLimits = Int32Array.from(sides, (side, i) => {
    const slack = Math.max(0, sumOf(side.limits) - sideShares[i]!);
    return sideShares[i]! + Math.floor(slack / depth);
  });
  const sideOf = fixed && Int32Array.from(fixed, (part) => (part < 0 ? -1 : part < half ? 0 : 1));
  const part = bisect(graph, sideShares, sideLimits, effort, random, sideOf, clusters);
  if (parts === 2) return part;
  const result = new Int32Array(part.length);
  for (const side of [0, 1]) {
    const inner = induced(graph, part, side);
    const first = side === 0 ? 0 : half;
    const { shares: innerShares, limits: innerLimits } = sides[side]!;
    const innerFixed = fixed && Int32Array.from(inner.rows, (row) => (fixed[row]! < 0 ? -1 : fixed[row]! - first));
    const innerClusters = clusters && clustersOf(clusters, inner.rows);
    const innerPart = bisectRecursively(
      inner.graph,
      innerShares,
      innerLimits,
      effort,
      random,
      innerFixed,
      innerClusters,
    );
    for (let row = 0; row < innerPart.length; row++) result[inner.rows[row]!] = first + innerPart[row]!;
  }
  return result;
}

/**
 * For graphs with skewed degrees the clusters that all cuts of a recursion begin with, those of the halves too: finding
 * them in each anew takes half of the time.
 */
function sharedClusters(
  graph: CompactGraph,
  parts: number,
  { labelRounds }: BisectionEffort,
  random: Random,
  fixed: Int32Array | undefined,
): Clusters | undefined {
  if (parts <= 2 || !isSkewed(graph)) return undefined;
  return propagateLabels(graph, heaviestIn(graph, parts / 2), labelRounds, random, fixed);
}

/** The heaviest node that may arise where a graph is to be cut into `pieces`, each of them then in two. */
function heaviestIn(graph: CompactGraph, pieces: number): number {
  return Math.max(1, Math.ceil(sumOf(graph.nodeWeights) / (20 * pieces)));
}

/** The clusters of some nodes, numbered anew. */
function clustersOf({ of, count }: Clusters, rows: Int32Array): Clusters {
  const numbers = new Int32Array(count).fill(-1);
  const inner = new Int32Array(rows.length);
  let found = 0;
  for (let row = 0; row < rows.length; row++) {
    const cluster = of[rows[row]!]!;
    if (numbers[cluster]! < 0) numbers[cluster] = found++;
    inner[row] = numbers[cluster]!;
  }
  return { of: inner, count: found };
}

/** Cuts a graph in two, by way of smaller graphs. */
function bisect(
  graph: CompactGraph,
  shares: Int32Array,
  limits: Int32Array,
  effort: BisectionEffort,
  random: Random,
  fixed?: Int32Array,
  clusters?: Clusters,
): Int32Array {
  const search = new TwoWaySearch(sizeOf(graph));
  const levels = coarsen(
    { graph, fixed },
    {
      method: isSkewed(graph) ? "clusters" : "groups",
      nodes: SMALLEST,
      heaviest: heaviestIn(graph, 1),
      labelRounds: effort.labelRounds,
    },
    random,
    contractionRoom(graph),
    clusters,
  );
  const coarsest = levels[levels.length - 1]!;
  const heap = new NodeHeap(sizeOf(coarsest.graph));
  let locked = lockedNodes(coarsest.fixed);
  let part: Int32Array = new Int32Array(0);
  let best: TwoWayResult | undefined;
  for (let attempt = 0; attempt < effort.tries; attempt++) {
    const candidate = grow(coarsest.graph, shares, limits, heap, random, coarsest.fixed);
    const result = search.refine(coarsest.graph, candidate, shares, limits, effort, locked);
    if (best && (result.excess > best.excess || (result.excess === best.excess && result.cut >= best.cut))) continue;
    best = result;
    part = candidate;
  }
  for (let i = levels.length - 1; i > 0; i--) {
    part = spread(part, levels[i]!.nodeOf!);
    const finer = levels[i - 1]!;
    locked = lockedNodes(finer.fixed);
    search.refine(finer.graph, part, shares, limits, effort, locked);
  }
  return part;
}

/**
 * Grows side 0 from a random node until it has its share, taking the node next that adds least to the cut (Karypis and
 * Kumar, 1998); what is left is side 1. Where nothing is connected to side 0, it goes on from another random node.
 */
function grow(
  graph: CompactGraph,
  shares: Int32Array,
  limits: Int32Array,
  heap: NodeHeap,
  random: Random,
  fixed?: Int32Array,
): Int32Array {
  const { offsets, targets, edgeWeights, nodeWeights } = graph;
  const size = sizeOf(graph);
  const part = new Int32Array(size).fill(1);
  let weight = 0;
  const gains = new Float64Array(size);
  for (let node = 0; node < size; node++) {
    let degree = 0;
    for (let i = offsets[node]!; i < offsets[node + 1]!; i++) degree += edgeWeights[i]!;
    gains[node] = -degree;
  }
  const take = (node: number): void => {
    part[node] = 0;
    weight += nodeWeights[node]!;
    heap.remove(node);
    for (let i = offsets[node]!; i < offsets[node + 1]!; i++) {
      const other = targets[i]!;
      gains[other]! += 2 * edgeWeights[i]!;
      if (part[other] === 1 && !(fixed && fixed[other]! >= 0)) heap.set(other, gains[other]!);
    }
  };
  const rest = new Int32Array(size);
  for (let node = 0; node < size; node++) rest[node] = node;
  random.shuffle(rest);
  let next = 0;
  if (fixed) for (let node = 0; node < size; node++) if (fixed[node] === 0) take(node);
  while (weight < shares[0]!) {
    let node = -1;
    if (heap.size > 0) {
      node = heap.pop();
    } else {
      while (next < size && (part[rest[next]!] === 0 || (fixed && fixed[rest[next]!]! >= 0))) next++;
      if (next === size) break;
      node = rest[next++]!;
    }
    if (weight + nodeWeights[node]! <= limits[0]! || weight * 2 + nodeWeights[node]! < 2 * shares[0]!) take(node);
  }
  heap.clear();
  return part;
}
