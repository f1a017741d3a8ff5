import { sizeOf, sumOf } from "./compact-graph.ts";
import { isSkewed } from "./hierarchy.ts";
import { type Cut, cutByLevels, type Effort, isBetter, recombine, type Task, Workspace } from "./multilevel.ts";
import { Random } from "./random.ts";

/** How much time to spend on a better cut. */
export type Preset = "fast" | "balanced" | "strong";

/** What a preset does. */
interface Plan {
  /** Cuts made independently. */
  readonly cuts: number;
  /** Cycles that improve the best cut or combine it with another. */
  readonly cycles: number;
  readonly tries: number;
  readonly passes: number;
  readonly firstCuts: number;
  readonly rounds: number;
  readonly patience: number;
}

/** For graphs with even degrees (meshes, roads), then for those with skewed ones. */
const PLANS: { readonly [P in Preset]: readonly [even: Plan, skewed: Plan] } = {
  fast: [
    { cuts: 1, cycles: 0, tries: 4, passes: 3, firstCuts: 2, rounds: 1, patience: 10 },
    { cuts: 1, cycles: 0, tries: 2, passes: 2, firstCuts: 1, rounds: 0, patience: 0 },
  ],
  balanced: [
    { cuts: 1, cycles: 0, tries: 8, passes: 4, firstCuts: 3, rounds: 3, patience: 10 },
    { cuts: 1, cycles: 0, tries: 4, passes: 4, firstCuts: 1, rounds: 1, patience: 15 },
  ],
  strong: [
    { cuts: 4, cycles: 4, tries: 8, passes: 4, firstCuts: 3, rounds: 5, patience: 15 },
    { cuts: 4, cycles: 4, tries: 6, passes: 5, firstCuts: 1, rounds: 3, patience: 20 },
  ],
};

/**
 * Cuts a graph with the effort of a preset. `onStep` is told after each step how many of how many are done.
 *
 * A graph with even degrees is made smaller first and then cut into all parts at once. One with skewed degrees is cut
 * in two again and again, from the whole graph on: moving nodes from the heavier of two sides finds its communities,
 * which moves between many full parts do not.
 */
export function cutGraph(
  task: Task,
  preset: Preset,
  seed: number,
  onStep: (done: number, steps: number) => void = () => {},
): Int32Array {
  const parts = task.limits.length;
  const size = sizeOf(task.graph);
  if (parts === 1 || size === 0) return new Int32Array(size);
  const skewed = isSkewed(task.graph);
  const plan = PLANS[preset][skewed ? 1 : 0];
  const nodes = Math.max(30 * parts, 200);
  const heaviest = Math.max(1, Math.ceil((1.5 * sumOf(task.graph.nodeWeights)) / nodes));
  const cycleEffort: Effort = {
    coarsening: { method: skewed ? "clusters" : "matching", nodes, heaviest, labelRounds: 3 },
    bisection: { tries: plan.tries, passes: plan.passes, patience: 100 },
    firstCuts: plan.firstCuts,
    search: { rounds: plan.rounds, patience: plan.patience },
  };
  const effort = skewed ? { ...cycleEffort, coarsening: { ...cycleEffort.coarsening, nodes: size } } : cycleEffort;

  const workspace = new Workspace(task.graph);
  const random = new Random(seed);
  const steps = plan.cuts + plan.cycles;
  const cuts: Cut[] = [];
  for (let i = 0; i < plan.cuts; i++) {
    cuts.push(cutByLevels(task, effort, workspace, random));
    onStep(i + 1, steps);
  }
  cuts.sort((a, b) => (isBetter(a, b) ? -1 : 1));
  let best = cuts[0]!;
  for (let i = 0; i < plan.cycles; i++) {
    const other = i + 1 < plan.cuts ? cuts[i + 1]! : best;
    const cut = recombine(task, best, other, cycleEffort, workspace, random);
    if (isBetter(cut, best)) best = cut;
    onStep(plan.cuts + i + 1, steps);
  }
  return best.part;
}
