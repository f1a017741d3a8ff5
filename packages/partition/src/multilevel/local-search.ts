import { sizeOf } from "./compact-graph.ts";
import type { Division } from "./division.ts";
import { NodeHeap } from "./node-heap.ts";
import type { Random } from "./random.ts";

/** How hard {@link LocalSearch.refine} tries. */
export interface SearchEffort {
  /** Rounds over the boundary, at most. */
  readonly rounds: number;
  /** Moves that a search goes on without finding a better cut. */
  readonly patience: number;
}

/**
 * Moves nodes between parts to make the cut smaller, without ever exceeding a part's limit: searches in the manner of
 * Fiduccia and Mattheyses (1982) that start at single nodes of the boundary, spread from there, may go uphill for a
 * while, and are rolled back to the best cut that they met (Sanders and Schulz, "Engineering Multilevel Graph
 * Partitioning Algorithms", 2011).
 */
export class LocalSearch {
  readonly #heap: NodeHeap;
  /** For each node the last round in which a search moved it. */
  readonly #movedIn: Int32Array;
  readonly #seeds: Int32Array;
  readonly #movedNodes: Int32Array;
  readonly #movedFrom: Int32Array;
  #round = 0;

  /** A search for graphs of at most `capacity` nodes. */
  constructor(capacity: number) {
    this.#heap = new NodeHeap(capacity);
    this.#movedIn = new Int32Array(capacity);
    this.#seeds = new Int32Array(capacity);
    this.#movedNodes = new Int32Array(capacity);
    this.#movedFrom = new Int32Array(capacity);
  }

  get heap(): NodeHeap {
    return this.#heap;
  }

  /** Refines `division`, whose nodes with a true entry in `fixed` stay; returns by how much the cut fell. */
  refine(division: Division, effort: SearchEffort, random: Random, fixed?: Uint8Array): number {
    let total = this.#climb(division, fixed);
    for (let round = 0; round < effort.rounds; round++) {
      const gained = this.#searchAll(division, effort.patience, random, fixed);
      total += gained;
      if (gained === 0) break;
    }
    return total;
  }

  /** Moves nodes as long as each move makes the cut smaller, the largest gain first. */
  #climb(division: Division, fixed: Uint8Array | undefined): number {
    const heap = this.#heap;
    const { targets, offsets } = division.graph;
    const size = sizeOf(division.graph);
    const { touched } = division;
    for (let node = 0; node < size; node++) {
      if (touched[node]! <= 0 || fixed?.[node]) continue;
      if (division.bestTarget(node) >= 0 && division.gain > 0) heap.set(node, division.gain);
    }
    let total = 0;
    while (heap.size > 0) {
      const key = heap.topKey;
      const node = heap.pop();
      const target = division.bestTarget(node);
      const { gain } = division;
      if (target < 0 || gain <= 0) continue;
      if (gain < key && heap.size > 0 && gain < heap.topKey) {
        heap.set(node, gain);
        continue;
      }
      division.move(node, target);
      total += gain;
      const end = offsets[node + 1]!;
      for (let i = offsets[node]!; i < end; i++) {
        const other = targets[i]!;
        if (fixed?.[other]) continue;
        if (division.bestTarget(other) >= 0 && division.gain > 0) heap.set(other, division.gain);
        else heap.remove(other);
      }
    }
    return total;
  }

  #searchAll(division: Division, patience: number, random: Random, fixed: Uint8Array | undefined): number {
    this.#round++;
    const seeds = this.#seeds;
    const movedIn = this.#movedIn;
    const { touched } = division;
    const size = sizeOf(division.graph);
    let count = 0;
    for (let node = 0; node < size; node++) if (touched[node]! > 0 && !fixed?.[node]) seeds[count++] = node;
    random.shuffle(seeds, count);
    let total = 0;
    for (let i = 0; i < count; i++) {
      const seed = seeds[i]!;
      if (movedIn[seed] !== this.#round && touched[seed]! > 0) {
        total += this.#search(division, seed, patience, fixed);
      }
    }
    return total;
  }

  #search(division: Division, seed: number, patience: number, fixed: Uint8Array | undefined): number {
    const heap = this.#heap;
    const movedIn = this.#movedIn;
    const movedNodes = this.#movedNodes;
    const movedFrom = this.#movedFrom;
    const round = this.#round;
    const { part, partWeights, touched } = division;
    const { targets, offsets } = division.graph;
    if (division.bestTarget(seed) < 0) return 0;
    // A node that is tied to its own part more than twice as strongly hardly ever begins something that pays.
    if (division.gain * 2 < -division.inner[seed]!) return 0;
    heap.set(seed, division.gain);
    let length = 0;
    let bestLength = 0;
    let sum = 0;
    let best = 0;
    let fruitless = 0;
    while (heap.size > 0 && fruitless < patience) {
      const key = heap.topKey;
      const node = heap.pop();
      const target = division.bestTarget(node);
      if (target < 0) continue;
      const { gain } = division;
      if (gain < key && heap.size > 0 && gain < heap.topKey) {
        heap.set(node, gain);
        continue;
      }
      const from = part[node]!;
      const evens = partWeights[from]! > partWeights[target]! + division.graph.nodeWeights[node]!;
      division.move(node, target);
      movedIn[node] = round;
      movedNodes[length] = node;
      movedFrom[length++] = from;
      sum += gain;
      fruitless++;
      if (sum > best || (sum === best && evens)) {
        if (sum > best) fruitless = 0;
        best = sum;
        bestLength = length;
      }
      const end = offsets[node + 1]!;
      for (let i = offsets[node]!; i < end; i++) {
        const other = targets[i]!;
        if (movedIn[other] === round || fixed?.[other]) continue;
        if (touched[other]! > 0 && division.bestTarget(other) >= 0) heap.set(other, division.gain);
        else heap.remove(other);
      }
    }
    heap.clear();
    while (length > bestLength) {
      length--;
      division.move(movedNodes[length]!, movedFrom[length]!);
    }
    return best;
  }
}
