import { checkInteger, invalidArgument, type PartitionId } from "@graphoid/core";
import { checkText } from "./peer-event.ts";

/** A graph that was split at this host. `partition.report(graph, strategy)` returns such a record. */
export interface SplitReport {
  /** Tells one split from another: a later report with the same name replaces the earlier. Default: `"default"`. */
  readonly name?: string;
  /** The name of the strategy. */
  readonly strategy: string;
  /** The partitions; none to remove the split. */
  readonly partitions: readonly {
    readonly id: PartitionId;
    /** How many nodes it has. */
    readonly nodes?: number;
    /** How many edges it has with both ends inside. */
    readonly edges?: number;
    /** How many edges lead from it to other partitions. */
    readonly cutEdges?: number;
    /** The identity of the host that holds it, where that is known. */
    readonly host?: string;
  }[];
}

/** A partition at one moment. Frozen. */
export interface PartitionSnapshot {
  /** The name of the split that it is part of. */
  readonly split: string;
  readonly strategy: string;
  /** Exactly as it is used: the number 0 is not the string `"0"`. */
  readonly id: PartitionId;
  readonly nodes?: number;
  readonly edges?: number;
  readonly cutEdges?: number;
  /** The identity of the host that holds it, where that is known. */
  readonly host?: string;
}

const COUNTS = ["nodes", "edges", "cutEdges"] as const;

/** @throws InvalidArgumentError unless `report` is a {@link SplitReport} whose partitions have different ids. */
export function partitionSnapshots(call: string, report: SplitReport): readonly PartitionSnapshot[] {
  if (typeof report !== "object" || report === null) throw invalidArgument(call, "report", "an object", report);
  const { name: split = "default", strategy, partitions } = report;
  checkText(call, "name", split);
  checkText(call, "strategy", strategy);
  if (!Array.isArray(partitions)) throw invalidArgument(call, "partitions", "an array", partitions);
  const ids = new Set<PartitionId>();
  const snapshots = (partitions as SplitReport["partitions"]).map((partition) => {
    if (typeof partition !== "object" || partition === null) {
      throw invalidArgument(call, "partitions", "an array of objects", partition);
    }
    const { id, host } = partition;
    if (host !== undefined) checkText(call, "partitions.host", host);
    if (typeof id === "number") checkInteger(call, "partitions.id", id, 0);
    else checkText(call, "partitions.id", id);
    if (ids.has(id)) throw invalidArgument(call, "partitions.id", "an id that no other partition has", id);
    ids.add(id);
    const counts: { -readonly [K in (typeof COUNTS)[number]]?: number } = {};
    for (const key of COUNTS) {
      const count = partition[key];
      if (count === undefined) continue;
      checkInteger(call, `partitions.${key}`, count, 0);
      counts[key] = count;
    }
    return Object.freeze({ split, strategy, id, ...counts, ...(host === undefined ? {} : { host }) });
  });
  return Object.freeze(snapshots);
}

/**
 * The node id of a partition, different for any two of them: what could be taken for the number 0 or for a quoted
 * string is quoted, and a name of a split has no slash.
 */
export function partitionNodeId({ split, id }: PartitionSnapshot): string {
  const shown = typeof id === "string" && /^(\d+$|")/.test(id) ? JSON.stringify(id) : id;
  return `partitions/${encodeURIComponent(split)}/${shown}`;
}
