import {
  checkInteger,
  checkOptions,
  checkString,
  describe,
  type GraphColumns,
  hash,
  invalidArgument,
  isWellFormed,
  mix32,
  type StringColumn,
  StringTable,
} from "@graphoid/core";
import { StrategyError } from "./errors.ts";
import { jumpHash } from "./jump-hash.ts";
import { MAX_PARTITIONS, numberedPartitions } from "./partition-id.ts";
import type { Strategy } from "./strategy.ts";

/**
 * Where a plan puts ids that it does not hold: `"error"` refuses them, `"hash"` places them by jump consistent hash, a
 * number is the partition that takes them.
 */
export type UnknownPolicy = "error" | "hash" | number;

/** A plan as plain data, for `JSON.stringify` and {@link planFromJson}. */
export interface PlanData {
  readonly strategy: string;
  readonly partitions: number;
  readonly unknown: UnknownPolicy;
  readonly ids: readonly string[];
  /** For each id its partition. */
  readonly parts: readonly number[];
}

/**
 * Where every node of a graph goes, as worked out by a planned strategy. It is a strategy itself, and does not change
 * when the graph does.
 */
export interface Plan extends Strategy {
  readonly partitions: readonly number[];
  /** How many nodes it holds. */
  readonly nodeCount: number;
  readonly unknown: UnknownPolicy;
  /** Whether it holds the node. */
  has(nodeId: string): boolean;
  /**
   * The partition of the node.
   *
   * @throws StrategyError for a node that it does not hold, when `unknown` is `"error"`.
   */
  partitionFor(nodeId: string): number;
  toJSON(): PlanData;
}

/** What a plan is made of: the partition of each of the ids. */
interface Contents {
  readonly ids: StringTable;
  readonly parts: Int32Array;
}

/** So that functions which know a plan's graph need not ask it id by id. */
const contents = new WeakMap<object, Contents>();

/** Makes a plan, which takes over its arguments. `more` is what it offers beyond any plan. */
export function createPlan<More extends object>(
  name: string,
  partitions: number,
  unknown: UnknownPolicy,
  ids: StringTable,
  parts: Int32Array,
  more: More,
): Plan & More {
  const placeUnknown = (nodeId: string): number => {
    if (typeof unknown === "number") return unknown;
    if (unknown === "hash") {
      const h = hash(nodeId);
      return jumpHash(mix32(h ^ 0x9e3779b9), h, partitions);
    }
    throw new StrategyError(
      `partition strategy ${describe(name)} cannot place node ${describe(nodeId)}: the plan does not hold it; ` +
        "`extend` adds nodes, and the option `unknown` places them",
      { details: { strategy: name, nodeId } },
    );
  };
  const plan: Plan & More = Object.freeze({
    ...more,
    name,
    partitions: numberedPartitions("partition.plan", partitions),
    nodeCount: parts.length,
    unknown,
    has: (nodeId: string) => ids.indexOf(nodeId) >= 0,
    partitionFor(nodeId: string): number {
      checkString("plan.partitionFor", "nodeId", nodeId);
      const row = ids.indexOf(nodeId);
      return row >= 0 ? parts[row]! : placeUnknown(nodeId);
    },
    toJSON: () => ({
      strategy: name,
      partitions,
      unknown,
      ids: Array.from({ length: parts.length }, (_, row) => ids.at(row)),
      parts: Array.from(parts),
    }),
  });
  contents.set(plan, { ids, parts });
  return plan;
}

/** A plan for the nodes of a graph, in row order. */
export function planOf(
  name: string,
  partitions: number,
  unknown: UnknownPolicy,
  columns: GraphColumns,
  parts: Int32Array,
): Plan {
  return createPlan(name, partitions, unknown, copyOf(columns.ids), parts, {});
}

/** A table of the same strings, which does not change when the column's graph does. */
export function copyOf({ bytes, offsets }: StringColumn): StringTable {
  // Not `bytes.slice()`, which does not copy where the bytes are a Node Buffer.
  return StringTable.fromBytes(new Uint8Array(bytes), offsets.slice());
}

/**
 * For each id of a column the index of its partition, where `strategy` is a plan that holds exactly these ids in this
 * order, as it does for the graph it was made for. Else `undefined`.
 */
export function plannedRows(strategy: object, column: StringColumn): Int32Array | undefined {
  const plan = contents.get(strategy);
  if (!plan || plan.ids.length !== column.length) return undefined;
  return same(plan.ids.offsets, column.offsets) && same(plan.ids.bytes, column.bytes) ? plan.parts : undefined;
}

function same(a: Uint8Array | Uint32Array, b: Uint8Array | Uint32Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Checks an `unknown` option; default `"error"`. */
export function checkUnknown(call: string, unknown: unknown, partitions: number): UnknownPolicy {
  if (unknown === undefined) return "error";
  if (unknown === "error" || unknown === "hash") return unknown;
  if (typeof unknown === "number") checkInteger(call, "unknown", unknown, 0, partitions - 1);
  else throw invalidArgument(call, "unknown", '"error", "hash" or a partition', unknown);
  return unknown;
}

/**
 * Makes a plan from what its `toJSON` gave, also after a trip through JSON text.
 *
 * @throws InvalidArgumentError when `data` is not that.
 * @example
 * ```ts
 * import { Graph } from "@graphoid/core";
 * import { planFromJson, strategy } from "@graphoid/partition";
 *
 * const graph = new Graph();
 * for (const id of ["ada", "bob", "cleo", "dan"]) graph.addNode(id);
 * graph.addEdge("ada", "bob");
 * graph.addEdge("cleo", "dan");
 * const plan = strategy("multilevel", { partitions: 2 }).plan(graph);
 * const again = planFromJson(JSON.parse(JSON.stringify(plan)));
 * console.log(again.partitionFor("ada") === again.partitionFor("bob")); // true
 * ```
 */
export function planFromJson(data: PlanData): Plan {
  const call = "partition.planFromJson";
  checkOptions(call, data, ["strategy", "partitions", "unknown", "ids", "parts"]);
  const { strategy, partitions, ids, parts } = data;
  checkString(call, "strategy", strategy);
  checkInteger(call, "partitions", partitions, 1, MAX_PARTITIONS);
  const unknown = checkUnknown(call, data.unknown, partitions);
  if (!Array.isArray(ids)) throw invalidArgument(call, "ids", "an array of strings", ids);
  if (!Array.isArray(parts) || parts.length !== ids.length) {
    throw invalidArgument(call, "parts", "an array of as many partitions as there are ids", parts);
  }
  const table = new StringTable();
  const rows = new Int32Array(ids.length);
  for (let row = 0; row < ids.length; row++) {
    const id: unknown = ids[row];
    checkString(call, `ids[${row}]`, id);
    if (!isWellFormed(id)) throw invalidArgument(call, `ids[${row}]`, "a string without lone surrogates", id);
    if (table.intern(id) !== row) throw invalidArgument(call, `ids[${row}]`, "different from all before", id);
    checkInteger(call, `parts[${row}]`, parts[row], 0, partitions - 1);
    rows[row] = parts[row] as number;
  }
  return createPlan(strategy, partitions, unknown, table, rows, {});
}
