import type { Clock, Timer } from "@graphoid/core";
import type { KV } from "@nats-io/kv";
import { TimeoutError } from "@nats-io/transport-node";
import { isConflict, isMissing } from "./directory-bucket.ts";
import { IdentityTakenError } from "./directory-errors.ts";
import { type PeerRecord, peerKey, peerValue, readPeer } from "./directory-record.ts";
import { UnavailableError } from "./errors.ts";
import { unavailable } from "./server-version.ts";

/** What a {@link Lease} tells the directory that it is of. */
export interface LeaseListener {
  /** The record was not renewed in time: others may hold this host for gone from now on. */
  lapsed(): void;
  /** The record is about to be there again. What was owned before must be given up first. */
  returning(): Promise<void>;
  /** The bucket is not there: make it. */
  missing(): Promise<void>;
}

/** What became of a heartbeat. `replaced`: another run of the host has taken its place. */
export type Beat = "renewed" | "unreachable" | "replaced";

/**
 * The record by which this host is there. It is kept by renewing it within `ttlMs`, as the servers delete it then. The time
 * counts here from before it was sent, and there from when it was stored: this host knows first that its time is up.
 */
export class Lease {
  readonly #kv: KV;
  readonly #record: PeerRecord;
  readonly #key: string;
  readonly #ttlMs: number;
  readonly #clock: Clock;
  readonly #listener: LeaseListener;
  #revision = 0;
  #term = 0;
  #timer: Timer | undefined;
  #isHeld = false;
  #expiresAtMs = 0;

  constructor(kv: KV, record: PeerRecord, ttlMs: number, clock: Clock, listener: LeaseListener) {
    this.#kv = kv;
    this.#record = record;
    this.#key = peerKey(record.identity);
    this.#ttlMs = ttlMs;
    this.#clock = clock;
    this.#listener = listener;
  }

  /** The revision of the record. */
  get revision(): number {
    return this.#revision;
  }

  get isHeld(): boolean {
    // A process that was stopped for long gets here before its timer does.
    if (this.#clock.now() >= this.#expiresAtMs) this.#lapse();
    return this.#isHeld;
  }

  /**
   * Which of the times that the record was there without a break this is.
   *
   * @throws UnavailableError when it is not there.
   */
  term(call: string): number {
    if (this.isHeld) return this.#term;
    throw new UnavailableError(`${call}: the servers of NATS could not be reached for ${this.#ttlMs} ms`);
  }

  /**
   * Writes the record. Where another run of the host has left one, this waits for it to be renewed, which a run that is
   * there does, or to be gone.
   *
   * @throws IdentityTakenError when another run is there.
   * @throws UnavailableError when the servers do not answer.
   */
  async take(call: string): Promise<void> {
    let found: number | undefined;
    for (;;) {
      try {
        if (await this.#create()) return;
        const entry = await this.#kv.get(this.#key);
        const other = readPeer(entry);
        if (other !== undefined && found !== undefined && entry?.revision !== found) throw taken(call, other);
        found = entry?.revision;
      } catch (error) {
        throw error instanceof IdentityTakenError ? error : unavailable(call, error);
      }
      await new Promise<void>((resolve) => this.#clock.after(this.#ttlMs / 16, resolve));
    }
  }

  /** Renews the record, or writes it again where the servers have deleted it. */
  async beat(): Promise<Beat> {
    try {
      return await this.#update().catch((error: unknown) => {
        // Whoever does not answer this does not answer anything.
        if (error instanceof TimeoutError) throw error;
        return this.#repair();
      });
    } catch {
      return "unreachable";
    }
  }

  async #update(): Promise<Beat> {
    const sentAtMs = this.#clock.now();
    this.#revision = await this.#kv.update(this.#key, peerValue(this.#record), this.#revision, this.#ttlMs / 2);
    await this.#renewed(sentAtMs);
    return "renewed";
  }

  /** Finds out why the record could not be renewed. */
  async #repair(): Promise<Beat> {
    const entry = await this.#kv.get(this.#key).catch(async (error: unknown) => {
      if (!isMissing(error)) throw error;
      await this.#listener.missing();
      return null;
    });
    const found = readPeer(entry);
    if (found === undefined) {
      this.#lapse();
      return (await this.#create()) ? "renewed" : "unreachable";
    }
    if (found.incarnation !== this.#record.incarnation) {
      this.#lapse();
      return "replaced";
    }
    // It was renewed, and the answer was lost.
    this.#revision = entry?.revision ?? 0;
    return this.#update();
  }

  async #create(): Promise<boolean> {
    const sentAtMs = this.#clock.now();
    try {
      this.#revision = await this.#kv.create(this.#key, peerValue(this.#record));
    } catch (error) {
      if (isConflict(error)) return false;
      throw error;
    }
    await this.#renewed(sentAtMs);
    return true;
  }

  async #renewed(sentAtMs: number): Promise<void> {
    if (!this.#isHeld) await this.#listener.returning();
    this.#timer?.cancel();
    this.#expiresAtMs = sentAtMs + this.#ttlMs;
    const leftMs = this.#expiresAtMs - this.#clock.now();
    if (leftMs <= 0) return this.#lapse();
    if (!this.#isHeld) this.#term++;
    this.#isHeld = true;
    this.#timer = this.#clock.after(leftMs, () => this.#lapse());
  }

  #lapse(): void {
    this.#timer?.cancel();
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#listener.lapsed();
  }

  /** Stops renewing the record, and deletes it if the servers can be reached. */
  async leave(isReachable: boolean): Promise<void> {
    this.#timer?.cancel();
    const wasHeld = this.#isHeld;
    this.#isHeld = false;
    if (!wasHeld || !isReachable) return;
    // Where that fails, the servers delete it in time.
    await this.#kv.delete(this.#key, { previousSeq: this.#revision }).catch(() => undefined);
  }
}

function taken(call: string, { identity, incarnation, address }: PeerRecord): IdentityTakenError {
  const where = address === undefined ? "" : ` at ${address}`;
  return new IdentityTakenError(`${call}: another host${where} goes by the identity \`${identity}\``, {
    details: { identity, incarnation, address },
  });
}
