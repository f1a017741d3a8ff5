import { checkOneOf, checkOptions, invalidArgument } from "./arguments.ts";
import { REMOVED } from "./edge-store.ts";
import { checkAttributes, checkNeighborOptions, checkNode, NONE } from "./graph-arguments.ts";
import { addEdgeAsking, addNodeAsking, removeEdgeAsking, removeNodeAsking, updateNodeAsking } from "./graph-asking.ts";
import { addEdges, addNodes, considerEach, type EdgeInit, type NodeInit } from "./graph-bulk.ts";
import { edgeRowOf, putEdge, putNode, rowOf } from "./graph-changes.ts";
import type { GraphColumns, GraphColumnsInit } from "./graph-columns.ts";
import { checkColumns, checkEdgesDiffer } from "./graph-integrity.ts";
import { GraphStore } from "./graph-store.ts";
import type {
  EdgeAttributes,
  EdgeRecord,
  GraphOptions,
  GraphType,
  NeighborOptions,
  NodeOptions,
  NodeRecord,
} from "./graph-types.ts";
import type { BulkOperation, Interception, Interceptor, Operation } from "./interception.ts";
import { consider, graphInterceptors, type Interceptors, inForce, intercepted } from "./interceptors.ts";
import { findMatches } from "./matcher.ts";
import { Matches } from "./matches.ts";
import { neighborIds, visitEdges, visitNeighbors } from "./neighbors.ts";
import { checkBulkOperation, checkOperation, isBulk, operationToAsk, perform } from "./operation.ts";
import type { PartitionStrategy } from "./partition-strategy.ts";
import { checkQuery, type EdgePattern, type NodePattern, type Query, type QueryRow, queryOf, rowsOf } from "./query.ts";
import type { Registration } from "./registration.ts";
import type { Value } from "./values.ts";

const graphBrand: unique symbol = Symbol.for("graphoid.graph") as never;
const DEFAULT_LABEL = "edge";

/**
 * A property graph: nodes with an id, a value, an optional type and properties; edges with a label, an optional
 * weight and properties. Between two nodes there is at most one edge of each label.
 *
 * Nodes and edges keep their insertion order. The graph is stored by column (see {@link Graph.columns}) and takes a
 * fraction of the memory of an object per node. Records that it returns are snapshots: changing one changes nothing.
 * Node values, in contrast, are kept as they were given.
 *
 * @example
 * ```ts
 * import { Graph } from "@graphoid/core";
 *
 * const graph = new Graph();
 * graph.addNode("alice", { age: 30 }, { type: "User" });
 * graph.addNode("bob");
 * graph.addEdge("alice", "bob", "FRIEND", { weight: 0.5 });
 * console.log(graph.neighbors("alice")); // [ 'bob' ]
 * ```
 */
export class Graph {
  static {
    Object.defineProperty(Graph.prototype, graphBrand, { value: true });
  }

  readonly #store: GraphStore;
  /** Absent until the first interceptor of its own. */
  #interceptors: Interceptors | undefined;
  /** Whether the operation under way is not to be asked about. */
  #applying = false;
  #strategy: PartitionStrategy | undefined;

  constructor(options: GraphOptions = {}) {
    checkOptions("Graph", options, ["type"]);
    const { type = "directed" } = options;
    checkOneOf("Graph", "type", type, ["directed", "undirected"]);
    this.#store = new GraphStore(type === "directed");
  }

