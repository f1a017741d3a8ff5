/** A rule for placing nodes as they come. */
export type StreamRule = "ldg" | "fennel";

/**
 * Places nodes one at a time, going by the neighbours that were placed before. What it keeps of a node is its partition.
 *
 * - `ldg`, linear deterministic greedy (Stanton and Kliot, "Streaming Graph Partitioning for Large Distributed Graphs",
 *   2012): the neighbours in a partition count the less the fuller it is.
 * - `fennel` (Tsourakakis et al., "FENNEL: Streaming Graph Partitioning for Massive Scale Graphs", 2014; γ = 1.5): each
 *   node in a partition costs a little more than the one before.
 */
export class StreamPlacer {
  /** For each node its partition plus one; 0 for a node that has not come yet. */
  readonly placed: Uint16Array | Int32Array;
  readonly loads: Float64Array;
  readonly #limits: Int32Array;
  /** What a partition scores: neighbours × factor − penalty. */
  readonly #factors: Float64Array;
  readonly #penalties: Float64Array;
  /** `counts[p + 1]`: neighbours in partition p; `counts[0]`: those that have not come yet. */
  readonly #counts: Float64Array;
  readonly #rule: StreamRule;
  readonly #scale: number;

  /**
   * `weight` and `edges` are the totals to come, which weigh fennel's penalty; `nodes` is how many nodes there are to be
   * numbered from 0.
   */
  constructor(rule: StreamRule, limits: Int32Array, nodes: number, weight: number, edges: number) {
    const parts = limits.length;
    this.#rule = rule;
    this.#limits = limits;
    this.placed = parts < 0xffff ? new Uint16Array(nodes) : new Int32Array(nodes);
    this.loads = new Float64Array(parts);
    this.#factors = new Float64Array(parts).fill(1);
    this.#penalties = new Float64Array(parts);
    this.#counts = new Float64Array(parts + 1);
    this.#scale = weight === 0 ? 0 : (1.5 * Math.sqrt(parts) * edges) / (weight * Math.sqrt(weight));
    for (let part = 0; part < parts; part++) this.#loaded(part);
  }

  /**
   * Places a node of `weight` by the neighbours `neighbors[start … end)`, and returns its partition. A node that was
   * placed before is taken out first. `edgeWeights` runs along with `neighbors`; without it every edge counts 1.
   */
  place(
    node: number,
    weight: number,
    neighbors: ArrayLike<number>,
    start: number,
    end: number,
    edgeWeights?: ArrayLike<number>,
  ): number {
    const { placed, loads } = this;
    const counts = this.#counts;
    const factors = this.#factors;
    const penalties = this.#penalties;
    const limits = this.#limits;
    const before = placed[node]! - 1;
    if (before >= 0) {
      loads[before]! -= weight;
      this.#loaded(before);
    }
    if (edgeWeights) for (let i = start; i < end; i++) counts[placed[neighbors[i]!]!]! += edgeWeights[i]!;
    else for (let i = start; i < end; i++) counts[placed[neighbors[i]!]!]!++;
    let best = -1;
    let bestScore = Number.NEGATIVE_INFINITY;
    counts[0] = 0;
    for (let part = 0; part < loads.length; part++) {
      const score = counts[part + 1]! * factors[part]! - penalties[part]!;
      counts[part + 1] = 0;
      if (score < bestScore || loads[part]! + weight > limits[part]!) continue;
      if (score === bestScore && loads[part]! >= loads[best]!) continue;
      bestScore = score;
      best = part;
    }
    // Only a node heavier than any other fits nowhere.
    if (best < 0) best = this.#roomiest();
    this.put(node, weight, best);
    return best;
  }

  /** Puts a node that is not placed into a partition. */
  put(node: number, weight: number, part: number): void {
    this.placed[node] = part + 1;
    this.loads[part]! += weight;
    this.#loaded(part);
  }

  #loaded(part: number): void {
    const load = this.loads[part]!;
    if (this.#rule === "ldg") this.#factors[part] = 1 - load / Math.max(1, this.#limits[part]!);
    else this.#penalties[part] = this.#scale * Math.sqrt(load);
  }

  #roomiest(): number {
    let best = 0;
    for (let part = 1; part < this.loads.length; part++) {
      if (this.#limits[part]! - this.loads[part]! > this.#limits[best]! - this.loads[best]!) best = part;
    }
    return best;
  }
}
