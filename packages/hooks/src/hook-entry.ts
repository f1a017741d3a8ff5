import type { Graph } from "@graphoid/core";
import type { HookDecision, HookOperation } from "./hook-types.ts";

/** A hook of any operation: the graph, then what the operation is about. */
export type AnyHook = (graph: Graph, a: unknown, b: unknown, c: unknown, d: unknown) => unknown;

/** A registered hook. */
export interface HookEntry {
  readonly operation: HookOperation;
  readonly fn: AnyHook;
  readonly priority: number;
  /** Counts up as hooks are added. */
  readonly order: number;
  readonly name: string;
  /** False once disposed: it may still be in the list of an operation that is under way. */
  active: boolean;
}

/** What `explain()` reads: `entry` is `undefined` when the last operation was let pass. */
export class LastDecision {
  entry: HookEntry | undefined;
  outcome: HookDecision["outcome"] = "handled";
  result: unknown;

  set(entry: HookEntry, outcome: HookDecision["outcome"], result: unknown): void {
    this.entry = entry;
    this.outcome = outcome;
    this.result = result;
  }
}
