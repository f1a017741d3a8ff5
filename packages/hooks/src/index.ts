export { type BulkOperation, handled, type Operation, redirect } from "@graphoid/core";
export {
  type AsyncGraph,
  type AsyncGraphOptions,
  asyncGraph,
  type BulkCall,
  type OperationCall,
} from "./async-graph.ts";
export {
  defaultHooks,
  explain,
  onAddEdge,
  onAddNode,
  onQuery,
  onRemoveEdge,
  onRemoveNode,
  onUpdateNode,
} from "./default.ts";
export { BulkIncompleteError, HookResultError, HookTimeoutError } from "./errors.ts";
export { type GraphHandler, type GraphHandlerOptions, graphHandler } from "./graph-handler.ts";
export type {
  AddEdgeHook,
  AddNodeHook,
  HookAnswer,
  HookDecision,
  HookOperation,
  HookOptions,
  HookResult,
  OnHook,
  QueryHook,
  RemoveEdgeHook,
  RemoveNodeHook,
  UpdateNodeHook,
} from "./hook-types.ts";
export { createHooks, type Hooks, type HooksOptions } from "./hooks.ts";
