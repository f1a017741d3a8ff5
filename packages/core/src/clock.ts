import { checkNumber } from "./arguments.ts";

/** A pending timer of a {@link Clock}. */
export interface Timer {
  /** Stops the timer. Calling it after it fired, or twice, does nothing. */
  cancel(): void;
}

/**
 * Where a package takes its time from, so that tests can move it by hand.
 * `now` never goes backwards and has nothing to do with the time of day.
 */
export interface Clock {
  /** Milliseconds since some fixed moment, with fractions; never goes backwards. */
  now(): number;
  /** Calls `run` once, after at least `delayMs` (0 to 2³¹ − 1). A timer does not keep the process alive. */
  after(delayMs: number, run: () => void): Timer;
}

/** The clock of the machine: `performance.now()` and `setTimeout`. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(delayMs, run) {
    const handle: unknown = setTimeout(run, delayMs);
    // Browsers return a number, Node an object that would otherwise keep the process alive.
    if (typeof handle === "object") (handle as { unref?: () => void }).unref?.();
    return { cancel: () => clearTimeout(handle as number) };
  },
};

/** A {@link Clock} that stands still until a test calls {@link ManualClock.advance}. */
export class ManualClock implements Clock {
  #now = 0;
  #sequence = 0;
  readonly #timers = new Set<{ readonly at: number; readonly order: number; readonly run: () => void }>();

  now(): number {
    return this.#now;
  }

  after(delayMs: number, run: () => void): Timer {
    const timer = { at: this.#now + delayMs, order: this.#sequence++, run };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  /** How many timers wait: zero when nothing lingers. */
  get pending(): number {
    return this.#timers.size;
  }

  /**
   * Moves time forward, firing due timers in order; timers that they set in turn fire too if they fall due.
   *
   * @throws InvalidArgumentError when `byMs` is not a number >= 0.
   */
  advance(byMs: number): void {
    checkNumber("ManualClock.advance", "byMs", byMs, 0);
    const end = this.#now + byMs;
    for (;;) {
      let next: { readonly at: number; readonly order: number; readonly run: () => void } | undefined;
      for (const timer of this.#timers) {
        if (timer.at > end) continue;
        if (!next || timer.at < next.at || (timer.at === next.at && timer.order < next.order)) next = timer;
      }
      if (!next) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
    }
    // A timer may have moved the time further.
    this.#now = Math.max(this.#now, end);
  }
}
