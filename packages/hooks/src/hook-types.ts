import type { EdgeAttributes, Graph, Interception, NodeOptions, Query, Registration, Value } from "@graphoid/core";

/** The operations that can be hooked. */
export type HookOperation = "addNode" | "updateNode" | "removeNode" | "addEdge" | "removeEdge" | "query";

/**
 * What a hook answers: `"continue"` to let the operation take its course, `handled(value)` to give the caller `value`
 * instead, `redirect(ref)` to say that it belongs elsewhere (which only asynchronous operations can follow).
 */
export type HookResult = Interception;

/** What a hook returns: its answer, or, for asynchronous operations only, a promise of it. */
export type HookAnswer = HookResult | Promise<HookResult>;

/** Asked before a node that the graph does not have is added. */
export type AddNodeHook = (graph: Graph, nodeId: string, value: Value, options: NodeOptions) => HookAnswer;
/** Asked before a node that the graph has is changed, by `updateNode` or by `addNode`. */
export type UpdateNodeHook = (graph: Graph, nodeId: string, value: Value, options: NodeOptions) => HookAnswer;
/** Asked before a node and the edges at it are removed; not about each of those edges. */
export type RemoveNodeHook = (graph: Graph, nodeId: string) => HookAnswer;
/** Asked before an edge is added, or changed if there is one. Both ends exist. */
export type AddEdgeHook = (
  graph: Graph,
  from: string,
  to: string,
  label: string,
  attributes: EdgeAttributes,
) => HookAnswer;
/** Asked before an edge is removed. Not asked about the edges of a node that is removed. */
export type RemoveEdgeHook = (graph: Graph, from: string, to: string, label: string) => HookAnswer;
/** Asked before a query runs. The value of `handled(rows)` is what the caller iterates. */
export type QueryHook = (graph: Graph, query: Query) => HookAnswer;

/**
 * Has a hook of the type `Hook` asked from the next operation on, until the registration is disposed.
 * The answer has a type parameter so that TypeScript takes that of `async () => "continue"` for what it is, and not for any
 * string.
 */
export type OnHook<Hook extends (...args: never[]) => HookAnswer> = <const Answer extends HookResult>(
  fn: (...args: Parameters<Hook>) => Answer | Promise<HookResult>,
  options?: HookOptions,
) => Registration;

/** Options of `hooks.onAddNode` and the others. */
export interface HookOptions {
  /** Only operations on this graph. Default: all graphs, those to come included. */
  readonly graph?: Graph;
  /**
   * With `graph`: operations on the graphs inside it too, at any depth; the hook is given the inner one. Inside is what the
   * values of its nodes are or contain, from the start or by an operation that is asked about. Default: false, as the ids of
   * an inner graph are its own, and mean nothing in the outer one.
   */
  readonly nested?: boolean;
  /** Hooks with a higher priority are asked first; those with the same in the order they were added. Default: 0. */
  readonly priority?: number;
  /** What to call the hook in errors and in `explain()`. Default: the function's name. */
  readonly name?: string;
}

/** Which hook decided an operation, and how. */
export interface HookDecision {
  readonly operation: HookOperation;
  /** The hook's name. */
  readonly hook: string;
  readonly priority: number;
  /**
   * `"handled"`: the caller got the hook's value. `"redirected"`: the operation went elsewhere. `"rejected"`: the hook
   * threw, did not settle in time, or its result was not one.
   */
  readonly outcome: "handled" | "redirected" | "rejected";
  /** What came of it: the value, the reference, or the error. */
  readonly result: unknown;
}
