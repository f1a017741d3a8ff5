import { checkOptions, InvalidArgumentError, type PartitionId } from "@graphoid/core";
import { numberedPartitions } from "./partition-id.ts";
import { checkRanges, type PartitionRange } from "./ranges.ts";
import type { Placement } from "./strategy.ts";

/** The options of `strategy(name, options)`. Each strategy takes its own; any other is refused. */
export interface StrategyOptions {
  /** How many partitions there are, numbered from 0: an integer from 1 to {@link MAX_PARTITIONS}. */
  readonly partitions?: number;
  /** Which ids belong to which partition. */
  readonly ranges?: readonly PartitionRange[];
  /** What else the strategy takes. */
  readonly [option: string]: unknown;
}

/**
 * A strategy as a plain function of a node id and one argument: the number of partitions for a strategy that is used
 * with `{ partitions }`, the ranges for one that is used with `{ ranges }`.
 */
export type StrategyFunction<Argument extends number | readonly PartitionRange[] = number> = (
  nodeId: string,
  argument: Argument,
) => PartitionId;

/** A strategy with options of its own. */
export interface StrategyDefinition {
  /**
   * Checks `options`, which are never mutated, and says where nodes go. `call` names the call for error messages:
   * `partition.strategy("hash")`.
   *
   * @throws InvalidArgumentError when the options are wrong.
   */
  create(options: StrategyOptions, call: string): Placement;
}

/**
 * Makes a definition from a plain function. The options choose its second argument: `{ partitions: 8 }` passes 8, and
 * the function answers with an integer from 0 to 7; `{ ranges: […] }` passes the ranges, frozen, and the function
 * answers with the partition of one of them or any non-empty string, such as `"default"`.
 */
export function functionDefinition(place: StrategyFunction<never>): StrategyDefinition {
  const ask = place as (nodeId: string, argument: unknown) => PartitionId;
  return {
    create(options, call) {
      checkOptions(call, options, ["partitions", "ranges"]);
      if ((options.partitions === undefined) === (options.ranges === undefined)) {
        throw new InvalidArgumentError(`${call}: expected either \`partitions\` or \`ranges\``, {
          details: { call, argument: "options" },
        });
      }
      if (options.ranges === undefined) {
        const partitions = numberedPartitions(call, options.partitions);
        return { partitions, partitionFor: (nodeId) => ask(nodeId, partitions.length) };
      }
      const ranges = checkRanges(call, options.ranges);
      const partitions = [...new Set(ranges.map((range) => range.partition))];
      return { partitions, openNames: true, partitionFor: (nodeId) => ask(nodeId, ranges) };
    },
  };
}
