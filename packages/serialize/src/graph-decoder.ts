import { type CodeArray, Graph, IntegrityError, type StringTable, type ValueColumn } from "@graphoid/core";
import {
  type ColumnPart,
  mergeCodes,
  mergedColumn,
  mergeRows,
  mergeTables,
  mergeWeights,
  type ReadColumn,
} from "./column-merge.ts";
import { type EdgesPart, type EndPart, type GraphPart, type NodesPart, readPart } from "./graph-parts.ts";
import { COST } from "./memory-budget.ts";
import type { ValueDecoder } from "./value-decoder.ts";

/** An empty graph of the kind that the next byte tells, for a body of `length` bytes. */
export function newGraph(reader: ValueDecoder, length: number): Graph {
  const directed = reader.u8();
  if (directed > 1) throw reader.malformed("a graph that is neither directed nor undirected");
  reader.budget.take(COST.graph, length);
  return new Graph({ type: directed === 1 ? "directed" : "undirected" });
}

/** Reads a whole graph into `graph`, which is empty. */
export function readGraph(reader: ValueDecoder, graph: Graph, depth: number): Graph {
  const assembler = new GraphAssembler(graph.type === "directed");
  while (!assembler.add(readPart(reader, depth))) {}
  return assembler.finish(graph);
}

/** The rows of a table, as they arrived. */
interface Rows {
  readonly properties: Map<string, ColumnPart[]>;
  count: number;
}

/** Puts a graph together from its parts. Nothing of it is visible before {@link GraphAssembler.finish}. */
export class GraphAssembler {
  readonly #directed: boolean;
  readonly #names: StringTable[] = [];
  readonly #ids: StringTable[] = [];
  readonly #types: CodeArray[] = [];
  readonly #values: ColumnPart[] = [];
  readonly #sources: Uint32Array[] = [];
  readonly #targets: Uint32Array[] = [];
  readonly #labels: CodeArray[] = [];
  readonly #weights: ColumnPart[] = [];
  readonly #nodes: Rows = { properties: new Map(), count: 0 };
  readonly #edges: Rows = { properties: new Map(), count: 0 };

  constructor(directed: boolean) {
    this.#directed = directed;
  }

  /** Takes the next part. True when it was the end. */
  add(part: GraphPart): boolean {
    if (part.kind === "names") this.#names.push(part.names);
    else if (part.kind === "nodes") {
      this.#ids.push(part.ids);
      this.#types.push(part.types);
      addPart(this.#values, part.values, this.#nodes.count);
      addRows(this.#nodes, part);
    } else if (part.kind === "edges") {
      this.#sources.push(part.sources);
      this.#targets.push(part.targets);
      this.#labels.push(part.labels);
      addPart(this.#weights, part.weights, this.#edges.count);
      addRows(this.#edges, part);
    } else checkEnd(part, this.#nodes.count, this.#edges.count);
    return part.kind === "end";
  }

  /** Fills `graph` with everything that was read, after checking that it fits together. Used once. */
  finish(graph: Graph): Graph {
    const { count: nodes } = this.#nodes;
    const { count: edges } = this.#edges;
    return Graph.fromColumns(
      {
        directed: this.#directed,
        names: mergeTables(taken(this.#names)),
        ids: mergeTables(taken(this.#ids)),
        nodeTypes: mergeCodes(taken(this.#types), nodes),
        nodeValues: mergedColumn(this.#values, nodes),
        nodeProperties: merged(this.#nodes),
        sources: mergeRows(taken(this.#sources), edges),
        targets: mergeRows(taken(this.#targets), edges),
        labels: mergeCodes(taken(this.#labels), edges),
        weights: mergeWeights(taken(this.#weights), edges),
        edgeProperties: merged(this.#edges),
      },
      { into: graph },
    );
  }
}

/** @throws IntegrityError unless as many nodes and edges came as the end announces. */
export function checkEnd(end: EndPart, nodes: number, edges: number): void {
  if (end.nodes === nodes && end.edges === edges) return;
  throw new IntegrityError(
    `graph: ${end.nodes} nodes and ${end.edges} edges were announced, ${nodes} and ${edges} came`,
  );
}

/** All items, which are then nowhere else: a column is whole before the next is, and its parts are not kept until the end. */
function taken<T>(items: T[]): T[] {
  return items.splice(0);
}

function addRows(rows: Rows, { properties, count }: NodesPart | EdgesPart): void {
  for (const [key, column] of properties) {
    let parts = rows.properties.get(key);
    if (parts === undefined) {
      parts = [];
      rows.properties.set(key, parts);
    }
    addPart(parts, column, rows.count);
  }
  rows.count += count;
}

function addPart(parts: ColumnPart[], column: ReadColumn | undefined, from: number): void {
  if (column) parts.push({ column, from });
}

function merged({ properties, count }: Rows): Map<string, ValueColumn> {
  const columns = new Map<string, ValueColumn>();
  for (const [key, parts] of properties) columns.set(key, mergedColumn(parts, count));
  return columns;
}
