import {
  type CodeArray,
  Graph,
  IntegrityError,
  type StringTable,
  ValueColumn,
  type ValueColumnData,
} from "@graphoid/core";
import { readCodes, readColumn, readRows, readTable, readWeights } from "./column-decoder.ts";
import { type ColumnPart, mergeCodes, mergeColumns, mergeRows, mergeTables } from "./column-merge.ts";
import { PART } from "./graph-encoder.ts";
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
  while (!assembler.readPart(reader, depth)) {}
  return assembler.finish(graph);
}

/** One part of the rows of a table, as it arrived. */
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

  /** Reads the next part. True when it was the end. */
  readPart(reader: ValueDecoder, depth: number): boolean {
    const start = reader.at;
    const part = reader.u8();
    if (part === PART.names) this.#names.push(readTable(reader));
    else if (part === PART.nodes) this.#readNodes(reader, depth);
    else if (part === PART.edges) this.#readEdges(reader, depth);
    else if (part === PART.end) this.#readEnd(reader);
    else throw reader.malformed(`the unknown part ${part} of a graph`);
    reader.budget.take(COST.part, reader.at - start);
    return part === PART.end;
  }

  /** Fills `graph` with everything that was read, after checking that it fits together. */
  finish(graph: Graph): Graph {
    const { count: nodes } = this.#nodes;
    const { count: edges } = this.#edges;
    const weights = this.#weights.length === 0 ? undefined : mergeColumns(this.#weights, edges);
    const names = mergeTables(this.#names);
    // Two codes for one label would let an edge stand twice.
    const repeated = names.findDuplicate();
    if (repeated >= 0) throw new IntegrityError(`graph: the name ${JSON.stringify(names.at(repeated))} stands twice`);
    return Graph.fromColumns(
      {
        directed: this.#directed,
        names,
        ids: mergeTables(this.#ids),
        nodeTypes: mergeCodes(this.#types, nodes),
        nodeValues: new ValueColumn(mergeColumns(this.#values, nodes)),
        nodeProperties: merged(this.#nodes),
        sources: mergeRows(this.#sources, edges),
        targets: mergeRows(this.#targets, edges),
        labels: mergeCodes(this.#labels, edges),
        weights: weights?.kind === "numbers" ? weights.numbers : undefined,
        edgeProperties: merged(this.#edges),
      },
      { into: graph },
    );
  }

  #readNodes(reader: ValueDecoder, depth: number): void {
    const ids = readTable(reader);
    this.#ids.push(ids);
    this.#types.push(readCodes(reader, ids.length));
    addPart(this.#values, readColumn(reader, ids.length, depth), this.#nodes.count);
    this.#readProperties(reader, this.#nodes, ids.length, depth);
  }

  #readEdges(reader: ValueDecoder, depth: number): void {
    // Each end takes a byte at least, so a count is never larger than half of what is there.
    const count = reader.count(2);
    this.#sources.push(readRows(reader, count));
    this.#targets.push(readRows(reader, count));
    this.#labels.push(readCodes(reader, count));
    const weighted = reader.u8();
    if (weighted > 1) throw reader.malformed("edges that neither have weights nor lack them");
    if (weighted === 1) {
      addPart(this.#weights, readWeights(reader, count), this.#edges.count);
    }
    this.#readProperties(reader, this.#edges, count, depth);
  }

  #readProperties(reader: ValueDecoder, rows: Rows, count: number, depth: number): void {
    const keys = new Set<string>();
    for (let left = reader.count(2); left > 0; left--) {
      const key = reader.string();
      if (keys.has(key)) throw reader.malformed(`the property ${JSON.stringify(key)} a second time`);
      keys.add(key);
      const parts = rows.properties.get(key) ?? [];
      rows.properties.set(key, parts);
      addPart(parts, readColumn(reader, count, depth), rows.count);
    }
    rows.count += count;
  }

  #readEnd(reader: ValueDecoder): void {
    const nodes = reader.varint();
    const edges = reader.varint();
    if (nodes === this.#nodes.count && edges === this.#edges.count) return;
    throw new IntegrityError(
      `graph: ${nodes} nodes and ${edges} edges were announced, ${this.#nodes.count} and ${this.#edges.count} came`,
    );
  }
}

function addPart(parts: ColumnPart[], data: ValueColumnData | undefined, from: number): void {
  if (data) parts.push({ data, from });
}

function merged({ properties, count }: Rows): Map<string, ValueColumn> {
  return new Map([...properties].map(([key, parts]) => [key, new ValueColumn(mergeColumns(parts, count))]));
}
