import type { Clock, Timer } from "@graphoid/core";
import { decodeNumber, encodeNumber } from "./frame-format.ts";

/** When silence becomes suspect. The three grow in this order. */
export interface HeartbeatOptions {
  /** Milliseconds between pings, which either side may send. At least 100. Default: 600. */
  readonly intervalMs?: number;
  /** Milliseconds without a byte from the peer after which it is suspect. Default: 1500, or 2.5 intervals where that is more. */
  readonly suspectAfterMs?: number;
  /** Milliseconds without a byte from the peer after which the connection is lost. Default: 4000, or 2.5 times `suspectAfterMs` where that is more. */
  readonly failAfterMs?: number;
}

/** What a {@link Heartbeat} needs. */
export interface HeartbeatActions {
  /** Sends a ping that carries this payload. */
  ping(payload: Uint8Array): void;
  /** Nothing came for `suspectAfterMs`. */
  onSuspect(): void;
  /** Something came from a suspect peer. */
  onAlive(): void;
  /** Nothing came for `failAfterMs`. */
  onFail(silentMs: number): void;
}

/** A peer's ping makes ours needless; but every so many times we send one all the same, for the round-trip time. */
const measureEvery = 8;

/**
 * Keeps a connection audible, and notices when the peer is not. Any byte counts as a sign of life, so a long message
 * on a slow link is no reason to suspect the peer. (Sockets alone notice nothing when packets vanish.)
 */
export class Heartbeat {
  readonly #clock: Clock;
  readonly #actions: HeartbeatActions;
  readonly #intervalMs: number;
  readonly #suspectAfterMs: number;
  readonly #failAfterMs: number;
  #timer: Timer | undefined;
  #due = 0;
  #nextPing = 0;
  #lastHeard = 0;
  #sequence = 0;
  #pingAt = 0;
  #pingsHeard = 0;
  #suspect = false;
  #deaf = false;
  /** Milliseconds from the last answered ping to its pong. */
  roundTripMs: number | undefined;
  /** The shortest so far. */
  leastRoundTripMs: number = Number.POSITIVE_INFINITY;

  /** `options: undefined` only sends what the peer asked for, and suspects nobody. */
  constructor(
    clock: Clock,
    options: Required<HeartbeatOptions> | undefined,
    peerIntervalMs: number,
    actions: HeartbeatActions,
  ) {
    this.#clock = clock;
    this.#actions = actions;
    const peerInterval = peerIntervalMs > 0 ? Math.max(peerIntervalMs, minIntervalMs) : Number.POSITIVE_INFINITY;
    this.#intervalMs = Math.min(options?.intervalMs ?? Number.POSITIVE_INFINITY, peerInterval);
    this.#suspectAfterMs = options?.suspectAfterMs ?? Number.POSITIVE_INFINITY;
    this.#failAfterMs = options?.failAfterMs ?? Number.POSITIVE_INFINITY;
  }

  start(): void {
    const now = this.#clock.now();
    this.#lastHeard = now;
    this.#nextPing = now + this.#intervalMs;
    this.#schedule(now);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Bytes came from the peer. */
  heard(): void {
    this.#lastHeard = this.#clock.now();
    if (!this.#suspect) return;
    this.#suspect = false;
    this.#actions.onAlive();
  }

  /** While we do not read, silence is our own doing. */
  setDeaf(deaf: boolean): void {
    if (this.#deaf && !deaf) this.#lastHeard = this.#clock.now();
    this.#deaf = deaf;
  }

  /** The peer pinged, and our pong is on its way: both have just heard each other. */
  onPing(): void {
    if (++this.#pingsHeard % measureEvery !== 0) this.#nextPing = this.#clock.now() + this.#intervalMs;
  }

  /** The answer to a ping came. */
  onPong(payload: Uint8Array): void {
    if (decodeNumber(payload) !== this.#sequence) return;
    this.roundTripMs = this.#clock.now() - this.#pingAt;
    this.leastRoundTripMs = Math.min(this.leastRoundTripMs, this.roundTripMs);
  }

  #tick(): void {
    const now = this.#clock.now();
    // Our own process stood still: what the peer sent meanwhile has not been read yet.
    if (now - this.#due > this.#suspectAfterMs / 2) this.#lastHeard = now;
    const silent = this.#deaf ? 0 : now - this.#lastHeard;
    if (silent >= this.#failAfterMs) {
      this.#actions.onFail(this.#failAfterMs);
      return;
    }
    if (silent >= this.#suspectAfterMs && !this.#suspect) {
      this.#suspect = true;
      this.#actions.onSuspect();
    }
    if (now >= this.#nextPing) {
      this.#nextPing = now + this.#intervalMs;
      this.#pingAt = now;
      this.#sequence = (this.#sequence + 1) >>> 0;
      this.#actions.ping(encodeNumber(this.#sequence));
    }
    this.#schedule(now);
  }

  #schedule(now: number): void {
    const silenceEnds = this.#lastHeard + (this.#suspect ? this.#failAfterMs : this.#suspectAfterMs);
    this.#due = Math.min(this.#nextPing, this.#deaf ? Number.POSITIVE_INFINITY : silenceEnds);
    if (this.#due === Number.POSITIVE_INFINITY) return;
    this.#timer = this.#clock.after(Math.max(0, Math.ceil(this.#due - now)), () => this.#tick());
  }
}

/** The shortest interval that a side may ask for. */
export const minIntervalMs = 100;
