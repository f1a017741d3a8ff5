import { type Clock, systemClock } from "@graphoid/core";

/** The longest pause before a connection that was lost is made anew: whoever else lost it does not come in step. */
const afterLossMs = 100;
/** The pause after a failed attempt; each further failure doubles it, up to the second. */
const afterFailureMs = [100, 30_000] as const;

/** When to connect to a peer again: soon after a loss, ever later while attempts fail, and never in step with others. */
export class Backoff {
  readonly #clock: Clock;
  readonly #random: () => number;
  #lost = false;
  #failures = 0;
  #retryAt = Number.NEGATIVE_INFINITY;
  #lastError: unknown;

  constructor(clock: Clock = systemClock, random: () => number = Math.random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** A connection was lost. */
  onLost(): void {
    this.#lost = true;
  }

  /** The peer was reached, by either side. */
  onReached(): void {
    this.#failures = 0;
    this.#retryAt = Number.NEGATIVE_INFINITY;
    this.#lost = false;
  }

  /** Makes an attempt; until the next one is due, fails at once with what the last one failed with. */
  async attempt<T>(connect: () => Promise<T>): Promise<T> {
    if (this.#clock.now() < this.#retryAt) throw this.#lastError;
    if (this.#lost) {
      this.#lost = false;
      await new Promise<void>((resolve) => this.#clock.after(Math.floor(this.#random() * afterLossMs), resolve));
    }
    try {
      return await connect();
    } catch (error) {
      const [first, last] = afterFailureMs;
      const pause = Math.min(last, first * 2 ** this.#failures++) * (0.5 + this.#random() / 2);
      this.#retryAt = this.#clock.now() + pause;
      this.#lastError = error;
      throw error;
    }
  }
}
