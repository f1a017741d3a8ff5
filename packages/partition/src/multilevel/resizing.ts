import { balance } from "./balancing.ts";
import { bisectRecursively } from "./bisection.ts";
import { type CompactGraph, cutOf, induced, sizeOf, sumOf, weighParts } from "./compact-graph.ts";
import { Division, divisionRoom } from "./division.ts";
import { placeFree } from "./free-nodes.ts";
import { lockedNodes } from "./hierarchy.ts";
import { type Cut, recombine, type Task, Workspace } from "./multilevel.ts";
import { NodeHeap } from "./node-heap.ts";
import { effortFor } from "./presets.ts";
import { Random } from "./random.ts";

/** Cycles for each strength of ties. */
const CYCLES = 2;

/** How strongly a node is tied to its old part, in quarters of an edge of weight 1; tried in this order. */
const TIES: readonly number[] = [1, 2, 4, 8, 16, 32];

/**
 * Changes a cut to other limits, or another number of parts, by moving few nodes. `old` has for each node its part so
 * far, -1 for nodes that have none; `budget` is how many of the others may move, as far as the limits can be kept so.
 *
 * New parts begin with a piece of each part that is too heavy, cut off so as to cut few edges and to lie beside what the
 * new part has. Then a cycle through smaller graphs improves the cut with every node tied to its old part by an edge to
 * a node that stands for it, so that a move pays for itself (Catalyurek et al., "Hypergraph-based Dynamic Load Balancing
 * for Adaptive Scientific Computations", 2007); ties grow stronger until the budget is kept.
 */
export function resize(task: Task, old: Int32Array, budget: number, seed: number): Int32Array {
  const random = new Random(seed);
  const first = old.slice();
  cutOffPieces(task, first, random);
  placeFree(task, first);
  const { graph, limits, fixed } = task;
  const division = new Division(graph, first, limits, divisionRoom(graph));
  balance(division, new NodeHeap(sizeOf(graph)), lockedNodes(fixed));
  const edgeTotal = sumOf(task.graph.edgeWeights);
  const scale = edgeTotal < 2 ** 26 ? 4 : 1;
  for (const tie of TIES) {
    const tied = tieDown(task, old, scale, tie);
    const workspace = new Workspace(tied.graph);
    const { cycle } = effortFor(tied, "balanced", task.graph);
    let cut: Cut = { part: withAnchors(first, task.limits.length), cost: 0, excess: 0 };
    for (let i = 0; i < CYCLES; i++) cut = recombine(tied, cut, cut, cycle, workspace, random);
    const part = cut.part.slice(0, old.length);
    if (cut.excess > 0 || movesBetween(old, part) > budget) continue;
    return cutOf(task.graph, part) < cutOf(task.graph, first) ? part : first;
  }
  return first;
}

/** How many nodes are in another part than before, not counting those that had none. */
function movesBetween(old: Int32Array, part: Int32Array): number {
  let moves = 0;
  for (let node = 0; node < old.length; node++) if (old[node]! >= 0 && old[node] !== part[node]) moves++;
  return moves;
}

/** Gives parts that are empty what others have above their share. */
function cutOffPieces({ graph, shares, limits }: Task, part: Int32Array, random: Random): void {
  const weights = weighParts(graph, part, limits.length);
  const givers = Array.from(limits, (_, p) => p).filter((p) => weights[p]! > shares[p]!);
  for (let taker = 0; taker < limits.length; taker++) {
    if (weights[taker] !== 0 || shares[taker] === 0) continue;
    for (const giver of givers) {
      const wanted = Math.min(shares[taker]! - weights[taker]!, weights[giver]! - shares[giver]!);
      if (wanted <= 0) continue;
      const piece = cutOff(graph, part, giver, taker, wanted, random);
      for (const node of piece) {
        part[node] = taker;
        weights[giver]! -= graph.nodeWeights[node]!;
        weights[taker]! += graph.nodeWeights[node]!;
      }
    }
  }
}

