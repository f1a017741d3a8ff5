import type { Clock, Timer } from "@graphoid/core";
import { runWithout } from "./ambient.ts";

/** Something with a deadline. `position` belongs to the queue: -1 when not in it. */
export interface DeadlineEntry {
  readonly deadline: number;
  position: number;
  /** Called once when the deadline has passed, after the entry left the queue. Must not throw. */
  expire(): void;
}

/** The longest delay that `setTimeout` takes; a longer one would fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * All pending deadlines, in a binary heap with one timer of the clock for the earliest.
 *
 * A heap rather than a timer wheel: deadlines are mostly added in the order in which they fall due, which costs one
 * comparison, mostly removed before they do, and must not be rounded to a wheel's tick.
 */
export class DeadlineQueue {
  readonly #clock: Clock;
  readonly #heap: DeadlineEntry[] = [];
  #timer: Timer | undefined;
  #wakeAt = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#heap.length;
  }

  add(entry: DeadlineEntry): void {
    this.#heap.push(entry);
    this.#siftUp(entry, this.#heap.length - 1);
    if (entry.position === 0 && entry.deadline < this.#wakeAt) this.#arm();
  }

  /** Takes an entry out. The timer stays, to be found early and set anew, unless the queue is empty. */
  delete(entry: DeadlineEntry): void {
    const at = entry.position;
    if (at < 0) return;
    entry.position = -1;
    const last = this.#heap.pop() as DeadlineEntry;
    if (last !== entry) {
      if (at > 0 && last.deadline < (this.#heap[(at - 1) >> 1] as DeadlineEntry).deadline) this.#siftUp(last, at);
      else this.#siftDown(last, at);
    }
    if (this.#heap.length === 0) this.#disarm();
  }

  #disarm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#wakeAt = Number.POSITIVE_INFINITY;
  }

  #arm(): void {
    this.#disarm();
    const first = this.#heap[0];
    if (!first) return;
    // Rounded up: a timer that fires a fraction early would only have to be set again.
    const delay = Math.min(MAX_DELAY_MS, Math.max(0, Math.ceil(first.deadline - this.#clock.now())));
    this.#wakeAt = first.deadline;
    // Outside of any context: the timer serves all of them, and must not keep alive the one that happened to set it.
    this.#timer = runWithout(() => this.#clock.after(delay, () => this.#wake()));
  }

  #wake(): void {
    const now = this.#clock.now();
    for (let first = this.#heap[0]; first && first.deadline <= now; first = this.#heap[0]) {
      this.delete(first);
      first.expire();
    }
    this.#arm();
  }

  #siftUp(entry: DeadlineEntry, from: number): void {
    const heap = this.#heap;
    let at = from;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const other = heap[above] as DeadlineEntry;
      if (other.deadline <= entry.deadline) break;
      heap[at] = other;
      other.position = at;
      at = above;
    }
    heap[at] = entry;
    entry.position = at;
  }

  #siftDown(entry: DeadlineEntry, from: number): void {
    const heap = this.#heap;
    let at = from;
    for (;;) {
      let below = at * 2 + 1;
      if (below >= heap.length) break;
      if (
        below + 1 < heap.length &&
        (heap[below + 1] as DeadlineEntry).deadline < (heap[below] as DeadlineEntry).deadline
      ) {
        below++;
      }
      const other = heap[below] as DeadlineEntry;
      if (other.deadline >= entry.deadline) break;
      heap[at] = other;
      other.position = at;
      at = below;
    }
    heap[at] = entry;
    entry.position = at;
  }
}
