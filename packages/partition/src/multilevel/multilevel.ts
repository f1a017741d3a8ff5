import { balance } from "./balancing.ts";
import { type BisectionEffort, bisectRecursively } from "./bisection.ts";
import { type CompactGraph, sizeOf } from "./compact-graph.ts";
import { type ContractionRoom, contractionRoom } from "./contraction.ts";
import { type CoarserCut, Division, type DivisionRoom, divisionRoom } from "./division.ts";
import { type CoarseningOptions, coarsen, type Level, lockedNodes, project, spread } from "./hierarchy.ts";
import { LocalSearch, type SearchEffort } from "./local-search.ts";
import type { Random } from "./random.ts";

/** A graph to cut, and into what. */
export interface Task {
  readonly graph: CompactGraph;
  /** The weight that each part is to have. */
  readonly shares: Int32Array;
  /** The weight that each part may have at most. */
  readonly limits: Int32Array;
  /** For each node the part that it must be in, or -1. */
  readonly fixed?: Int32Array | undefined;
}

/** How much one run tries. */
export interface Effort {
  readonly coarsening: CoarseningOptions;
  readonly bisection: BisectionEffort;
  /** First cuts of the smallest graph, of which the best is kept. */
  readonly firstCuts: number;
  readonly search: SearchEffort;
}

/** A cut and its cost. */
export interface Cut {
  readonly part: Int32Array;
  readonly cost: number;
  /** By how much parts exceed their limits, added up. */
  readonly excess: number;
}

/** A cut of one level. */
interface LevelCut extends Cut {
  /** For each node in how many other parts it has neighbours; -1 stands for 0 as well. */
  readonly touched: Int32Array;
}

/** What the runs on one graph share, so that each need not ask for memory. */
export class Workspace {
  readonly contraction: ContractionRoom;
  readonly division: DivisionRoom;
  readonly search: LocalSearch;

  constructor(graph: CompactGraph) {
    this.contraction = contractionRoom(graph);
    this.division = divisionRoom(graph);
    this.search = new LocalSearch(sizeOf(graph));
  }
}

/** Whether `a` is a better cut than `b`: within the limits first, then by cost. */
export function isBetter(a: Cut, b: Cut): boolean {
  return a.excess !== b.excess ? a.excess < b.excess : a.cost < b.cost;
}

/**
 * Cuts a graph by way of smaller ones (Hendrickson and Leland, "A Multilevel Algorithm for Partitioning Graphs", 1995;
 * Karypis and Kumar, "Multilevel k-way Partitioning Scheme for Irregular Graphs", 1998): makes it smaller, cuts the
 * smallest graph by recursive bisection, and carries the cut back level by level, refining it on each.
 */
export function cutByLevels(task: Task, effort: Effort, workspace: Workspace, random: Random): Cut {
  const { graph, shares, limits, fixed } = task;
  const levels = coarsen({ graph, fixed }, effort.coarsening, random, workspace.contraction);
  const coarsest = levels[levels.length - 1]!;
  let best: LevelCut | undefined;
  for (let attempt = 0; attempt < effort.firstCuts; attempt++) {
    // Attempts that differ find what each alone misses: every second one looks for clusters less thoroughly.
    const bisection = attempt % 2 === 0 ? effort.bisection : { ...effort.bisection, labelRounds: 1 };
    const part = bisectRecursively(coarsest.graph, shares, limits, bisection, random, coarsest.fixed);
    const cut = refine(coarsest, part, limits, effort.search, workspace, random);
    if (!best || isBetter(cut, best)) best = cut;
  }
  return refineUp(levels, best!, limits, effort.search, workspace, random);
}

/**
 * Improves a cut by a cycle through smaller graphs in which no edge that it crosses has been contracted, so that nothing
 * is lost on the way down. With a second cut, `other`, the edges that this one crosses are kept too: what the two agree
 * on moves as one, and the search chooses between the rest (Sanders and Schulz, "Distributed Evolutionary Graph
 * Partitioning", 2012).
 */
export function recombine(task: Task, cut: Cut, other: Cut, effort: Effort, workspace: Workspace, random: Random): Cut {
  const { graph, limits, fixed } = task;
  const blocks = agreement(cut.part, other.part, fixed, limits.length);
  const levels = coarsen({ graph, fixed, blocks }, effort.coarsening, random, workspace.contraction);
  let part = cut.part.slice();
  for (const { graph: coarse, nodeOf } of levels) if (nodeOf) part = project(part, nodeOf, sizeOf(coarse)).slice();
  const first = refine(levels[levels.length - 1]!, part, limits, effort.search, workspace, random);
  return refineUp(levels, first, limits, effort.search, workspace, random);
}

/** Numbers the combinations of both parts of a node, and the part that it must be in. */
function agreement(part: Int32Array, other: Int32Array, fixed: Int32Array | undefined, parts: number): Int32Array {
  const numbers = new Map<number, number>();
  const blocks = new Int32Array(part.length);
  for (let node = 0; node < blocks.length; node++) {
    const key = (part[node]! * parts + other[node]!) * (parts + 1) + (fixed ? fixed[node]! + 1 : 0);
    const number = numbers.get(key) ?? numbers.size;
    if (number === numbers.size) numbers.set(key, number);
    blocks[node] = number;
  }
  return blocks;
}

/** Brings parts within their limits, as far as may be, and searches for a better cut near this one. */
function refine(
  { graph, fixed }: Level,
  part: Int32Array,
  limits: Int32Array,
  effort: SearchEffort,
  { division: room, search }: Workspace,
  random: Random,
  coarser?: CoarserCut,
): LevelCut {
  const division = new Division(graph, part, limits, room, coarser);
  const locked = lockedNodes(fixed);
  balance(division, search.heap, locked);
  search.refine(division, effort, random, locked);
  return { part, cost: division.cut, excess: division.excess, touched: division.touched };
}

function refineUp(
  levels: readonly Level[],
  coarsest: LevelCut,
  limits: Int32Array,
  effort: SearchEffort,
  workspace: Workspace,
  random: Random,
): Cut {
  let current = coarsest;
  for (let i = levels.length - 1; i > 0; i--) {
    const nodeOf = levels[i]!.nodeOf!;
    const coarser = { touched: current.touched, nodeOf };
    current = refine(levels[i - 1]!, spread(current.part, nodeOf), limits, effort, workspace, random, coarser);
  }
  return current;
}
