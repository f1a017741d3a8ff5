import { describe, type Graph, invalidArgument, type PartitionId, type PartitionStrategy } from "@graphoid/core";
import { StrategyError } from "./errors.ts";
import { comparePartitionIds, isPartitionList, MAX_PARTITIONS } from "./partition-id.ts";
import { type Plan, plannedRows } from "./plan.ts";
import { answersByIndex, checkGraph, place, type Strategy } from "./strategy.ts";

/** Which partition every node of a graph belongs to: what `split`, `crossEdges` and `report` start from. */
export interface Assignment {
  /** All partitions: those that the strategy lists, in its order, then further ones that it named, sorted. */
  readonly partitions: readonly PartitionId[];
  /** For each node row the index in `partitions`. */
  readonly rows: Int32Array;
}

/**
 * Asks `strategy` about every node of `graph`, once each and in row order.
 *
 * @throws InvalidArgumentError when `graph` is no graph or `strategy` no strategy.
 * @throws StrategyError when the strategy fails for a node or changes the graph.
 */
export function assign(call: string, graph: Graph, strategy: PartitionStrategy): Assignment {
  checkGraph(call, "graph", graph);
  checkStrategy(call, strategy);
  const { ids, nodeCount } = graph.columns;
  const planned = plannedRows(strategy, ids);
  if (planned) return { partitions: (strategy as Plan).partitions, rows: planned };
  const { edgeCount } = graph;
  const listed = (strategy as Partial<Strategy>).partitions ?? [];
  const indexes = new Map<PartitionId, number>(listed.map((id, index) => [id, index]));
  const rows = new Int32Array(nodeCount);
  const byIndex = answersByIndex(strategy);
  for (let row = 0; row < nodeCount; row++) {
    if (byIndex) {
      rows[row] = strategy.partitionFor(ids.at(row)) as number;
      continue;
    }
    const id = place(strategy.name, strategy, ids.at(row));
    let index = indexes.get(id);
    if (index === undefined) {
      index = indexes.size;
      if (index >= MAX_PARTITIONS) {
        throw new StrategyError(
          `partition strategy ${describe(strategy.name)} names more than ${MAX_PARTITIONS} partitions`,
          { details: { strategy: strategy.name, nodeId: ids.at(row) } },
        );
      }
      indexes.set(id, index);
    }
    rows[row] = index;
  }
  if (graph.nodeCount !== nodeCount || graph.edgeCount !== edgeCount) {
    throw new StrategyError(`partition strategy ${describe(strategy.name)} changed the graph that it was to cut`, {
      details: { strategy: strategy.name },
    });
  }
  return sortNamed({ partitions: [...indexes.keys()], rows }, listed.length);
}

/** Sorts the partitions from `first` on, which so far stand in the order in which nodes named them. */
function sortNamed({ partitions, rows }: Assignment, first: number): Assignment {
  if (partitions.length - first < 2) return { partitions, rows };
  const sorted = [...partitions.slice(0, first), ...partitions.slice(first).sort(comparePartitionIds)];
  const indexes = new Map(sorted.map((id, index) => [id, index]));
  const moved = partitions.map((id) => indexes.get(id) as number);
  return { partitions: sorted, rows: rows.map((index) => moved[index] as number) };
}

function checkStrategy(call: string, value: unknown): asserts value is PartitionStrategy {
  const strategy = value as Partial<Strategy> | null | undefined;
  if (
    typeof strategy === "object" &&
    strategy !== null &&
    typeof strategy.name === "string" &&
    typeof strategy.partitionFor === "function" &&
    (strategy.partitions === undefined || isPartitionList(strategy.partitions))
  ) {
    return;
  }
  throw invalidArgument(call, "strategy", "a strategy { name, partitionFor, partitions? }", value);
}
