import {
  type Clock,
  ClosedError,
  checkFunction,
  type PartitionId,
  type Registration,
  type RouterHost,
  type Timer,
} from "@graphoid/core";
import type { Reached } from "./connection.ts";
import type { DirectoryChange, NatsDirectory } from "./directory.ts";
import { type Bucket, BucketWatch } from "./directory-bucket.ts";
import { ConnectionWatch } from "./directory-connection.ts";
import { Lease } from "./directory-lease.ts";
import { DirectoryListeners } from "./directory-listeners.ts";
import { type DirectoryPeer, PeerTable } from "./directory-peers.ts";
import { checkName, checkPartition, type PeerRecord, peerKey, readPeer } from "./directory-record.ts";
import { UnavailableError } from "./errors.ts";
import type { Ownership, PartitionOwner } from "./ownership.ts";
import { Claims } from "./ownership-claims.ts";
import { OwnershipTable } from "./ownership-table.ts";

/** What a {@link LiveDirectory} is made of: the options of `joinDirectory`, checked. */
export interface LiveDirectoryOptions {
  readonly self: PeerRecord;
  readonly report: RouterHost["reportPeer"];
  readonly reached: Reached;
  readonly ttlMs: number;
  readonly clock: Clock;
  readonly peers: Bucket;
  readonly owners: Bucket;
  /** Makes the buckets anew where they are gone with their servers. */
  readonly reopen: () => Promise<void>;
}

const BEATS_PER_TTL = 4;
/** How often it tries to get out of a lost connection. */
const TRIES_PER_TTL = 16;
const MIN_JOIN_MS = 30_000;

/**
 * A directory at work. Every quarter of `ttlMs` it renews its own record, makes sure that what it hears is complete, and
 * looks for hosts that are silent.
 */
