import {
  Codes,
  describe,
  type EdgeRecord,
  Graph,
  IntegrityError,
  type NodeRecord,
  StringTable,
  type Value,
  ValueColumn,
} from "@graphoid/core";
import { FormatError } from "./errors.ts";
import { TYPE_KEY } from "./format.ts";
import { isPlainRecord } from "./record-fields.ts";

/** A graph as maps and arrays that any language reads. */
export interface PlainGraph {
  readonly [TYPE_KEY]: "graph";
  readonly directed: boolean;
  readonly nodes: readonly NodeRecord[];
  readonly edges: readonly EdgeRecord[];
}

type Fields = { readonly [key: string]: Value | undefined };

const FIELDS = [TYPE_KEY, "directed", "nodes", "edges"];
const NODE_FIELDS = ["id", "value", "type", "properties"];
const EDGE_FIELDS = ["from", "to", "label", "weight", "properties"];

export function plainGraph(graph: Graph): PlainGraph {
  const nodes = graph.nodes().map((id) => graph.nodeRecord(id) as NodeRecord);
  return { [TYPE_KEY]: "graph", directed: graph.type === "directed", nodes, edges: graph.edges() };
}

/** An empty graph for a plain form that says whether it is directed. */
export function emptyGraph(directed: Value | undefined): Graph {
  if (typeof directed !== "boolean") throw malformed("the boolean `directed`", directed);
  return new Graph({ type: directed ? "directed" : "undirected" });
}

/**
 * Fills `graph`, which is empty, from a plain form, which may have come from anywhere. It is made by column, not by
 * `addNode`: nobody who watches for new nodes is told of decoding, or can change what is decoded.
 *
 * @throws FormatError on fields of the wrong type, IntegrityError when nodes and edges do not fit together.
 */
export function fillFromPlain(graph: Graph, plain: Fields): void {
  checkFields("a graph", plain, FIELDS);
  const columns = new PlainColumns();
  for (const node of items("nodes", plain["nodes"])) columns.addNode(checkFields("a node", node, NODE_FIELDS));
  for (const edge of items("edges", plain["edges"])) columns.addEdge(checkFields("an edge", edge, EDGE_FIELDS));
  columns.moveTo(graph);
}

/** Nodes and edges by column, row after row. */
class PlainColumns {
  readonly #ids = new StringTable();
  readonly #names = new StringTable();
  readonly #types = new Codes();
  readonly #values = new ValueColumn();
  readonly #nodeProperties = new Map<string, ValueColumn>();
  readonly #sources: number[] = [];
  readonly #targets: number[] = [];
  readonly #labels = new Codes();
  readonly #weights: number[] = [];
  readonly #edgeProperties = new Map<string, ValueColumn>();

  addNode({ id, value = null, type, properties }: Fields): void {
    if (typeof id !== "string") throw malformed("an id that is a string", id);
    const row = this.#ids.length;
    if (this.#ids.intern(id) !== row) throw new IntegrityError(`graph: the id ${JSON.stringify(id)} stands twice`);
    if (type !== undefined) this.#types.set(row, this.#name("type", type) + 1);
    if (value !== null) this.#values.set(row, value);
    addProperties(this.#nodeProperties, row, properties);
  }

  addEdge({ from, to, label = "edge", weight, properties }: Fields): void {
    const row = this.#sources.length;
    if (weight !== undefined && (typeof weight !== "number" || Number.isNaN(weight))) {
      throw malformed("a weight that is a number other than NaN", weight);
    }
    this.#sources.push(this.#node(from));
    this.#targets.push(this.#node(to));
    this.#labels.set(row, this.#name("label", label));
    this.#weights.push(weight ?? Number.NaN);
    addProperties(this.#edgeProperties, row, properties);
  }

  moveTo(graph: Graph): void {
    const weighted = this.#weights.some((weight) => !Number.isNaN(weight));
    Graph.fromColumns(
      {
        directed: graph.type === "directed",
        ids: this.#ids,
        names: this.#names,
        nodeTypes: this.#types.view(this.#ids.length),
        nodeValues: this.#values,
        nodeProperties: this.#nodeProperties,
        sources: Uint32Array.from(this.#sources),
        targets: Uint32Array.from(this.#targets),
        labels: this.#labels.view(this.#sources.length),
        weights: weighted ? Float64Array.from(this.#weights) : undefined,
        edgeProperties: this.#edgeProperties,
      },
      { into: graph },
    );
  }

  #node(id: Value | undefined): number {
    if (typeof id !== "string") throw malformed("an end that is a string", id);
    const row = this.#ids.indexOf(id);
    if (row < 0) throw new IntegrityError(`graph: an edge names the node ${JSON.stringify(id)}, which is not there`);
    return row;
  }

  #name(what: string, name: Value): number {
    if (typeof name !== "string") throw malformed(`a ${what} that is a string`, name);
    return this.#names.intern(name);
  }
}

function addProperties(columns: Map<string, ValueColumn>, row: number, properties: Value | undefined): void {
  if (properties === undefined) return;
  if (!isPlainRecord(properties)) throw malformed("properties that are an object", properties);
  for (const [key, value] of Object.entries(properties)) {
    const column = columns.get(key) ?? new ValueColumn();
    columns.set(key, column);
    column.set(row, value);
  }
}

function items(what: string, list: Value | undefined): readonly Value[] {
  if (Array.isArray(list)) return list;
  throw malformed(`the array \`${what}\``, list);
}

function checkFields(what: string, record: Value, known: readonly string[]): Fields {
  if (!isPlainRecord(record)) throw malformed(`${what} that is an object`, record);
  const unknown = Object.keys(record).find((key) => !known.includes(key));
  if (unknown !== undefined)
    throw new FormatError(`serialize: ${what} of a plain graph with the field ${describe(unknown)}`);
  return record;
}

function malformed(expected: string, value: unknown): FormatError {
  return new FormatError(`serialize: a plain graph needs ${expected}, got ${describe(value)}`);
}
