import type { Clock, GraphoidError, Timer } from "@graphoid/core";
import { cancelledError, timeoutError } from "./wait.ts";

const call = "net.pool.acquire";

/** Someone who waits for an item, between those who came before and after. */
interface Waiter<T> {
  readonly resolve: (item: T) => void;
  readonly reject: (error: GraphoidError) => void;
  readonly timeoutMs: number;
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
  onAbort: (() => void) | undefined;
  before: Waiter<T> | undefined;
  after: Waiter<T> | undefined;
}

/**
 * Those who wait, first come first served: a linked list, from whose middle one can leave. One timer serves them all:
 * it is set for the earliest deadline, which is that of the first in the queue if all allow the same time. It stays
 * when the queue empties, since the next is near.
 */
export class PoolWaiters<T> {
  readonly #clock: Clock;
  #first: Waiter<T> | undefined;
  #last: Waiter<T> | undefined;
  #size = 0;
  #timer: Timer | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  /** How many gave up because their time was up. */
  timedOut = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#size;
  }

  /** Queues up. */
  wait(timeoutMs: number, signal: AbortSignal | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const deadline = this.#clock.now() + timeoutMs;
      const before = this.#last;
      const waiter: Waiter<T> = {
        resolve,
        reject,
        timeoutMs,
        deadline,
        signal,
        onAbort: undefined,
        before,
        after: undefined,
      };
      if (before) before.after = waiter;
      else this.#first = waiter;
      this.#last = waiter;
      this.#size++;
      if (signal) {
        waiter.onAbort = () => {
          this.#leave(waiter);
          reject(cancelledError(call, signal));
        };
        signal.addEventListener("abort", waiter.onAbort);
      }
      if (deadline < this.#timerAt) this.#setTimer(deadline);
    });
  }

  /** Gives the item to the first in the queue; false if nobody waits. */
  give(item: T): boolean {
    const waiter = this.#first;
    if (waiter === undefined) return false;
    this.#leave(waiter);
    waiter.resolve(item);
    return true;
  }

  /** Fails the first in the queue; false if nobody waits. */
  failFirst(error: GraphoidError): boolean {
    const waiter = this.#first;
    if (waiter === undefined) return false;
    this.#leave(waiter);
    waiter.reject(error);
    return true;
  }

  /** Fails everyone, and leaves nothing behind. */
  failAll(error: GraphoidError): void {
    while (this.failFirst(error)) {}
    this.#stopTimer();
  }

  #leave(waiter: Waiter<T>): void {
    const { before, after } = waiter;
    if (before) before.after = after;
    else this.#first = after;
    if (after) after.before = before;
    else this.#last = before;
    this.#size--;
    if (waiter.onAbort) waiter.signal?.removeEventListener("abort", waiter.onAbort);
  }

  #stopTimer(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#timerAt = Number.POSITIVE_INFINITY;
  }

  #setTimer(at: number): void {
    this.#timer?.cancel();
    this.#timerAt = at;
    this.#timer = this.#clock.after(Math.max(0, Math.ceil(at - this.#clock.now())), () => this.#onTimer());
  }

  #onTimer(): void {
    const now = this.#clock.now();
    let earliest = Number.POSITIVE_INFINITY;
    this.#stopTimer();
    for (let waiter = this.#first; waiter; waiter = waiter.after) {
      if (waiter.deadline > now) {
        earliest = Math.min(earliest, waiter.deadline);
        continue;
      }
      this.timedOut++;
      this.#leave(waiter);
      waiter.reject(timeoutError(call, waiter.timeoutMs));
    }
    if (earliest < Number.POSITIVE_INFINITY) this.#setTimer(earliest);
  }
}
