import type { CompactGraph } from "./compact-graph.ts";
import { NodeHeap } from "./node-heap.ts";

/** How hard {@link TwoWaySearch.refine} tries. */
export interface TwoWayEffort {
  /** Passes over the boundary, at most. */
  readonly passes: number;
  /** Moves that a pass goes on without finding a better cut, at most. */
  readonly patience: number;
}

/** What a search made of a cut in two. */
export interface TwoWayResult {
  readonly cut: number;
  /** By how much a side exceeds its limit. */
  readonly excess: number;
}

/**
 * Improves a cut in two as Fiduccia and Mattheyses do ("A Linear-Time Heuristic for Improving Network Partitions",
 * 1982): a pass moves nodes of the boundary one by one, each once, also where that makes the cut worse for now, and goes
 * back to the best cut on its way. Nodes leave the side that is heavier than its share, so that heavy nodes can change
 * places although none would fit alone.
 */
export class TwoWaySearch {
  readonly #heaps: readonly [NodeHeap, NodeHeap];
  readonly #inner: Int32Array;
  readonly #outer: Int32Array;
  readonly #lockedIn: Int32Array;
  readonly #moved: Int32Array;
  #pass = 0;

  /** A search for graphs of at most `capacity` nodes. */
  constructor(capacity: number) {
    this.#heaps = [new NodeHeap(capacity), new NodeHeap(capacity)];
    this.#inner = new Int32Array(capacity);
    this.#outer = new Int32Array(capacity);
    this.#lockedIn = new Int32Array(capacity);
    this.#moved = new Int32Array(capacity);
  }

  /** Improves `part` in place. Nodes with a true entry in `fixed` stay. */
  refine(
    graph: CompactGraph,
    part: Int32Array,
    shares: Int32Array,
    limits: Int32Array,
    effort: TwoWayEffort,
    fixed?: Uint8Array,
  ): TwoWayResult {
    const weights = new Int32Array(2);
    let cut = this.#count(graph, part, weights);
    for (let pass = 0; pass < effort.passes; pass++) {
      const before = cut;
      const excess = excessOf(weights, limits);
      cut = this.#run(graph, part, weights, shares, limits, effort.patience, cut, fixed);
      if (cut >= before && excessOf(weights, limits) >= excess) break;
    }
    return { cut, excess: excessOf(weights, limits) };
  }

  #count(graph: CompactGraph, part: Int32Array, weights: Int32Array): number {
    const { offsets, targets, edgeWeights, nodeWeights } = graph;
    let cut = 0;
    for (let node = 0; node < part.length; node++) {
      const own = part[node]!;
      weights[own]! += nodeWeights[node]!;
      let inner = 0;
      let outer = 0;
      const end = offsets[node + 1]!;
      for (let i = offsets[node]!; i < end; i++) {
        if (part[targets[i]!] === own) inner += edgeWeights[i]!;
        else outer += edgeWeights[i]!;
      }
      this.#inner[node] = inner;
      this.#outer[node] = outer;
      cut += outer;
    }
    return cut / 2;
  }

  #run(
    graph: CompactGraph,
    part: Int32Array,
    weights: Int32Array,
    shares: Int32Array,
    limits: Int32Array,
    patience: number,
    startCut: number,
    fixed: Uint8Array | undefined,
  ): number {
    const { nodeWeights } = graph;
    const pass = ++this.#pass;
    const inner = this.#inner;
    const outer = this.#outer;
    const lockedIn = this.#lockedIn;
    const moved = this.#moved;
    const [heap0, heap1] = this.#heaps;
    const startExcess = excessOf(weights, limits);
    for (let node = 0; node < part.length; node++) {
      if (fixed?.[node]) lockedIn[node] = pass;
      else if (outer[node]! > 0 || startExcess > 0)
        (part[node] === 0 ? heap0 : heap1).set(node, outer[node]! - inner[node]!);
    }
    let cut = startCut;
    let best = startCut;
    let bestExcess = startExcess;
    let bestDistance = Math.abs(weights[0]! - shares[0]!);
    let length = 0;
    let bestLength = 0;
    while (length - bestLength < patience) {
      const heavier = weights[0]! - shares[0]! > weights[1]! - shares[1]! ? 0 : 1;
      let from = heavier;
      if (this.#heaps[from]!.size === 0) {
        // The lighter side may still give, within the other's limit.
        from = 1 - heavier;
        if (this.#heaps[from]!.size === 0) break;
      }
      const heap = this.#heaps[from]!;
      const key = heap.topKey;
      const node = heap.pop();
      const to = 1 - from;
      lockedIn[node] = pass;
      if (from !== heavier && weights[to]! + nodeWeights[node]! > limits[to]!) continue;
      weights[from]! -= nodeWeights[node]!;
      weights[to]! += nodeWeights[node]!;
      cut -= key;
      moved[length++] = node;
      this.#move(graph, part, node, to, pass);
      const excess = excessOf(weights, limits);
      const distance = Math.abs(weights[0]! - shares[0]!);
      if (excess < bestExcess || (excess === bestExcess && (cut < best || (cut === best && distance < bestDistance)))) {
        best = cut;
        bestExcess = excess;
        bestDistance = distance;
        bestLength = length;
      }
    }
    heap0.clear();
    heap1.clear();
    while (length > bestLength) {
      const node = moved[--length]!;
      const to = 1 - part[node]!;
      weights[1 - to]! -= nodeWeights[node]!;
      weights[to]! += nodeWeights[node]!;
      this.#move(graph, part, node, to, -1);
    }
    return best;
  }

  /** Moves a node; with a pass, also brings its neighbours in the heaps up to date. */
  #move(
    { offsets, targets, edgeWeights }: CompactGraph,
    part: Int32Array,
    node: number,
    to: number,
    pass: number,
  ): void {
    const inner = this.#inner;
    const outer = this.#outer;
    const lockedIn = this.#lockedIn;
    part[node] = to;
    const swapped = inner[node]!;
    inner[node] = outer[node]!;
    outer[node] = swapped;
    const end = offsets[node + 1]!;
    for (let i = offsets[node]!; i < end; i++) {
      const other = targets[i]!;
      const side = part[other]!;
      const weight = side === to ? edgeWeights[i]! : -edgeWeights[i]!;
      inner[other]! += weight;
      outer[other]! -= weight;
      if (pass < 0 || lockedIn[other] === pass) continue;
      const heap = this.#heaps[side]!;
      if (outer[other]! > 0) heap.set(other, outer[other]! - inner[other]!);
      else heap.remove(other);
    }
  }
}

function excessOf(weights: Int32Array, limits: Int32Array): number {
  return Math.max(0, weights[0]! - limits[0]!) + Math.max(0, weights[1]! - limits[1]!);
}
