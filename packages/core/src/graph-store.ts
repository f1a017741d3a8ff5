import { Adjacency } from "./adjacency.ts";
import { Codes } from "./codes.ts";
import type { AdjacencyColumns, AdjacencySide } from "./compressed-rows.ts";
import { EdgeStore } from "./edge-store.ts";
import type { GraphColumns, GraphColumnsInit } from "./graph-columns.ts";
import type { EdgeAttributes, EdgeRecord, NodeOptions, NodeRecord } from "./graph-types.ts";
import { NodeStore } from "./node-store.ts";
import { Properties } from "./properties.ts";
import { StringTable } from "./string-table.ts";
import type { Value } from "./values.ts";

/** Fewer tombstones than this are not worth a compaction. */
const MIN_TOMBSTONES = 1024;

/**
 * The columns of a graph and what keeps them in step. Works on rows and codes, and trusts its caller: `Graph` checks
 * arguments and asks interceptors before it comes here.
 */
export class GraphStore {
  readonly directed: boolean;
  nodes: NodeStore;
  edges: EdgeStore;
  /** Labels and node types. */
  names: StringTable;
  #out: Adjacency;
  #in: Adjacency;
  #lastLabel = "";
  #lastLabelCode = -1;

  constructor(directed: boolean) {
    this.directed = directed;
    this.nodes = new NodeStore();
    this.edges = new EdgeStore(directed);
    this.names = new StringTable();
    this.#out = this.#adjacency(directed ? "out" : "both");
    this.#in = directed ? this.#adjacency("in") : this.#out;
  }

