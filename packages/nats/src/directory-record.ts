import { checkInteger, invalidArgument, isWellFormed, type PartitionId } from "@graphoid/core";
import type { KvEntry } from "@nats-io/kv";

/** What a host writes about itself. */
export interface PeerRecord {
  readonly identity: string;
  readonly incarnation: string;
  readonly address?: string;
}

/** What the owner of a partition writes. It holds for as long as the record of that host is there. */
export interface OwnerRecord {
  readonly partition: PartitionId;
  readonly owner: string;
  readonly incarnation: string;
}

/** A key is part of a subject, and a subject has to fit into a line of the protocol, of 4,096 bytes. */
const MAX_NAME_BYTES = 1_024;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Throws unless `value` can be a key once it is encoded. */
export function checkName(call: string, name: string, value: unknown): asserts value is string {
  if (isName(value)) return;
  throw invalidArgument(call, name, `a well-formed string of 1 to ${MAX_NAME_BYTES} bytes`, value);
}

function isName(value: unknown): value is string {
  if (typeof value !== "string" || value === "" || !isWellFormed(value)) return false;
  return encoder.encode(value).length <= MAX_NAME_BYTES;
}

/** Throws unless `partition` is the id of one. */
export function checkPartition(call: string, partition: unknown): asserts partition is PartitionId {
  if (typeof partition === "number") checkInteger(call, "partition", partition, 0);
  else checkName(call, "partition", partition);
}

/** Base64 with `-` and `_`: keys take few characters, identities have any. */
function encoded(text: string): string {
  const base64 = btoa(String.fromCharCode(...encoder.encode(text)));
  return base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function peerKey(identity: string): string {
  return encoded(identity);
}

/** The partition `3` is another than `"3"`, as for a strategy. */
export function partitionKey(partition: PartitionId): string {
  return typeof partition === "number" ? `n${partition}` : `s${encoded(partition)}`;
}

export function peerValue({ identity, incarnation, address }: PeerRecord): Uint8Array {
  return encoder.encode(JSON.stringify({ identity, incarnation, address }));
}

export function ownerValue({ partition, owner, incarnation }: OwnerRecord): Uint8Array {
  return encoder.encode(JSON.stringify({ partition, owner, incarnation }));
}

/** The record in `entry`; `undefined` where it was deleted, or is none: anyone who is let in may write there. */
export function readPeer(entry: KvEntry | null): PeerRecord | undefined {
  const { identity, incarnation, address } = fields(entry);
  if (!isName(identity) || !isName(incarnation) || entry?.key !== peerKey(identity)) return;
  return { identity, incarnation, ...(isName(address) ? { address } : {}) };
}

/** As {@link readPeer}, of a partition. */
export function readOwner(entry: KvEntry | null): OwnerRecord | undefined {
  const { partition, owner, incarnation } = fields(entry);
  if (typeof partition !== "number" && !isName(partition)) return;
  if (!isName(owner) || !isName(incarnation) || entry?.key !== partitionKey(partition)) return;
  return { partition, owner, incarnation };
}

function fields(entry: KvEntry | null): Partial<Record<string, unknown>> {
  if (entry?.operation !== "PUT") return {};
  try {
    const value: unknown = JSON.parse(decoder.decode(entry.value));
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
