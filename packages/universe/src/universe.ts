import {
  type Clock,
  checkFunction,
  checkInteger,
  checkOptions,
  equals,
  type Registration,
  systemClock,
} from "@graphoid/core";
import type { UniverseChange } from "./change.ts";
import { ChangeFeed } from "./change-feed.ts";
import { toDot, toMermaid } from "./diagram.ts";
import { type PartitionSnapshot, partitionSnapshots, type SplitReport } from "./partition-report.ts";
import { checkPeerEvent, checkText, type PeerChange, type PeerEvent, type PeerSnapshot } from "./peer-event.ts";
import { PeerTable } from "./peer-table.ts";
import { type RouterReport, type RouterSnapshot, routerSnapshots } from "./router-report.ts";
import { Snapshot } from "./snapshot.ts";
import type { UniverseGraph } from "./universe-graph.ts";

/** Options of {@link createUniverse}. */
export interface UniverseOptions {
  /** The name of this host. */
  readonly identity: string;
  /** Tells this run of the host from earlier ones. Default: random. */
  readonly incarnation?: string;
  /** How many peers are kept. When one more comes, the peer that ended first is forgotten. Default: 100,000. */
  readonly maxPeers?: number;
  /** What durations are measured by. Default: the machine's clock. */
  readonly clock?: Clock;
  /** The time of day, in milliseconds since 1970. Default: `Date.now`. */
  readonly wallClock?: () => number;
}

/** Options of {@link Universe.changes}. */
export interface ChangesOptions {
  /**
   * How many changes may wait for a reader that is slower than they come; past that the oldest are dropped. A gap in
   * the sequence numbers says so: take a new snapshot then. Default: 1,024.
   */
  readonly maxPending?: number;
}

/** What did not show: see the rules at {@link Universe.reportPeer}. */
export interface UniverseMetrics {
  /** Changes so far; the sequence number of the latest. */
  readonly changes: number;
  /** Events about a run of a peer that a later one has superseded. */
  readonly staleEvents: number;
  /** Events that a later one, by their `order`, had overtaken. */
  readonly lateEvents: number;
  /** Events that do not follow from the state that the peer was in. */
  readonly ignoredEvents: number;
  /** Peers that had ended and made room for others. */
  readonly forgottenPeers: number;
  /** Events about new peers for which there was no room, as none of `maxPeers` had ended. */
  readonly untrackedEvents: number;
}

/** The running system, to look at. Nothing that it returns leads to anything that runs. */
export interface Reflection {
  /** The running system as it is now: a new graph every time. */
  universe(): UniverseGraph;
}

/** The running system as a graph: told what happens by whoever runs it, and looked at by anyone. */
export interface Universe extends AsyncDisposable {
  /** The name of this host. */
  readonly identity: string;
  /** Which run of the host this is. */
  readonly incarnation: string;
  /** The part for those who only look. */
  readonly reflect: Reflection;
  readonly metrics: UniverseMetrics;
  /** The same as `reflect.universe()`. */
  graph(): UniverseGraph;
  /** A peer as it is now, without a graph being made; `undefined` when it is not known. */
  peer(id: string): PeerSnapshot | undefined;
  /**
   * Tells what happened to a peer. What cannot follow from the state that the peer is in is counted and changes
   * nothing, because the order of events is up to the network:
   *
   * - A connection only moves forward, and may skip steps; only a connected peer becomes suspect.
   * - Of several ends the first stands, except that a peer may turn out to have `left` after its connection ended.
   * - An incarnation not heard of before supersedes the one before: if that was not ended, it becomes `disconnected`
   *   first. What is then still said of the old one is stale. The last 16 of a peer are remembered.
   * - An event that was overtaken, by its `order`, is late.
   *
   * @throws InvalidArgumentError when `event` is not a {@link PeerEvent}.
   */
  reportPeer(event: PeerEvent): void;
  /**
   * Tells which routers there are, all of them: `routing.list()`.
   *
   * @throws InvalidArgumentError when they are not as described, or two have the same name.
   */
  reportRouters(routers: Iterable<RouterReport>): void;
  /**
   * Tells how a graph is split: what `partition.report(graph, strategy)` returns, with a `name` for each of several.
   *
   * @throws InvalidArgumentError when the report is not as described, or two partitions have the same id.
   */
  reportPartitions(report: SplitReport): void;
  /**
   * Calls `fn` with every further step of every peer, as it happens; to all listeners in the same order. What `fn`
   * throws is reported like an error in an event listener.
   */
  onPeer(fn: (change: PeerChange) => void): Registration;
  /** Every further change, up to `close`. Each iteration follows for itself, from its start on. */
  changes(options?: ChangesOptions): AsyncIterable<UniverseChange, undefined>;
  /** The graph in the language of Graphviz. Text from the network is escaped. */
  toDot(): string;
  /** The graph in the language of Mermaid. Text from the network is escaped. */
  toMermaid(): string;
  /** Ends `changes` and `onPeer`. What is reported later is ignored; the last state can still be looked at. */
  close(): Promise<void>;
}