  /** Replaces everything by columns, which it takes over. */
  adopt(columns: GraphColumnsInit): void {
    const { nodeTypes, nodeValues, nodeProperties, labels, edgeProperties } = columns;
    this.names = columns.names;
    this.#replace(
      new NodeStore(columns.ids, new Codes(nodeTypes), nodeValues, new Properties(new Map(nodeProperties))),
      new EdgeStore(
        columns.directed,
        columns.sources,
        columns.targets,
        new Codes(labels),
        columns.weights,
        new Properties(new Map(edgeProperties)),
      ),
    );
  }

  /** Takes over what another store of the same type has. */
  become(other: GraphStore): void {
    this.names = other.names;
    this.nodes = other.nodes;
    this.edges = other.edges;
    this.#out = other.#out;
    this.#in = other.#in;
    this.#lastLabelCode = -1;
  }

  /** The edges by their source or target; the same for undirected graphs. */
  adjacency(side: "out" | "in"): Adjacency {
    return side === "out" ? this.#out : this.#in;
  }

  /** The code of a label or type, added when it is new; -1 when it has a lone surrogate. */
  nameCode(name: string): number {
    if (name === this.#lastLabel && this.#lastLabelCode >= 0) return this.#lastLabelCode;
    this.#lastLabelCode = this.names.intern(name);
    this.#lastLabel = name;
    return this.#lastLabelCode;
  }

  writeNode(row: number, value: Value, options: NodeOptions): void {
    this.nodes.values.set(row, value === null ? undefined : value);
    if (options.type !== undefined) this.nodes.types.set(row, this.nameCode(options.type) + 1);
    if (options.properties !== undefined) this.nodes.properties.set(row, options.properties);
  }

  writeEdge(row: number, attributes: EdgeAttributes): void {
    if (attributes.weight !== undefined) this.edges.setWeight(row, attributes.weight);
    if (attributes.properties !== undefined) this.edges.properties.set(row, attributes.properties);
  }

  removeNode(row: number): void {
    const remove = (_neighbor: number, edge: number): void => this.edges.remove(edge);
    this.#out.visit(row, this.nodes.rows, remove);
    if (this.#in !== this.#out) this.#in.visit(row, this.nodes.rows, remove);
    this.nodes.remove(row);
    this.#compactIfWorthwhile();
  }

  removeEdge(row: number): void {
    this.edges.remove(row);
    this.#compactIfWorthwhile();
  }

  nodeAt(row: number): NodeRecord {
    const { ids, types, values, properties } = this.nodes;
    const record = { id: ids.at(row), value: values.get(row) ?? null, properties: properties.get(row) };
    const type = types.get(row);
    return type === 0 ? record : { ...record, type: this.names.at(type - 1) };
  }

  edgeAt(row: number): EdgeRecord {
    const { sources, targets, labels, properties } = this.edges;
    const { ids } = this.nodes;
    const record: { -readonly [K in keyof EdgeRecord]: EdgeRecord[K] } = {
      from: ids.at(sources[row] as number),
      to: ids.at(targets[row] as number),
      label: this.names.at(labels.get(row)),
    };
    const weight = this.edges.weight(row);
    if (weight !== undefined) record.weight = weight;
    if (properties.columns.size > 0) {
      const own = properties.get(row);
      if (Object.keys(own).length > 0) record.properties = own;
    }
    return record;
  }

  /** The columns without tombstones. */
  columns(): GraphColumns {
    this.#compact();
    const { nodes, edges, names } = this;
    const nodeRows = nodes.rows;
    const out = this.#out;
    const into = this.#in;
    if (edges.weights && edges.weights.length < edges.rows) edges.reserveWeights();
    return {
      directed: this.directed,
      nodeCount: nodeRows,
      edgeCount: edges.rows,
      ids: nodes.ids,
      names,
      nodeTypes: nodes.types.view(nodeRows),
      nodeValues: nodes.values,
      nodeProperties: nodes.properties.columns,
      sources: edges.sources.subarray(0, edges.rows),
      targets: edges.targets.subarray(0, edges.rows),
      labels: edges.labels.view(edges.rows),
      weights: edges.weights?.subarray(0, edges.rows),
      edgeProperties: edges.properties.columns,
      get out(): AdjacencyColumns {
        return out.columns(nodeRows);
      },
      get in(): AdjacencyColumns {
        return into.columns(nodeRows);
      },
    };
  }

  /** A store of its own with the nodes at `nodeRows` and the edges at `edgeRows`, whose ends must be among them. */
  select(nodeRows: Uint32Array, edgeRows: Uint32Array): GraphStore {
    const rowOf = new Uint32Array(this.nodes.rows);
    for (let i = 0; i < nodeRows.length; i++) rowOf[nodeRows[i] as number] = i;
    const { sources, targets } = this.edges;
    const selected = new GraphStore(this.directed);
    selected.names = this.names.copy();
    const edges = new EdgeStore(
      this.directed,
      edgeRows.map((row) => rowOf[sources[row] as number] as number),
      edgeRows.map((row) => rowOf[targets[row] as number] as number),
      this.edges.labels.select(edgeRows),
      this.edges.weights && Float64Array.from(edgeRows, (row) => this.edges.weight(row) ?? Number.NaN),
      this.edges.properties.select(edgeRows),
    );
    selected.#replace(this.nodes.select(nodeRows), edges);
    return selected;
  }

  /** Replaces values by what `map` makes of them; `path` says where a value is, for messages. */
  mapValues(map: (value: Value, path: string) => Value): void {
    const { ids, values, properties } = this.nodes;
    values.mapAny((value, row) => map(value, `.nodes[${JSON.stringify(ids.at(row))}].value`));
    for (const [key, column] of properties.columns) {
      column.mapAny((value, row) => map(value, `.nodes[${JSON.stringify(ids.at(row))}].properties.${key}`));
    }
    for (const [key, column] of this.edges.properties.columns) {
      column.mapAny((value, row) => map(value, `.edges[${row}].properties.${key}`));
    }
  }

  copy(): GraphStore {
    return this.select(this.nodes.liveRows(), this.edges.liveRows());
  }

  #compactIfWorthwhile(): void {
    const { nodes, edges } = this;
    const removed = nodes.removed + edges.removed;
    if (removed > MIN_TOMBSTONES && removed * 2 > nodes.rows + edges.rows) this.#compact();
  }

  /** Drops tombstones. Rows change; the old columns stay as they are for whoever iterates them. */
  #compact(): void {
    if (this.nodes.removed === 0 && this.edges.removed === 0) return;
    const compacted = this.copy();
    this.#replace(compacted.nodes, compacted.edges);
  }

  #replace(nodes: NodeStore, edges: EdgeStore): void {
    this.nodes = nodes;
    this.edges = edges;
    this.#lastLabelCode = -1;
    this.#out = this.#adjacency(this.directed ? "out" : "both");
    this.#in = this.directed ? this.#adjacency("in") : this.#out;
  }

  #adjacency(side: AdjacencySide): Adjacency {
    return new Adjacency(this.edges, side, () => {
      this.nodes.trim();
      this.edges.trim();
    });
  }
}
