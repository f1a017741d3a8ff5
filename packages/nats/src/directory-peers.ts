import type { Clock, PeerReport, RouterHost } from "@graphoid/core";
import { type PeerRecord, peerKey } from "./directory-record.ts";

/** Another host of the namespace, as this one sees it. */
export interface DirectoryPeer {
  /** The identity that it goes by. */
  readonly id: string;
  /** Which run of the host it is. */
  readonly incarnation: string;
  /** How others reach it, if it said so. */
  readonly address?: string;
  /**
   * `suspect`: nothing was heard of it for half of `ttlMs`, or of anybody as this host is cut off. Of those that are
   * gone, `left` closed its directory, and `failed` was silent for `ttlMs` or has started anew.
   */
  readonly state: "connected" | "suspect" | "left" | "failed";
}

interface Entry {
  peer: DirectoryPeer;
  heardAtMs: number;
}

/** The other hosts of a namespace: what is heard of them, and of whom nothing is. Gone ones are forgotten. */
export class PeerTable {
  readonly #ttlMs: number;
  readonly #clock: Clock;
  readonly #report: RouterHost["reportPeer"];
  readonly #onChange: (peer: DirectoryPeer) => void;
  /** By their keys, since a record that is deleted has no more than that. */
  readonly #entries = new Map<string, Entry>();

  constructor(ttlMs: number, clock: Clock, report: RouterHost["reportPeer"], onChange: (peer: DirectoryPeer) => void) {
    this.#ttlMs = ttlMs;
    this.#clock = clock;
    this.#report = report;
    this.#onChange = onChange;
  }

  all(): DirectoryPeer[] {
    return [...this.#entries.values()].map(({ peer }) => peer);
  }

  get(id: string): DirectoryPeer | undefined {
    return this.#entries.get(peerKey(id))?.peer;
  }

  /** A host has written that it is there. */
  heard({ identity: id, incarnation, address }: PeerRecord): void {
    const key = peerKey(id);
    const known = this.#entries.get(key)?.peer;
    if (known !== undefined && known.incarnation !== incarnation) this.#end(key, "failed", "it has started anew");
    const peer: DirectoryPeer = { id, incarnation, ...(address === undefined ? {} : { address }), state: "connected" };
    const entry = this.#entries.get(key);
    if (entry === undefined) this.#entries.set(key, { peer, heardAtMs: this.#clock.now() });
    else {
      entry.heardAtMs = this.#clock.now();
      if (entry.peer.state === "connected" && entry.peer.address === address) return;
      entry.peer = peer;
    }
    this.#tell(peer);
  }

  /** A host has deleted its record. */
  left(key: string): void {
    this.#end(key, "left");
  }

  /** The record of a host that was silent for long is gone, unless it was heard since. */
  failed(key: string): void {
    if (this.#clock.now() - (this.#entries.get(key)?.heardAtMs ?? 0) <= this.#ttlMs) return;
    this.#end(key, "failed", `nothing was heard of it for ${this.#ttlMs} ms`);
  }

  /** This host does not hear of anybody, which says nothing about them. */
  cutOff(): void {
    for (const entry of this.#entries.values()) this.#suspect(entry, "this host has no connection to NATS");
  }

  /** This host hears again: the silence until now does not count. */
  reconnected(): void {
    const now = this.#clock.now();
    for (const entry of this.#entries.values()) entry.heardAtMs = now;
  }

  /** Suspects the silent, and returns the keys of those that were for so long that they may be gone. */
  silent(): string[] {
    const now = this.#clock.now();
    const gone: string[] = [];
    for (const [key, entry] of this.#entries) {
      const silentMs = now - entry.heardAtMs;
      if (silentMs > this.#ttlMs / 2) this.#suspect(entry, `nothing was heard of it for ${Math.round(silentMs)} ms`);
      if (silentMs > this.#ttlMs) gone.push(key);
    }
    return gone;
  }

  #suspect(entry: Entry, reason: string): void {
    if (entry.peer.state === "suspect") return;
    entry.peer = { ...entry.peer, state: "suspect" };
    this.#tell(entry.peer, reason);
  }

  #end(key: string, state: "left" | "failed", reason?: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#tell({ ...entry.peer, state }, reason);
  }

  #tell(peer: DirectoryPeer, reason?: string): void {
    const report: PeerReport = reason === undefined ? peer : { ...peer, reason };
    this.#report(report);
    this.#onChange(peer);
  }
}
