import { weighParts } from "./compact-graph.ts";
import type { Task } from "./multilevel.ts";
import { NodeHeap } from "./node-heap.ts";

/**
 * Places the nodes of part -1, those first that are connected most to nodes with a part: each into the part that it is
 * connected to most among those with room, or else into the one with the most room. Changes `part` in place.
 */
export function placeFree({ graph, limits }: Task, part: Int32Array): void {
  const { offsets, targets, edgeWeights, nodeWeights } = graph;
  const size = part.length;
  const weights = weighParts(graph, part, limits.length);
  const heap = new NodeHeap(size);
  const connected = new Float64Array(size);
  for (let node = 0; node < size; node++) {
    if (part[node]! >= 0) continue;
    for (let i = offsets[node]!; i < offsets[node + 1]!; i++) {
      if (part[targets[i]!]! >= 0) connected[node]! += edgeWeights[i]!;
    }
    heap.set(node, connected[node]!);
  }
  const counts = new Float64Array(limits.length);
  while (heap.size > 0) {
    const node = heap.pop();
    const start = offsets[node]!;
    const end = offsets[node + 1]!;
    for (let i = start; i < end; i++) {
      const other = part[targets[i]!]!;
      if (other >= 0) counts[other]! += edgeWeights[i]!;
    }
    let best = -1;
    let roomiest = 0;
    for (let to = 0; to < limits.length; to++) {
      const room = limits[to]! - weights[to]!;
      if (room > limits[roomiest]! - weights[roomiest]!) roomiest = to;
      if (counts[to] === 0 || room < nodeWeights[node]!) continue;
      if (best < 0 || counts[to]! > counts[best]!) best = to;
    }
    for (let i = start; i < end; i++) if (part[targets[i]!]! >= 0) counts[part[targets[i]!]!] = 0;
    const to = best >= 0 ? best : roomiest;
    part[node] = to;
    weights[to]! += nodeWeights[node]!;
    for (let i = start; i < end; i++) {
      const other = targets[i]!;
      if (part[other]! >= 0) continue;
      connected[other]! += edgeWeights[i]!;
      heap.set(other, connected[other]!);
    }
  }
}
