import type { PartitionId, Registration } from "@graphoid/core";
import type { DirectoryPeer } from "./directory-peers.ts";
import type { LostBy, Ownership, PartitionOwner } from "./ownership.ts";

/** What happened in a namespace. */
export type DirectoryChange =
  /** Another host came, went, or stands otherwise now. */
  | { readonly kind: "peer"; readonly peer: DirectoryPeer }
  /** A partition has another owner: none where it was released, or its owner is gone. */
  | { readonly kind: "owner"; readonly partition: PartitionId; readonly owner: PartitionOwner | undefined }
  /** This host lost a partition that it did not give up. */
  | { readonly kind: "owner-lost"; readonly ownership: Ownership; readonly why: LostBy }
  /** Another run of this host has taken its place, while this one was silent for too long. The directory is closed. */
  | { readonly kind: "replaced" };

/** The hosts of a namespace, and who of them owns which partition. */
export interface NatsDirectory extends AsyncDisposable {
  /** All other hosts that are there, or may be. */
  peers(): DirectoryPeer[];
  /** One of them; `undefined` when it is not there. */
  peer(id: string): DirectoryPeer | undefined;
  /**
   * Makes this host the owner of a partition that nobody owns, or whose owner is gone: its record is, silence is not
   * enough. A partition that it owns already, or that was transferred to it, is returned as it is. `3` and `"3"` are two
   * partitions.
   *
   * @throws OwnedError when another host owns it.
   * @throws UnavailableError when the servers do not answer. The claim may have been made: make it again to know.
   * @throws InvalidArgumentError when `partition` is neither an integer >= 0 nor a string of 1 to 1,024 bytes.
   * @throws ClosedError after `close`.
   */
  claim(partition: PartitionId): Promise<Ownership>;
  /** Gives a partition up for anyone to claim. Does nothing when this host does not own it. Throws as `claim` does. */
  release(partition: PartitionId): Promise<void>;
  /**
   * Makes the host `to` the owner of a partition of this host. It calls `claim` to get its `Ownership`.
   *
   * @throws NotFoundError when no such host is there, or this host does not own the partition.
   */
  transfer(partition: PartitionId, to: string): Promise<void>;
  /** Who owns a partition, as far as this host has heard; `undefined` when nobody does who is there. */
  owner(partition: PartitionId): PartitionOwner | undefined;
  /** All partitions with an owner who is there. */
  owners(): PartitionOwner[];
  /** Calls `fn` with every further change. What it throws is reported like an error in an event listener. */
  onChange(fn: (change: DirectoryChange) => void): Registration;
  /** Leaves: gives up what this host owns and tells the others. A connection that was given stays open. */
  close(): Promise<void>;
}
