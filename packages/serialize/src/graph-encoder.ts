import type { GraphColumns, ValueColumn } from "@graphoid/core";
import { hasAny, writeColumn, writeNumbers, writeTable } from "./column-encoder.ts";
import { writeCodes, writeRows } from "./integer-encoder.ts";
import type { ValueEncoder } from "./value-encoder.ts";

/** The parts of a graph on the wire; the first byte of each. A graph is names, nodes and edges in that order, or, as
 * a stream, any number of each as long as nothing is named before it came; the last part is `end`. */
export const PART = { names: 1, nodes: 2, edges: 3, end: 4 } as const;

/** What of the columns of a graph is written. */
export type WrittenColumns = Omit<GraphColumns, "out" | "in">;

/** Writes a whole graph: one part of each. */
export function writeGraph(writer: ValueEncoder, columns: WrittenColumns, depth: number): void {
  writer.u8(columns.directed ? 1 : 0);
  writeNames(writer, columns, 0, columns.names.length);
  writeNodes(writer, columns, 0, columns.nodeCount, depth);
  writeEdges(writer, columns, 0, columns.edgeCount, depth);
  writeEnd(writer, columns);
}

/** Labels and types `from` to `to`. */
export function writeNames(writer: ValueEncoder, columns: WrittenColumns, from: number, to: number): void {
  writer.u8(PART.names);
  writeTable(writer, columns.names, from, to);
}

/** Nodes `from` to `to`: ids, types, values, properties. */
export function writeNodes(
  writer: ValueEncoder,
  columns: WrittenColumns,
  from: number,
  to: number,
  depth: number,
): void {
  writer.u8(PART.nodes);
  writeTable(writer, columns.ids, from, to);
  writeCodes(writer, columns.nodeTypes, from, to);
  writeColumn(writer, columns.nodeValues, from, to, depth);
  writeProperties(writer, columns.nodeProperties, from, to, depth);
}

/** Edges `from` to `to`: ends, labels, weights, properties. */
export function writeEdges(
  writer: ValueEncoder,
  columns: WrittenColumns,
  from: number,
  to: number,
  depth: number,
): void {
  const { weights } = columns;
  writer.u8(PART.edges);
  writer.varint(to - from);
  writeRows(writer, columns.sources, from, to);
  writeRows(writer, columns.targets, from, to);
  writeCodes(writer, columns.labels, from, to);
  let weighted = false;
  if (weights) for (let row = from; row < to && !weighted; row++) weighted = !Number.isNaN(weights[row]);
  writer.u8(weighted ? 1 : 0);
  if (weights && weighted) writeNumbers(writer, weights, from, to);
  writeProperties(writer, columns.edgeProperties, from, to, depth);
}

/** The end of a graph, with the counts by which a reader knows that it has everything. */
export function writeEnd(writer: ValueEncoder, columns: WrittenColumns): void {
  writer.u8(PART.end);
  writer.varint(columns.nodeCount);
  writer.varint(columns.edgeCount);
}

function writeProperties(
  writer: ValueEncoder,
  properties: ReadonlyMap<string, ValueColumn>,
  from: number,
  to: number,
  depth: number,
): void {
  const used = [...properties].filter(([, column]) => hasAny(column, from, to));
  writer.varint(used.length);
  for (const [key, column] of used) {
    writer.string(key);
    writeColumn(writer, column, from, to, depth);
  }
}
