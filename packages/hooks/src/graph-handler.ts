import {
  type BulkOperation,
  checkBulkOperation,
  checkOneOf,
  checkOperation,
  checkOptions,
  type Graph,
  type Interception,
  invalidArgument,
  isGraph,
  type Operation,
  type QueryRow,
  type Redirect,
  type Value,
} from "@graphoid/core";
import { applyAllowed } from "./bulk-parts.ts";
import type { HookOperation } from "./hook-types.ts";

/** Options of {@link graphHandler}. */
export interface GraphHandlerOptions {
  /** What others may do to the graph; one element at a time or many. Default: everything. */
  readonly operations?: readonly HookOperation[];
}

/** A method for each operation that others may perform, named as the operation is. */
export type GraphHandler = {
  readonly [K in HookOperation | BulkOperation["kind"]]?: (operation: Value) => Promise<Value | Redirect>;
};

const BULK: { readonly [K in HookOperation]?: BulkOperation["kind"] } = { addNode: "addNodes", addEdge: "addEdges" };
const OPERATIONS = ["addNode", "updateNode", "removeNode", "addEdge", "removeEdge", "query"] as const;

/**
 * What to expose so that operations can be redirected to a graph: `remote.expose("friends", graphHandler(graph))`, and
 * elsewhere `redirect(remote.ref({ id: "friends", location }))`. The graph's own hooks are asked, asynchronous ones too;
 * they may redirect further.
 *
 * Whoever reaches the remote may use it: its `authorize` decides who may.
 *
 * @throws InvalidArgumentError for arguments that are not as described; so do the methods, for what came from elsewhere.
 */
export function graphHandler(graph: Graph, options: GraphHandlerOptions = {}): GraphHandler {
  const call = "graphHandler";
  if (!isGraph(graph)) throw invalidArgument(call, "graph", "a Graph", graph);
  checkOptions(call, options, ["operations"]);
  const { operations = OPERATIONS } = options;
  if (!Array.isArray(operations)) throw invalidArgument(call, "operations", "an array of operations", operations);
  for (const operation of operations) checkOneOf(call, "operations", operation, OPERATIONS);
  return Object.fromEntries(
    operations.flatMap((kind: HookOperation) => {
      const one = [kind, (operation: Value) => perform(graph, kind, operation)];
      const bulk = BULK[kind];
      return bulk === undefined ? [one] : [one, [bulk, (operation: Value) => performBulk(graph, bulk, operation)]];
    }),
  );
}

async function perform(graph: Graph, kind: HookOperation, payload: Value): Promise<Value | Redirect> {
  const operation = payload as unknown as Operation;
  checkOperation("graphHandler", operation);
  checkKind(kind, operation);
  const outcome = await graph.consider(operation);
  if (outcome !== "continue" && "redirect" in outcome) return outcome;
  const value = outcome === "continue" ? graph.apply(operation) : outcome.handled;
  if (kind !== "query") return value as Value;
  return (value === null ? [] : [...(value as Iterable<QueryRow>)]) as unknown as Value;
}

async function performBulk(graph: Graph, kind: BulkOperation["kind"], payload: Value): Promise<Value> {
  const operation = payload as unknown as BulkOperation;
  checkBulkOperation("graphHandler", operation);
  checkKind(kind, operation);
  const outcomes: Interception[] = [];
  for await (const outcome of graph.considerEach(operation)) outcomes.push(outcome);
  return applyAllowed(graph, operation, outcomes) as unknown as Value;
}

function checkKind(kind: string, operation: { readonly kind: string }): void {
  if (operation.kind === kind) return;
  throw invalidArgument("graphHandler", "operation.kind", JSON.stringify(kind), operation.kind);
}
