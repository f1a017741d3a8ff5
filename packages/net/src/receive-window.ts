import type { Clock } from "@graphoid/core";

/** How much a window may grow. */
const maxGrowth = 16;
/** On a way as short as this, a window need not grow. */
const shortWayMs = 1;

/**
 * How many bytes a peer may have on their way to us, and when it is told of more. A window of less than what fits into
 * the way and back would slow a long way down; one of more would only fill queues. So it grows to twice the rate times
 * the shortest round trip, which full queues do not lengthen (the idea of BBR, Cardwell et al., ACM Queue 14:5, 2016).
 */
export class ReceiveWindow {
  readonly #clock: Clock;
  readonly #most: number;
  #bytes: number;
  #owed = 0;
  #givenAt: number;

  constructor(clock: Clock, bytes: number) {
    this.#clock = clock;
    this.#bytes = bytes;
    this.#most = bytes * maxGrowth;
    this.#givenAt = clock.now();
  }

  /** Whether so many bytes were taken that the peer should know. */
  get due(): boolean {
    return this.#owed >= this.#bytes >> 1;
  }

  /** Bytes were taken. */
  take(bytes: number): void {
    this.#owed += bytes;
  }

  /** What to tell the peer now. `roundTripMs` is the shortest one known. */
  give(roundTripMs: number): number {
    const now = this.#clock.now();
    let given = this.#owed;
    if (roundTripMs >= shortWayMs && roundTripMs < Number.POSITIVE_INFINITY) {
      const fitting = (2 * roundTripMs * this.#owed) / Math.max(now - this.#givenAt, 1);
      const bytes = Math.min(this.#most, Math.max(this.#bytes, Math.floor(fitting)));
      given += bytes - this.#bytes;
      this.#bytes = bytes;
    }
    this.#owed = 0;
    this.#givenAt = now;
    return given;
  }
}
