import { checkOneOf, checkOptions, checkString, invalidArgument } from "./arguments.ts";
import type { Graph } from "./graph.ts";
import { checkAttributes, checkNode } from "./graph-arguments.ts";
import type { BulkOperation, Operation } from "./interception.ts";
import { checkQuery, type QueryRow } from "./query.ts";
import type { Value } from "./values.ts";

const KEYS = {
  addNode: ["kind", "id", "value", "options"],
  updateNode: ["kind", "id", "value", "options"],
  removeNode: ["kind", "id"],
  addEdge: ["kind", "from", "to", "label", "attributes"],
  removeEdge: ["kind", "from", "to", "label"],
  query: ["kind", "query"],
} as const;

const KINDS = Object.keys(KEYS) as (keyof typeof KEYS)[];

/**
 * Throws unless `operation` has the shape of an {@link Operation}: it may have come over a network.
 *
 * @throws InvalidArgumentError naming the part that is wrong.
 */
export function checkOperation(call: string, operation: Operation): void {
  const kind = typeof operation === "object" && operation !== null ? operation.kind : undefined;
  checkOneOf(call, "operation.kind", kind, KINDS);
  checkOptions(call, operation, KEYS[kind]);
  switch (operation.kind) {
    case "addNode":
    case "updateNode":
      return checkNode(call, operation.id, operation.options ?? {});
    case "removeNode":
      return checkString(call, "id", operation.id);
    case "addEdge":
    case "removeEdge":
      for (const key of ["from", "to", "label"] as const) checkString(call, key, operation[key]);
      if (operation.kind === "addEdge" && operation.attributes !== undefined) checkAttributes(operation.attributes);
      return;
    default:
      checkQuery(call, operation.query);
  }
}

const BULK_KEYS = { addNodes: ["kind", "nodes"], addEdges: ["kind", "edges"] } as const;

/** Tells whether an operation is one on many elements. */
export function isBulk(operation: Operation | BulkOperation): operation is BulkOperation {
  return typeof operation === "object" && operation !== null && Object.hasOwn(BULK_KEYS, operation.kind);
}

/**
 * Throws unless `operation` has the shape of a {@link BulkOperation}. What it does not look at are the elements: whoever
 * performs it, or asks about it, checks all of them first.
 *
 * @throws InvalidArgumentError naming the part that is wrong.
 */
export function checkBulkOperation(call: string, operation: BulkOperation): void {
  const kind = typeof operation === "object" && operation !== null ? operation.kind : undefined;
  checkOneOf(call, "operation.kind", kind, ["addNodes", "addEdges"]);
  checkOptions(call, operation, BULK_KEYS[kind]);
  const items: unknown = operation.kind === "addNodes" ? operation.nodes : operation.edges;
  if (!Array.isArray(items)) throw invalidArgument(call, BULK_KEYS[kind][1], "an array", items);
}

/**
 * What interceptors are asked about: an addition of a node that is there is an update. Nothing is, where the operation
 * is about something that is not there, unless it may be elsewhere.
 */
export function operationToAsk(graph: Graph, operation: Operation): Operation | undefined {
  if (operation.kind === "addNode")
    return graph.hasNode(operation.id) ? { ...operation, kind: "updateNode" } : operation;
  return graph.isDistributed() || isPossible(graph, operation) ? operation : undefined;
}

function isPossible(graph: Graph, operation: Operation): boolean {
  switch (operation.kind) {
    case "updateNode":
    case "removeNode":
      return graph.hasNode(operation.id);
    case "addEdge":
      return graph.hasNode(operation.from) && graph.hasNode(operation.to);
    case "removeEdge":
      return graph.hasEdge(operation.from, operation.to, operation.label);
    default:
      return true;
  }
}

/** Calls the method of an operation. */
export function perform(graph: Graph, operation: Operation | BulkOperation): Value | Iterable<QueryRow> {
  switch (operation.kind) {
    case "addNodes":
      return graph.addNodes(operation.nodes);
    case "addEdges":
      return graph.addEdges(operation.edges);
    case "addNode":
      return graph.addNode(operation.id, operation.value, operation.options);
    case "updateNode":
      return graph.updateNode(operation.id, operation.value, operation.options);
    case "removeNode":
      return graph.removeNode(operation.id);
    case "addEdge":
      return graph.addEdge(operation.from, operation.to, operation.label, operation.attributes);
    case "removeEdge":
      return graph.removeEdge(operation.from, operation.to, operation.label);
    default:
      return graph.query(operation.query);
  }
}
