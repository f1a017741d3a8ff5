import { checkInteger, checkOptions, describe, type Graph, invalidArgument, type PartitionId } from "@graphoid/core";
import { checkPartitionId, MAX_PARTITIONS } from "./partition-id.ts";

/**
 * The node ids from `min` (included) to `max` (not included) belong to `partition`.
 *
 * Ids are compared as JavaScript compares strings with `<`, by UTF-16 units. For ids in ASCII, and for all without
 * characters beyond U+FFFF, that is also the order of code points and of UTF-8 bytes.
 */
export interface PartitionRange {
  /** Default: no lower end. */
  readonly min?: string;
  /** Default: no upper end. */
  readonly max?: string;
  readonly partition: PartitionId;
}

/** Checks a `ranges` option, one by one and not against each other, and returns a frozen copy. */
export function checkRanges(call: string, ranges: unknown): readonly PartitionRange[] {
  if (!Array.isArray(ranges) || ranges.length === 0 || ranges.length > MAX_PARTITIONS) {
    throw invalidArgument(call, "ranges", `an array of 1 to ${MAX_PARTITIONS} ranges`, ranges);
  }
  return Object.freeze(Array.from(ranges, (range: unknown, i) => checkRange(call, `ranges[${i}]`, range)));
}

function checkRange(call: string, name: string, value: unknown): PartitionRange {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalidArgument(call, name, "an object { min, max, partition }", value);
  }
  checkOptions(`${call}: ${name}`, value, ["min", "max", "partition"]);
  const { min, max, partition } = value as Record<string, unknown>;
  if (min !== undefined && typeof min !== "string") throw invalidArgument(call, `${name}.min`, "a string", min);
  if (max !== undefined && typeof max !== "string") throw invalidArgument(call, `${name}.max`, "a string", max);
  if (max !== undefined && max <= (min ?? "")) {
    throw invalidArgument(call, `${name}.max`, `above its \`min\`, ${describe(min ?? "")}`, max);
  }
  checkPartitionId(call, `${name}.partition`, partition);
  return Object.freeze({
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    partition,
  });
}

/**
 * Cuts the ids of a graph, in order, into `partitions` ranges with equally many nodes each, give or take one. They go
 * to the partitions 0, 1, … `partitions` − 1. The first has no lower and the last no upper end, so every id has a
 * place, also one that the graph does not hold yet. When there are more partitions than nodes, the ranges beyond the
 * last node lie above its id and hold no node.
 *
 * Takes O(n log n) time for n nodes.
 *
 * @throws InvalidArgumentError when `partitions` is not an integer from 1 to {@link MAX_PARTITIONS}.
 * @example
 * ```ts
 * import { Graph } from "@graphoid/core";
 * import { rangesFor } from "@graphoid/partition";
 *
 * const graph = new Graph();
 * for (const id of ["ada", "bob", "cleo", "dan"]) graph.addNode(id);
 * console.log(rangesFor(graph, 2)); // [ { max: 'cleo', partition: 0 }, { min: 'cleo', partition: 1 } ]
 * ```
 */
export function rangesFor(graph: Graph, partitions: number): PartitionRange[] {
  checkInteger("partition.rangesFor", "partitions", partitions, 1, MAX_PARTITIONS);
  const ids = graph.nodes().sort();
  const bounds: string[] = [];
  for (let i = 1; i < partitions; i++) bounds.push(lowerEnd(ids, i, partitions));
  return Array.from({ length: partitions }, (_, i) => {
    const min = bounds[i - 1];
    const max = bounds[i];
    return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }), partition: i };
  });
}

function lowerEnd(ids: readonly string[], partition: number, partitions: number): string {
  if (ids.length >= partitions) return ids[Math.floor((partition * ids.length) / partitions)] as string;
  if (partition < ids.length) return ids[partition] as string;
  // No id is left. These bounds follow the last one and are in order, as all numbers have the same number of digits.
  const last = ids[ids.length - 1] ?? "";
  return `${last}\0${String(partition).padStart(String(MAX_PARTITIONS).length, "0")}`;
}
