import { checkOptions } from "@graphoid/core";
import type { StrategyDefinition } from "./definition.ts";
import { cutGraph, type Preset } from "./multilevel/presets.ts";
import { lowerVolume } from "./multilevel/volume.ts";
import { needsPlan } from "./needs-plan.ts";
import { planOf } from "./plan.ts";
import { checkPlanned, choice, PLANNED_OPTIONS, type PlannedOptions, stepper, taskFor } from "./plan-options.ts";

/** The options of the `multilevel` strategy. */
export interface MultilevelOptions extends PlannedOptions {
  /** How much time to spend on a better cut: `"fast"`, `"balanced"` (default) or `"strong"`. */
  readonly preset?: Preset;
  /**
   * What to make small: `"cut"` (default), the edges between partitions, or `"volume"`, the copies of nodes that other
   * partitions need (`communicationVolume` of a report). For the volume, a small cut is looked for first.
   */
  readonly objective?: "cut" | "volume";
}

/** Cuts few edges into parts of equal size, by way of smaller graphs. */
export const multilevelStrategy: StrategyDefinition = {
  create(options, call) {
    checkOptions(call, options, [...PLANNED_OPTIONS, "preset", "objective"]);
    const checked = checkPlanned(call, options);
    const preset = choice(call, options, "preset", ["fast", "balanced", "strong"], "balanced");
    const objective = choice(call, options, "objective", ["cut", "volume"], "cut");
    return {
      partitions: checked.partitions,
      partitionFor: needsPlan,
      plan(graph, runOptions) {
        const onStep = stepper("strategy.plan", runOptions);
        const task = taskFor("strategy.plan", graph, checked);
        const part = cutGraph(task, preset, checked.seed, onStep);
        if (objective === "volume") lowerVolume(task, part);
        return planOf("multilevel", checked.partitions.length, checked.unknown, graph.columns, part);
      },
    };
  },
};
