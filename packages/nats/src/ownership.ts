import type { PartitionId } from "@graphoid/core";
import { OwnershipLostError } from "./directory-errors.ts";

/** Who owns a partition. */
export interface PartitionOwner {
  readonly partition: PartitionId;
  /** The identity of the owner. */
  readonly owner: string;
  /** Which run of that host owns it: no other does. */
  readonly incarnation: string;
  /**
   * Grows each time that the partition is claimed or transferred. Whoever stores something for the owner of a partition
   * should keep the greatest fence that it has seen, and refuse writes with a smaller one: they are late ones of an
   * earlier owner.
   */
  readonly fence: number;
}

/** What `claim` returns: a partition that this host owns. */
export interface Ownership extends PartitionOwner {
  /** Aborted when this host owns it no more, with an `OwnershipLostError` as the reason, before another can own it. */
  readonly signal: AbortSignal;
}

/** Why an ownership ended. */
export type LostBy = "released" | "transferred" | "taken" | "lapsed" | "closed";

const WORDS: Readonly<Record<LostBy, string>> = {
  released: "this host has released it",
  transferred: "this host has transferred it",
  taken: "another host has taken it over",
  lapsed: "this host could not reach the servers of NATS in time",
  closed: "the directory was closed",
};

/** An {@link Ownership}, and the means to end it. */
export class HeldPartition {
  readonly ownership: Ownership;
  readonly #end = new AbortController();

  constructor(owner: PartitionOwner) {
    this.ownership = Object.freeze({ ...owner, signal: this.#end.signal });
  }

  end(why: LostBy): void {
    const { partition, fence } = this.ownership;
    const message = `partition ${partition} is not owned by this host any more: ${WORDS[why]}`;
    this.#end.abort(new OwnershipLostError(message, { details: { partition, fence, why } }));
  }
}
