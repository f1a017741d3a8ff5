import {
  CancelledError,
  checkBoolean,
  checkFunction,
  checkInteger,
  checkNumber,
  checkOneOf,
  type Graph,
  InvalidArgumentError,
  invalidArgument,
} from "@graphoid/core";
import { compactGraph, type Weighing } from "./compact-columns.ts";
import type { StrategyOptions } from "./definition.ts";
import { sumOf } from "./multilevel/compact-graph.ts";
import type { Task } from "./multilevel/multilevel.ts";
import { numberedPartitions } from "./partition-id.ts";
import { checkUnknown, type UnknownPolicy } from "./plan.ts";
import type { PlanOptions } from "./strategy.ts";

/** Options that all planned strategies share. */
export interface PlannedOptions {
  /** How many partitions there are, numbered from 0: an integer from 1 to {@link MAX_PARTITIONS}. */
  readonly partitions: number;
  /**
   * How far a partition may exceed its share: none of n nodes in k partitions holds more than ⌊(1 + epsilon) ⌈n / k⌉⌋.
   * That always holds for nodes that weigh 1. Default 0.03; from 0 to 2.
   */
  readonly epsilon?: number;
  /** The same seed gives the same plan, on every machine. An integer from 0 to 2³² − 1; default 0. */
  readonly seed?: number;
  /** The share that each partition is to have, relative to the others: numbers >= 0, not all 0. Default: equal shares. */
  readonly partWeights?: readonly number[];
  /**
   * The weight of each node, a finite number >= 0: what a function says, or the node's property of this name (1 where it
   * has none). Default: every node weighs 1. Whole numbers that are not all 1 may not fit into the limits; then they are
   * exceeded by as little as was found.
   */
  readonly nodeWeights?: string | ((nodeId: string) => number);
  /**
   * What cutting an edge costs, a finite number >= 0: with `true` its weight (1 where it has none), or what a function
   * says. Default: every edge costs 1.
   */
  readonly edgeWeights?: boolean | ((from: string, to: string, label: string, weight: number | undefined) => number);
  /** Nodes that must be in a certain partition. Ids that the graph does not hold are ignored. */
  readonly fixed?: ReadonlyMap<string, number>;
  /** Where the plan puts ids that the graph did not hold. Default `"error"`. */
  readonly unknown?: UnknownPolicy;
}

/** The names of {@link PlannedOptions}. */
export const PLANNED_OPTIONS = [
  "partitions",
  "epsilon",
  "seed",
  "partWeights",
  "nodeWeights",
  "edgeWeights",
  "fixed",
  "unknown",
] as const;

/** Checked options, with defaults. */
export interface Checked {
  readonly partitions: readonly number[];
  readonly epsilon: number;
  readonly seed: number;
  readonly unknown: UnknownPolicy;
  readonly partWeights: readonly number[] | undefined;
  readonly nodeWeights: PlannedOptions["nodeWeights"];
  readonly edgeWeights: PlannedOptions["edgeWeights"];
  readonly fixed: ReadonlyMap<string, number> | undefined;
}

/** Checks the shared options and returns a copy. */
export function checkPlanned(call: string, options: StrategyOptions): Checked {
  const partitions = numberedPartitions(call, options.partitions);
  const { epsilon = 0.03, seed = 0, partWeights, nodeWeights, edgeWeights, fixed } = options as Partial<PlannedOptions>;
  checkNumber(call, "epsilon", epsilon, 0, 2);
  checkInteger(call, "seed", seed, 0, 2 ** 32 - 1);
  if (partWeights !== undefined) checkPartWeights(call, partWeights, partitions.length);
  if (nodeWeights !== undefined && typeof nodeWeights !== "string") checkFunction(call, "nodeWeights", nodeWeights);
  if (edgeWeights !== undefined && typeof edgeWeights !== "function") checkBoolean(call, "edgeWeights", edgeWeights);
  if (fixed !== undefined) {
    if (!(fixed instanceof Map)) throw invalidArgument(call, "fixed", "a Map of node ids to partitions", fixed);
    for (const [id, part] of fixed) {
      checkInteger(call, `fixed.get(${JSON.stringify(id)})`, part, 0, partitions.length - 1);
    }
  }
  return {
    partitions,
    epsilon,
    seed,
    unknown: checkUnknown(call, options["unknown"], partitions.length),
    partWeights: partWeights && [...partWeights],
    nodeWeights,
    edgeWeights,
    fixed: fixed && new Map(fixed),
  };
}

