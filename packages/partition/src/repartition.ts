import { checkInteger, checkOptions, type Graph, type PartitionId, type PartitionStrategy } from "@graphoid/core";
import { assign } from "./assignment.ts";
import { placeFree } from "./multilevel/free-nodes.ts";
import { resize } from "./multilevel/resizing.ts";
import { type Plan, planOf } from "./plan.ts";
import { checkPlanned, PLANNED_OPTIONS, type PlannedOptions, taskFor } from "./plan-options.ts";
import { checkGraph } from "./strategy.ts";

/** The options of {@link repartition}. */
export interface RepartitionOptions extends PlannedOptions {
  /**
   * How many nodes may move, new ones not counted. The limits of partitions come first: when they cannot be kept with so
   * few moves, more nodes move. Default: 1.05 times what the change of their number makes necessary, which is the
   * nodes of partitions that go, or those that new partitions need for an equal share.
   */
  readonly maxMoves?: number;
}

/** A node that goes to another partition. */
export interface Move {
  readonly nodeId: string;
  readonly from: PartitionId;
  readonly to: number;
}

/** A new plan, and what must be done to get there. */
export interface Migration {
  readonly plan: Plan;
  /** What goes where, in the order of the graph's nodes. Nodes that the old plan did not hold are not listed. */
  readonly moves: readonly Move[];
}

/** Where a graph's nodes are so far. */
interface Before {
  readonly ids: readonly (PartitionId | undefined)[];
  /** The same as a number below `partitions`, or -1. */
  readonly rows: Int32Array;
}

/**
 * Plans anew from where nodes are, moving few of them: for another number of partitions, for other limits, or because
 * the graph has changed. Nodes in partitions that there are no longer, and nodes that a previous plan does not hold, are
 * placed by their neighbours.
 *
 * @throws InvalidArgumentError when an argument is not what it should be.
 * @throws StrategyError when `previous`, other than a plan, cannot place a node.
 * @example
 * ```ts
 * import { Graph } from "@graphoid/core";
 * import { repartition, strategy } from "@graphoid/partition";
 *
 * const graph = new Graph();
 * for (let i = 0; i < 12; i++) graph.addNode(`n${i}`);
 * for (let i = 0; i < 12; i++) graph.addEdge(`n${i}`, `n${(i + 1) % 12}`);
 * const before = strategy("multilevel", { partitions: 2 }).plan(graph);
 * const { plan, moves } = repartition(graph, before, { partitions: 3 });
 * console.log(plan.partitions.length, moves.length); // 3 4
 * ```
 */
export function repartition(graph: Graph, previous: PartitionStrategy, options: RepartitionOptions): Migration {
  const call = "partition.repartition";
  checkGraph(call, "graph", graph);
  checkOptions(call, options, [...PLANNED_OPTIONS, "maxMoves"]);
  const { maxMoves, ...rest } = options;
  const checked = checkPlanned(call, { ...rest });
  if (maxMoves !== undefined) checkInteger(call, "maxMoves", maxMoves, 0);
  const before = placesBefore(call, graph, previous, checked.partitions.length);
  const task = taskFor(call, graph, checked);
  const old = before.rows.slice();
  if (task.fixed) for (let row = 0; row < old.length; row++) if (task.fixed[row]! >= 0) old[row] = task.fixed[row]!;
  const { gone, coming } = necessaryMoves(before, checked.partitions.length);
  const budget = maxMoves ?? Math.floor(1.05 * (gone + coming));
  const part = resize(task, old, budget - gone, checked.seed);
  const { ids } = graph.columns;
  const moves: Move[] = [];
  for (let row = 0; row < part.length; row++) {
    const from = before.ids[row];
    if (from !== undefined && from !== part[row]) moves.push({ nodeId: ids.at(row), from, to: part[row]! });
  }
  return { plan: planOf("repartition", checked.partitions.length, checked.unknown, graph.columns, part), moves };
}

/**
 * Places nodes that a plan does not hold by their neighbours, and leaves all others where they are. Partitions that are
 * at their limit for the grown graph take none. Cheap enough to do often; `repartition` is for when the cut has suffered.
 *
 * @throws InvalidArgumentError when an argument is not what it should be.
 */
export function extend(graph: Graph, plan: Plan, options: ExtendOptions = {}): Plan {
  const call = "partition.extend";
  checkGraph(call, "graph", graph);
  checkOptions(call, options, ["epsilon", "nodeWeights", "edgeWeights"]);
  const partitions = plan.partitions.length;
  const part = placesBefore(call, graph, plan, partitions).rows;
  const checked = checkPlanned(call, { ...options, partitions });
  placeFree(taskFor(call, graph, checked), part);
  return planOf(plan.name, partitions, plan.unknown, graph.columns, part);
}

/** The options of {@link extend}; they mean what they mean for a strategy. */
export type ExtendOptions = Pick<PlannedOptions, "epsilon" | "nodeWeights" | "edgeWeights">;

function placesBefore(call: string, graph: Graph, previous: PartitionStrategy, partitions: number): Before {
  const { ids, nodeCount } = graph.columns;
  const plan = previous as Partial<Plan>;
  // Not to ask a plan for what it does not hold: `unknown` would be taken for where a new node is.
  const places: (PartitionId | undefined)[] = [];
  if (typeof plan?.has === "function" && typeof plan.partitionFor === "function") {
    for (let row = 0; row < nodeCount; row++) {
      const id = ids.at(row);
      places.push(plan.has(id) ? plan.partitionFor(id) : undefined);
    }
  } else {
    const assigned = assign(call, graph, previous);
    for (let row = 0; row < nodeCount; row++) places.push(assigned.partitions[assigned.rows[row]!]);
  }
  const rows = Int32Array.from(places, (id) => (typeof id === "number" && id < partitions ? id : -1));
  return { ids: places, rows };
}

/** How many nodes must move because their partitions go, and because others come. */
function necessaryMoves({ ids, rows }: Before, partitions: number): { readonly gone: number; readonly coming: number } {
  let gone = 0;
  const used = new Set<PartitionId>();
  for (let row = 0; row < rows.length; row++) {
    const id = ids[row];
    if (id === undefined) continue;
    if (rows[row]! < 0) gone++;
    else used.add(id);
  }
  return { gone, coming: Math.ceil((rows.length * Math.max(0, partitions - used.size)) / partitions) };
}
