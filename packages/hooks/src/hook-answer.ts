import { describe, type Interception, isRef } from "@graphoid/core";
import { HookResultError } from "./errors.ts";
import type { HookEntry, LastDecision } from "./hook-entry.ts";
import type { HookOperation } from "./hook-types.ts";

/** Checks an answer other than "continue" and notes what it decides. */
export function decide(entry: HookEntry, result: unknown, last: LastDecision, canWait: boolean): Interception {
  if (isObject(result)) {
    if (isAnswerTo(entry.operation, result["handled"])) {
      last.set(entry, "handled", result["handled"]);
      return result as unknown as Interception;
    }
    if (canWait && isRef(result["redirect"])) {
      last.set(entry, "redirected", result["redirect"]);
      return result as unknown as Interception;
    }
  }
  const error = refuse(entry, result, canWait);
  last.set(entry, "rejected", error);
  throw error;
}

/** A query is answered with rows, or `null` for none; anything else with any value. */
export function isAnswerTo(operation: HookOperation, value: unknown): boolean {
  if (operation !== "query") return value !== undefined;
  return value === null || (isObject(value) && typeof value[Symbol.iterator] === "function");
}

function refuse(entry: HookEntry, result: unknown, canWait: boolean): HookResultError {
  const hook = `hooks: the hook ${JSON.stringify(entry.name)} of \`${entry.operation}\``;
  const instead = `this operation is synchronous: return "continue" or handled(value), or call it on asyncGraph(graph)`;
  let message: string;
  if (!canWait && isThenable(result)) {
    // Nobody will wait for it, so its rejection must not end the process.
    result.then(undefined, () => {});
    message = `${hook} returned a promise, and ${instead}`;
  } else if (!canWait && isObject(result) && isRef(result["redirect"])) {
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

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (isObject(value) || typeof value === "function") && typeof (value as { then?: unknown }).then === "function";
}