export class LiveDirectory implements NatsDirectory {
  readonly #options: LiveDirectoryOptions;
  readonly #self: string;
  readonly #peers: PeerTable;
  readonly #table: OwnershipTable;
  readonly #lease: Lease;
  readonly #claims: Claims;
  readonly #peerWatch: BucketWatch;
  readonly #ownerWatch: BucketWatch;
  readonly #connection: ConnectionWatch;
  readonly #listeners = new DirectoryListeners();
  /** Those of the two watches that have told all that was there. */
  readonly #listed = new Set<BucketWatch>();
  #wake: () => void = () => undefined;
  #onListed: () => void = () => undefined;
  /** Whether something may have been missed since the watches were started. */
  #isBehind = true;
  #isClosed = false;
  #running: Promise<void> = Promise.resolve();
  #looking: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: LiveDirectoryOptions) {
    const { self, report, reached, ttlMs, clock, peers, owners, reopen } = options;
    this.#options = options;
    this.#self = peerKey(self.identity);
    this.#peers = new PeerTable(ttlMs, clock, report, (peer) => {
      this.#listeners.tell({ kind: "peer", peer });
      this.#table.hostChanged(peer.id);
    });
    this.#lease = new Lease(peers.records, self, ttlMs, clock, {
      lapsed: () => {
        this.#claims.lapsed();
        this.#table.hostChanged(self.identity);
      },
      returning: () => this.#claims.giveUp(),
      missing: reopen,
    });
    this.#table = new OwnershipTable(
      (id, incarnation) =>
        id === self.identity
          ? incarnation === self.incarnation && this.#lease.isHeld
          : this.#peers.get(id)?.incarnation === incarnation,
      (partition, owner) => this.#listeners.tell({ kind: "owner", partition, owner }),
    );
    this.#claims = new Claims({
      self,
      lease: this.#lease,
      table: this.#table,
      peers: peers.records,
      owners: owners.records,
      onLost: (ownership, why) => this.#listeners.tell({ kind: "owner-lost", ownership, why }),
    });
    this.#peerWatch = new BucketWatch(peers, {
      entry: (entry) => {
        if (entry.key === this.#self) return;
        const record = readPeer(entry);
        if (record !== undefined) this.#peers.heard(record);
        else if (entry.operation !== "PUT") this.#peers.left(entry.key);
      },
      listed: () => this.#markListed(this.#peerWatch),
    });
    this.#ownerWatch = new BucketWatch(owners, {
      entry: (entry) => {
        this.#claims.entry(entry);
        this.#table.entry(entry);
      },
      listed: () => {
        this.#table.listed();
        this.#markListed(this.#ownerWatch);
      },
    });
    this.#connection = new ConnectionWatch(reached.connection, (isThere) => {
      this.#isBehind = true;
      if (isThere) this.#wake();
      else this.#peers.cutOff();
    });
  }

  /** Resolves when this host is there, and all that are have been heard of. */
  async join(call: string): Promise<void> {
    try {
      await this.#lease.take(call);
      const listed = this.#untilListed(call);
      this.#running = this.#run();
      await listed;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  #untilListed(call: string): Promise<void> {
    const { clock, ttlMs } = this.#options;
    const limitMs = Math.max(MIN_JOIN_MS, ttlMs);
    return new Promise((resolve, reject) => {
      const late = (): void => reject(new UnavailableError(`${call}: no list of the hosts within ${limitMs} ms`));
      const timer = clock.after(limitMs, late);
      this.#onListed = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  #markListed(watch: BucketWatch): void {
    this.#listed.add(watch);
    if (this.#listed.size === 2) this.#onListed();
  }

  async #run(): Promise<void> {
    this.#look();
    while (!this.#isClosed) {
      await this.#pause(this.#options.ttlMs / (this.#isBehind ? TRIES_PER_TTL : BEATS_PER_TTL));
      if (!this.#isClosed) await this.#round();
    }
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer: Timer = this.#options.clock.after(delayMs, resolve);
      this.#wake = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  async #round(): Promise<void> {
    // The consumer of a watch is lost with its server, silently. What this host wrote a round ago must have come back.
    const isLate = this.#peerWatch.lastRevision < this.#lease.revision;
    if (isLate && this.#looking === undefined) this.#isBehind = true;
    // What is sent without a connection would wait for one, and come too late.
    const beat = this.#connection.isThere ? await this.#lease.beat() : "unreachable";
    if (this.#isClosed) return;
    if (beat === "replaced") return this.#replaced();
    if (beat === "unreachable") {
      this.#isBehind = true;
      this.#peers.cutOff();
      return;
    }
    this.#look();
  }

  /** Sees to what it hears, beside the heartbeats: they must not wait until something else is answered. */
  #look(): void {
    this.#looking ??= this.#see().finally(() => {
      this.#looking = undefined;
    });
  }

  async #see(): Promise<void> {
    if (await this.#ownerWatch.isBehind().catch(() => true)) this.#isBehind = true;
    if (this.#isBehind) await this.#catchUp();
    await Promise.all(this.#peers.silent().map((key) => this.#checkSilent(key)));
  }

  /** Hears of everything once more. Where that fails, the next round tries again. */
  async #catchUp(): Promise<void> {
    this.#isBehind = false;
    this.#peers.reconnected();
    this.#table.relist();
    try {
      await Promise.all([this.#peerWatch.start("directory"), this.#ownerWatch.start("directory")]);
    } catch {
      this.#isBehind = true;
    }
  }

  /** The servers know whether a host is gone; that nothing was heard of it may be for a watch that does not work. */
  async #checkSilent(key: string): Promise<void> {
    const entry = await this.#options.peers.records.get(key).catch(() => undefined);
    if (entry === undefined || this.#isClosed) return;
    if (readPeer(entry) === undefined) this.#peers.failed(key);
  }

  #replaced(): void {
    this.#listeners.tell({ kind: "replaced" });
    void this.close();
  }

  peers(): DirectoryPeer[] {
    return this.#peers.all();
  }

  peer(id: string): DirectoryPeer | undefined {
    return this.#peers.get(id);
  }

  async claim(partition: PartitionId): Promise<Ownership> {
    this.#check("directory.claim", partition);
    return this.#claims.claim("directory.claim", partition);
  }

  async release(partition: PartitionId): Promise<void> {
    this.#check("directory.release", partition);
    await this.#claims.release("directory.release", partition);
  }

  async transfer(partition: PartitionId, to: string): Promise<void> {
    this.#check("directory.transfer", partition);
    checkName("directory.transfer", "to", to);
    await this.#claims.transfer("directory.transfer", partition, to);
  }

  owner(partition: PartitionId): PartitionOwner | undefined {
    checkPartition("directory.owner", partition);
    return this.#table.get(partition);
  }

  owners(): PartitionOwner[] {
    return this.#table.all();
  }

  onChange(fn: (change: DirectoryChange) => void): Registration {
    checkFunction("directory.onChange", "fn", fn);
    return this.#listeners.add(fn);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { reached } = this.#options;
    const isReachable = this.#connection.isThere;
    this.#isClosed = true;
    const givenUp = this.#claims.close(isReachable);
    this.#wake();
    this.#connection.stop();
    // A heartbeat that is under way would write the record again.
    await this.#running;
    this.#peerWatch.stop();
    this.#ownerWatch.stop();
    await givenUp;
    await this.#lease.leave(isReachable);
    this.#listeners.close();
    if (reached.isOwn) await reached.connection.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #check(call: string, partition: PartitionId): void {
    checkPartition(call, partition);
    if (this.#isClosed) throw new ClosedError(`${call}: the directory is closed`);
  }
}