function checkPartWeights(call: string, weights: unknown, count: number): void {
  if (!Array.isArray(weights) || weights.length !== count) {
    throw invalidArgument(call, "partWeights", `an array of ${count} numbers, one for each partition`, weights);
  }
  for (let i = 0; i < count; i++) checkNumber(call, `partWeights[${i}]`, weights[i], 0, 1e100);
  if (weights.every((weight) => weight === 0)) throw invalidArgument(call, "partWeights", "not all 0", weights);
}

/** The task that checked options set for a graph. */
export function taskFor(call: string, graph: Graph, options: Checked): Task {
  const { columns } = graph;
  const compact = compactGraph(call, columns, weighingOf(graph, options));
  const { shares, limits } = limitsFor(sumOf(compact.nodeWeights), options);
  const fixed = options.fixed && fixedRows(graph, options.fixed);
  if (fixed) {
    const weights = new Float64Array(limits.length);
    for (let row = 0; row < fixed.length; row++) {
      if (fixed[row]! >= 0) weights[fixed[row]!]! += compact.nodeWeights[row]!;
    }
    const full = weights.findIndex((weight, part) => weight > limits[part]!);
    if (full >= 0) {
      throw new InvalidArgumentError(
        `${call}: the \`fixed\` nodes of partition ${full} weigh ${weights[full]}, and it may hold ${limits[full]}`,
        { details: { call, argument: "fixed" } },
      );
    }
  }
  return { graph: compact, shares, limits, fixed };
}

/** The share of each partition in a total weight, and the limit that follows from it. */
export function limitsFor(
  total: number,
  { partitions, partWeights, epsilon }: Pick<Checked, "partitions" | "partWeights" | "epsilon">,
): { readonly shares: Int32Array; readonly limits: Int32Array } {
  const sum = partWeights?.reduce((a, b) => a + b, 0) ?? partitions.length;
  const shares = Int32Array.from(partitions, (part) =>
    Math.ceil((total * (partWeights ? partWeights[part]! : 1)) / sum),
  );
  return { shares, limits: shares.map((share) => Math.floor((1 + epsilon) * share)) };
}

function weighingOf(graph: Graph, { nodeWeights, edgeWeights }: Checked): Weighing {
  const property = typeof nodeWeights === "string" ? graph.columns.nodeProperties.get(nodeWeights) : undefined;
  const { ids } = graph.columns;
  const byProperty = (id: string): number => (property?.get(ids.indexOf(id)) ?? 1) as number;
  return {
    nodeWeight: typeof nodeWeights === "string" ? byProperty : nodeWeights,
    edgeWeight: edgeWeights === true ? (_from, _to, _label, weight) => weight ?? 1 : edgeWeights || undefined,
  };
}

function fixedRows({ columns }: Graph, fixed: ReadonlyMap<string, number>): Int32Array | undefined {
  const rows = new Int32Array(columns.nodeCount).fill(-1);
  let any = false;
  for (const [id, part] of fixed) {
    const row = columns.ids.indexOf(id);
    if (row < 0) continue;
    rows[row] = part;
    any = true;
  }
  return any ? rows : undefined;
}

/** Reports steps to the caller, and ends the work where the signal says so. */
export function stepper(call: string, { signal, onProgress }: PlanOptions): (done: number, steps: number) => void {
  const check = (): void => {
    if (signal?.aborted) throw new CancelledError(`${call}: cancelled`, { cause: signal.reason });
  };
  check();
  return (done, steps) => {
    onProgress?.(done / steps);
    if (done < steps) check();
  };
}

/** Checks an option that is one of several words. */
export function choice<const T extends string>(
  call: string,
  options: StrategyOptions,
  name: string,
  choices: readonly [T, ...T[]],
  otherwise: T,
): T {
  const value = options[name] ?? otherwise;
  checkOneOf(call, name, value, choices);
  return value;
}