/**
 * Makes a universe: a record of who is connected, by what routers, and of what is split how.
 *
 * @throws InvalidArgumentError for options that are not as described.
 * @example
 * ```ts
 * import { createUniverse } from "@graphoid/universe";
 *
 * const universe = createUniverse({ identity: "node_a" });
 * universe.reportPeer({ id: "node_b", state: "connected", address: "10.0.1.100:9000" });
 * for (const peer of universe.graph().distribution().peers()) console.log(`${peer.id}: ${peer.state}`); // node_b: connected
 * ```
 */
export function createUniverse(options: UniverseOptions): Universe {
  const call = "createUniverse";
  checkOptions(call, options, ["identity", "incarnation", "maxPeers", "clock", "wallClock"]);
  const { identity, incarnation = randomId(), maxPeers = 100_000, clock = systemClock, wallClock = Date.now } = options;
  checkText(call, "identity", identity);
  checkText(call, "incarnation", incarnation);
  checkInteger(call, "maxPeers", maxPeers, 1);
  checkFunction(call, "clock.now", clock?.now);
  checkFunction(call, "wallClock", wallClock);
  return new LiveUniverse(identity, incarnation, maxPeers, clock, wallClock);
}

class LiveUniverse implements Universe {
  readonly identity: string;
  readonly incarnation: string;
  readonly reflect: Reflection;
  readonly #feed: ChangeFeed;
  readonly #peers: PeerTable;
  readonly #partitions = new Map<string, readonly PartitionSnapshot[]>();
  #routers: readonly RouterSnapshot[] = Object.freeze([]);
  /** Absent until somebody looks, and after changes of other things than peers. */
  #snapshot: Snapshot | undefined;
  /** The peers that changed since the snapshot was brought up to date. */
  readonly #touched = new Set<string>();
  #closed = false;

  constructor(identity: string, incarnation: string, maxPeers: number, clock: Clock, wallClock: () => number) {
    this.identity = identity;
    this.incarnation = incarnation;
    this.reflect = Object.freeze({ universe: () => this.graph() });
    this.#feed = new ChangeFeed(wallClock);
    this.#peers = new PeerTable(maxPeers, clock, this.#feed, (id) => {
      // Rows cannot be taken out, and seldom have to be.
      if (this.#peers.get(id) === undefined) this.#snapshot = undefined;
      else if (this.#snapshot) this.#touched.add(id);
    });
  }

  get metrics(): UniverseMetrics {
    const { stale, late, ignored, forgotten, untracked } = this.#peers.counts;
    return Object.freeze({
      changes: this.#feed.sequence,
      staleEvents: stale,
      lateEvents: late,
      ignoredEvents: ignored,
      forgottenPeers: forgotten,
      untrackedEvents: untracked,
    });
  }

  graph(): UniverseGraph {
    this.#takeUpChanges();
    this.#snapshot ??= new Snapshot({
      identity: Object.freeze({ id: this.identity, incarnation: this.incarnation }),
      routers: this.#routers,
      partitions: Object.freeze([...this.#partitions.values()].flat()),
      peerCount: this.#peers.size,
      forEachPeer: (visit) => this.#peers.forEach(visit),
    });
    return this.#snapshot.toGraph();
  }

  peer(id: string): PeerSnapshot | undefined {
    return this.#peers.get(id);
  }

  reportPeer(event: PeerEvent): void {
    checkPeerEvent("universe.reportPeer", event);
    if (this.#closed) return;
    this.#peers.report(event);
    this.#feed.flush();
  }

  reportRouters(reports: Iterable<RouterReport>): void {
    const routers = routerSnapshots("universe.reportRouters", reports);
    if (this.#closed || equals(routers, this.#routers)) return;
    this.#routers = routers;
    this.#changed({ kind: "routers", routers, ...this.#feed.stamp() });
  }

  reportPartitions(report: SplitReport): void {
    const partitions = partitionSnapshots("universe.reportPartitions", report);
    const { name: split = "default" } = report;
    if (this.#closed || equals(partitions, this.#partitions.get(split) ?? [])) return;
    if (partitions.length > 0) this.#partitions.set(split, partitions);
    else this.#partitions.delete(split);
    this.#changed({ kind: "partitions", split, partitions, ...this.#feed.stamp() });
  }

  onPeer(fn: (change: PeerChange) => void): Registration {
    checkFunction("universe.onPeer", "fn", fn);
    return this.#feed.listen((change) => {
      if (change.kind === "peer") fn(change);
    });
  }

  changes(options: ChangesOptions = {}): AsyncIterable<UniverseChange, undefined> {
    checkOptions("universe.changes", options, ["maxPending"]);
    const { maxPending = 1024 } = options;
    checkInteger("universe.changes", "maxPending", maxPending, 1);
    return { [Symbol.asyncIterator]: () => this.#feed.stream(maxPending) };
  }

  toDot(): string {
    return toDot(this.graph());
  }

  toMermaid(): string {
    return toMermaid(this.graph());
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#feed.close();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Brings the snapshot up to date: what a look costs depends on what changed, not on how many peers there are. */
  #takeUpChanges(): void {
    const snapshot = this.#snapshot;
    if (snapshot)
      for (const id of this.#touched) this.#peers.visit(id, (peer, bridge) => snapshot.setPeer(peer, bridge));
    this.#touched.clear();
  }

  #changed(change: UniverseChange): void {
    this.#snapshot = undefined;
    this.#feed.emit(Object.freeze(change));
    this.#feed.flush();
  }
}

function randomId(): string {
  // Not randomUUID, which browsers have on secure pages only.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
