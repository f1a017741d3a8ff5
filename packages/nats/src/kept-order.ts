/** What arrives of one sender, put into the order in which it was sent, each once. */
export interface KeptItem {
  readonly number: number;
  /** The lowest number that was not known to be stored when this was sent. */
  readonly floor: number;
}

/** The order of what comes from one run of a sender to one location. */
export class KeptOrder<T extends KeptItem> {
  /** The number that comes next. */
  #next: number | undefined;
  /** What came before its turn, and since when the first of it waits. */
  readonly #early = new Map<number, T>();
  #waitsSince: number | undefined;
  /** Numbers before the first that came: some of an earlier run of this host, which come again. */
  readonly #late = new Set<number>();

  /** How many wait for others. */
  get waiting(): number {
    return this.#early.size;
  }

  /** Whether it has been here before. */
  has({ number }: T): boolean {
    if (this.#early.has(number) || this.#late.has(number)) return true;
    return this.#next !== undefined && number < this.#next && number >= this.#first;
  }

  #first = 0;

  /** What can be taken now that `item` is here, which was not here before. */
  add(item: T, nowMs: number): T[] {
    const { number } = item;
    if (this.#next === undefined) {
      // What was stored before the sender sent this has either come to an earlier run of this host or comes late.
      this.#first = Math.min(item.floor, number);
      this.#next = this.#first;
    }
    if (number < this.#next) {
      this.#late.add(number);
      return [item];
    }
    this.#early.set(number, item);
    return this.#taken(nowMs);
  }

  /** What can be taken because what it waits for has not come for `patienceMs`, and will not. */
  overdue(nowMs: number, patienceMs: number): T[] {
    if (this.#waitsSince === undefined || nowMs - this.#waitsSince < patienceMs) return [];
    this.#next = Math.min(...this.#early.keys());
    return this.#taken(nowMs);
  }

  #taken(nowMs: number): T[] {
    const items: T[] = [];
    for (;;) {
      const item = this.#early.get(this.#next as number);
      if (item === undefined) break;
      this.#early.delete(this.#next as number);
      this.#next = (this.#next as number) + 1;
      items.push(item);
    }
    if (this.#early.size === 0) this.#waitsSince = undefined;
    else if (items.length > 0 || this.#waitsSince === undefined) this.#waitsSince = nowMs;
    return items;
  }
}
