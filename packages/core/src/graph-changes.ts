import { invalidArgument } from "./arguments.ts";
import { NotFoundError } from "./errors.ts";
import { NONE } from "./graph-arguments.ts";
import type { GraphStore } from "./graph-store.ts";
import type { EdgeAttributes, NodeOptions } from "./graph-types.ts";
import { loneSurrogate } from "./utf8.ts";
import type { Value } from "./values.ts";

/** The row of a node; throws NotFoundError when there is none. */
export function rowOf(store: GraphStore, call: string, argument: string, id: string): number {
  const row = typeof id === "string" ? store.nodes.find(id) : -1;
  return row >= 0 ? row : noRow(call, argument, id);
}

/** Apart, so that `rowOf` is small enough to be compiled into its callers. */
function noRow(call: string, argument: string, id: unknown): never {
  if (typeof id !== "string") throw invalidArgument(call, argument, "a string", id);
  throw new NotFoundError(`${call}: no node ${JSON.stringify(id)} (\`${argument}\`)`, {
    details: { call, argument, id },
  });
}

/** The row of an edge, or -1. */
export function edgeRowOf(store: GraphStore, from: string, to: string, label: string): number {
  const { nodes, edges, names } = store;
  const source = typeof from === "string" ? nodes.find(from) : -1;
  const target = typeof to === "string" && source >= 0 ? nodes.find(to) : -1;
  const code = typeof label === "string" && target >= 0 ? names.indexOf(label) : -1;
  return code < 0 ? -1 : edges.find(source, target, code);
}

/** Adds or updates a node. Returns whether it is new. */
export function putNode(store: GraphStore, id: string, value: Value, options: NodeOptions): boolean {
  const before = store.nodes.rows;
  const row = store.nodes.intern(id);
  if (row < 0) throw loneSurrogate("Graph.addNode");
  store.writeNode(row, value, options);
  return row === before;
}

/** Adds or updates an edge between two rows. Returns whether it is new. */
export function putEdge(
  store: GraphStore,
  source: number,
  target: number,
  label: string,
  attributes: EdgeAttributes,
): boolean {
  const code = store.nameCode(label);
  if (code < 0) throw loneSurrogate("Graph.addEdge");
  const found = store.edges.find(source, target, code);
  const row = found < 0 ? store.edges.add(source, target, code) : found;
  if (attributes !== NONE) store.writeEdge(row, attributes);
  return found < 0;
}
