import { ClosedError, NotFoundError, type PartitionId } from "@graphoid/core";
import type { KV, KvEntry } from "@nats-io/kv";
import { isConflict } from "./directory-bucket.ts";
import { OwnedError } from "./directory-errors.ts";
import type { Lease } from "./directory-lease.ts";
import {
  type OwnerRecord,
  ownerValue,
  type PeerRecord,
  partitionKey,
  peerKey,
  readOwner,
  readPeer,
} from "./directory-record.ts";
import { HeldPartition, type LostBy, type Ownership, type PartitionOwner } from "./ownership.ts";
import type { OwnershipTable } from "./ownership-table.ts";
import { unavailable } from "./server-version.ts";

/** What claims are made with. */
export interface ClaimsOptions {
  readonly self: PeerRecord;
  readonly lease: Lease;
  readonly table: OwnershipTable;
  /** The buckets of hosts and of partitions. */
  readonly peers: KV;
  readonly owners: KV;
  /** Told of each partition that this host did not give up itself. */
  readonly onLost: (ownership: Ownership, why: LostBy) => void;
}

/**
 * The partitions that this host owns. Every step is one write that the servers make only if the record is still the one that
 * was read, so that of several hosts one succeeds.
 */
export class Claims {
  readonly #options: ClaimsOptions;
  readonly #held = new Map<string, HeldPartition>();
  /** Partitions that lapsed, with their fences: records of this host that may still be there. */
  readonly #leftOver = new Map<string, number>();
  #isClosed = false;

  constructor(options: ClaimsOptions) {
    this.#options = options;
  }

  async claim(call: string, partition: PartitionId): Promise<Ownership> {
    const { self, lease, owners } = this.#options;
    const key = partitionKey(partition);
    const record: OwnerRecord = { partition, owner: self.identity, incarnation: self.incarnation };
    for (;;) {
      const term = lease.term(call);
      const kept = this.#held.get(key);
      if (kept !== undefined) return kept.ownership;
      const entry = await asked(call, owners.get(key));
      const found = readOwner(entry);
      const isOurs = found?.owner === self.identity && found.incarnation === self.incarnation;
      if (entry !== null && found !== undefined && !isOurs && (await this.#isThere(call, found))) {
        throw owned(call, { ...found, fence: entry.revision });
      }
      // One of ours was transferred to this host, or was claimed by a call whose answer was lost.
      const revision = isOurs ? entry?.revision : await written(call, this.#write(key, record, entry));
      if (revision === undefined) continue;
      const owner: PartitionOwner = Object.freeze({ ...record, fence: revision });
      if (this.#isClosed) {
        await this.#delete(key, revision);
        throw new ClosedError(`${call}: the directory is closed`);
      }
      if (lease.isHeld && lease.term(call) === term) return this.#hold(key, owner);
      // The time of this host was up before the answer came.
      this.#leftOver.set(key, revision);
    }
  }

  async release(call: string, partition: PartitionId): Promise<void> {
    const key = partitionKey(partition);
    const held = this.#drop(key, "released");
    if (held === undefined) return;
    await written(call, this.#options.owners.delete(key, { previousSeq: held.fence }));
    this.#options.table.set(key, { revision: held.fence });
  }

  async transfer(call: string, partition: PartitionId, to: string): Promise<void> {
    const { peers, owners, table } = this.#options;
    const key = partitionKey(partition);
    const target = readPeer(await asked(call, peers.get(peerKey(to))));
    if (target === undefined) throw new NotFoundError(`${call}: no host \`${to}\` is there`, { details: { id: to } });
    const { fence } = this.#held.get(key)?.ownership ?? {};
    if (fence === undefined) throw notOurs(call, partition);
    if (to === this.#options.self.identity) return;
    this.#drop(key, "transferred");
    const record: OwnerRecord = { partition, owner: to, incarnation: target.incarnation };
    const revision = await written(call, owners.update(key, ownerValue(record), fence));
    if (revision === undefined) throw notOurs(call, partition);
    table.set(key, { revision, owner: Object.freeze({ ...record, fence: revision }) });
  }

  /** A record was written or deleted, perhaps one that says that this host owns a partition no more. */
  entry(entry: KvEntry): void {
    const held = this.#held.get(entry.key);
    if (held === undefined || entry.revision <= held.ownership.fence) return;
    this.#lose(entry.key, held, "taken");
  }

  /** This host may be held for gone. */
  lapsed(): void {
    for (const [key, held] of [...this.#held]) {
      this.#leftOver.set(key, held.ownership.fence);
      this.#lose(key, held, "lapsed");
    }
  }

  /** Gives up what lapsed, before this host is there again and the records count once more. */
  async giveUp(): Promise<void> {
    await Promise.all(
      [...this.#leftOver].map(async ([key, fence]) => {
        await written("directory", this.#options.owners.delete(key, { previousSeq: fence }));
        this.#leftOver.delete(key);
      }),
    );
  }

  /** Ends all that is owned, and gives it up where the servers can be reached. */
  async close(isReachable: boolean): Promise<void> {
    this.#isClosed = true;
    const fences = [...this.#held].map(([key, { ownership }]) => [key, ownership.fence] as const);
    for (const [key] of fences) this.#drop(key, "closed");
    if (isReachable) await Promise.all(fences.map(([key, fence]) => this.#delete(key, fence)));
  }

  /** Deletes a record if that is possible. If not, it counts for nothing as soon as that of the host is gone. */
  async #delete(key: string, fence: number): Promise<void> {
    await this.#options.owners.delete(key, { previousSeq: fence }).catch(() => undefined);
  }

  async #isThere(call: string, { owner, incarnation }: OwnerRecord): Promise<boolean> {
    const record = readPeer(await asked(call, this.#options.peers.get(peerKey(owner))));
    return record?.incarnation === incarnation;
  }

  #write(key: string, record: OwnerRecord, entry: KvEntry | null): Promise<number> {
    const { owners } = this.#options;
    return entry === null
      ? owners.create(key, ownerValue(record))
      : owners.update(key, ownerValue(record), entry.revision);
  }

  #hold(key: string, owner: PartitionOwner): Ownership {
    const kept = this.#held.get(key);
    if (kept !== undefined) return kept.ownership;
    const held = new HeldPartition(owner);
    this.#held.set(key, held);
    this.#leftOver.delete(key);
    this.#options.table.set(key, { revision: owner.fence, owner });
    return held.ownership;
  }

  #drop(key: string, why: LostBy): Ownership | undefined {
    const held = this.#held.get(key);
    if (held === undefined) return undefined;
    this.#held.delete(key);
    held.end(why);
    return held.ownership;
  }

  #lose(key: string, held: HeldPartition, why: LostBy): void {
    this.#drop(key, why);
    this.#options.onLost(held.ownership, why);
  }
}

/** What a read came to. */
async function asked<T>(call: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw unavailable(call, error);
  }
}

/** What a write came to; `undefined` where the record was another by then. */
async function written<T>(call: string, answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isConflict(error)) return undefined;
    throw unavailable(call, error);
  }
}

function owned(call: string, owner: PartitionOwner): OwnedError {
  const message = `${call}: partition ${owner.partition} is owned by \`${owner.owner}\``;
  return new OwnedError(message, { details: { ...owner } });
}

function notOurs(call: string, partition: PartitionId): NotFoundError {
  const message = `${call}: this host does not own partition ${partition}; claim it first`;
  return new NotFoundError(message, { details: { partition } });
}