  /**
   * Makes a graph over columns, which it takes over: the way for decoders and partitioners to make a large graph.
   *
   * @param options - `trusted` skips the checks, for columns that come from a graph; default false. `into` is an empty
   * graph of the same type to fill instead of a new one, for graphs that contain themselves.
   * @throws IntegrityError when the columns do not fit together, an edge names a node that is not there, or an id or
   * an edge stands twice.
   */
  static fromColumns(
    columns: GraphColumnsInit,
    options: { readonly trusted?: boolean; readonly into?: Graph } = {},
  ): Graph {
    checkOptions("Graph.fromColumns", options, ["trusted", "into"]);
    if (!options.trusted) checkColumns(columns);
    const graph = options.into ?? new Graph({ type: columns.directed ? "directed" : "undirected" });
    if (!(#store in graph) || graph.nodeCount > 0 || graph.#store.directed !== columns.directed) {
      throw invalidArgument("Graph.fromColumns", "into", "an empty graph of the same type", graph);
    }
    const store = new GraphStore(columns.directed);
    store.adopt(columns);
    if (!options.trusted && store.adjacency("out").hasRepeats(store.nodes.rows)) {
      checkEdgesDiffer(store.columns().out, store.edges.labels, columns.names.length);
    }
    graph.#store.become(store);
    return graph;
  }

  /** `"directed"` or `"undirected"`. */
  get type(): GraphType {
    return this.#store.directed ? "directed" : "undirected";
  }

  get nodeCount(): number {
    return this.#store.nodes.rows - this.#store.nodes.removed;
  }

  get edgeCount(): number {
    return this.#store.edges.rows - this.#store.edges.removed;
  }

  /**
   * Adds a node, or updates the node that has this id: its value always, its type and properties where given. The
   * edges of a node that is updated stay.
   *
   * @returns Whether the node is new; or what an interceptor answered instead.
   * @throws InvalidArgumentError
   */
  addNode(id: string, value: Value = null, options: NodeOptions = NONE): Value {
    checkNode("Graph.addNode", id, options);
    const interceptor = inForce(this.#interceptors);
    return interceptor === undefined || this.#applying
      ? putNode(this.#store, id, value, options)
      : addNodeAsking(this, this.#store, interceptor, id, value, options);
  }

  /**
   * Adds or updates many nodes, as `addNode` does, or none of them: all are checked, and interceptors are asked about
   * each, before the first is added. Nodes that an interceptor dealt with are left out.
   *
   * @returns How many are new.
   * @throws InvalidArgumentError
   */
  addNodes(nodes: Iterable<NodeInit>): number {
    return addNodes(this, this.#store, this.#asked, nodes);
  }

  /**
   * Updates a node: its value always, its type and properties where given.
   *
   * @returns False, as nothing was added; or what an interceptor answered instead.
   * @throws NotFoundError when there is no such node.
   */
  updateNode(id: string, value: Value, options: NodeOptions = NONE): Value {
    checkNode("Graph.updateNode", id, options);
    const interceptor = inForce(this.#interceptors);
    if (interceptor !== undefined && !this.#applying) {
      return updateNodeAsking(this, this.#store, interceptor, id, value, options);
    }
    this.#store.writeNode(rowOf(this.#store, "Graph.updateNode", "id", id), value, options);
    return false;
  }

  hasNode(id: string): boolean {
    return typeof id === "string" && this.#store.nodes.find(id) >= 0;
  }

  /** The value of a node, or `undefined` when there is no such node. */
  getNode(id: string): Value | undefined {
    if (typeof id !== "string") return undefined;
    const row = this.#store.nodes.find(id);
    return row < 0 ? undefined : (this.#store.nodes.values.get(row) ?? null);
  }

  /** The whole of a node, or `undefined` when there is no such node. */
  nodeRecord(id: string): NodeRecord | undefined {
    const row = typeof id === "string" ? this.#store.nodes.find(id) : -1;
    return row < 0 ? undefined : this.#store.nodeAt(row);
  }

  /**
   * Removes a node and the edges at it.
   *
   * @returns Whether it was there; or what an interceptor answered instead.
   */
  removeNode(id: string): Value {
    if (typeof id !== "string") return false;
    const interceptor = inForce(this.#interceptors);
    if (interceptor !== undefined && !this.#applying) return removeNodeAsking(this, this.#store, interceptor, id);
    const row = this.#store.nodes.find(id);
    if (row >= 0) this.#store.removeNode(row);
    return row >= 0;
  }

  /**
   * Adds an edge, or updates the weight and properties, where given, of the edge that has these ends and label.
   *
   * @param label - Default: `"edge"`.
   * @returns Whether the edge is new; or what an interceptor answered instead.
   * @throws NotFoundError when one of the ends is not there.
   */
  addEdge(from: string, to: string, label: string = DEFAULT_LABEL, attributes: EdgeAttributes = NONE): Value {
    if (typeof label !== "string") throw invalidArgument("Graph.addEdge", "label", "a string", label);
    if (attributes !== NONE) checkAttributes(attributes);
    const interceptor = inForce(this.#interceptors);
    if (interceptor !== undefined && !this.#applying) {
      return addEdgeAsking(this, this.#store, interceptor, from, to, label, attributes);
    }
    const store = this.#store;
    const source = rowOf(store, "Graph.addEdge", "from", from);
    return putEdge(store, source, rowOf(store, "Graph.addEdge", "to", to), label, attributes);
  }

  /**
   * Adds or updates many edges, as `addEdge` does, or none of them; see {@link Graph.addNodes}.
   *
   * @returns How many are new.
   * @throws NotFoundError when an end is not there.
   */
  addEdges(edges: Iterable<EdgeInit>): number {
    return addEdges(this, this.#store, this.#asked, edges, DEFAULT_LABEL);
  }

  hasEdge(from: string, to: string, label: string = DEFAULT_LABEL): boolean {
    return edgeRowOf(this.#store, from, to, label) >= 0;
  }

  /** An edge, or `undefined` when there is no such edge. */
  getEdge(from: string, to: string, label: string = DEFAULT_LABEL): EdgeRecord | undefined {
    const row = edgeRowOf(this.#store, from, to, label);
    return row < 0 ? undefined : this.#store.edgeAt(row);
  }

  /**
   * Removes an edge.
   *
   * @returns Whether it was there; or what an interceptor answered instead.
   */
  removeEdge(from: string, to: string, label: string = DEFAULT_LABEL): Value {
    const interceptor = inForce(this.#interceptors);
    if (interceptor !== undefined && !this.#applying) {
      return removeEdgeAsking(this, this.#store, interceptor, from, to, label);
    }
    const row = edgeRowOf(this.#store, from, to, label);
    if (row >= 0) this.#store.removeEdge(row);
    return row >= 0;
  }

  /** All node ids, in insertion order. */
  nodes(): string[] {
    const ids: string[] = [];
    this.forEachNode((id) => void ids.push(id));
    return ids;
  }

  /** All edges, in insertion order. For large graphs, {@link Graph.forEachEdge} makes no records. */
  edges(): EdgeRecord[] {
    const records: EdgeRecord[] = [];
    const { edges } = this.#store;
    for (let row = 0; row < edges.rows; row++) {
      if (edges.sources[row] !== REMOVED) records.push(this.#store.edgeAt(row));
    }
    return records;
  }

  /**
   * The ids of the nodes next to a node, each once.
   *
   * @throws NotFoundError when there is no such node.
   */
  neighbors(id: string, options: NeighborOptions = NONE): string[] {
    const row = rowOf(this.#store, "Graph.neighbors", "id", id);
    return neighborIds(this.#store, row, checkNeighborOptions("Graph.neighbors", options), options.label);
  }

  /**
   * How many edges are at a node. A self loop counts once in each direction asked for.
   *
   * @throws NotFoundError when there is no such node.
   */
  degree(id: string, options: NeighborOptions = NONE): number {
    const row = rowOf(this.#store, "Graph.degree", "id", id);
    const direction = checkNeighborOptions("Graph.degree", options);
    let count = 0;
    visitEdges(this.#store, row, direction, options.label, () => count++);
    return count;
  }

  /** Calls `visit` with every node, in insertion order. Do not change the graph from inside. */
  forEachNode(visit: (id: string, value: Value) => void): void {
    const { nodes } = this.#store;
    const rows = nodes.rows;
    for (let row = 0; row < rows; row++) {
      if (nodes.removed === 0 || !nodes.isRemoved(row)) visit(nodes.ids.visit(row), nodes.values.get(row) ?? null);
    }
  }

  /** Calls `visit` with every edge, in insertion order. Do not change the graph from inside. */
  forEachEdge(visit: (from: string, to: string, label: string, weight: number | undefined) => void): void {
    const { edges, nodes, names } = this.#store;
    const { sources, targets, rows } = edges;
    const labels = edges.labels.view(rows);
    const { ids } = nodes;
    for (let row = 0; row < rows; row++) {
      const source = sources[row] as number;
      if (source === REMOVED) continue;
      visit(ids.at(source), ids.at(targets[row] as number), names.at(labels[row] as number), edges.weight(row));
    }
  }

  /**
   * Calls `visit` with every node next to a node, each once. Do not change the graph from inside.
   *
   * @throws NotFoundError when there is no such node.
   */
  forEachNeighbor(id: string, visit: (id: string) => void, options: NeighborOptions = NONE): void {
    const row = rowOf(this.#store, "Graph.forEachNeighbor", "id", id);
    visitNeighbors(this.#store, row, checkNeighborOptions("Graph.forEachNeighbor", options), options.label, visit);
  }

  /**
   * The graph as columns, for code that reads all of it. Drops the gaps that removals left, so that rows are dense.
   */
  get columns(): GraphColumns {
    return this.#store.columns();
  }

  /** A graph with the same nodes and edges. Node values are shared; `cloneValue(graph)` copies them too. */
  copy(): Graph {
    const copied = new Graph({ type: this.type });
    copied.#store.become(this.#store.copy());
    return copied;
  }

  /**
   * Replaces every value that the graph holds, of nodes and of properties, by what `map` makes of it. Absent values,
   * numbers and strings stay: they have nothing inside.
   */
  mapValues(map: (value: Value, path: string) => Value): void {
    this.#store.mapValues(map);
  }

  /**
   * Attaches an interceptor, which sees every operation on this graph before it happens. Interceptors are asked in
   * the order in which they were attached, after those of `interceptAll`.
   *
   * @throws InvalidArgumentError when `interceptor` is not an object.
   */
  intercept(interceptor: Interceptor): Registration {
    this.#interceptors ??= graphInterceptors();
    return this.#interceptors.add("Graph.intercept", interceptor);
  }

  /**
   * A query for a path through the graph, to be refined and iterated. See {@link Query} for what a match is.
   *
   * @throws InvalidArgumentError when the path is not a node, or nodes with edges between them.
   */
  match(...path: readonly (NodePattern | EdgePattern)[]): Matches {
    const query = queryOf(path);
    checkQuery("Graph.match", query);
    return new Matches(query, (refined) => this.query(refined));
  }

  /**
   * Runs a query given as plain data. Rows are found as they are asked for; do not change the graph while iterating.
   *
   * @returns The rows; or those that an interceptor answered instead, none for `null`.
   * @throws InvalidArgumentError when `query` is not a query, or an interceptor answered what are no rows.
   */
  query(query: Query): Iterable<QueryRow> {
    checkQuery("Graph.query", query);
    const interceptor = inForce(this.#interceptors);
    if (interceptor !== undefined && !this.#applying) {
      const outcome = interceptor.query?.(this, query) ?? "continue";
      if (outcome !== "continue") return rowsOf(intercepted("Graph.query", outcome));
    }
    return findMatches(this.#store, query);
  }

  /**
   * Asks the interceptors about an operation as that operation would, but waits for those that take their time. Nothing
   * is performed: `apply` does that, if the answer is `"continue"`. `@graphoid/hooks` makes operations of both.
   *
   * @returns What the first interceptor answered that does not let the operation pass, else `"continue"`.
   * @throws InvalidArgumentError when `operation` is not an operation.
   */
  async consider(operation: Operation): Promise<Interception> {
    checkOperation("Graph.consider", operation);
    const interceptor = inForce(this.#interceptors);
    const asked = operationToAsk(this, operation);
    return interceptor && asked ? consider(interceptor, this, asked) : "continue";
  }

  /**
   * Asks the interceptors about each element of a bulk operation, in turn and as the answers are taken, and waits for
   * those that take their time. All elements are checked before the first is asked about. Nothing is performed.
   *
   * @returns For each element, what `consider` returns.
   * @throws InvalidArgumentError when `operation` is not a bulk operation; NotFoundError when an end of an edge is not
   * there.
   */
  considerEach(operation: BulkOperation): AsyncIterable<Interception> {
    checkBulkOperation("Graph.considerEach", operation);
    return considerEach(this, this.#store, inForce(this.#interceptors), operation, DEFAULT_LABEL);
  }

  /**
   * Performs an operation without asking any interceptor: for those who have asked, and for interceptors themselves.
   *
   * @returns What the operation returns.
   * @throws InvalidArgumentError when `operation` is not an operation, and what the operation throws.
   */
  apply(operation: Operation | BulkOperation): Value | Iterable<QueryRow> {
    if (isBulk(operation)) checkBulkOperation("Graph.apply", operation);
    else checkOperation("Graph.apply", operation);
    const before = this.#applying;
    this.#applying = true;
    try {
      return perform(this, operation);
    } finally {
      this.#applying = before;
    }
  }

  /**
   * Marks the graph as one part of a distributed graph that `strategy` cuts; `undefined` undoes it.
   *
   * @throws InvalidArgumentError when `strategy` has no `partitionFor`.
   */
  distribute(strategy: PartitionStrategy | undefined): void {
    if (strategy !== undefined && typeof strategy?.partitionFor !== "function") {
      throw invalidArgument("Graph.distribute", "strategy", "a partition strategy", strategy);
    }
    this.#strategy = strategy;
  }

  /** Whether the graph is one part of a distributed graph. */
  isDistributed(): boolean {
    return this.#strategy !== undefined;
  }

  /** The strategy that says which partition owns a node; `undefined` when the graph is not distributed. */
  get partitionStrategy(): PartitionStrategy | undefined {
    return this.#strategy;
  }

  /** Who is asked about the operation under way. */
  get #asked(): Interceptor | undefined {
    return this.#applying ? undefined : inForce(this.#interceptors);
  }
}
