import type { PartitionId } from "@graphoid/core";
import type { KvEntry } from "@nats-io/kv";
import { partitionKey, readOwner } from "./directory-record.ts";
import type { PartitionOwner } from "./ownership.ts";

interface Slot {
  readonly revision: number;
  /** Absent where it was released. */
  readonly owner?: PartitionOwner;
}

/** Who owns what, as far as this host has heard. A record whose host is gone counts for nothing. */
export class OwnershipTable {
  readonly #isThere: (owner: string, incarnation: string) => boolean;
  readonly #onChange: (partition: PartitionId, owner: PartitionOwner | undefined) => void;
  readonly #slots = new Map<string, Slot>();
  /** What was told last of each. */
  readonly #owners = new Map<string, PartitionOwner>();

  constructor(
    isThere: (owner: string, incarnation: string) => boolean,
    onChange: (partition: PartitionId, owner: PartitionOwner | undefined) => void,
  ) {
    this.#isThere = isThere;
    this.#onChange = onChange;
  }

  all(): PartitionOwner[] {
    return [...this.#owners.values()];
  }

  get(partition: PartitionId): PartitionOwner | undefined {
    return this.#owners.get(partitionKey(partition));
  }

  /** A record was written or deleted. */
  entry(entry: KvEntry): void {
    const { key, revision } = entry;
    const record = readOwner(entry);
    this.set(
      key,
      record === undefined ? { revision } : { revision, owner: Object.freeze({ ...record, fence: revision }) },
    );
  }

  /** As {@link entry}, of what this host has written itself, which it need not wait for. */
  set(key: string, slot: Slot): void {
    if (slot.revision < (this.#slots.get(key)?.revision ?? 0)) return;
    this.#slots.set(key, slot);
    this.#update(key);
  }

  /** All records are about to come again. */
  relist(): void {
    this.#slots.clear();
  }

  /** They have come: what did not is not there. */
  listed(): void {
    for (const key of [...this.#owners.keys()]) this.#update(key);
  }

  /** A host has come or gone, and with it what it owns. */
  hostChanged(id: string): void {
    for (const [key, { owner }] of this.#slots) {
      if (owner?.owner === id) this.#update(key);
    }
  }

  #update(key: string): void {
    const { owner } = this.#slots.get(key) ?? {};
    const now = owner !== undefined && this.#isThere(owner.owner, owner.incarnation) ? owner : undefined;
    const before = this.#owners.get(key);
    if (now?.fence === before?.fence) return;
    if (now === undefined) this.#owners.delete(key);
    else this.#owners.set(key, now);
    this.#onChange((now ?? (before as PartitionOwner)).partition, now);
  }
}
