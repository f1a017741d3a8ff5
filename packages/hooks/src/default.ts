import type { Registration } from "@graphoid/core";
import type {
  AddEdgeHook,
  AddNodeHook,
  HookDecision,
  HookOptions,
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
export function onAddNode(fn: AddNodeHook, options?: HookOptions): Registration {
  return defaultHooks.onAddNode(fn, options);
}

/** Has `fn` asked before a node that a graph has is changed; see {@link Hooks}. */
export function onUpdateNode(fn: UpdateNodeHook, options?: HookOptions): Registration {
  return defaultHooks.onUpdateNode(fn, options);
}

/** Has `fn` asked before a node is removed; see {@link Hooks}. */
export function onRemoveNode(fn: RemoveNodeHook, options?: HookOptions): Registration {
  return defaultHooks.onRemoveNode(fn, options);
}

/** Has `fn` asked before an edge is added or changed; see {@link Hooks}. */
export function onAddEdge(fn: AddEdgeHook, options?: HookOptions): Registration {
  return defaultHooks.onAddEdge(fn, options);
}

/** Has `fn` asked before an edge is removed; see {@link Hooks}. */
export function onRemoveEdge(fn: RemoveEdgeHook, options?: HookOptions): Registration {
  return defaultHooks.onRemoveEdge(fn, options);
}

/** Has `fn` asked before a query runs; see {@link Hooks}. */
export function onQuery(fn: QueryHook, options?: HookOptions): Registration {
  return defaultHooks.onQuery(fn, options);
}

/** Which hook decided the last operation; see {@link Hooks.explain}. */
export function explain(): HookDecision | undefined {
  return defaultHooks.explain();
}
