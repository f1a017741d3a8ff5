import { checkOptions, InvalidArgumentError, type PartitionId } from "@graphoid/core";
import type { StrategyDefinition } from "./definition.ts";
import { checkPartitionId, describePartition } from "./partition-id.ts";
import { checkRanges, type PartitionRange } from "./ranges.ts";

/** The options of the `range` strategy. */
export interface RangeOptions {
  /** Which ids belong to which partition, in any order. Ranges may leave gaps; they may not overlap. */
  readonly ranges: readonly PartitionRange[];
  /** The partition of ids that are in no range. Default: none, such an id is an error. */
  readonly fallback?: PartitionId;
}

/** Places nodes by where their ids stand in the order of strings, which keeps neighbours in that order together. */
export const rangeStrategy: StrategyDefinition = {
  create(options, call) {
    checkOptions(call, options, ["ranges", "fallback"]);
    const given = checkRanges(call, options.ranges);
    const ranges = [...given].sort(byMin);
    checkOverlaps(call, ranges);
    const fallback = options["fallback"];
    if (fallback !== undefined) checkPartitionId(call, "fallback", fallback);
    const partitions = new Set(given.map((range) => range.partition));
    if (fallback !== undefined) partitions.add(fallback);

    const mins = ranges.map((range) => range.min ?? "");
    return {
      partitions: [...partitions],
      partitionFor(nodeId) {
        const range = ranges[lastAtMost(mins, nodeId)];
        if (range && (range.max === undefined || nodeId < range.max)) return range.partition;
        if (fallback === undefined) throw new RangeError("it is in no range, and there is no `fallback`");
        return fallback;
      },
    };
  },
};

/** No `min` is the same as the empty string, the lowest of all. */
function byMin(a: PartitionRange, b: PartitionRange): number {
  const left = a.min ?? "";
  const right = b.min ?? "";
  return left < right ? -1 : left > right ? 1 : 0;
}

function checkOverlaps(call: string, sorted: readonly PartitionRange[]): void {
  for (let i = 1; i < sorted.length; i++) {
    const range = sorted[i] as PartitionRange;
    const before = sorted[i - 1] as PartitionRange;
    if (before.max !== undefined && before.max <= (range.min ?? "")) continue;
    throw new InvalidArgumentError(`${call}: ${describeRange(before)} and ${describeRange(range)} overlap`, {
      details: { call, argument: "ranges" },
    });
  }
}

function describeRange({ min, max, partition }: PartitionRange): string {
  const from = min === undefined ? "" : ` from ${JSON.stringify(min)}`;
  const to = max === undefined ? "" : ` up to ${JSON.stringify(max)}`;
  return `the range${from}${to} of partition ${describePartition(partition)}`;
}

/** The index of the last of the sorted `values` that is not above `value`, or -1. */
function lastAtMost(values: readonly string[], value: string): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as string) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
