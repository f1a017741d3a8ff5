import { REMOVED } from "./edge-store.ts";
import { type PartitionedRows, partitionedRows, startsOf } from "./partitioned-rows.ts";

/**
 * Edges by end point, in compressed sparse rows: the edges at node `i` are `edges[offsets[i] … offsets[i + 1])`, and
 * `neighbors` holds the node at the other end of each. Edges at a node stand in insertion order.
 */
export interface AdjacencyColumns {
  readonly offsets: Uint32Array;
  readonly edges: Uint32Array;
  readonly neighbors: Uint32Array;
}

/** Which end of an edge an index is by: its source, its target, or both (for undirected graphs). */
export type AdjacencySide = "out" | "in" | "both";

/** From so many nodes on, an eighth of a million, entries are put in order by ranges of nodes first. */
const MANY_NODES = 1 << 17;

/** Edges by end point: in time and memory linear in nodes and edges. Removed edges are left out. */
export function compressRows(
  sources: Uint32Array,
  targets: Uint32Array,
  rows: number,
  nodeRows: number,
  side: AdjacencySide,
): AdjacencyColumns {
  const compress = nodeRows < MANY_NODES ? countedRows : partitionedRows;
  const { offsets, place } = compress(sources, targets, rows, nodeRows, side);
  const neighbors = place("neighbor");
  let edges: Uint32Array | undefined;
  return {
    offsets,
    neighbors,
    get edges(): Uint32Array {
      edges ??= place("edge");
      return edges;
    },
  };
}

/** Counts the entries of each node, then places them: two passes over the edges. */
function countedRows(
  sources: Uint32Array,
  targets: Uint32Array,
  rows: number,
  nodeRows: number,
  side: AdjacencySide,
): PartitionedRows {
  const offsets = new Uint32Array(nodeRows + 1);
  const out = side !== "in";
  const both = side === "both";
  count(offsets, sources, out ? sources : targets, rows);
  if (both) countOtherEnds(offsets, sources, targets, rows);
  const total = startsOf(offsets, 0, offsets.length, 0);
  const place = (value: "edge" | "neighbor"): Uint32Array => {
    const column = new Uint32Array(total);
    // `offsets[node]` runs ahead as entries are placed, and is put back by one shift at the end.
    if (!both && total === rows) {
      placeAll(column, offsets, out ? sources : targets, value === "edge" ? undefined : out ? targets : sources);
    } else {
      for (let edge = 0; edge < rows; edge++) {
        const source = sources[edge] as number;
        if (source === REMOVED) continue;
        const target = targets[edge] as number;
        const at = offsets[out ? source : target]!++;
        column[at] = value === "edge" ? edge : out ? target : source;
        if (both && source !== target) column[offsets[target]!++] = value === "edge" ? edge : source;
      }
    }
    offsets.copyWithin(1, 0, nodeRows);
    offsets[0] = 0;
    return column;
  };
  return { offsets, place };
}

// Loops of their own: with more around them the engine compiles them again and again.
function count(offsets: Uint32Array, sources: Uint32Array, keys: Uint32Array, rows: number): void {
  for (let edge = 0; edge < rows; edge++) if (sources[edge] !== REMOVED) offsets[keys[edge] as number]!++;
}

function countOtherEnds(offsets: Uint32Array, sources: Uint32Array, targets: Uint32Array, rows: number): void {
  for (let edge = 0; edge < rows; edge++) {
    const source = sources[edge] as number;
    if (source !== REMOVED && source !== targets[edge]) offsets[targets[edge] as number]!++;
  }
}

/** What placing comes to where every edge has one entry; a third less time. The entries are `values`, or edge rows. */
function placeAll(column: Uint32Array, offsets: Uint32Array, keys: Uint32Array, values: Uint32Array | undefined): void {
  if (values === undefined) {
    for (let edge = 0; edge < column.length; edge++) column[offsets[keys[edge] as number]!++] = edge;
  } else {
    for (let edge = 0; edge < column.length; edge++) column[offsets[keys[edge] as number]!++] = values[edge] as number;
  }
}
