import {
  type AdjacencyColumns,
  checkInteger,
  checkOptions,
  type Graph,
  type GraphColumns,
  invalidArgument,
  type PartitionId,
  type PartitionStrategy,
} from "@graphoid/core";
import { assign } from "./assignment.ts";
import { groupRows } from "./rows.ts";
import { subgraph } from "./subgraph.ts";
import type { VertexCut } from "./vertex-cut.ts";

/** A part of a graph with ghosts: copies of nodes that belong to other partitions. */
export interface HaloPart {
  /** First its own nodes, then the ghosts, nearest first; each in the order of the whole graph. */
  readonly graph: Graph;
  /** How many nodes are its own. */
  readonly ownCount: number;
  /** The ghosts, and the partition that each belongs to. */
  readonly ghosts: ReadonlyMap<string, PartitionId>;
  /** For each node of the part, in the order of `graph.nodes()`, its place among the nodes of the whole graph. */
  readonly globalRows: Uint32Array;
}

/** The options of {@link splitWithHalo}. */
export interface HaloOptions {
  /** How many steps from its own nodes a part reaches: an integer >= 1. Default 1. */
  readonly hops?: number;
}

/**
 * Cuts a graph as `split` does, but gives each part a halo: the nodes that are up to `hops` steps from its own, whatever
 * the direction of edges, and all edges at nodes that are fewer steps away. So with one hop a part holds every edge of
 * its own nodes, and `merge` puts the parts together without being given the cross edges.
 *
 * Time is linear in what the parts hold for one hop, and n log n for more.
 *
 * @throws InvalidArgumentError when an argument is not what it should be.
 * @throws StrategyError when the strategy fails for a node; nothing is split then.
 * @example
 * ```ts
 * import { Graph } from "@graphoid/core";
 * import { rangesFor, splitWithHalo, strategy } from "@graphoid/partition";
 *
 * const graph = new Graph();
 * for (const id of ["ada", "bob", "cleo"]) graph.addNode(id);
 * graph.addEdge("ada", "bob");
 * graph.addEdge("bob", "cleo");
 * const parts = splitWithHalo(graph, strategy("range", { ranges: rangesFor(graph, 2) }));
 * console.log(parts.get(1)?.graph.nodes()); // [ 'bob', 'cleo', 'ada' ]
 * console.log(parts.get(1)?.ghosts); // Map(1) { 'ada' => 0 }
 * ```
 */
export function splitWithHalo(
  graph: Graph,
  strategy: PartitionStrategy,
  options: HaloOptions = {},
): Map<PartitionId, HaloPart> {
  const call = "partition.splitWithHalo";
  checkOptions(call, options, ["hops"]);
  const { hops = 1 } = options;
  checkInteger(call, "hops", hops, 1);
  const { partitions, rows: partOf } = assign(call, graph, strategy);
  const { columns } = graph;
  const { ids } = columns;
  const own = groupRows(partOf, partitions.length);
  const touching = edgesByEnds(columns, partOf, partitions.length);
  const reach = new Reach(columns);
  const rowInPart = new Uint32Array(columns.nodeCount);
  const parts = new Map<PartitionId, HaloPart>();
  for (let part = 0; part < partitions.length; part++) {
    const ownRows = own.rows.subarray(own.offsets[part], own.offsets[part + 1]);
    const edgeRows = touching.rows.subarray(touching.offsets[part], touching.offsets[part + 1]);
    const found = reach.from(part, ownRows, edgeRows, hops);
    for (let row = 0; row < found.nodeRows.length; row++) rowInPart[found.nodeRows[row]!] = row;
    const { nodeRows } = found;
    const ghostRows = nodeRows.slice(ownRows.length);
    let ghosts: ReadonlyMap<string, PartitionId> | undefined;
    parts.set(partitions[part]!, {
      graph: subgraph(columns, nodeRows, found.edgeRows, rowInPart),
      ownCount: ownRows.length,
      // Made when asked for: maps of all ghosts take longer than the rest.
      get ghosts() {
        ghosts ??= new Map(Array.from(ghostRows, (row) => [ids.at(row), partitions[partOf[row]!]!]));
        return ghosts;
      },
      globalRows: nodeRows,
    });
  }
  return parts;
}

/** For each part the edges with an end in it, in order. */
function edgesByEnds({ sources, targets }: GraphColumns, partOf: Int32Array, parts: number) {
  const offsets = new Uint32Array(parts + 1);
  /** The parts of both ends, next to each other, as nodes lie anywhere in memory. */
  const ends = new Int32Array(2 * sources.length);
  for (let edge = 0; edge < sources.length; edge++) {
    const from = partOf[sources[edge]!]!;
    const to = partOf[targets[edge]!]!;
    ends[2 * edge] = from;
    ends[2 * edge + 1] = to;
    offsets[from + 1]!++;
    if (to !== from) offsets[to + 1]!++;
  }
  for (let part = 0; part < parts; part++) offsets[part + 1]! += offsets[part]!;
  const rows = new Uint32Array(offsets[parts]!);
  const next = offsets.slice(0, parts);
  for (let edge = 0; edge < sources.length; edge++) {
    const from = ends[2 * edge]!;
    const to = ends[2 * edge + 1]!;
    rows[next[from]!++] = edge;
    if (to !== from) rows[next[to]!++] = edge;
  }
  return { offsets, rows };
}