/** Nodes of `giver` of about the weight wanted, preferably beside those of `taker`. */
function cutOff(
  graph: CompactGraph,
  part: Int32Array,
  giver: number,
  taker: number,
  wanted: number,
  random: Random,
): number[] {
  const inner = induced(graph, part, giver);
  const size = sizeOf(inner.graph);
  const beside = new Int32Array(size);
  let touching = 0;
  for (let row = 0; row < size; row++) {
    const node = inner.rows[row]!;
    for (let i = graph.offsets[node]!; i < graph.offsets[node + 1]!; i++) {
      if (part[graph.targets[i]!] === taker) beside[row]! += graph.edgeWeights[i]!;
    }
    if (beside[row]! > 0) touching++;
  }
  const total = sumOf(inner.graph.nodeWeights);
  const shares = Int32Array.from([total - wanted, wanted]);
  const slack = Math.max(1, Math.floor(wanted * 0.02));
  const limits = Int32Array.from([total - wanted + slack, wanted]);
  const effort = { tries: 8, passes: 4, patience: 100, labelRounds: 3 };
  let model = inner.graph;
  let fixed: Int32Array | undefined;
  if (touching > 0) {
    model = withNode(inner.graph, beside, touching);
    fixed = new Int32Array(size + 1).fill(-1);
    fixed[size] = 1;
  }
  const sides = bisectRecursively(model, shares, limits, effort, random, fixed);
  const piece: number[] = [];
  for (let row = 0; row < size; row++) if (sides[row] === 1) piece.push(inner.rows[row]!);
  return piece;
}

/** The graph with one more node, of weight 0, linked to every node as strongly as `links` says. */
function withNode(graph: CompactGraph, links: Int32Array, count: number): CompactGraph {
  const size = sizeOf(graph);
  const room = graph.targets.length + 2 * count;
  const offsets = new Int32Array(size + 2);
  const targets = new Int32Array(room);
  const edgeWeights = new Int32Array(room);
  const nodeWeights = new Int32Array(size + 1);
  nodeWeights.set(graph.nodeWeights);
  let at = 0;
  for (let node = 0; node < size; node++) {
    for (let i = graph.offsets[node]!; i < graph.offsets[node + 1]!; i++) {
      targets[at] = graph.targets[i]!;
      edgeWeights[at++] = graph.edgeWeights[i]!;
    }
    if (links[node]! > 0) {
      targets[at] = size;
      edgeWeights[at++] = links[node]!;
    }
    offsets[node + 1] = at;
  }
  for (let node = 0; node < size; node++) {
    if (links[node] === 0) continue;
    targets[at] = node;
    edgeWeights[at++] = links[node]!;
  }
  offsets[size + 1] = at;
  return { offsets, targets, edgeWeights, nodeWeights };
}

/** The task with a node of weight 0 for every part, to which the nodes that were in it are tied. */
function tieDown({ graph, shares, limits, fixed }: Task, old: Int32Array, scale: number, tie: number): Task {
  const size = sizeOf(graph);
  const parts = limits.length;
  const held = new Int32Array(parts);
  for (let node = 0; node < size; node++) if (old[node]! >= 0) held[old[node]!]!++;
  const ties = sumOf(held);
  const offsets = new Int32Array(size + parts + 1);
  const targets = new Int32Array(graph.targets.length + 2 * ties);
  const edgeWeights = new Int32Array(targets.length);
  const nodeWeights = new Int32Array(size + parts);
  nodeWeights.set(graph.nodeWeights);
  let at = 0;
  for (let node = 0; node < size; node++) {
    for (let i = graph.offsets[node]!; i < graph.offsets[node + 1]!; i++) {
      targets[at] = graph.targets[i]!;
      edgeWeights[at++] = graph.edgeWeights[i]! * scale;
    }
    if (old[node]! >= 0) {
      targets[at] = size + old[node]!;
      edgeWeights[at++] = tie;
    }
    offsets[node + 1] = at;
  }
  for (let part = 0; part < parts; part++) offsets[size + part + 1] = offsets[size + part]! + held[part]!;
  const next = offsets.slice(size, size + parts);
  for (let node = 0; node < size; node++) {
    if (old[node]! < 0) continue;
    edgeWeights[next[old[node]!]!] = tie;
    targets[next[old[node]!]!++] = node;
  }
  const anchored = new Int32Array(size + parts).fill(-1);
  if (fixed) anchored.set(fixed);
  for (let part = 0; part < parts; part++) anchored[size + part] = part;
  return { graph: { offsets, targets, edgeWeights, nodeWeights }, shares, limits, fixed: anchored };
}

function withAnchors(part: Int32Array, parts: number): Int32Array {
  const all = new Int32Array(part.length + parts);
  all.set(part);
  for (let i = 0; i < parts; i++) all[part.length + i] = i;
  return all;
}
