import { type CodeArray, Codes, Graph, type GraphColumns, type ValueColumn } from "@graphoid/core";

/** The graph of the nodes at `nodeRows` and the edges at `edgeRows`, whose ends are at `rowInPart` there. */
export function subgraph(
  columns: GraphColumns,
  nodeRows: Uint32Array,
  edgeRows: Uint32Array,
  rowInPart: Uint32Array,
): Graph {
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
      ids: columns.ids.select(nodeRows),
      names: names.copy(),
      nodeTypes: selectCodes(columns.nodeTypes, nodeRows),
      nodeValues: columns.nodeValues.select(nodeRows),
      nodeProperties: selectColumns(columns.nodeProperties, nodeRows),
      sources: from,
      targets: to,
      labels: selectCodes(columns.labels, edgeRows),
      weights: weights && selectNumbers(weights, edgeRows),
      edgeProperties: selectColumns(columns.edgeProperties, edgeRows),
    },
    { trusted: true },
  );
}

function selectNumbers(numbers: Float64Array, rows: Uint32Array): Float64Array {
  const selected = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) selected[i] = numbers[rows[i] as number] as number;
  return selected;
}

function selectCodes(codes: CodeArray, rows: Uint32Array): CodeArray {
  return new Codes(codes).select(rows).view(rows.length);
}

function selectColumns(columns: ReadonlyMap<string, ValueColumn>, rows: Uint32Array): Map<string, ValueColumn> {
  return new Map(Array.from(columns, ([key, column]) => [key, column.select(rows)]));
}
