import { type CompactGraph, sizeOf, sumOf } from "./compact-graph.ts";
import { isSkewed } from "./hierarchy.ts";
import { type Cut, cutByLevels, type Effort, isBetter, recombine, type Task, Workspace } from "./multilevel.ts";
import { Random } from "./random.ts";

/** How much time to spend on a better cut. */
export type Preset = "fast" | "balanced" | "strong";

/** What a preset does. */
interface Plan {
  /** Cuts made independently, and how many for all parts together, of which each then makes its share. */
  readonly cuts: Often;
  /** Whether as many cycles then combine the best cut with the others and itself. */
  readonly recombines: boolean;
  /** First cuts of the smallest graph, and so on. */
  readonly firstCuts: Often;
  readonly tries: number;
  readonly passes: number;
  /** Rounds of label propagation. */
  readonly labelRounds: number;
  readonly rounds: number;
  readonly patience: number;
}

/**
 * How often to do something, at least, and how often times the number of parts: with few parts each attempt takes less,
 * and one that goes wrong is felt more.
 */
type Often = readonly [least: number, timesParts: number];

/** For graphs with even degrees (meshes, roads), then for those with skewed ones. */
const PLANS: { readonly [P in Preset]: readonly [even: Plan, skewed: Plan] } = {
  fast: [
    {
      cuts: [1, 0],
      recombines: false,
      firstCuts: [1, 8],
      tries: 4,
      passes: 3,
      labelRounds: 2,
      rounds: 1,
      patience: 5,
    },
    {
      cuts: [1, 0],
      recombines: false,
      firstCuts: [1, 0],
      tries: 2,
      passes: 2,
      labelRounds: 2,
      rounds: 0,
      patience: 0,
    },
  ],
  balanced: [
    {
      cuts: [1, 0],
      recombines: false,
      firstCuts: [1, 16],
      tries: 8,
      passes: 4,
      labelRounds: 3,
      rounds: 2,
      patience: 10,
    },
    {
      cuts: [1, 0],
      recombines: false,
      firstCuts: [1, 4],
      tries: 6,
      passes: 4,
      labelRounds: 3,
      rounds: 1,
      patience: 15,
    },
  ],
  strong: [
    {
      cuts: [3, 12],
      recombines: true,
      firstCuts: [3, 24],
      tries: 8,
      passes: 4,
      labelRounds: 3,
      rounds: 4,
      patience: 20,
    },
    {
      cuts: [3, 8],
      recombines: true,
      firstCuts: [1, 4],
      tries: 6,
      passes: 5,
      labelRounds: 3,
      rounds: 3,
      patience: 20,
    },
  ],
};

/** How often to do something for so many parts. */
function times([least, timesParts]: Often, parts: number): number {
  return Math.max(least, Math.floor(timesParts / parts));
}

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
    firstCuts: times(plan.firstCuts, limits.length),
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
  const attempts = times(plan.cuts, task.limits.length);
  const cycles = plan.recombines ? attempts : 0;
  const steps = attempts + cycles;
  const cuts: Cut[] = [];
  for (let i = 0; i < attempts; i++) {
    cuts.push(cutByLevels(task, scratch, workspace, random));
    onStep(i + 1, steps);
  }
  cuts.sort((a, b) => (isBetter(a, b) ? -1 : 1));
  let best = cuts[0]!;
  for (let i = 0; i < cycles; i++) {
    const cut = recombine(task, best, cuts[i + 1] ?? best, cycle, workspace, random);
    if (isBetter(cut, best)) best = cut;
    onStep(attempts + i + 1, steps);
  }
  return best.part;
}
