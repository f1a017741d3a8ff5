import type { Value } from "@graphoid/distribution";

/** A key, and a value that belongs to it. */
export type Pair<V extends Value = Value> = readonly [key: string, value: V];

/** All that a user writes. */
export interface Job<V extends Value = Value> {
  /** What a line of the input has to say. */
  map(line: string): Iterable<Pair<V>>;
  /**
   * Makes one value of several that have the same key. The values may be ones that it made before, in any order: mappers
   * combine what they have before they send it, and reducers what comes, as it comes.
   */
  reduce(key: string, values: readonly V[]): V;
}

/** Jobs by name. Every worker has the same. */
export interface Jobs {
  readonly [name: string]: Job<Value>;
}

/** Values by key, so far. */
export class Table<V extends Value> {
  readonly #job: Job<V>;
  readonly #values = new Map<string, V>();

  constructor(job: Job<V>) {
    this.#job = job;
  }

  add([key, value]: Pair<V>): void {
    const known = this.#values.get(key);
    this.#values.set(key, known === undefined ? value : this.#job.reduce(key, [known, value]));
  }

  get pairs(): Iterable<Pair<V>> {
    return this.#values;
  }
}