/** Finds what is near the nodes of a part. */
class Reach {
  readonly #columns: GraphColumns;
  /** For each node, and each edge, the last part that it was found for, plus one. */
  readonly #nodeSeen: Uint32Array;
  readonly #edgeSeen: Uint32Array;
  readonly #found: Uint32Array;

  constructor(columns: GraphColumns) {
    this.#columns = columns;
    this.#nodeSeen = new Uint32Array(columns.nodeCount);
    this.#edgeSeen = new Uint32Array(columns.edgeCount);
    this.#found = new Uint32Array(columns.nodeCount);
  }

  /** The nodes up to `hops` steps from a part's own, and the edges that lead to them. */
  from(part: number, ownRows: Uint32Array, ownEdges: Uint32Array, hops: number) {
    const { sources, targets } = this.#columns;
    const found = this.#found;
    const mark = part + 1;
    found.set(ownRows);
    for (let i = 0; i < ownRows.length; i++) this.#nodeSeen[ownRows[i]!] = mark;
    let count = ownRows.length;
    for (let i = 0; i < ownEdges.length; i++) {
      count = this.#add(sources[ownEdges[i]!]!, mark, count);
      count = this.#add(targets[ownEdges[i]!]!, mark, count);
    }
    found.subarray(ownRows.length, count).sort();
    if (hops === 1) return { nodeRows: found.slice(0, count), edgeRows: ownEdges };

    const edges: number[] = [];
    for (let i = 0; i < ownEdges.length; i++) {
      this.#edgeSeen[ownEdges[i]!] = mark;
      edges.push(ownEdges[i]!);
    }
    let first = ownRows.length;
    for (let hop = 2; hop <= hops && first < count; hop++) {
      const last = count;
      for (let i = first; i < last; i++) count = this.#step(found[i]!, mark, count, edges);
      found.subarray(last, count).sort();
      first = last;
    }
    return { nodeRows: found.slice(0, count), edgeRows: Uint32Array.from(edges).sort() };
  }

  #step(node: number, mark: number, count: number, edges: number[]): number {
    const { directed, out, in: into } = this.#columns;
    const sides: readonly AdjacencyColumns[] = directed ? [out, into] : [out];
    for (const { offsets, neighbors, edges: edgeRows } of sides) {
      for (let i = offsets[node]!; i < offsets[node + 1]!; i++) {
        const edge = edgeRows[i]!;
        if (this.#edgeSeen[edge] !== mark) {
          this.#edgeSeen[edge] = mark;
          edges.push(edge);
        }
        count = this.#add(neighbors[i]!, mark, count);
      }
    }
    return count;
  }

  #add(node: number, mark: number, count: number): number {
    if (this.#nodeSeen[node] === mark) return count;
    this.#nodeSeen[node] = mark;
    this.#found[count] = node;
    return count + 1;
  }
}

/**
 * Cuts a graph by a vertex cut: each part holds its edges and their ends, so that a node is in all parts that hold an
 * edge of it. A node without edges is in the part that the cut places it in. Values are shared with `graph`, not copied.
 *
 * @throws InvalidArgumentError when `cut` is not a vertex cut of a graph with as many edges.
 */
export function splitEdges(graph: Graph, cut: VertexCut): Map<PartitionId, Graph> {
  const call = "partition.splitEdges";
  const { partitions, rows: masterOf } = assign(call, graph, cut);
  const { columns } = graph;
  const { edgePartitions } = cut;
  if (!(edgePartitions instanceof Int32Array) || edgePartitions.length !== columns.edgeCount) {
    throw invalidArgument(call, "cut", `a vertex cut of ${columns.edgeCount} edges`, cut);
  }
  const connected = new Uint8Array(columns.nodeCount);
  for (const ends of [columns.sources, columns.targets]) for (const end of ends) connected[end] = 1;
  const alone = groupRows(
    masterOf.map((part, row) => (connected[row] ? -1 : part)),
    partitions.length,
  );
  const edges = groupRows(edgePartitions, partitions.length);
  const reach = new Reach(columns);
  const rowInPart = new Uint32Array(columns.nodeCount);
  const parts = new Map<PartitionId, Graph>();
  for (let part = 0; part < partitions.length; part++) {
    const edgeRows = edges.rows.subarray(edges.offsets[part], edges.offsets[part + 1]);
    const loners = alone.rows.subarray(alone.offsets[part], alone.offsets[part + 1]);
    const nodeRows = reach.from(part, loners, edgeRows, 1).nodeRows.sort();
    for (let row = 0; row < nodeRows.length; row++) rowInPart[nodeRows[row]!] = row;
    parts.set(partitions[part]!, subgraph(columns, nodeRows, edgeRows, rowInPart));
  }
  return parts;
}
