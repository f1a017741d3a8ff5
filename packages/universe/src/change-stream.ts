import type { UniverseChange } from "./change.ts";
import { Queue } from "./queue.ts";

type Result = IteratorResult<UniverseChange, undefined>;

/** Changes on their way to one reader, who may be slower than they come: the oldest go when too many wait. */
export class ChangeStream implements AsyncIterableIterator<UniverseChange, undefined> {
  readonly #maxPending: number;
  readonly #onReturn: () => void;
  readonly #pending = new Queue<UniverseChange>();
  readonly #readers = new Queue<(result: Result) => void>();
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
    for (let reader = this.#readers.shift(); reader; reader = this.#readers.shift()) {
      reader({ done: true, value: undefined });
    }
  }

  next(): Promise<Result> {
    const value = this.#pending.shift();
    if (value !== undefined) return Promise.resolve({ done: false, value });
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.#readers.push(resolve));
  }

  return(): Promise<Result> {
    this.#onReturn();
    this.#pending.clear();
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
