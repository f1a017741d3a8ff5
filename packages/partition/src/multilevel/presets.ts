import { type CompactGraph, sizeOf, sumOf } from "./compact-graph.ts";
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
  /** Rounds of label propagation. */
  readonly labelRounds: number;
  /** First cuts: at least the one number, and as many more as the other allows for so many parts; see `firstCuts`. */
  readonly firstCuts: number;
  readonly allParts: number;
  readonly rounds: number;
  readonly patience: number;
}

/** For graphs with even degrees (meshes, roads), then for those with skewed ones. */
const PLANS: { readonly [P in Preset]: readonly [even: Plan, skewed: Plan] } = {
  fast: [
    { cuts: 1, cycles: 0, tries: 4, passes: 3, labelRounds: 2, firstCuts: 1, allParts: 8, rounds: 1, patience: 5 },
    { cuts: 1, cycles: 0, tries: 2, passes: 2, labelRounds: 2, firstCuts: 1, allParts: 0, rounds: 0, patience: 0 },
  ],
  balanced: [
    { cuts: 1, cycles: 0, tries: 8, passes: 4, labelRounds: 3, firstCuts: 1, allParts: 16, rounds: 2, patience: 10 },
    { cuts: 1, cycles: 0, tries: 4, passes: 4, labelRounds: 3, firstCuts: 1, allParts: 4, rounds: 1, patience: 15 },
  ],
  strong: [
    { cuts: 3, cycles: 3, tries: 8, passes: 4, labelRounds: 3, firstCuts: 3, allParts: 16, rounds: 5, patience: 15 },
    { cuts: 3, cycles: 3, tries: 6, passes: 5, labelRounds: 3, firstCuts: 1, allParts: 4, rounds: 3, patience: 20 },
  ],
};

/** What a preset does to a graph: for cuts from scratch, and for cycles from a cut. */
export function effortFor(
  { graph, limits }: Pick<Task, "graph" | "limits">,
  preset: Preset,
  /** What decides whether degrees are skewed. */
  shape: CompactGraph = graph,
): { readonly plan: Plan; readonly scratch: Effort; readonly cycle: Effort } {
  const skewed = isSkewed(shape);
  const plan = PLANS[preset][skewed ? 1 : 0];
  const nodes = Math.max(30 * limits.length, 200);
  const cycle: Effort = {
    coarsening: {
      method: skewed ? "clusters" : "groups",
      nodes,
      heaviest: Math.max(1, Math.ceil((1.5 * sumOf(graph.nodeWeights)) / nodes)),
      labelRounds: plan.labelRounds,
    },
    bisection: { tries: plan.tries, passes: plan.passes, patience: 100, labelRounds: plan.labelRounds },
    // With few parts first cuts are quick, and one that is bad is felt most.
    firstCuts: Math.max(plan.firstCuts, Math.floor(plan.allParts / limits.length)),
    search: { rounds: plan.rounds, patience: plan.patience },
  };
  const scratch = skewed ? { ...cycle, coarsening: { ...cycle.coarsening, nodes: sizeOf(graph) } } : cycle;
  return { plan, scratch, cycle };
}

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
  const size = sizeOf(task.graph);
  if (task.limits.length === 1 || size === 0) return new Int32Array(size);
  const { plan, scratch, cycle } = effortFor(task, preset);
  const workspace = new Workspace(task.graph);
  const random = new Random(seed);
  const steps = plan.cuts + plan.cycles;
  const cuts: Cut[] = [];
  for (let i = 0; i < plan.cuts; i++) {
    cuts.push(cutByLevels(task, scratch, workspace, random));
    onStep(i + 1, steps);
  }
  cuts.sort((a, b) => (isBetter(a, b) ? -1 : 1));
  let best = cuts[0]!;
  for (let i = 0; i < plan.cycles; i++) {
    const cut = recombine(task, best, cuts[i + 1] ?? best, cycle, workspace, random);
    if (isBetter(cut, best)) best = cut;
    onStep(plan.cuts + i + 1, steps);
  }
  return best.part;
}
