import type { UniverseChange } from "./change.ts";

type Result = IteratorResult<UniverseChange, undefined>;

/** Changes on their way to one reader, who may be slower than they come: the oldest go when too many wait. */
export class ChangeStream implements AsyncIterableIterator<UniverseChange, undefined> {
  readonly #maxPending: number;
  readonly #onReturn: () => void;
  readonly #pending: UniverseChange[] = [];
  readonly #readers: ((result: Result) => void)[] = [];
  #ended = false;

  constructor(maxPending: number, onReturn: () => void) {
    this.#maxPending = maxPending;
    this.#onReturn = onReturn;
  }

  push(change: UniverseChange): void {
    const reader = this.#readers.shift();
    if (reader) {
      reader({ done: false, value: change });
      return;
    }
    if (this.#pending.length === this.#maxPending) this.#pending.shift();
    this.#pending.push(change);
  }

  /** No more will come; what waits can still be read. */
  end(): void {
    this.#ended = true;
    for (const reader of this.#readers.splice(0)) reader({ done: true, value: undefined });
  }

  next(): Promise<Result> {
    const value = this.#pending.shift();
    if (value !== undefined) return Promise.resolve({ done: false, value });
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.#readers.push(resolve));
  }

  return(): Promise<Result> {
    this.#onReturn();
    this.#pending.length = 0;
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
