import type { Clock, GraphoidError, Timer } from "@graphoid/core";
import { cancelledError, timeoutError } from "./wait.ts";

const call = "net.pool.acquire";

/** Someone who waits for an item. */
interface Waiter<T> {
  readonly resolve: (item: T) => void;
  readonly reject: (error: GraphoidError) => void;
  readonly timeoutMs: number;
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
  onAbort: (() => void) | undefined;
}

/**
 * Those who wait, first come first served. One timer serves them all: it is set for the earliest deadline, and since
 * most ask for the same time, that is the first in the queue.
 */
export class PoolWaiters<T> {
  readonly #clock: Clock;
  readonly #waiters = new Set<Waiter<T>>();
  #timer: Timer | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  /** How many gave up because their time was up. */
  timedOut = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#waiters.size;
  }

  /** Queues up. */
  wait(timeoutMs: number, signal: AbortSignal | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const deadline = this.#clock.now() + timeoutMs;
      const waiter: Waiter<T> = { resolve, reject, timeoutMs, deadline, signal, onAbort: undefined };
      this.#waiters.add(waiter);
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
    const waiter = this.#first();
    waiter?.resolve(item);
    return waiter !== undefined;
  }

  /** Fails the first in the queue; false if nobody waits. */
  failFirst(error: GraphoidError): boolean {
    const waiter = this.#first();
    waiter?.reject(error);
    return waiter !== undefined;
  }

  /** Fails everyone. */
  failAll(error: GraphoidError): void {
    while (this.failFirst(error)) {}
  }

  #first(): Waiter<T> | undefined {
    const [waiter] = this.#waiters;
    if (waiter) this.#leave(waiter);
    return waiter;
  }

  #leave(waiter: Waiter<T>): void {
    this.#waiters.delete(waiter);
    if (waiter.onAbort) waiter.signal?.removeEventListener("abort", waiter.onAbort);
    if (this.#waiters.size === 0) this.#stopTimer();
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
    for (const waiter of [...this.#waiters]) {
      if (waiter.deadline <= now) {
        this.timedOut++;
        this.#leave(waiter);
        waiter.reject(timeoutError(call, waiter.timeoutMs));
      } else {
        earliest = Math.min(earliest, waiter.deadline);
      }
    }
    if (earliest < Number.POSITIVE_INFINITY) this.#setTimer(earliest);
  }
}
