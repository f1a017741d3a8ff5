import { type GraphColumns, InvalidArgumentError } from "@graphoid/core";
import type { CompactGraph } from "./multilevel/compact-graph.ts";

/** Sums of weights stay below this, so that 32 bits hold them also after a limit is added on top. */
const MAX_TOTAL = 2 ** 29;

/** How nodes and edges are weighed; both count 1 by default. */
export interface Weighing {
  readonly nodeWeight?: ((nodeId: string) => number) | undefined;
  readonly edgeWeight?: ((from: string, to: string, label: string, weight: number | undefined) => number) | undefined;
}

/**
 * The columns of a graph as an undirected graph with integer weights: edges between the same two nodes, in whichever
 * direction and under whatever label, become one with their weights added; self loops and edges of weight 0, which cost
 * nothing to cut, are left out. Weights that are no integers, or too large together, are scaled.
 */
export function compactGraph(call: string, columns: GraphColumns, weighing: Weighing): CompactGraph {
  const nodeWeights = weighing.nodeWeight
    ? integers(weighNodes(call, columns, weighing.nodeWeight))
    : new Int32Array(columns.nodeCount).fill(1);
  const weights = weighing.edgeWeight && integers(weighEdges(call, columns, weighing.edgeWeight));
  return weights || columns.directed ? fromEdges(columns, nodeWeights, weights) : fromNeighbors(columns, nodeWeights);
}

/** From the edges of a graph. */
function fromEdges(
  { nodeCount, edgeCount, sources, targets }: GraphColumns,
  nodeWeights: Int32Array,
  weights: Int32Array | undefined,
): CompactGraph {
  const starts = new Int32Array(nodeCount + 1);
  for (let edge = 0; edge < edgeCount; edge++) {
    const source = sources[edge]!;
    const target = targets[edge]!;
    if (source === target || weights?.[edge] === 0) continue;
    starts[source + 1]!++;
    starts[target + 1]!++;
  }
  for (let node = 0; node < nodeCount; node++) starts[node + 1]! += starts[node]!;
  const neighbors = new Int32Array(starts[nodeCount]!);
  const entryWeights = new Int32Array(starts[nodeCount]!);
  const next = starts.slice(0, nodeCount);
  for (let edge = 0; edge < edgeCount; edge++) {
    const source = sources[edge]!;
    const target = targets[edge]!;
    if (source === target || weights?.[edge] === 0) continue;
    const weight = weights ? weights[edge]! : 1;
    entryWeights[next[source]!] = weight;
    neighbors[next[source]!++] = target;
    entryWeights[next[target]!] = weight;
    neighbors[next[target]!++] = source;
  }
  return joinParallel(starts, neighbors, entryWeights, nodeWeights);
}

/** From the neighbours of an undirected graph whose edges all weigh 1: a graph keeps them, so that plans share them. */
function fromNeighbors({ out }: GraphColumns, nodeWeights: Int32Array): CompactGraph {
  const { length } = out.neighbors;
  const starts = new Int32Array(out.offsets.length);
  starts.set(out.offsets);
  const targets = new Int32Array(length);
  targets.set(out.neighbors);
  return joinParallel(starts, targets, new Int32Array(length).fill(1), nodeWeights);
}

/** Joins entries of a node that name the same neighbour, and leaves out those that name itself, in place. */
function joinParallel(
  starts: Int32Array,
  targets: Int32Array,
  edgeWeights: Int32Array,
  nodeWeights: Int32Array,
): CompactGraph {
  const size = nodeWeights.length;
  const offsets = new Int32Array(size + 1);
  /** For each neighbour the place of its entry plus one, where that is at or after the node's first. */
  const places = new Int32Array(size);
  let at = 0;
  for (let node = 0; node < size; node++) {
    const first = at;
    const end = starts[node + 1]!;
    for (let i = starts[node]!; i < end; i++) {
      const other = targets[i]!;
      if (other === node) continue;
      const place = places[other]!;
      if (place > first) {
        edgeWeights[place - 1]! += edgeWeights[i]!;
      } else {
        if (at !== i) {
          targets[at] = other;
          edgeWeights[at] = edgeWeights[i]!;
        }
        places[other] = ++at;
      }
    }
    offsets[node + 1] = at;
  }
  return { offsets, targets: targets.subarray(0, at), edgeWeights: edgeWeights.subarray(0, at), nodeWeights };
}

function weighNodes(call: string, { ids, nodeCount }: GraphColumns, weigh: (nodeId: string) => number): Float64Array {
  const weights = new Float64Array(nodeCount);
  for (let node = 0; node < nodeCount; node++) {
    const id = ids.at(node);
    weights[node] = checkWeight(call, `node ${JSON.stringify(id)}`, weigh(id));
  }
  return weights;
}

function weighEdges(
  call: string,
  { ids, names, sources, targets, labels, weights, edgeCount }: GraphColumns,
  weigh: NonNullable<Weighing["edgeWeight"]>,
): Float64Array {
  const result = new Float64Array(edgeCount);
  for (let edge = 0; edge < edgeCount; edge++) {
    const from = ids.at(sources[edge]!);
    const to = ids.at(targets[edge]!);
    const own = weights?.[edge];
    const weight = weigh(from, to, names.at(labels[edge]!), own === undefined || Number.isNaN(own) ? undefined : own);
    result[edge] = checkWeight(call, `edge ${JSON.stringify(from)} → ${JSON.stringify(to)}`, weight);
  }
  return result;
}

function checkWeight(call: string, what: string, weight: number): number {
  if (typeof weight === "number" && weight >= 0 && weight < Number.POSITIVE_INFINITY) return weight;
  throw new InvalidArgumentError(`${call}: expected the weight of ${what} to be a finite number >= 0, got ${weight}`, {
    details: { call, argument: "graph" },
  });
}

/** The weights as they are when they are integers and not too many, else in proportion; a positive one stays positive. */
function integers(weights: Float64Array): Int32Array {
  let largest = 0;
  let total = 0;
  let whole = true;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i]!;
    largest = Math.max(largest, weight);
    total += weight;
    whole &&= Number.isInteger(weight);
  }
  if (whole && total <= MAX_TOTAL) return Int32Array.from(weights);
  let relative = 0;
  for (let i = 0; i < weights.length; i++) relative += weights[i]! / largest;
  const scale = MAX_TOTAL / relative;
  return Int32Array.from(weights, (weight) => (weight > 0 ? Math.max(1, Math.floor((weight / largest) * scale)) : 0));
}
