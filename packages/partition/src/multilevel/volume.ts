import { Division, divisionRoom } from "./division.ts";
import type { Task } from "./multilevel.ts";

const MAX_PASSES = 4;

/**
 * Moves nodes as long as that makes the communication volume smaller: for each node, the number of other parts in which
 * it has neighbours, added up. Changes `part` in place and keeps the limits.
 */
export function lowerVolume({ graph, limits, fixed }: Task, part: Int32Array): void {
  // With edges of weight 1 a division's lists count the neighbours of a node in each part.
  const counted = { ...graph, edgeWeights: new Int32Array(graph.targets.length).fill(1) };
  const division = new Division(counted, part, limits, divisionRoom(graph));
  const { offsets, nodeWeights } = graph;
  const { partWeights, touched, listParts } = division;
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    let moved = 0;
    for (let node = 0; node < part.length; node++) {
      if (touched[node]! <= 0 || (fixed && fixed[node]! >= 0)) continue;
      let best = -1;
      let bestGain = 0;
      const end = offsets[node]! + touched[node]!;
      for (let i = offsets[node]!; i < end; i++) {
        const to = listParts[i]!;
        if (partWeights[to]! + nodeWeights[node]! > limits[to]!) continue;
        const gain = volumeGain(division, node, to);
        if (gain <= bestGain) continue;
        bestGain = gain;
        best = to;
      }
      if (best < 0) continue;
      division.move(node, best);
      moved++;
    }
    if (moved === 0) return;
  }
}

/** By how much the volume falls when the node goes to a part that it touches. */
function volumeGain(division: Division, node: number, to: number): number {
  const { part, inner } = division;
  const { offsets, targets } = division.graph;
  const from = part[node]!;
  let gain = inner[node]! > 0 ? 0 : 1;
  const end = offsets[node + 1]!;
  for (let i = offsets[node]!; i < end; i++) {
    const other = targets[i]!;
    const own = part[other]!;
    if (own !== from && division.connection(other, from) === 1) gain++;
    if (own !== to && division.connection(other, to) === 0) gain--;
  }
  return gain;
}
