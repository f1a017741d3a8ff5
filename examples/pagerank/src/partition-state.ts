import type { Graph } from "@graphoid/distribution";

/** The edges from here to the nodes of one other partition. */
interface Outgoing {
  /** The targets, each once, in the order in which their contributions are sent. */
  readonly ids: string[];
  /** For each edge the row of its source and the place of its target among `ids`. */
  readonly sources: number[];
  readonly slots: number[];
}

/** One partition's share of the computation: plain arrays, no network. */
export class PartitionState {
  readonly #graph: Graph;
  readonly #degrees: Uint32Array;
  readonly #outgoing = new Map<number, Outgoing>();
  /** For each partition that sends here the rows that its contributions go to. */
  readonly #incoming = new Map<number, Uint32Array>();
  #ranks: Float64Array;
  #next: Float64Array;

  /**
   * @param graph - The nodes of the partition and the edges between them.
   * @param crossing - The edges that leave it; the value of a node elsewhere is its partition.
   * @param nodes - How many nodes the whole graph has.
   */
  constructor(graph: Graph, crossing: Graph, nodes: number) {
    this.#graph = graph;
    const { nodeCount, out, ids } = graph.columns;
    this.#ranks = new Float64Array(nodeCount).fill(1 / nodes);
    this.#next = new Float64Array(nodeCount);
    this.#degrees = new Uint32Array(nodeCount);
    for (let row = 0; row < nodeCount; row++) {
      this.#degrees[row] = (out.offsets[row + 1] as number) - (out.offsets[row] as number);
    }
    const slotOf = new Map<string, number>();
    crossing.forEachEdge((from, to) => {
      const partition = crossing.getNode(to) as number;
      let outgoing = this.#outgoing.get(partition);
      if (!outgoing) {
        outgoing = { ids: [], sources: [], slots: [] };
        this.#outgoing.set(partition, outgoing);
      }
      let slot = slotOf.get(to);
      if (slot === undefined) {
        slot = outgoing.ids.push(to) - 1;
        slotOf.set(to, slot);
      }
      const row = ids.indexOf(from);
      outgoing.sources.push(row);
      outgoing.slots.push(slot);
      this.#degrees[row]!++;
    });
  }

  /** The ranks of the nodes, by their row. */
  get ranks(): Float64Array {
    return this.#ranks;
  }

  /** The nodes of each other partition that get contributions from here. */
  *targets(): Iterable<readonly [partition: number, ids: readonly string[]]> {
    for (const [partition, { ids }] of this.#outgoing) yield [partition, ids];
  }

  /** The partitions that send contributions here. */
  get senders(): ReadonlySet<number> {
    return new Set(this.#incoming.keys());
  }

  /** Remembers which nodes a partition sends to. */
  expect(from: number, ids: readonly string[]): void {
    const { ids: rows } = this.#graph.columns;
    this.#incoming.set(
      from,
      Uint32Array.from(ids, (id) => rows.indexOf(id)),
    );
  }

  /** Hands every node's rank along its edges. What leaves goes to `send`; returns the rank that has nowhere to go. */
  scatter(send: (partition: number, values: Float64Array) => void): number {
    const { offsets, neighbors } = this.#graph.columns.out;
    const shares = new Float64Array(this.#ranks.length);
    this.#next.fill(0);
    let dangling = 0;
    for (let row = 0; row < shares.length; row++) {
      const degree = this.#degrees[row] as number;
      const rank = this.#ranks[row] as number;
      if (degree === 0) {
        dangling += rank;
        continue;
      }
      const share = rank / degree;
      shares[row] = share;
      const end = offsets[row + 1] as number;
      for (let i = offsets[row] as number; i < end; i++) this.#next[neighbors[i] as number]! += share;
    }
    for (const [partition, { ids, sources, slots }] of this.#outgoing) {
      const values = new Float64Array(ids.length);
      for (let i = 0; i < sources.length; i++) values[slots[i] as number]! += shares[sources[i] as number] as number;
      send(partition, values);
    }
    return dangling;
  }

  /** Takes in the contributions of other partitions; returns by how much the ranks have changed, summed. */
  gather(contributions: ReadonlyMap<number, Float64Array>, base: number, damping: number): number {
    const next = this.#next;
    // In the order of partitions, not of arrival: the same run gives the same ranks to the last bit.
    for (const from of [...contributions.keys()].sort((a, b) => a - b)) {
      const rows = this.#incoming.get(from) as Uint32Array;
      const values = contributions.get(from) as Float64Array;
      for (let i = 0; i < rows.length; i++) next[rows[i] as number]! += values[i] as number;
    }
    let change = 0;
    for (let row = 0; row < next.length; row++) {
      const rank = base + damping * (next[row] as number);
      change += Math.abs(rank - (this.#ranks[row] as number));
      next[row] = rank;
    }
    this.#next = this.#ranks;
    this.#ranks = next;
    return change;
  }
}
