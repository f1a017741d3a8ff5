import { type Clock, checkInteger, checkOptions } from "@graphoid/core";
import { maxDelayMs } from "./wait.ts";

/** How many messages a peer may send. */
export interface RateLimitOptions {
  /** Messages a second, control frames included; as many may come at once. */
  readonly messagesPerSecond: number;
  /** Milliseconds for which a peer may go on at its limit, held back; then the connection is closed. Default: 10,000. */
  readonly graceMs?: number;
}

/** Throws unless the value is {@link RateLimitOptions}. */
export function toRateLimit(call: string, options: RateLimitOptions): Required<RateLimitOptions> {
  checkOptions(`${call}: rateLimit`, options, ["messagesPerSecond", "graceMs"]);
  const { messagesPerSecond, graceMs = 10_000 } = options;
  checkInteger(call, "rateLimit.messagesPerSecond", messagesPerSecond, 1);
  checkInteger(call, "rateLimit.graceMs", graceMs, 0, maxDelayMs);
  return { messagesPerSecond, graceMs };
}

/** A bucket that fills at a steady rate, up to what a second brings; each message takes one out. */
export class RateLimit {
  readonly #clock: Clock;
  readonly #perMs: number;
  readonly #most: number;
  #tokens: number;
  #filledAt: number;

  constructor(clock: Clock, messagesPerSecond: number) {
    this.#clock = clock;
    this.#perMs = messagesPerSecond / 1000;
    this.#most = messagesPerSecond;
    this.#tokens = messagesPerSecond;
    this.#filledAt = clock.now();
  }

  /** Whether no message may come for now, as of the last {@link RateLimit.fill}. */
  get spent(): boolean {
    return this.#tokens < 1;
  }

  take(): void {
    this.#tokens--;
  }

  /** Adds what the time since the last call has brought. True when the bucket is full: the peer sent less than it may. */
  fill(): boolean {
    const now = this.#clock.now();
    this.#tokens = Math.min(this.#most, this.#tokens + (now - this.#filledAt) * this.#perMs);
    this.#filledAt = now;
    return this.#tokens === this.#most;
  }
}
