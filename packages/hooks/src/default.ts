import type {
  AddEdgeHook,
  AddNodeHook,
  HookDecision,
  HookOptions,
  OnHook,
  QueryHook,
  RemoveEdgeHook,
  RemoveNodeHook,
  UpdateNodeHook,
} from "./hook-types.ts";
import { createHooks, type Hooks } from "./hooks.ts";

/** The set of hooks behind the functions of this module. */
export const defaultHooks: Hooks = /* @__PURE__ */ createHooks();

/**
 * Has `fn` asked before a node that a graph does not have is added; see {@link Hooks}.
 *
 * @throws InvalidArgumentError for arguments that are not as described.
 * @example
 * ```ts
 * import * as hooks from "@graphoid/hooks";
 *
 * const registration = hooks.onAddNode((graph, nodeId, value) => "continue");
 * registration.dispose();
 * ```
 */
export const onAddNode: OnHook<AddNodeHook> = (fn: AddNodeHook, options?: HookOptions) =>
  defaultHooks.onAddNode(fn, options);

/** Has `fn` asked before a node that a graph has is changed; see {@link Hooks}. */
export const onUpdateNode: OnHook<UpdateNodeHook> = (fn: UpdateNodeHook, options?: HookOptions) =>
  defaultHooks.onUpdateNode(fn, options);

/** Has `fn` asked before a node is removed; see {@link Hooks}. */
export const onRemoveNode: OnHook<RemoveNodeHook> = (fn: RemoveNodeHook, options?: HookOptions) =>
  defaultHooks.onRemoveNode(fn, options);

/** Has `fn` asked before an edge is added or changed; see {@link Hooks}. */
export const onAddEdge: OnHook<AddEdgeHook> = (fn: AddEdgeHook, options?: HookOptions) =>
  defaultHooks.onAddEdge(fn, options);

/** Has `fn` asked before an edge is removed; see {@link Hooks}. */
export const onRemoveEdge: OnHook<RemoveEdgeHook> = (fn: RemoveEdgeHook, options?: HookOptions) =>
  defaultHooks.onRemoveEdge(fn, options);

/** Has `fn` asked before a query runs; see {@link Hooks}. */
export const onQuery: OnHook<QueryHook> = (fn: QueryHook, options?: HookOptions) => defaultHooks.onQuery(fn, options);

/** Which hook decided the last operation; see {@link Hooks.explain}. */
export function explain(): HookDecision | undefined {
  return defaultHooks.explain();
}
