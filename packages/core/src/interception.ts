import type { Graph } from "./graph.ts";
import type { EdgeInit, NodeInit } from "./graph-bulk.ts";
import type { EdgeAttributes, NodeOptions } from "./graph-types.ts";
import type { Query } from "./query.ts";
import type { Ref } from "./ref.ts";
import type { Value } from "./values.ts";

/** An interceptor dealt with the operation itself; `value` is what the caller gets. */
export interface Handled {
  readonly handled: Value;
}

/** The operation belongs elsewhere: at `redirect`. */
export interface Redirect {
  readonly redirect: Ref;
}

/** `"continue"` lets the operation take its course. */
export type Interception = "continue" | Handled | Redirect;

/** A graph operation as plain data, which can be stored, sent, and performed elsewhere. */
export type Operation =
  | { readonly kind: "addNode"; readonly id: string; readonly value: Value; readonly options?: NodeOptions }
  | { readonly kind: "updateNode"; readonly id: string; readonly value: Value; readonly options?: NodeOptions }
  | { readonly kind: "removeNode"; readonly id: string }
  | {
      readonly kind: "addEdge";
      readonly from: string;
      readonly to: string;
      readonly label: string;
      readonly attributes?: EdgeAttributes;
    }
  | { readonly kind: "removeEdge"; readonly from: string; readonly to: string; readonly label: string }
  | { readonly kind: "query"; readonly query: Query };

/** Many additions at once as plain data: all of them happen, or none. */
export type BulkOperation =
  | { readonly kind: "addNodes"; readonly nodes: readonly NodeInit[] }
  | { readonly kind: "addEdges"; readonly edges: readonly EdgeInit[] };

/** Makes the answer "I dealt with it, the result is `value`". */
export function handled(value: Value = null): Handled {
  return { handled: value };
}

/** Makes the answer "this belongs at `ref`". Only asynchronous operations follow redirects. */
export function redirect(ref: Ref): Redirect {
  return { redirect: ref };
}

/**
 * Sees every operation on a graph before it happens, and may let it pass, deal with it, or send it elsewhere.
 * Absent methods let the operation pass. A method that throws rejects the operation; the graph stays as it was.
 * Of an operation on something that the graph does not have, only the interceptors of a distributed graph hear.
 */
export interface Interceptor {
  addNode?(graph: Graph, id: string, value: Value, options: NodeOptions): Interception;
  updateNode?(graph: Graph, id: string, value: Value, options: NodeOptions): Interception;
  removeNode?(graph: Graph, id: string): Interception;
  addEdge?(graph: Graph, from: string, to: string, label: string, attributes: EdgeAttributes): Interception;
  removeEdge?(graph: Graph, from: string, to: string, label: string): Interception;
  query?(graph: Graph, query: Query): Interception;
  /**
   * Asked instead of the others about an operation that can wait, see {@link Graph.consider}. Without it, the method of
   * the operation is asked.
   */
  consider?(graph: Graph, operation: Operation): Promise<Interception>;
}
