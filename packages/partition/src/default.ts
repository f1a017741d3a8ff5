import type { Registration } from "@graphoid/core";
import type { StrategyDefinition, StrategyFunction, StrategyOptions } from "./definition.ts";
import { createPartitioning, type Partitioning, type PlannedName, type VertexCutName } from "./partitioning.ts";
import type { PartitionRange } from "./ranges.ts";
import type { PlannedStrategy, Strategy } from "./strategy.ts";
import type { VertexCutStrategy } from "./vertex-cut.ts";

/** The set of strategies behind the functions of this module. */
export const defaultPartitioning: Partitioning = /* @__PURE__ */ createPartitioning();

/**
 * Adds a strategy to the default set; see {@link Partitioning.registerStrategy}.
 *
 * @example
 * ```ts
 * import { registerStrategy, strategy } from "@graphoid/partition";
 *
 * registerStrategy("length", (nodeId, partitionCount) => nodeId.length % partitionCount);
 * console.log(strategy("length", { partitions: 8 }).partitionFor("alice")); // 5
 * ```
 */
export function registerStrategy<Argument extends number | readonly PartitionRange[] = number>(
  name: string,
  strategy: StrategyFunction<Argument> | StrategyDefinition,
): Registration {
  return defaultPartitioning.registerStrategy(name, strategy);
}

/** Makes a strategy of the default set; see {@link Partitioning.strategy}. */
export function strategy(name: PlannedName, options: StrategyOptions): PlannedStrategy;
export function strategy(name: VertexCutName, options: StrategyOptions): VertexCutStrategy;
export function strategy(name: string, options: StrategyOptions): Strategy;
export function strategy(name: string, options: StrategyOptions): Strategy {
  return defaultPartitioning.strategy(name, options);
}

/** The names of all strategies of the default set, sorted. */
export function listStrategies(): string[] {
  return defaultPartitioning.listStrategies();
}
