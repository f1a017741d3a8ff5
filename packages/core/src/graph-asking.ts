import { checkString } from "./arguments.ts";
import type { Graph } from "./graph.ts";
import { edgeRowOf, putEdge, putNode, rowOf } from "./graph-changes.ts";
import type { GraphStore } from "./graph-store.ts";
import type { EdgeAttributes, NodeOptions } from "./graph-types.ts";
import type { Interceptor } from "./interception.ts";
import { intercepted } from "./interceptors.ts";
import { loneSurrogate } from "./utf8.ts";
import type { Value } from "./values.ts";

/**
 * The operations of a graph that has interceptors: look up, ask, perform. What was looked up before asking is used
 * afterwards unless the interceptor has changed the graph, so that asking costs little more than the call.
 */

/** Adds a node, or updates it if it is there. */
export function addNodeAsking(
  graph: Graph,
  store: GraphStore,
  interceptor: Interceptor,
  id: string,
  value: Value,
  options: NodeOptions,
): Value {
  const { nodes } = store;
  const { ids } = nodes;
  const found = ids.indexOf(id);
  if (found >= 0) {
    if (!nodes.isRemoved(found)) return updateNodeAsking(graph, store, interceptor, id, value, options);
    const outcome = interceptor.addNode?.(graph, id, value, options) ?? "continue";
    return outcome === "continue" ? putNode(store, id, value, options) : intercepted("Graph.addNode", outcome);
  }
  const { missAt, missHash, length } = ids;
  if (interceptor.addNode !== undefined) {
    const outcome = interceptor.addNode(graph, id, value, options);
    if (outcome !== "continue" && outcome !== undefined) return intercepted("Graph.addNode", outcome);
  }
  if (store.nodes !== nodes || ids.length !== length) return putNode(store, id, value, options);
  const row = ids.addMissed(id, missAt, missHash);
  if (row < 0) throw loneSurrogate("Graph.addNode");
  store.writeNode(row, value, options);
  return true;
}

/** Updates a node. Throws NotFoundError when it is not there, unless someone else deals with that. */
export function updateNodeAsking(
  graph: Graph,
  store: GraphStore,
  interceptor: Interceptor,
  id: string,
  value: Value,
  options: NodeOptions,
): Value {
  const { nodes } = store;
  const { removed } = nodes;
  let row = graph.isDistributed() ? nodes.find(id) : rowOf(store, "Graph.updateNode", "id", id);
  if (interceptor.updateNode !== undefined) {
    const outcome = interceptor.updateNode(graph, id, value, options);
    if (outcome !== "continue" && outcome !== undefined) return intercepted("Graph.updateNode", outcome);
  }
  const isSame = store.nodes === nodes && nodes.removed === removed;
  if (row < 0 || !isSame) row = rowOf(store, "Graph.updateNode", "id", id);
  store.writeNode(row, value, options);
  return false;
}

/** Removes a node. */
export function removeNodeAsking(graph: Graph, store: GraphStore, interceptor: Interceptor, id: string): Value {
  if (!graph.hasNode(id) && !graph.isDistributed()) return false;
  const outcome = interceptor.removeNode?.(graph, id) ?? "continue";
  if (outcome !== "continue") return intercepted("Graph.removeNode", outcome);
  const row = store.nodes.find(id);
  if (row >= 0) store.removeNode(row);
  return row >= 0;
}

/** Adds an edge, or updates it if it is there. */
export function addEdgeAsking(
  graph: Graph,
  store: GraphStore,
  interceptor: Interceptor,
  from: string,
  to: string,
  label: string,
  attributes: EdgeAttributes,
): Value {
  const { nodes } = store;
  const { removed } = nodes;
  let source: number;
  let target: number;
  if (graph.isDistributed()) {
    checkString("Graph.addEdge", "from", from);
    checkString("Graph.addEdge", "to", to);
    source = nodes.find(from);
    target = nodes.find(to);
  } else {
    source = rowOf(store, "Graph.addEdge", "from", from);
    target = rowOf(store, "Graph.addEdge", "to", to);
  }
  if (interceptor.addEdge !== undefined) {
    const outcome = interceptor.addEdge(graph, from, to, label, attributes);
    if (outcome !== "continue" && outcome !== undefined) return intercepted("Graph.addEdge", outcome);
  }
  // Rows stay as long as no node is removed.
  if (store.nodes === nodes && nodes.removed === removed && source >= 0 && target >= 0) {
    return putEdge(store, source, target, label, attributes);
  }
  const newSource = rowOf(store, "Graph.addEdge", "from", from);
  return putEdge(store, newSource, rowOf(store, "Graph.addEdge", "to", to), label, attributes);
}

/** Removes an edge. */
export function removeEdgeAsking(
  graph: Graph,
  store: GraphStore,
  interceptor: Interceptor,
  from: string,
  to: string,
  label: string,
): Value {
  if (!graph.hasEdge(from, to, label)) {
    if (!graph.isDistributed()) return false;
    checkString("Graph.removeEdge", "from", from);
    checkString("Graph.removeEdge", "to", to);
    checkString("Graph.removeEdge", "label", label);
  }
  const outcome = interceptor.removeEdge?.(graph, from, to, label) ?? "continue";
  if (outcome !== "continue") return intercepted("Graph.removeEdge", outcome);
  const row = edgeRowOf(store, from, to, label);
  if (row >= 0) store.removeEdge(row);
  return row >= 0;
}
