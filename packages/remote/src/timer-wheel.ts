import type { Clock, Timer } from "@graphoid/core";

const TICK_MS = 8;
const BUCKETS = 2_048;
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Something that a {@link TimerWheel} can hold: at most one wheel, once. The fields belong to the wheel. */
export abstract class Expiring {
  expiresAtMs: number = Number.POSITIVE_INFINITY;
  bucket: number = -1;
  before: Expiring | undefined = undefined;
  after: Expiring | undefined = undefined;

  /** Called once when the time is up, unless it was removed before. Must not throw. */
  abstract expire(): void;
}

/**
 * All the deadlines of one remote over a single timer, so that a call with a deadline costs two list operations
 * instead of a timer. Deadlines fire late by at most a tick (8 ms) and the clock's own delay, never early.
 *
 * A hashed timing wheel, scheme 6 of G. Varghese and T. Lauck, "Hashed and hierarchical timing wheels" (SOSP 1987):
 * an entry sits in the bucket of its tick modulo the number of buckets, and is passed over until its round comes.
 */
export class TimerWheel {
  readonly #clock: Clock;
  readonly #buckets: (Expiring | undefined)[] = new Array(BUCKETS).fill(undefined);
  #size = 0;
  /** Every tick up to this one has been looked at. */
  #lastTick: number;
  #armedTick: number = Number.POSITIVE_INFINITY;
  #timer: Timer | undefined;
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#lastTick = Math.floor(clock.now() / TICK_MS);
  }

  get size(): number {
    return this.#size;
  }

  /** Milliseconds, from the clock of the wheel. */
  now(): number {
    return this.#clock.now();
  }

  /** Holds `entry` for `delayMs` milliseconds, more than 0; for ever if that is `Infinity`. */
  add(entry: Expiring, delayMs: number): void {
    if (delayMs === Number.POSITIVE_INFINITY) return;
    const now = this.#clock.now();
    entry.expiresAtMs = now + delayMs;
    const tick = Math.max(Math.ceil(entry.expiresAtMs / TICK_MS), this.#lastTick + 1);
    const bucket = tick % BUCKETS;
    const head = this.#buckets[bucket];
    entry.bucket = bucket;
    entry.after = head;
    if (head !== undefined) head.before = entry;
    this.#buckets[bucket] = entry;
    this.#size++;
    if (tick < this.#armedTick) this.#arm(tick, now);
  }

  /** Lets go of `entry`, if it is held. The timer stays: arming it anew for each call would cost more than it saves. */
  remove(entry: Expiring): void {
    if (entry.bucket === -1) return;
    const { before, after } = entry;
    if (before === undefined) this.#buckets[entry.bucket] = after;
    else before.after = after;
    if (after !== undefined) after.before = before;
    entry.bucket = -1;
    entry.before = undefined;
    entry.after = undefined;
    this.#size--;
  }

  /** Stops the timer. Entries still held never expire. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(tick: number, now: number): void {
    if (this.#closed) return;
    this.#timer?.cancel();
    this.#armedTick = tick;
    const delay = Math.min(Math.max(Math.ceil(tick * TICK_MS - now), 0), MAX_TIMER_MS);
    this.#timer = this.#clock.after(delay, this.#fire);
  }

  readonly #fire = (): void => {
    this.#timer = undefined;
    this.#armedTick = Number.POSITIVE_INFINITY;
    const now = this.#clock.now();
    const tick = Math.floor(now / TICK_MS);
    const due: Expiring[] = [];
    for (let t = Math.max(this.#lastTick + 1, tick - BUCKETS + 1); t <= tick; t++) {
      for (let entry = this.#buckets[t % BUCKETS]; entry !== undefined; entry = entry.after) {
        if (entry.expiresAtMs <= now) due.push(entry);
      }
    }
    this.#lastTick = Math.max(this.#lastTick, tick);
    for (const entry of due) {
      // One that expired before it may have removed it.
      if (entry.bucket === -1) continue;
      this.remove(entry);
      entry.expire();
    }
    this.#rearm();
  };

  /** Arms the timer for the entry that is due next, if an expiring entry has not armed it for an earlier one. */
  #rearm(): void {
    if (this.#size === 0) return;
    let soonest = Number.POSITIVE_INFINITY;
    for (let t = this.#lastTick + 1; t <= this.#lastTick + BUCKETS && t < this.#armedTick; t++) {
      for (let entry = this.#buckets[t % BUCKETS]; entry !== undefined; entry = entry.after) {
        soonest = Math.min(soonest, Math.max(t, Math.ceil(entry.expiresAtMs / TICK_MS)));
      }
      // Later buckets hold nothing sooner; entries of later rounds have been passed over on the way.
      if (soonest <= t) break;
    }
    if (soonest < this.#armedTick) this.#arm(soonest, this.#clock.now());
  }
}
