import type { Clock } from "@graphoid/core";
import { BridgeNode } from "./bridge-node.ts";
import type { ChangeFeed } from "./change-feed.ts";
import { type PeerEvent, type PeerReason, type PeerSnapshot, reasonText } from "./peer-event.ts";
import { follows, isEnded, type PeerState } from "./peer-state.ts";

/** Events that changed nothing, and peers that are not shown. */
export interface PeerCounts {
  /** Events about a run of a peer that a later one has superseded. */
  stale: number;
  /** Events that a later one, by their `order`, had overtaken. */
  late: number;
  /** Events that do not follow from the state that the peer was in. */
  ignored: number;
  /** Peers that had ended and made room for others. */
  forgotten: number;
  /** Events about new peers for which there was no room. */
  untracked: number;
}

/** How many superseded incarnations of a peer are remembered, so that their late events are told from new ones. */
const MAX_PAST = 16;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface PeerRecord {
  snapshot: PeerSnapshot;
  /** The value of its node; made when first looked at. */
  bridge: BridgeNode | undefined;
  /** The newest incarnation that was heard of; the snapshot has none while an attempt has not said which it meets. */
  latest: string | undefined;
  past: readonly string[];
  /** The highest `order` so far. */
  order: number;
  /** When the state began, by the clock that never goes backwards. */
  since: number;
}

const NO_PAST: readonly string[] = Object.freeze([]);

/** The peers of a host, and where each of them stands. */
export class PeerTable {
  readonly counts: PeerCounts = { stale: 0, late: 0, ignored: 0, forgotten: 0, untracked: 0 };
  readonly #records = new Map<string, PeerRecord>();
  /** Peers that ended, the one that did so first in front. */
  readonly #ended = new Set<string>();
  /** Goes through `#ended` once: beginning anew each time would pass over all the gaps at its front. */
  #oldest: Iterator<string> | undefined;
  readonly #maxPeers: number;
  readonly #clock: Clock;
  readonly #feed: ChangeFeed;
  readonly #onTouch: (id: string) => void;

  /** @param onTouch - Called whenever the snapshot of a peer becomes another one, and when a peer is forgotten. */
  constructor(maxPeers: number, clock: Clock, feed: ChangeFeed, onTouch: (id: string) => void) {
    this.#maxPeers = maxPeers;
    this.#clock = clock;
    this.#feed = feed;
    this.#onTouch = onTouch;
  }

  get size(): number {
    return this.#records.size;
  }

  get(id: string): PeerSnapshot | undefined {
    return this.#records.get(id)?.snapshot;
  }

