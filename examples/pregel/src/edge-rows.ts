import type { AdjacencyColumns } from "@graphoid/distribution";

/** Edges by the vertex that sends along them: those of row `i` are the ones from `offsets[i]` to `offsets[i + 1]`. */
export class EdgeRows {
  readonly offsets: Uint32Array;
  readonly targets: Uint32Array;
  /** Only where a program asks for them. */
  readonly weights: Float64Array;

  private constructor(offsets: Uint32Array, weighted: boolean) {
    for (let row = 1; row < offsets.length; row++) offsets[row]! += offsets[row - 1]!;
    const edges = offsets.at(-1)!;
    this.offsets = offsets;
    this.targets = new Uint32Array(edges);
    this.weights = new Float64Array(weighted ? edges : 0);
  }

  /**
   * The edges of the first `own` rows, on all sides: first those that lead to one of these rows, then those that lead to
   * others.
   *
   * @param weightOf - The weight of an edge of the graph; absent where none is wanted.
   */
  static split(
    sides: readonly AdjacencyColumns[],
    own: number,
    weightOf?: (edge: number) => number,
  ): [inner: EdgeRows, crossing: EdgeRows] {
    const innerCounts = new Uint32Array(own + 1);
    const crossingCounts = new Uint32Array(own + 1);
    for (const { offsets, neighbors } of sides) countEdges(innerCounts, crossingCounts, offsets, neighbors, own);
    const weighted = weightOf !== undefined;
    const inner = new EdgeRows(innerCounts, weighted);
    const crossing = new EdgeRows(crossingCounts, weighted);
    const innerEnds = inner.offsets.slice();
    const crossingEnds = crossing.offsets.slice();
    for (const side of sides) {
      const { offsets, neighbors } = side;
      // Made when asked for.
      const edgeRows = weighted ? side.edges : undefined;
      for (let row = 0, edge = 0; row < own; row++) {
        for (const end = offsets[row + 1]!; edge < end; edge++) {
          const target = neighbors[edge]!;
          const rows = target < own ? inner : crossing;
          const at = (target < own ? innerEnds : crossingEnds)[row]!++;
          rows.targets[at] = target;
          if (edgeRows) rows.weights[at] = weightOf!(edgeRows[edge]!);
        }
      }
    }
    return [inner, crossing];
  }
}

function countEdges(
  inner: Uint32Array,
  crossing: Uint32Array,
  offsets: Uint32Array,
  neighbors: Uint32Array,
  own: number,
): void {
  for (let row = 0, edge = 0; row < own; row++) {
    const start = edge;
    let inside = 0;
    for (const end = offsets[row + 1]!; edge < end; edge++) inside += neighbors[edge]! < own ? 1 : 0;
    inner[row + 1]! += inside;
    crossing[row + 1]! += edge - start - inside;
  }
}

// Loops of their own, which the engine compiles once. Each hands on what the rows from `start` to `end` send.

export function pushSums(edges: EdgeRows, outbox: Float64Array, inbox: Float64Array, start: number, end: number): void {
  const { offsets, targets } = edges;
  let edge = offsets[start]!;
  for (let row = start; row < end; row++) {
    // What sends nothing sends 0.
    const message = outbox[row]!;
    for (const last = offsets[row + 1]!; edge < last; edge++) inbox[targets[edge]!]! += message;
  }
}

export function pushLeast(
  edges: EdgeRows,
  outbox: Float64Array,
  inbox: Float64Array,
  start: number,
  end: number,
): void {
  const { offsets, targets } = edges;
  for (let row = start; row < end; row++) {
    const message = outbox[row]!;
    if (message === Number.POSITIVE_INFINITY) continue;
    const last = offsets[row + 1]!;
    for (let edge = offsets[row]!; edge < last; edge++) {
      const target = targets[edge]!;
      if (message < inbox[target]!) inbox[target] = message;
    }
  }
}

export function pushAlong(
  edges: EdgeRows,
  outbox: Float64Array,
  inbox: Float64Array,
  start: number,
  end: number,
  none: number,
  along: (message: number, weight: number) => number,
): void {
  const { offsets, targets, weights } = edges;
  for (let row = start; row < end; row++) {
    const message = outbox[row]!;
    if (message === none) continue;
    const last = offsets[row + 1]!;
    for (let edge = offsets[row]!; edge < last; edge++) {
      const target = targets[edge]!;
      const carried = along(message, weights[edge]!);
      inbox[target] = none === 0 ? inbox[target]! + carried : Math.min(inbox[target]!, carried);
    }
  }
}
