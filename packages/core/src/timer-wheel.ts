import type { Clock, Timer } from "./clock.ts";

const TICK_MS = 1;
const BUCKETS = 4_096;
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Something with a deadline that a {@link TimerWheel} can hold: one wheel, once at a time. */
export abstract class Expiring {
  /** When the time is up, by the clock of the wheel; `Infinity` for never. Not to be changed while a wheel holds it. */
  expiresAtMs: number = Number.POSITIVE_INFINITY;
  /** Where the wheel holds it, and beside what: the wheel's own affair. */
  bucket: number = -1;
  before: Expiring | undefined = undefined;
  after: Expiring | undefined = undefined;

  /** Called once when the time is up, unless it was removed before. Must not throw. */
  abstract expire(): void;
}

const wheels = /* @__PURE__ */ new WeakMap<Clock, TimerWheel>();

/** The wheel of a clock: one for all that have deadlines by it, in whatever package. */
export function timerWheel(clock: Clock): TimerWheel {
  let wheel = wheels.get(clock);
  if (wheel === undefined) {
    wheel = new TimerWheel(clock);
    wheels.set(clock, wheel);
  }
  return wheel;
}

/**
 * Many deadlines over a single timer of a clock, so that one costs two list operations instead of a timer. Deadlines pass
 * in their order, late by at most a tick (1 ms) and the clock's own delay, never early. Where nothing is held, there is no
 * timer either.
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

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#lastTick = Math.floor(clock.now() / TICK_MS);
  }

  /** How many entries it holds. */
  get size(): number {
    return this.#size;
  }

  /** Milliseconds, from the clock of the wheel. */
  now(): number {
    return this.#clock.now();
  }

  /** Holds `entry` until the time is up; one that never expires is not held. */
  add(entry: Expiring): void {
    const { expiresAtMs } = entry;
    if (expiresAtMs === Number.POSITIVE_INFINITY) return;
    const tick = Math.max(Math.ceil(expiresAtMs / TICK_MS), this.#lastTick + 1);
    const bucket = tick % BUCKETS;
    const head = this.#buckets[bucket];
    entry.bucket = bucket;
    entry.after = head;
    if (head !== undefined) head.before = entry;
    this.#buckets[bucket] = entry;
    this.#size++;
    if (tick < this.#armedTick) this.#arm(tick);
  }

  /** Lets go of `entry`, if it is held. The timer stays while others are: arming it anew would cost more than it saves. */
  remove(entry: Expiring): void {
    if (entry.bucket === -1) return;
    const { before, after } = entry;
    if (before === undefined) this.#buckets[entry.bucket] = after;
    else before.after = after;
    if (after !== undefined) after.before = before;
    entry.bucket = -1;
    entry.before = undefined;
    entry.after = undefined;
    if (--this.#size === 0) this.#disarm();
  }

  #disarm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#armedTick = Number.POSITIVE_INFINITY;
  }

  #arm(tick: number): void {
    this.#timer?.cancel();
    this.#armedTick = tick;
    const delay = Math.min(Math.max(Math.ceil(tick * TICK_MS - this.#clock.now()), 0), MAX_TIMER_MS);
    this.#timer = outside(() => this.#clock.after(delay, this.#fire));
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
    for (const entry of due.sort((a, b) => a.expiresAtMs - b.expiresAtMs)) {
      // One that expired before it may have removed it, or even added it anew.
      if (entry.bucket === -1 || entry.expiresAtMs > now) continue;
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
    if (soonest < this.#armedTick) this.#arm(soonest);
  }
}

interface AsyncHooks {
  readonly AsyncLocalStorage?: { snapshot?(): <T>(run: () => T) => T };
}

/**
 * Runs a function outside of the `AsyncLocalStorage`s that whoever calls is in, where there are such things: the timer
 * serves all, and must not keep alive what the one who happens to arm it has stored there.
 */
const outside: <T>(run: () => T) => T = /* @__PURE__ */ findOutside();

function findOutside(): <T>(run: () => T) => T {
  const host = globalThis as {
    readonly process?: { getBuiltinModule?: (name: string) => AsyncHooks | undefined };
  };
  const hooks = host.process?.getBuiltinModule?.("node:async_hooks");
  return hooks?.AsyncLocalStorage?.snapshot?.() ?? ((run) => run());
}
