import {
  type CodeArray,
  Codes,
  type Graph,
  type GraphColumns,
  StringTable,
  type Value,
  ValueColumn,
} from "@graphoid/core";
import { gather, orderedEdges } from "./canonical-edges.ts";
import { compareText, sortedStrings } from "./canonical-order.ts";

/**
 * The columns of a graph in the one order and form that all equal graphs share: nodes by id, edges by the ids of their
 * ends and label, names and keys sorted, and only those in use. An edge of an undirected graph leaves the lesser id.
 */
export function canonicalColumns(graph: Graph): Omit<GraphColumns, "out" | "in"> {
  const { columns } = graph;
  const { directed, nodeCount, edgeCount, ids, names, nodeTypes, labels, weights } = columns;
  const nodes = sortedStrings(ids.bytes, ids.offsets, nodeCount);
  const rank = inverse(nodes);
  const nameOrder = usedNames(names.length, nodeTypes, nodeCount, labels, edgeCount);
  nameOrder.sort((a, b) => compareText(names.at(a), names.at(b)));
  const nameRank = inverse(nameOrder, names.length);
  const labelRanks = new Uint32Array(labels);
  replace(labelRanks, nameRank);
  const sources = gather(rank, columns.sources);
  const targets = gather(rank, columns.targets);
  if (!directed) lesserFirst(sources, targets);
  const edges = orderedEdges(sources, targets, labelRanks, nodeCount);

  return {
    directed,
    nodeCount,
    edgeCount,
    ids: ids.select(nodes),
    names: names.select(nameOrder),
    nodeTypes: gather(typeRanks(nodeTypes, nameRank), nodes),
    nodeValues: canonicalColumn(columns.nodeValues, nodes, true),
    nodeProperties: canonicalProperties(columns.nodeProperties, nodes),
    sources: edges.sources,
    targets: edges.targets,
    labels: gather(labelRanks, edges.order),
    weights: weights && gatherFloats(weights, edges.order),
    edgeProperties: canonicalProperties(columns.edgeProperties, edges.order),
  };
}

/** Makes the edges of an undirected graph leave the lesser of their ends. */
function lesserFirst(sources: Uint32Array, targets: Uint32Array): void {
  for (let edge = 0; edge < sources.length; edge++) {
    const source = sources[edge] as number;
    const target = targets[edge] as number;
    if (source <= target) continue;
    sources[edge] = target;
    targets[edge] = source;
  }
}

/** Puts in place of each code what `table` has for it. */
function replace(codes: Uint32Array, table: Uint32Array): void {
  for (let i = 0; i < codes.length; i++) codes[i] = table[codes[i] as number] as number;
}

/** Codes of types, 0 for none, by the order of the names. */
function typeRanks(types: CodeArray, nameRank: Uint32Array): Uint32Array {
  const ranks = new Uint32Array(types);
  for (let row = 0; row < ranks.length; row++) {
    const type = ranks[row] as number;
    if (type > 0) ranks[row] = (nameRank[type - 1] as number) + 1;
  }
  return ranks;
}

function gatherFloats(values: Float64Array, rows: Uint32Array): Float64Array {
  const gathered = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) gathered[i] = values[rows[i] as number] as number;
  return gathered;
}

/** For each item its place in `order`. */
function inverse(order: Uint32Array, length = order.length): Uint32Array {
  const places = new Uint32Array(length);
  for (let i = 0; i < order.length; i++) places[order[i] as number] = i;
  return places;
}

function usedNames(
  count: number,
  nodeTypes: CodeArray,
  nodeCount: number,
  labels: CodeArray,
  edgeCount: number,
): Uint32Array {
  const used = new Uint8Array(count);
  for (let row = 0; row < nodeCount; row++) {
    const type = nodeTypes[row] as number;
    if (type > 0) used[type - 1] = 1;
  }
  for (let edge = 0; edge < edgeCount; edge++) used[labels[edge] as number] = 1;
  const names: number[] = [];
  for (let name = 0; name < count; name++) if (used[name] === 1) names.push(name);
  return Uint32Array.from(names);
}

function canonicalProperties(
  properties: ReadonlyMap<string, ValueColumn>,
  rows: Uint32Array,
): Map<string, ValueColumn> {
  const keys = [...properties.keys()].sort(compareText);
  return new Map(keys.map((key) => [key, canonicalColumn(properties.get(key) as ValueColumn, rows, false)]));
}

/** A column of the rows at `rows` in the narrowest form that its values allow, whatever form it had. */
function canonicalColumn(column: ValueColumn, rows: Uint32Array, nullIsAbsent: boolean): ValueColumn {
  const selected = column.select(rows);
  const { data } = selected;
  if (data?.kind !== "values") return selected;
  const present = data.values.filter((value) => value !== undefined && !(nullIsAbsent && value === null));
  if (present.every((value) => typeof value === "number" && !Number.isNaN(value))) {
    const numbers = new Float64Array(rows.length).fill(Number.NaN);
    data.values.forEach((value, row) => {
      if (typeof value === "number") numbers[row] = value;
    });
    return new ValueColumn({ kind: "numbers", numbers });
  }
  if (present.every((value) => typeof value === "string")) return ofStrings(data.values);
  if (!nullIsAbsent) return selected;
  const values: (Value | undefined)[] = [];
  data.values.forEach((value, row) => {
    if (value !== undefined && value !== null) values[row] = value;
  });
  return new ValueColumn({ kind: "values", values });
}

function ofStrings(values: readonly (Value | undefined)[]): ValueColumn {
  const dictionary = new StringTable();
  const codes = new Codes();
  const lone = values.some((value, row) => {
    if (typeof value !== "string") return false;
    const code = dictionary.intern(value);
    if (code >= 0) codes.set(row, code + 1);
    return code < 0;
  });
  // With a lone surrogate it cannot be written; the writer of values says so.
  return new ValueColumn(lone ? { kind: "values", values } : { kind: "strings", codes, dictionary });
}
