/** What arrives of one sender, put into the order in which it was sent, each once. */
export interface KeptItem {
  readonly number: number;
  /** The lowest number that was not known to be stored when this was sent. */
  readonly floor: number;
}

/** Numbers that have not come, from the first to below the last. */
interface Gap {
  from: number;
  to: number;
}

/** Of more gaps than that, the oldest are taken for one: what lay between them might be taken again. */
const MAX_GAPS = 1_000;

/** The order of what comes from one run of a sender to one location. */
export class KeptOrder<T extends KeptItem> {
  /** The number that comes next. */
  #next: number | undefined;
  /** What came before its turn, and since when the first of it waits. */
  readonly #early = new Map<number, T>();
  #waitsSince: number | undefined;
  /** Numbers before the next that are yet to come, ascending: of an earlier run of this host, or not waited for any longer. */
  readonly #gaps: Gap[] = [];

  /** How many wait for others. */
  get waiting(): number {
    return this.#early.size;
  }

  /** Whether it has been here before. */
  has({ number }: T): boolean {
    if (this.#early.has(number)) return true;
    return this.#next !== undefined && number < this.#next && this.#gapOf(number) < 0;
  }

  /** What can be taken now that `item` is here, which was not here before. */
  add(item: T, nowMs: number): T[] {
    const { number } = item;
    if (this.#next === undefined) {
      // What was stored before the sender sent this has either come to an earlier run of this host or comes late.
      this.#next = 0;
      this.#skipTo(Math.min(item.floor, number));
    }
    if (number < this.#next) {
      this.#fill(number);
      return [item];
    }
    this.#early.set(number, item);
    return this.#taken(nowMs);
  }

  /** What can be taken because what it waits for has not come for `patienceMs`. That is taken when it comes. */
  overdue(nowMs: number, patienceMs: number): T[] {
    if (this.#waitsSince === undefined || nowMs - this.#waitsSince < patienceMs) return [];
    let first = Number.POSITIVE_INFINITY;
    for (const number of this.#early.keys()) first = Math.min(first, number);
    this.#skipTo(first);
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

  #skipTo(number: number): void {
    const from = this.#next as number;
    this.#next = number;
    if (from < number) this.#gaps.push({ from, to: number });
    if (this.#gaps.length > MAX_GAPS) this.#merge();
  }

  #fill(number: number): void {
    const at = this.#gapOf(number);
    const { from, to } = this.#gaps[at] as Gap;
    const rest = [
      { from, to: number },
      { from: number + 1, to },
    ].filter((gap) => gap.from < gap.to);
    this.#gaps.splice(at, 1, ...rest);
    if (this.#gaps.length > MAX_GAPS) this.#merge();
  }

  #merge(): void {
    const [first, second] = this.#gaps as [Gap, Gap];
    this.#gaps.splice(0, 2, { from: first.from, to: second.to });
  }

  /** Where the gap is that a number lies in; -1 where there is none. What comes late was sent lately. */
  #gapOf(number: number): number {
    return this.#gaps.findLastIndex(({ from, to }) => from <= number && number < to);
  }
}
