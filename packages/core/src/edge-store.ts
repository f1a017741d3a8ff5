import { Codes } from "./codes.ts";
import { grownFloats, grownInts } from "./grow.ts";
import { mix32 } from "./hash.ts";
import { randomKey } from "./keyed-hash.ts";
import { Properties } from "./properties.ts";

/** Marks a removed edge in the sources column. */
export const REMOVED = 0xffffffff;
const MIN_SLOTS = 16;

/**
 * The edges of a graph by column, and a lookup from (source, target, label) to the row.
 *
 * Sources and targets are node rows, labels are codes. Removing leaves a tombstone; the graph compacts. In an
 * undirected graph an edge is found from either end. The lookup is built on first use, so that a decoded graph that
 * is only read never pays for it; its slots are laid out as in `StringTable`.
 */
export class EdgeStore {
  readonly directed: boolean;
  readonly labels: Codes;
  readonly properties: Properties;
  sources: Uint32Array;
  targets: Uint32Array;
  /** NaN where an edge has no weight; absent until one has. */
  weights: Float64Array | undefined;
  /** Rows in use, removed ones included. */
  rows: number;
  /** Removed rows. */
  removed = 0;
  /** The label of every edge so far; -1 before the first edge, -2 when there are several. */
  #onlyLabel = -1;
  #slots: Int32Array | undefined;
  readonly #beforeRemoval: (() => void)[] = [];
  /** Where the last `find` that found nothing ended, and its hash: the slot for the edge if it is added next. */
  #missAt = 0;
  #missHash = 0;
  /** Keys the hash, so that node rows cannot be chosen to collide. */
  readonly #key: number = randomKey();

  constructor(
    directed: boolean,
    sources: Uint32Array = new Uint32Array(0),
    targets: Uint32Array = new Uint32Array(0),
    labels: Codes = new Codes(),
    weights: Float64Array | undefined = undefined,
    properties: Properties = new Properties(),
  ) {
    this.directed = directed;
    this.sources = sources;
    this.targets = targets;
    this.labels = labels;
    this.weights = weights;
    this.properties = properties;
    this.rows = sources.length;
    for (let row = 0; row < this.rows && this.#onlyLabel !== -2; row++) this.#noteLabel(labels.get(row));
  }

  /** Whether edges have had more than one label: only then can two edges lead from one node to one other. */
  get severalLabels(): boolean {
    return this.#onlyLabel === -2;
  }

  /** The row of an edge, or -1. */
  find(source: number, target: number, label: number): number {
    const slots = this.#slots ?? this.#rebuild(MIN_SLOTS);
    const mask = slots.length - 1;
    const h = this.#hash(source, target, label);
    const sources = this.sources;
    const targets = this.targets;
    for (let at = h & mask; ; at = (at + 1) & mask) {
      const slot = slots[at] as number;
      if (slot === 0) {
        this.#missAt = at;
        this.#missHash = h;
        return -1;
      }
      if (((slot ^ h) & ~mask) !== 0) continue;
      const row = (slot & mask) - 1;
      const from = sources[row];
      const to = targets[row];
      if (from === source && to === target) {
        if (this.labels.get(row) === label) return row;
      } else if (!this.directed && from === target && to === source && this.labels.get(row) === label) {
        return row;
      }
    }
  }

  /** Adds an edge that `find` has just not found, and returns its row. */
  add(source: number, target: number, label: number): number {
    const row = this.rows;
    this.sources = grownInts(this.sources, row + 1);
    this.targets = grownInts(this.targets, row + 1);
    this.sources[row] = source;
    this.targets[row] = target;
    this.labels.set(row, label);
    this.#noteLabel(label);
    this.rows = row + 1;
    const slots = this.#slots;
    if (slots === undefined) return row;
    const mask = slots.length - 1;
    if ((row + 1) * 5 > slots.length * 3) this.#rebuild(slots.length * 2);
    else if (this.removed > 0) this.#place(slots, row);
    else slots[this.#missAt] = (this.#missHash & ~mask) | (row + 1);
    return row;
  }

  /** Calls `prepare` before each removal, for an index that still has to read what is removed. */
  beforeRemoval(prepare: () => void): void {
    this.#beforeRemoval.push(prepare);
  }

  remove(row: number): void {
    for (const prepare of this.#beforeRemoval) prepare();
    this.sources[row] = REMOVED;
    this.removed++;
    if (this.weights && row < this.weights.length) this.weights[row] = Number.NaN;
    this.properties.clear(row);
  }

  /** The weight of an edge; `undefined` when it has none. */
  weight(row: number): number | undefined {
    const weight = this.weights?.[row];
    return weight === undefined || Number.isNaN(weight) ? undefined : weight;
  }

  /** The rows that are not removed, in order. */
  liveRows(): Uint32Array {
    const live = new Uint32Array(this.rows - this.removed);
    let count = 0;
    for (let row = 0; row < this.rows; row++) if (this.sources[row] !== REMOVED) live[count++] = row;
    return live;
  }

  /** Makes the weights column, where there is one, as long as the others. */
  reserveWeights(): void {
    if (this.weights) this.weights = grownFloats(this.weights, this.rows, Number.NaN);
  }

  /** Gives back the room kept for growth. */
  trim(): void {
    const { rows } = this;
    if (this.sources.length > rows) this.sources = this.sources.slice(0, rows);
    if (this.targets.length > rows) this.targets = this.targets.slice(0, rows);
    if (this.weights && this.weights.length > rows) this.weights = this.weights.slice(0, rows);
    this.labels.trim(rows);
  }

  setWeight(row: number, weight: number): void {
    this.weights = grownFloats(this.weights ?? new Float64Array(0), row + 1, Number.NaN);
    this.weights[row] = weight;
  }

  #noteLabel(label: number): void {
    if (label !== this.#onlyLabel) this.#onlyLabel = this.#onlyLabel === -1 ? label : -2;
  }

  #hash(source: number, target: number, label: number): number {
    if (!this.directed && source > target) return this.#hash(target, source, label);
    let h = Math.imul(source ^ this.#key, 0x9e3779b1);
    h = Math.imul((h ^ (h >>> 15)) + target, 0x85ebca6b);
    return mix32((h ^ (h >>> 13)) + label);
  }

  #place(slots: Int32Array, row: number): void {
    const mask = slots.length - 1;
    const h = this.#hash(this.sources[row] as number, this.targets[row] as number, this.labels.get(row));
    let at = h & mask;
    while (slots[at] !== 0 && !this.#reusable(slots[at] as number, h, mask)) at = (at + 1) & mask;
    slots[at] = (h & ~mask) | (row + 1);
  }

  /** Whether a slot is that of a removed edge of the same hash: else one that comes and goes would leave a chain. */
  #reusable(slot: number, h: number, mask: number): boolean {
    return this.removed > 0 && ((slot ^ h) & ~mask) === 0 && this.sources[(slot & mask) - 1] === REMOVED;
  }

  #rebuild(size: number): Int32Array {
    while (this.rows * 5 > size * 3) size *= 2;
    const slots = new Int32Array(size);
    this.#slots = slots;
    for (let row = 0; row < this.rows; row++) if (this.sources[row] !== REMOVED) this.#place(slots, row);
    return slots;
  }
}
