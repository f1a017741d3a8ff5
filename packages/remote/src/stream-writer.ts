import type { Value } from "@graphoid/core";

/** Where a {@link StreamWriter} puts what it is given. */
export interface StreamSink {
  /** Sends the item with that number; resolves when there is room for the next. */
  item(sequence: number, value: Value): Promise<void> | void;
  /** All `total` items are sent. */
  end(total: number): void;
  /** The producer threw, or an item could not be sent. */
  fail(error: unknown): void;
}

/** Tells whether a handler's result answers a stream; strings and typed arrays are values, not items. */
export function toIterator(result: unknown): AsyncIterator<Value> | Iterator<Value> | undefined {
  if (typeof result !== "object" || result === null || ArrayBuffer.isView(result)) return undefined;
  const { [Symbol.asyncIterator]: many, [Symbol.iterator]: some } = result as Partial<
    AsyncIterable<Value> & Iterable<Value>
  >;
  if (typeof many === "function") return many.call(result);
  return typeof some === "function" ? some.call(result) : undefined;
}

/**
 * The producing end of a stream: pulls an item from the handler's iterator only when the consumer has granted it and
 * the transport has room for it.
 */
export class StreamWriter {
  readonly #iterator: AsyncIterator<Value> | Iterator<Value>;
  readonly #sink: StreamSink;
  #running = false;
  #sent = 0;
  #granted: number;
  #stopped = false;
  #wake: (() => void) | undefined;

  constructor(iterator: AsyncIterator<Value> | Iterator<Value>, sink: StreamSink, granted: number) {
    this.#iterator = iterator;
    this.#sink = sink;
    this.#granted = granted;
  }

  /** Sends items until they end, fail, or are stopped. Never rejects. */
  async run(): Promise<void> {
    this.#running = true;
    try {
      for (;;) {
        while (this.#sent >= this.#granted && !this.#stopped) await this.#credit();
        if (this.#stopped) return;
        const step = await this.#iterator.next();
        if (this.#stopped) return;
        if (step.done) break;
        await this.#sink.item(this.#sent++, step.value);
      }
      this.#stopped = true;
      this.#sink.end(this.#sent);
    } catch (error) {
      if (this.#stopped) return;
      this.stop();
      this.#sink.fail(error);
    }
  }

  /** Lets it send until it has sent `total` in all; a lower total than before changes nothing. */
  grant(total: number): void {
    if (total <= this.#granted) return;
    this.#granted = total;
    this.#wake?.();
    if (!this.#running) void this.run();
  }

  /** Whether nothing has been asked of the iterator. */
  get untouched(): boolean {
    return !this.#running;
  }

  /** Stops it and tells the iterator, so that a generator's `finally` runs. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#wake?.();
    // What was never begun has nothing to end.
    if (this.#running) closeIterator(this.#iterator);
  }

  #credit(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

/** Tells an iterator that nobody reads on. What it throws in turn concerns nobody. */
export function closeIterator(iterator: AsyncIterator<unknown> | Iterator<unknown>): void {
  try {
    Promise.resolve(iterator.return?.()).catch(() => {});
  } catch {
    // As above.
  }
}
