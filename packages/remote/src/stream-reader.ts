import type { Envelope, Value } from "@graphoid/core";
import { numberHeader, SEQUENCE_HEADER } from "./envelopes.ts";
import { StreamError } from "./errors.ts";

/** What a {@link StreamReader} asks of the call that it reads from. */
export interface StreamCall {
  /** Opens the call, granting `credit` items. Throws what a call can fail with before it is sent. */
  open(reader: StreamReader, credit: number): void;
  /** Lets the producer send items until it has sent `total` in all. */
  grant(total: number): void;
  /** The call is over: everything that it will ever bring is here. */
  finish(error?: unknown): void;
  /** The consumer wants no more: tells the producer. */
  cancel(): void;
  /** All that is missing has been sent: it must come soon or not at all. */
  hasten(): void;
}

interface Waiter {
  readonly resolve: (result: IteratorResult<Value, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

const EMPTY = Symbol("empty");
const DONE: IteratorResult<Value, undefined> = Object.freeze({ done: true, value: undefined });

/**
 * The consuming end of a stream. Items are numbered, so that they come out in order and once over any router; the
 * producer may be at most a window ahead of the consumer, so that nothing accumulates.
 */
export class StreamReader implements AsyncIterableIterator<Value, undefined> {
  readonly #call: StreamCall;
  readonly #window: number;
  /** Items that arrived and were not read, each at its number modulo the window. */
  readonly #items: (Value | typeof EMPTY)[];
  readonly #waiters: Waiter[] = [];
  #state: "new" | "open" | "finished" | "done" = "new";
  /** The number of the item to be read next. */
  #next = 0;
  #arrived = 0;
  /** One more than the highest number that arrived. */
  #reach = 0;
  #granted: number;
  /** How many items there are in all, once known. */
  #total: number = Number.POSITIVE_INFINITY;
  /** What the stream ends with after its last item, where it fails. */
  #failure: { readonly error: unknown } | undefined;

  constructor(call: StreamCall, window: number) {
    this.#call = call;
    this.#window = window;
    this.#granted = window;
    this.#items = new Array(window).fill(EMPTY);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next item. The call is made by the first `next`, so that a stream nobody reads costs nothing. */
  next(): Promise<IteratorResult<Value, undefined>> {
    if (this.#state === "new") {
      this.#state = "open";
      try {
        this.#call.open(this, this.#window);
      } catch (error) {
        this.#state = "done";
        return Promise.reject(error);
      }
    }
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      this.#serve();
    });
  }

  /** Ends the stream from the consumer's side, as `break` does. */
  return(): Promise<IteratorResult<Value, undefined>> {
    const { open } = this;
    this.#discard();
    if (open) this.#call.cancel();
    this.#serve();
    return Promise.resolve(DONE);
  }

  /** Ends the stream as {@link StreamReader.return} does, and rejects with `error`. */
  async throw(error: unknown): Promise<never> {
    await this.return();
    throw error;
  }

  /** Whether nothing has arrived. */
  get untouched(): boolean {
    return this.#arrived === 0 && this.#total === Number.POSITIVE_INFINITY;
  }

  /** How many items the producer may send in all. */
  get granted(): number {
    return this.#granted;
  }

  /** Whether the producer may still send something. */
  get open(): boolean {
    return this.#state === "open";
  }

  /** Takes an `item`. Tells whether it was one that is waited for. */
  item(envelope: Envelope): boolean {
    const sequence = numberHeader(envelope.headers, SEQUENCE_HEADER) ?? -1;
    if (!Number.isInteger(sequence) || sequence < 0 || sequence >= Math.min(this.#granted, this.#total)) {
      this.#breach("an item that it was not allowed to send");
      return false;
    }
    const place = sequence % this.#window;
    if (sequence < this.#next || this.#items[place] !== EMPTY) return false;
    this.#items[place] = envelope.payload ?? null;
    this.#arrived++;
    this.#reach = Math.max(this.#reach, sequence + 1);
    this.#finishIfWhole();
    this.#serve();
    return true;
  }

  /** Takes the `end`, which tells how many items there are. */
  end(envelope: Envelope): void {
    const total = numberHeader(envelope.headers, SEQUENCE_HEADER) ?? -1;
    if (this.#total !== Number.POSITIVE_INFINITY) return;
    if (!Number.isInteger(total) || total < this.#reach || total > this.#granted) {
      this.#breach("an end that does not fit its items");
      return;
    }
    this.#total = total;
    if (!this.#finishIfWhole()) this.#call.hasten();
    this.#serve();
  }

  /** The stream failed: what arrived can still be read, and then `error` comes. */
  fail(error: unknown): void {
    if (this.#state !== "open") return;
    this.#state = "finished";
    this.#failure = { error };
    this.#serve();
  }

  /** The caller gave the stream up: `error` comes at once. */
  abort(error: unknown): void {
    if (this.#state !== "open") return;
    this.#discard();
    this.#state = "finished";
    this.#failure = { error };
    this.#serve();
  }

  /** Something came that cannot be taken: the producer is told to stop, and `error` comes at once. */
  refuse(error: unknown): void {
    this.#call.cancel();
    this.abort(error);
  }

  #discard(): void {
    this.#state = "done";
    this.#items.fill(EMPTY);
  }

  #breach(what: string): void {
    this.refuse(new StreamError(`remote.stream: the producer sent ${what}`));
  }

  #finishIfWhole(): boolean {
    if (this.#arrived < this.#total || this.#state !== "open") return false;
    this.#state = "finished";
    this.#call.finish();
    return true;
  }

  /** Gives waiting readers what there is for them. */
  #serve(): void {
    while (this.#waiters.length > 0) {
      const place = this.#next % this.#window;
      const value = this.#items[place] as Value | typeof EMPTY;
      if (value !== EMPTY) {
        this.#items[place] = EMPTY;
        this.#next++;
        this.#grantMore();
        this.#waiters.shift()?.resolve({ done: false, value });
      } else if (this.#state === "open") {
        return;
      } else {
        this.#state = "done";
        const failure = this.#failure;
        this.#failure = undefined;
        const waiter = this.#waiters.shift();
        if (failure === undefined) waiter?.resolve(DONE);
        else waiter?.reject(failure.error);
      }
    }
  }

  /** Grants in steps of half a window, so that credit costs little and the producer need not pause. */
  #grantMore(): void {
    if (this.#state !== "open" || this.#granted - this.#next > this.#window / 2) return;
    if (this.#next >= this.#total) return;
    this.#granted = this.#next + this.#window;
    this.#call.grant(this.#granted);
  }
}
