import { checkOneOf, checkOptions, checkString } from "./arguments.ts";
import type { Graph } from "./graph.ts";
import { checkAttributes, checkNode } from "./graph-arguments.ts";
import type { Operation } from "./interception.ts";
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
export function perform(graph: Graph, operation: Operation): Value | Iterable<QueryRow> {
  switch (operation.kind) {
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
