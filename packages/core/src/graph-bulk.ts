import { checkOptions, checkString, invalidArgument } from "./arguments.ts";
import type { Graph } from "./graph.ts";
import { checkAttributes, checkNode } from "./graph-arguments.ts";
import { putEdge, putNode, rowOf } from "./graph-changes.ts";
import type { GraphStore } from "./graph-store.ts";
import type { EdgeAttributes, NodeOptions } from "./graph-types.ts";
import type { BulkOperation, Interception, Interceptor, Operation } from "./interception.ts";
import { ask, consider, intercepted } from "./interceptors.ts";
import { isWellFormed, loneSurrogate } from "./utf8.ts";
import type { PlainRecord, Value } from "./values.ts";

/** A node to be added; a record of a node is one. */
export interface NodeInit {
  readonly id: string;
  /** Default: `null`. */
  readonly value?: Value;
  readonly type?: string;
  readonly properties?: PlainRecord;
}

/** An edge to be added; a record of an edge is one. */
export interface EdgeInit {
  readonly from: string;
  readonly to: string;
  /** Default: `"edge"`. */
  readonly label?: string;
  readonly weight?: number;
  readonly properties?: PlainRecord;
}

type AddNode = Extract<Operation, { kind: "addNode" | "updateNode" }>;
type AddEdge = Extract<Operation, { kind: "addEdge" }>;

/** Adds many nodes, or none: all are checked, and asked about, before the first is added. */
export function addNodes(
  graph: Graph,
  store: GraphStore,
  interceptor: Interceptor | undefined,
  nodes: Iterable<NodeInit>,
): number {
  const call = "Graph.addNodes";
  let added = 0;
  for (const { id, value, options } of letPass(call, graph, interceptor, nodeOperations(call, graph, nodes))) {
    if (putNode(store, id, value, options as NodeOptions)) added++;
  }
  return added;
}

/** What is to be asked about each node, checked. */
function nodeOperations(call: string, graph: Graph, nodes: Iterable<NodeInit>): readonly AddNode[] {
  const isNew = new Set<string>();
  return Array.from(iterable(call, "nodes", nodes), (node): AddNode => {
    checkOptions(call, node, ["id", "value", "type", "properties"]);
    const { id, value = null, type, properties } = node;
    const options: NodeOptions = {
      ...(type === undefined ? {} : { type }),
      ...(properties === undefined ? {} : { properties }),
    };
    checkNode(call, id, options);
    if (!isWellFormed(id)) throw loneSurrogate(call);
    const isKnown = isNew.has(id) || graph.hasNode(id);
    isNew.add(id);
    return { kind: isKnown ? "updateNode" : "addNode", id, value, options };
  });
}

/** Adds many edges, or none. */
export function addEdges(
  graph: Graph,
  store: GraphStore,
  interceptor: Interceptor | undefined,
  edges: Iterable<EdgeInit>,
  defaultLabel: string,
): number {
  const call = "Graph.addEdges";
  const operations = edgeOperations(call, graph, store, interceptor, edges, defaultLabel);
  const allowed = letPass(call, graph, interceptor, operations);
  // Interceptors may have removed some.
  if (interceptor !== undefined) for (const { from, to } of allowed) checkEnds(call, store, from, to);
  let added = 0;
  for (const { from, to, label, attributes } of allowed) {
    const { nodes } = store;
    if (putEdge(store, nodes.find(from), nodes.find(to), label, attributes as EdgeAttributes)) added++;
  }
  return added;
}

/** What is to be asked about each edge, checked. */
function edgeOperations(
  call: string,
  graph: Graph,
  store: GraphStore,
  interceptor: Interceptor | undefined,
  edges: Iterable<EdgeInit>,
  defaultLabel: string,
): readonly AddEdge[] {
  return Array.from(iterable(call, "edges", edges), (edge): AddEdge => {
    checkOptions(call, edge, ["from", "to", "label", "weight", "properties"]);
    const { from, to, label = defaultLabel, weight, properties } = edge;
    checkString(call, "from", from);
    checkString(call, "to", to);
    checkString(call, "label", label);
    if (!isWellFormed(label)) throw loneSurrogate(call);
    const attributes: EdgeAttributes = {
      ...(weight === undefined ? {} : { weight }),
      ...(properties === undefined ? {} : { properties }),
    };
    checkAttributes(attributes);
    if (interceptor === undefined || !graph.isDistributed()) checkEnds(call, store, from, to);
    return { kind: "addEdge", from, to, label, attributes };
  });
}

/** Checks all of a bulk operation, and then asks about each element as it is asked for. */
export async function* considerEach(
  graph: Graph,
  store: GraphStore,
  interceptor: Interceptor | undefined,
  operation: BulkOperation,
  defaultLabel: string,
): AsyncGenerator<Interception, void, undefined> {
  const call = "Graph.considerEach";
  const operations =
    operation.kind === "addNodes"
      ? nodeOperations(call, graph, operation.nodes)
      : edgeOperations(call, graph, store, interceptor, operation.edges, defaultLabel);
  for (const one of operations) yield interceptor === undefined ? "continue" : await consider(interceptor, graph, one);
}

function checkEnds(call: string, store: GraphStore, from: string, to: string): void {
  rowOf(store, call, "from", from);
  rowOf(store, call, "to", to);
}

/** The operations that interceptors let pass; those that they dealt with are left out. */
function letPass<O extends Operation>(
  call: string,
  graph: Graph,
  interceptor: Interceptor | undefined,
  operations: readonly O[],
): readonly O[] {
  if (interceptor === undefined) return operations;
  return operations.filter((operation) => {
    const outcome = ask(interceptor, graph, operation) ?? "continue";
    if (outcome !== "continue") intercepted(call, outcome);
    return outcome === "continue";
  });
}

function iterable<T>(call: string, name: string, items: Iterable<T>): Iterable<T> {
  if (typeof items === "object" && items !== null && Symbol.iterator in items) return items;
  throw invalidArgument(call, name, "an iterable", items);
}
