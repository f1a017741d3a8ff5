import { describe, type Graph, type Interception, isRef } from "@graphoid/core";
import { HookResultError } from "./errors.ts";
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

/**
 * One function that asks `entries` in turn, for the interceptor's method. The list is fixed: hooks that come while an
 * operation is under way are asked from the next one. It takes as many arguments as the operation with the most and
 * allocates nothing, because every operation on the graph passes through it.
 *
 * @param skip - Tells whether the hooks of a graph are asked elsewhere.
 */
export function chain(
  entries: readonly HookEntry[],
  last: LastDecision,
  skip: ((graph: Graph) => boolean) | undefined,
): AnyHook {
  return (graph, a, b, c, d) => {
    if (skip?.(graph)) return "continue";
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i] as HookEntry;
      if (!entry.active) continue;
      let result: unknown;
      try {
        result = entry.fn(graph, a, b, c, d);
      } catch (error) {
        last.set(entry, "rejected", error);
        throw error;
      }
      if (result !== "continue") return decide(entry, result, last);
    }
    last.entry = undefined;
    return "continue";
  };
}

/** Checks an answer other than "continue". */
function decide(entry: HookEntry, result: unknown, last: LastDecision): Interception {
  if (isObject(result) && isHandled(entry, result["handled"])) {
    last.set(entry, "handled", result["handled"]);
    return result as unknown as Interception;
  }
  const error = refuse(entry, result);
  last.set(entry, "rejected", error);
  throw error;
}

/** A query is handled with rows; anything else with any value. */
function isHandled(entry: HookEntry, value: unknown): boolean {
  if (entry.operation === "query") return isObject(value) && typeof value[Symbol.iterator] === "function";
  return value !== undefined;
}

function refuse(entry: HookEntry, result: unknown): HookResultError {
  const hook = `hooks: the hook ${JSON.stringify(entry.name)} of \`${entry.operation}\``;
  const instead = `this operation is synchronous: return "continue" or handled(value)`;
  let message: string;
  if (isThenable(result)) {
    // Nobody will wait for it, so its rejection must not end the process.
    result.then(undefined, () => {});
    message = `${hook} returned a promise, and ${instead}`;
  } else if (isObject(result) && isRef(result["redirect"])) {
    message = `${hook} redirected to ${JSON.stringify(result["redirect"].id)}, and ${instead}`;
  } else {
    const value = entry.operation === "query" ? "rows" : "value";
    message = `${hook} must return "continue", handled(${value}) or redirect(ref), and returned ${describe(result)}`;
  }
  return new HookResultError(message, { details: { operation: entry.operation, hook: entry.name } });
}

function isObject(value: unknown): value is Record<string | symbol, unknown> {
  return typeof value === "object" && value !== null;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return isObject(value) && typeof value["then"] === "function";
}
