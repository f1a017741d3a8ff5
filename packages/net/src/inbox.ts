import { type Clock, type GraphoidError, isGraphoidError } from "@graphoid/core";
import { cancelledError, checkWait, type WaitOptions, watchWait } from "./wait.ts";

/** What a message in the queue counts beside its bytes, so that a flood of empty ones is bounded too. */
const messageOverheadBytes = 128;

/** What the owner of an {@link Inbox} is told. */
export interface InboxEvents {
  /** The inbox held more than its low mark, and does not any more. */
  onRoom(): void;
  /** Someone asked for an item where none will come any more. */
  onEndSeen(): void;
}

/** How many bytes an {@link Inbox} is to hold. */
export interface InboxMarks {
  /** From here on it is full. */
  readonly highWaterBytes: number;
  /** At or under this, there is room again. */
  readonly lowMark: number;
}

interface Waiter<T> {
  readonly resolve: (item: T) => void;
  readonly reject: (error: GraphoidError) => void;
}

/**
 * What arrived and was not received yet, and who waits for what did not arrive yet. One of the two is always empty.
 */
export class Inbox<T> {
  readonly #call: string;
  readonly #clock: Clock;
  readonly #size: (item: T) => number;
  readonly #highWaterBytes: number;
  readonly #lowMark: number;
  readonly #events: InboxEvents;
  readonly #waiters = new Set<Waiter<T>>();
  #items: (T | undefined)[] = [];
  #head = 0;
  #bytes = 0;
  #wasHigh = false;
  /** Wakes everyone who waits for a list of items. */
  #wake: (() => void) | undefined;
  #error: GraphoidError | undefined;

  constructor(call: string, clock: Clock, marks: InboxMarks, size: (item: T) => number, events: InboxEvents) {
    this.#call = call;
    this.#clock = clock;
    this.#highWaterBytes = marks.highWaterBytes;
    this.#lowMark = marks.lowMark;
    this.#size = size;
    this.#events = events;
  }

  /** Items not received yet. */
  get length(): number {
    return this.#items.length - this.#head;
  }

  /** Bytes not received yet, overhead included. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether no more should be put in for now. */
  get full(): boolean {
    return this.#bytes >= this.#highWaterBytes;
  }

  /** Whether someone waits for an item. */
  get awaited(): boolean {
    return this.#waiters.size > 0 || this.#wake !== undefined;
  }

  /** Hands an item to the one who waits longest, or keeps it. */
  put(item: T): void {
    if (this.#waiters.size > 0) {
      for (const waiter of this.#waiters) {
        this.#waiters.delete(waiter);
        waiter.resolve(item);
        return;
      }
    }
    this.#items.push(item);
    this.#wakeUp();
    this.#bytes += this.#size(item) + messageOverheadBytes;
    if (this.#bytes > this.#lowMark) this.#wasHigh = true;
  }

  /** The next item; waits for it if there is none. */
  take(options?: WaitOptions): Promise<T> {
    if (options !== undefined) return this.#takeWithin(options);
    if (this.#head < this.#items.length) return Promise.resolve(this.#shift());
    if (this.#error !== undefined) return this.#seeEnd(this.#error);
    return new Promise((resolve, reject) => {
      this.#waiters.add({ resolve, reject });
    });
  }

  /** An iterator over the items: an orderly close is the end of it, and everything else an error. */
  iterate(): AsyncIterator<T, undefined> {
    return {
      next: () => this.#next(),
      return: async () => ({ value: undefined, done: true }),
    };
  }

  /** Like {@link Inbox.iterate}, over lists of all items that had come. */
  iterateAll(): AsyncIterator<T[], undefined> {
    const next = (): Promise<IteratorResult<T[], undefined>> => {
      if (this.#head < this.#items.length) return Promise.resolve({ value: this.#takeAll(), done: false });
      if (this.#error !== undefined) return endOrThrow(this.#seeEnd(this.#error));
      // Woken by the first that comes; those that come with it are there when this goes on.
      const others = this.#wake;
      const woken = new Promise<void>((resolve) => {
        this.#wake = () => {
          others?.();
          resolve();
        };
      });
      return woken.then(next);
    };
    return { next, return: async () => ({ value: undefined, done: true }) };
  }

  /** Nothing more will be put in. What is there can still be taken; then, and for those who wait, comes the error. */
  end(error: GraphoidError): void {
    if (this.#error !== undefined) return;
    this.#error = error;
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const waiter of waiters) waiter.reject(error);
    this.#wakeUp();
    if (waiters.length > 0) this.#events.onEndSeen();
  }

  /** Forgets what was not received. */
  clear(): void {
    this.#items = [];
    this.#head = 0;
    this.#bytes = 0;
    this.#wasHigh = false;
  }

  #next(): Promise<IteratorResult<T, undefined>> {
    if (this.#head < this.#items.length) return Promise.resolve({ value: this.#shift(), done: false });
    if (this.#error !== undefined) return endOrThrow(this.#seeEnd(this.#error));
    return new Promise((resolve, reject) => {
      this.#waiters.add({
        resolve: (value) => resolve({ value, done: false }),
        reject: (error) => endOrThrow(Promise.reject(error)).then(resolve, reject),
      });
    });
  }

  #wakeUp(): void {
    const wake = this.#wake;
    if (wake === undefined) return;
    this.#wake = undefined;
    wake();
  }

  #takeAll(): T[] {
    const items = (this.#head === 0 ? this.#items : this.#items.slice(this.#head)) as T[];
    this.clear();
    if (items.length > 0) this.#events.onRoom();
    return items;
  }

  #seeEnd(error: GraphoidError): Promise<never> {
    this.#events.onEndSeen();
    return Promise.reject(error);
  }

  #shift(): T {
    const item = this.#items[this.#head]!;
    this.#items[this.#head++] = undefined;
    if (this.#head === this.#items.length) {
      this.#items.length = 0;
      this.#head = 0;
    } else if (this.#head >= 1024 && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    this.#bytes -= this.#size(item) + messageOverheadBytes;
    if (this.#wasHigh && this.#bytes <= this.#lowMark) {
      this.#wasHigh = false;
      this.#events.onRoom();
    }
    return item;
  }

  async #takeWithin(options: WaitOptions): Promise<T> {
    checkWait(this.#call, options);
    if (options.signal?.aborted) throw cancelledError(this.#call, options.signal);
    if (this.#head < this.#items.length) return this.#shift();
    if (this.#error !== undefined) return this.#seeEnd(this.#error);
    return new Promise((resolve, reject) => {
      const waiter: Waiter<T> = {
        resolve: (item) => {
          unwatch();
          resolve(item);
        },
        reject: (error) => {
          unwatch();
          reject(error);
        },
      };
      const unwatch = watchWait(this.#call, this.#clock, options, (error) => {
        this.#waiters.delete(waiter);
        reject(error);
      });
      this.#waiters.add(waiter);
    });
  }
}

async function endOrThrow(ended: Promise<never>): Promise<IteratorReturnResult<undefined>> {
  try {
    return await ended;
  } catch (error) {
    if (isGraphoidError(error, "CLOSED")) return { value: undefined, done: true };
    throw error;
  }
}
