import { checkInteger, checkOptions } from "@graphoid/core";
import type { StrategyDefinition, StrategyOptions } from "./definition.ts";
import { sizeOf, sumOf } from "./multilevel/compact-graph.ts";
import type { Task } from "./multilevel/multilevel.ts";
import { needsPlan } from "./needs-plan.ts";
import { planOf } from "./plan.ts";
import { checkPlanned, PLANNED_OPTIONS, type PlannedOptions, stepper, taskFor } from "./plan-options.ts";
import { StreamPlacer, type StreamRule } from "./stream-placer.ts";

/** The options of the strategies `ldg` and `fennel`. */
export interface StreamingOptions extends PlannedOptions {
  /** How often to go through the nodes; from the second time on they move to where their neighbours went. Default 1. */
  readonly passes?: number;
}

/** Goes through the nodes of a graph in their order and places each by its neighbours; see {@link StreamPlacer}. */
function streamingStrategy(rule: StreamRule): StrategyDefinition {
  return {
    create(options: StrategyOptions, call: string) {
      checkOptions(call, options, [...PLANNED_OPTIONS, "passes"]);
      const checked = checkPlanned(call, options);
      const passes = options["passes"] ?? 1;
      checkInteger(call, "passes", passes, 1, 1000);
      return {
        partitions: checked.partitions,
        partitionFor: needsPlan,
        plan(graph, runOptions) {
          const onStep = stepper("strategy.plan", runOptions);
          const task = taskFor("strategy.plan", graph, checked);
          const part = streamRows(rule, task, passes, onStep);
          return planOf(rule, checked.partitions.length, checked.unknown, graph.columns, part);
        },
      };
    },
  };
}

function streamRows(
  rule: StreamRule,
  { graph, limits, fixed }: Task,
  passes: number,
  onStep: (done: number, steps: number) => void,
): Int32Array {
  const { offsets, targets, edgeWeights, nodeWeights } = graph;
  const size = sizeOf(graph);
  const placer = new StreamPlacer(rule, limits, size, sumOf(nodeWeights), sumOf(edgeWeights) / 2);
  if (fixed) {
    for (let row = 0; row < size; row++) if (fixed[row]! >= 0) placer.put(row, nodeWeights[row]!, fixed[row]!);
  }
  for (let pass = 0; pass < passes; pass++) {
    for (let row = 0; row < size; row++) {
      if (fixed && fixed[row]! >= 0) continue;
      placer.place(row, nodeWeights[row]!, targets, offsets[row]!, offsets[row + 1]!, edgeWeights);
    }
    onStep(pass + 1, passes);
  }
  return Int32Array.from(placer.placed, (part) => part - 1);
}

/** Linear deterministic greedy. */
export const ldgStrategy: StrategyDefinition = /* @__PURE__ */ streamingStrategy("ldg");

/** FENNEL. */
export const fennelStrategy: StrategyDefinition = /* @__PURE__ */ streamingStrategy("fennel");
