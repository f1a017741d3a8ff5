/** An id is `generation * SLOTS + slot`: both fit a safe integer, so an id is an ordinary number on the wire. */
const SLOTS = 2 ** 20;
const GENERATIONS = 2 ** 33 - 1;

/** The most calls that a {@link CallTable} can hold. */
export const MAX_CALLS: number = SLOTS;

/**
 * The open calls of a remote, by correlation id.
 *
 * A slot is reused, each time under its next generation, and retired after its last: no id is ever given twice, so an
 * answer that comes late finds its own call or none. Lookup is one array access.
 */
export class CallTable<T> {
  readonly #limit: number;
  readonly #maxId: number;
  readonly #calls: (T | undefined)[] = [];
  /** The id last given in each slot. */
  readonly #ids: number[] = [];
  readonly #free: number[] = [];
  #size = 0;

  /** `generations` is smaller in tests, to see slots retire. */
  constructor(limit: number, generations: number = GENERATIONS) {
    this.#limit = limit;
    this.#maxId = generations * SLOTS + (SLOTS - 1);
  }

  get size(): number {
    return this.#size;
  }

  get full(): boolean {
    return this.#size >= this.#limit || (this.#free.length === 0 && this.#ids.length >= SLOTS);
  }

  /** Adds a call and returns its id, which is never 0. There must be room: see {@link CallTable.full}. */
  open(call: T): number {
    const slot = this.#free.pop() ?? this.#ids.push(0) - 1;
    const last = this.#ids[slot] as number;
    const id = (last === 0 ? slot : last) + SLOTS;
    this.#ids[slot] = id;
    this.#calls[slot] = call;
    this.#size++;
    return id;
  }

  /** The open call with that id, whatever number it is. */
  get(id: number): T | undefined {
    const slot = id % SLOTS;
    return this.#ids[slot] === id ? this.#calls[slot] : undefined;
  }

  /** Removes the call with that id and tells whether it was there: true for exactly one caller. */
  close(id: number): boolean {
    const slot = id % SLOTS;
    if (this.#ids[slot] !== id || this.#calls[slot] === undefined) return false;
    this.#calls[slot] = undefined;
    this.#size--;
    if (id + SLOTS <= this.#maxId) this.#free.push(slot);
    return true;
  }

  /** The open calls at this moment. */
  all(): T[] {
    return this.#calls.filter((call) => call !== undefined);
  }
}
