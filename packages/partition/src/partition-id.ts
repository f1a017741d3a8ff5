import { checkInteger, describe, invalidArgument, type PartitionId } from "@graphoid/core";

/**
 * The largest number of partitions that a strategy may have: 65,536. Every partition costs a graph in `split` and a
 * row in a report, so a larger count is more likely a mistake than a wish.
 */
export const MAX_PARTITIONS = 65_536;

/** Tells whether `value` can name a partition: an integer from 0 to 2⁵³ − 1, or a string that is not empty. */
export function isPartitionId(value: unknown): value is PartitionId {
  return typeof value === "string" ? value !== "" : Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Tells whether `value` lists partitions: at most {@link MAX_PARTITIONS} ids, each once. */
export function isPartitionList(value: unknown): value is readonly PartitionId[] {
  return (
    Array.isArray(value) &&
    value.length <= MAX_PARTITIONS &&
    value.every(isPartitionId) &&
    new Set(value).size === value.length
  );
}

/** Throws unless `value` can name a partition. */
export function checkPartitionId(call: string, name: string, value: unknown): asserts value is PartitionId {
  if (isPartitionId(value)) return;
  throw invalidArgument(call, name, "a partition id (an integer >= 0 or a non-empty string)", value);
}

/** Checks a `partitions` option and returns the ids 0, 1, … `partitions` − 1. */
export function numberedPartitions(call: string, partitions: unknown): readonly number[] {
  checkInteger(call, "partitions", partitions, 1, MAX_PARTITIONS);
  return Object.freeze(Array.from({ length: partitions }, (_, id) => id));
}

/** Orders partition ids: numbers first, by size, then strings by UTF-16 unit. */
export function comparePartitionIds(a: PartitionId, b: PartitionId): number {
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A partition id for a message: `3`, `"default"`. */
export function describePartition(id: PartitionId): string {
  return describe(id);
}
