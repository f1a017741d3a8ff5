import { sizeOf } from "./compact-graph.ts";
import type { Division } from "./division.ts";
import type { NodeHeap } from "./node-heap.ts";

/**
 * Moves nodes out of parts that are above their limit into parts with room, those first that cost the cut least for
 * their weight. With nodes of weight 1 every part is within its limit afterwards, as long as the limits add up to at
 * least the number of nodes that are not fixed elsewhere; with other weights, as far as nodes fit.
 */
export function balance(division: Division, heap: NodeHeap, fixed?: Uint8Array): void {
  const { partWeights, limits } = division;
  for (let part = 0; part < limits.length; part++) {
    if (partWeights[part]! > limits[part]!) relieve(division, heap, part, fixed);
  }
}

function relieve(division: Division, heap: NodeHeap, from: number, fixed: Uint8Array | undefined): void {
  const { graph, part, partWeights, limits, touched } = division;
  const { offsets, targets, nodeWeights } = graph;
  const size = sizeOf(graph);
  const offer = (node: number): void => {
    if (part[node] !== from || fixed?.[node] || nodeWeights[node] === 0) return;
    const target = division.bestTarget(node);
    const gain = target < 0 ? -division.inner[node]! : division.gain;
    heap.set(node, gain >= 0 ? gain * nodeWeights[node]! : gain / nodeWeights[node]!);
  };
  // The boundary first; the inside only when that is not enough.
  for (const inside of [false, true]) {
    for (let node = 0; node < size; node++) {
      if (part[node] === from && touched[node]! > 0 !== inside) offer(node);
    }
    while (heap.size > 0 && partWeights[from]! > limits[from]!) {
      const node = heap.pop();
      let target = division.bestTarget(node);
      if (target < 0) target = roomiest(division, nodeWeights[node]!, from);
      if (target < 0) continue;
      division.move(node, target);
      const end = offsets[node + 1]!;
      for (let i = offsets[node]!; i < end; i++) offer(targets[i]!);
    }
    heap.clear();
    if (partWeights[from]! <= limits[from]!) return;
  }
}

/** The part with the most room that a node of this weight fits into, or -1. */
function roomiest({ partWeights, limits }: Division, weight: number, except: number): number {
  let best = -1;
  for (let part = 0; part < limits.length; part++) {
    const room = limits[part]! - partWeights[part]!;
    if (part === except || room < weight) continue;
    if (best < 0 || room > limits[best]! - partWeights[best]!) best = part;
  }
  return best;
}
