export { handled, redirect } from "@graphoid/core";
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
export { HookResultError } from "./errors.ts";
export type {
  AddEdgeHook,
  AddNodeHook,
  HookDecision,
  HookOperation,
  HookOptions,
  HookResult,
  QueryHook,
  RemoveEdgeHook,
  RemoveNodeHook,
  UpdateNodeHook,
} from "./hook-types.ts";
export { createHooks, type Hooks } from "./hooks.ts";
