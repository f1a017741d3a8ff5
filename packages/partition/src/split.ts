import {
  type CodeArray,
  Codes,
  Graph,
  type GraphColumns,
  type PartitionId,
  type PartitionStrategy,
  type ValueColumn,
} from "@graphoid/core";
import { assign } from "./assignment.ts";
import { groupRows, selectStrings } from "./rows.ts";

/**
 * Cuts a graph: returns, for every partition of `strategy`, the graph of the nodes that belong to it and of the edges
 * between them. `crossEdges` returns the edges that are left over.
 *
 * Nodes keep their value, type and properties, edges their label, weight and properties; both keep their order. Values
 * are shared with `graph`, not copied. A partition without nodes is an empty graph, so a strategy with 8 partitions
 * gives 8 graphs whatever the graph's size. The map is in the order of the strategy's partitions. Interceptors do not
 * see the graphs being made. Time and memory are linear in nodes, edges and partitions.
 *
 * @throws InvalidArgumentError when `graph` is no graph or `strategy` no strategy.
 * @throws StrategyError when the strategy fails for a node; nothing is split then.
 * @example
 * ```ts
 * import { Graph } from "@graphoid/core";
 * import { rangesFor, split, strategy } from "@graphoid/partition";
 *
 * const graph = new Graph();
 * for (const id of ["ada", "bob", "cleo"]) graph.addNode(id);
 * graph.addEdge("ada", "bob");
 * graph.addEdge("bob", "cleo");
 * const parts = split(graph, strategy("range", { ranges: rangesFor(graph, 2) }));
 * console.log(parts.get(1)?.edges()); // [ { from: 'bob', to: 'cleo', label: 'edge' } ]
 * ```
 */
export function split(graph: Graph, strategy: PartitionStrategy): Map<PartitionId, Graph> {
  const { partitions, rows: partOf } = assign("partition.split", graph, strategy);
  const { columns } = graph;
  const count = partitions.length;
  const nodes = groupRows(partOf, count);
  const edges = groupRows(innerEdges(columns, partOf), count);
  /** For each node its row in the graph of its part. */
  const rowInPart = new Uint32Array(columns.nodeCount);
  for (let part = 0; part < count; part++) {
    const start = nodes.offsets[part] as number;
    const end = nodes.offsets[part + 1] as number;
    for (let i = start; i < end; i++) rowInPart[nodes.rows[i] as number] = i - start;
  }
  const parts = new Map<PartitionId, Graph>();
  for (let part = 0; part < count; part++) {
    const nodeRows = nodes.rows.subarray(nodes.offsets[part], nodes.offsets[part + 1]);
    const edgeRows = edges.rows.subarray(edges.offsets[part], edges.offsets[part + 1]);
    parts.set(partitions[part] as PartitionId, subgraph(columns, nodeRows, edgeRows, rowInPart));
  }
  return parts;
}

/** For each edge the partition of both its ends, or -1 when they have different ones. */
function innerEdges({ sources, targets }: GraphColumns, partOf: Int32Array): Int32Array {
  const inner = new Int32Array(sources.length);
  for (let edge = 0; edge < inner.length; edge++) {
    const part = partOf[sources[edge] as number] as number;
    inner[edge] = part === partOf[targets[edge] as number] ? part : -1;
  }
  return inner;
}

/** The graph of the nodes at `nodeRows` and the edges at `edgeRows`, whose ends are at `rowInPart` there. */
function subgraph(columns: GraphColumns, nodeRows: Uint32Array, edgeRows: Uint32Array, rowInPart: Uint32Array): Graph {
  const { sources, targets, weights, names } = columns;
  const from = new Uint32Array(edgeRows.length);
  const to = new Uint32Array(edgeRows.length);
  for (let i = 0; i < edgeRows.length; i++) {
    const edge = edgeRows[i] as number;
    from[i] = rowInPart[sources[edge] as number] as number;
    to[i] = rowInPart[targets[edge] as number] as number;
  }
  return Graph.fromColumns(
    {
      directed: columns.directed,
      ids: selectStrings(columns.ids, nodeRows),
      names: selectStrings(
        names,
        Uint32Array.from({ length: names.length }, (_, i) => i),
      ),
      nodeTypes: selectCodes(columns.nodeTypes, nodeRows),
      nodeValues: columns.nodeValues.select(nodeRows),
      nodeProperties: selectColumns(columns.nodeProperties, nodeRows),
      sources: from,
      targets: to,
      labels: selectCodes(columns.labels, edgeRows),
      weights: weights && Float64Array.from(edgeRows, (edge) => weights[edge] as number),
      edgeProperties: selectColumns(columns.edgeProperties, edgeRows),
    },
    { trusted: true },
  );
}

function selectCodes(codes: CodeArray, rows: Uint32Array): CodeArray {
  return new Codes(codes).select(rows).view(rows.length);
}

function selectColumns(columns: ReadonlyMap<string, ValueColumn>, rows: Uint32Array): Map<string, ValueColumn> {
  return new Map(Array.from(columns, ([key, column]) => [key, column.select(rows)]));
}