  /** Calls `visit` with every peer, in the order in which they were first heard of. */
  forEach(visit: (snapshot: PeerSnapshot, bridge: BridgeNode) => void): void {
    for (const record of this.#records.values()) visit(record.snapshot, bridgeOf(record));
  }

  /** Calls `visit` with one peer; false when it is not known. */
  visit(id: string, visit: (snapshot: PeerSnapshot, bridge: BridgeNode) => void): boolean {
    const record = this.#records.get(id);
    if (record) visit(record.snapshot, bridgeOf(record));
    return record !== undefined;
  }

  /** Takes up a checked event. */
  report(event: PeerEvent): void {
    const { counts } = this;
    const known = this.#records.get(event.id);
    if (known && event.order !== undefined) {
      if (event.order <= known.order) return void counts.late++;
      known.order = event.order;
    }
    if (event.incarnation !== undefined && known?.past.includes(event.incarnation)) return void counts.stale++;
    if (known) this.#apply(known, event);
    else if (event.state === "suspect") counts.ignored++;
    else if (this.#makeRoom()) this.#apply(this.#add(event), event);
    else counts.untracked++;
  }

  #apply(record: PeerRecord, event: PeerEvent): void {
    const { incarnation, state: to } = event;
    const fresh = incarnation !== undefined && record.latest !== undefined && incarnation !== record.latest;
    if (fresh) {
      // Nothing new can be suspected before it was met.
      if (to === "suspect") return void this.counts.ignored++;
      record.past = [...record.past, record.latest as string].slice(-MAX_PAST);
      if (record.snapshot.incarnation !== undefined && !isEnded(record.snapshot.state) && !isEnded(to)) {
        this.#move(record, "disconnected", {}, { reason: "superseded by a new incarnation" });
      }
    }
    if (incarnation !== undefined) record.latest = incarnation;
    const { state: from } = record.snapshot;
    if (follows(from, to)) this.#move(record, to, event, reasonText(event.reason));
    else {
      if (from !== to) this.counts.ignored++;
      if (from === to || fresh) this.#amend(record, event);
    }
  }

  #move(record: PeerRecord, to: PeerState, event: Partial<PeerEvent>, why: PeerReason): void {
    const { id, state: from, address: lastAddress, incarnation: lastIncarnation } = record.snapshot;
    // A new attempt may meet another run of the peer; until it says which, none is claimed.
    const anew = isEnded(from) && !isEnded(to);
    const address = event.address ?? lastAddress;
    const incarnation = event.incarnation ?? (anew ? undefined : lastIncarnation);
    const { reason, code } = why;
    const { sequence, timeMs } = this.#feed.stamp();
    const snapshot: Mutable<PeerSnapshot> = { id, state: to, sequence, timeMs };
    // Assigned one by one: spreading many optional fields costs several times the rest.
    if (address !== undefined) snapshot.address = address;
    if (incarnation !== undefined) snapshot.incarnation = incarnation;
    if (reason !== undefined) snapshot.reason = reason;
    if (code !== undefined) snapshot.code = code;
    this.#set(record, snapshot);
    if (!isEnded(to)) this.#ended.delete(id);
    else if (!isEnded(from)) this.#ended.add(id);
    const now = this.#clock.now();
    const lastedMs = now - record.since;
    record.since = now;
    if (!this.#feed.followed) return;
    const { state: _, ...facts } = snapshot;
    const lasted = from === "unknown" ? {} : { lastedMs };
    this.#feed.emit(Object.freeze({ kind: "peer", ...facts, from, to, ...lasted }));
  }

  /** Takes up what an event says besides the state. */
  #amend(record: PeerRecord, { address, incarnation }: PeerEvent): void {
    const { snapshot } = record;
    const added = {
      ...(address === undefined || address === snapshot.address ? {} : { address }),
      ...(incarnation === undefined || incarnation === snapshot.incarnation ? {} : { incarnation }),
    };
    if (Object.keys(added).length > 0) this.#set(record, { ...snapshot, ...added });
  }

  #set(record: PeerRecord, snapshot: PeerSnapshot): void {
    record.snapshot = Object.freeze(snapshot);
    record.bridge = undefined;
    this.#onTouch(snapshot.id);
  }

  #add({ id, order = -1 }: PeerEvent): PeerRecord {
    const record: PeerRecord = {
      snapshot: { id, state: "unknown", sequence: 0, timeMs: 0 },
      bridge: undefined,
      latest: undefined,
      past: NO_PAST,
      order,
      since: 0,
    };
    this.#records.set(id, record);
    return record;
  }

  /** Forgets the peer that ended first, if there must be room for another; false when every peer is in use. */
  #makeRoom(): boolean {
    if (this.#records.size < this.#maxPeers) return true;
    const id = this.#firstEnded();
    if (id === undefined) return false;
    const record = this.#records.get(id) as PeerRecord;
    this.#records.delete(id);
    this.counts.forgotten++;
    this.#move(record, "unknown", {}, { reason: "forgotten to make room for others" });
    return true;
  }

  #firstEnded(): string | undefined {
    if (this.#ended.size === 0) return undefined;
    let next = this.#oldest?.next();
    if (next === undefined || next.done) {
      this.#oldest = this.#ended.values();
      next = this.#oldest.next();
    }
    return next.value;
  }
}

function bridgeOf(record: PeerRecord): BridgeNode {
  record.bridge ??= new BridgeNode(record.snapshot);
  return record.bridge;
}
