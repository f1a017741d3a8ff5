import type { AdjacencyColumns } from "./compressed-rows.ts";
import type { GraphStore } from "./graph-store.ts";
import type { Direction } from "./graph-types.ts";

/** The ids of the neighbours of the node at `row`, once each. */
export function neighborIds(store: GraphStore, row: number, direction: Direction, label: string | undefined): string[] {
  const index = distinctIndex(store, row, direction, label);
  if (index === undefined) {
    const found: string[] = [];
    visitNeighbors(store, row, direction, label, (id) => void found.push(id));
    return found;
  }
  const { offsets, neighbors } = index;
  const { ids } = store.nodes;
  const from = offsets[row] as number;
  const count = (offsets[row + 1] as number) - from;
  const found = new Array<string>(count);
  for (let i = 0; i < count; i++) found[i] = ids.at(neighbors[from + i] as number);
  return found;
}

/** The index, where what it has for the node at `row` is its neighbours, once each. */
function distinctIndex(
  store: GraphStore,
  row: number,
  direction: Direction,
  label: string | undefined,
): AdjacencyColumns | undefined {
  if (label !== undefined || (store.directed && direction === "both")) return undefined;
  const index = store.adjacency(direction === "in" ? "in" : "out").distinct(store.nodes.rows);
  // A node newer than the index has no edges.
  return index !== undefined && row + 1 < index.offsets.length ? index : undefined;
}

/** Calls `visit` with the id of each neighbour of the node at `row`, once each. */
export function visitNeighbors(
  store: GraphStore,
  row: number,
  direction: Direction,
  label: string | undefined,
  visit: (id: string) => void,
): void {
  const { edges, nodes, directed } = store;
  const { ids } = nodes;
  const index = distinctIndex(store, row, direction, label);
  if (index !== undefined) {
    const { offsets, neighbors } = index;
    const end = offsets[row + 1] as number;
    for (let i = offsets[row] as number; i < end; i++) visit(ids.at(neighbors[i] as number));
    return;
  }
  const bothWays = directed && direction === "both";
  // Only by several labels or in both directions can a neighbour be met twice.
  if (!bothWays && (label !== undefined || !edges.severalLabels)) {
    visitEdges(store, row, direction, label, (neighbor) => visit(ids.at(neighbor)));
    return;
  }
  const seen = new Set<number>();
  visitEdges(store, row, direction, label, (neighbor) => seen.add(neighbor));
  for (const neighbor of seen) visit(ids.at(neighbor));
}

/** Calls `visit` with the row of the other end, and of the edge, for each edge at the node at `row`. */
export function visitEdges(
  store: GraphStore,
  row: number,
  direction: Direction,
  label: string | undefined,
  visit: (neighbor: number, edge: number) => void,
): void {
  let each = visit;
  if (label !== undefined) {
    const { labels } = store.edges;
    const code = store.names.indexOf(label);
    if (code < 0) return;
    each = (neighbor, edge) => {
      if (labels.get(edge) === code) visit(neighbor, edge);
    };
  }
  if (direction !== "in" || !store.directed) store.adjacency("out").visit(row, store.nodes.rows, each);
  if (direction !== "out" && store.directed) store.adjacency("in").visit(row, store.nodes.rows, each);
}
