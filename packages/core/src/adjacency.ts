import { type AdjacencyColumns, type AdjacencySide, compressRows } from "./compressed-rows.ts";
import { type EdgeStore, REMOVED } from "./edge-store.ts";

/** Edges newer than the index are kept in a map until there are this many of them, or an eighth of the index. */
const MIN_PENDING = 1024;

/**
 * The edges at each node. Built on first use and brought up to date when asked: a build that only adds edges never
 * pays for it, and a program that adds and asks in turn pays a constant amount an edge.
 */
export class Adjacency {
  readonly #store: EdgeStore;
  readonly #side: AdjacencySide;
  readonly #beforeBuild: () => void;
  #columns: AdjacencyColumns = {
    offsets: new Uint32Array(1),
    edges: new Uint32Array(0),
    neighbors: new Uint32Array(0),
  };
  /** Edge rows below this one are in `#columns`; from there to `#seen` in `#pending`. */
  #indexed = 0;
  #seen = 0;
  readonly #pending = new Map<number, number[]>();
  /** Whether some node has a neighbour twice in `#columns`; `undefined` until asked. */
  #repeats: boolean | undefined;

  /** `beforeBuild` is called when the index is made anew: the graph has stopped growing, at least for a while. */
  constructor(store: EdgeStore, side: AdjacencySide, beforeBuild: () => void = () => {}) {
    this.#store = store;
    this.#side = side;
    this.#beforeBuild = beforeBuild;
    store.beforeRemoval(() => void this.#columns.edges);
  }

  /** The whole index for a graph of `nodeRows` nodes, with nothing pending. */
  columns(nodeRows: number): AdjacencyColumns {
    if (this.#indexed !== this.#store.rows || this.#columns.offsets.length !== nodeRows + 1) this.#build(nodeRows);
    // Read now: whoever holds the columns may ask for them after a removal.
    void this.#columns.edges;
    return this.#columns;
  }

  /** Calls `visit(neighbour row, edge row)` for every edge at `node` that was there when the call began. */
  visit(node: number, nodeRows: number, visit: (neighbor: number, edge: number) => void): void {
    this.#update(nodeRows);
    const { offsets, neighbors } = this.#columns;
    const store = this.#store;
    const pending = this.#pending.size > 0 ? this.#pending.get(node) : undefined;
    const pendingCount = pending === undefined ? 0 : pending.length;
    if (node + 1 < offsets.length) {
      const end = offsets[node + 1] as number;
      const { edges } = this.#columns;
      for (let i = offsets[node] as number; i < end; i++) {
        const edge = edges[i] as number;
        if (store.removed === 0 || store.sources[edge] !== REMOVED) visit(neighbors[i] as number, edge);
      }
    }
    if (pending === undefined) return;
    let removed = 0;
    for (let i = 0; i < pendingCount; i++) {
      const edge = pending[i] as number;
      const source = store.sources[edge] as number;
      if (source === REMOVED) removed++;
      else visit(source === node ? (store.targets[edge] as number) : source, edge);
    }
    // An edge that comes and goes must not pile up. A new list, as a visit around this one may be reading the old.
    if (removed * 2 > pendingCount && this.#pending.get(node) === pending) {
      this.#pending.set(
        node,
        pending.filter((edge) => store.sources[edge] !== REMOVED),
      );
    }
  }

  /**
   * The index, when the entries of a node are exactly its neighbours, each once: nothing is pending or removed, and no
   * two edges lead to the same neighbour. Else `undefined`.
   */
  distinct(nodeRows: number): AdjacencyColumns | undefined {
    this.#update(nodeRows);
    if (this.#pending.size > 0 || this.#store.removed > 0) return undefined;
    return this.#store.severalLabels && this.#hasRepeats() ? undefined : this.#columns;
  }

  /** Whether two edges of a graph from which none was removed have the same ends. */
  hasRepeats(nodeRows: number): boolean {
    if (this.#indexed !== this.#store.rows) this.#build(nodeRows);
    return this.#hasRepeats();
  }

  #hasRepeats(): boolean {
    this.#repeats ??= hasRepeats(this.#columns);
    return this.#repeats;
  }

  #update(nodeRows: number): void {
    const rows = this.#store.rows;
    if (this.#seen === rows) return;
    if (rows - this.#indexed > Math.max(MIN_PENDING, this.#indexed >> 3)) {
      this.#build(nodeRows);
      return;
    }
    const { sources, targets } = this.#store;
    for (let edge = this.#seen; edge < rows; edge++) {
      const source = sources[edge] as number;
      const target = targets[edge] as number;
      if (source === REMOVED) continue;
      if (this.#side !== "in") this.#addPending(source, edge);
      if (this.#side === "in" || (this.#side === "both" && source !== target)) this.#addPending(target, edge);
    }
    this.#seen = rows;
  }

  #addPending(node: number, edge: number): void {
    const list = this.#pending.get(node);
    if (list) list.push(edge);
    else this.#pending.set(node, [edge]);
  }

  #build(nodeRows: number): void {
    this.#beforeBuild();
    const { sources, targets, rows } = this.#store;
    this.#columns = compressRows(sources, targets, rows, nodeRows, this.#side);
    this.#indexed = rows;
    this.#seen = rows;
    this.#repeats = undefined;
    this.#pending.clear();
  }
}

/** Whether a node has the same neighbour twice. One pass: `lastAt` holds the node, plus one, at which each was last seen. */
function hasRepeats({ offsets, neighbors }: AdjacencyColumns): boolean {
  const lastAt = new Uint32Array(offsets.length);
  for (let node = 0; node + 1 < offsets.length; node++) {
    const end = offsets[node + 1] as number;
    for (let i = offsets[node] as number; i < end; i++) {
      const neighbor = neighbors[i] as number;
      if (lastAt[neighbor] === node + 1) return true;
      lastAt[neighbor] = node + 1;
    }
  }
  return false;
}
