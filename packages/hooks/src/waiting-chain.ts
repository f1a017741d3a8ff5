import type { Clock, Graph, Interception, Operation } from "@graphoid/core";
import { HookTimeoutError } from "./errors.ts";
import { decide, isThenable } from "./hook-answer.ts";
import type { HookEntry, LastDecision } from "./hook-entry.ts";

/** How long a hook may take. */
export interface HookTime {
  readonly clock: Clock;
  /** `Infinity` for ever. */
  readonly timeoutMs: number;
}

/** Asks `entries` in turn about an operation that can wait for them. The list is fixed, as for others. */
export async function considerInTurn(
  entries: readonly HookEntry[],
  last: LastDecision,
  time: HookTime,
  graph: Graph,
  operation: Operation,
): Promise<Interception> {
  const [a, b, c, d] = argumentsOf(operation);
  for (const entry of entries) {
    if (!entry.active) continue;
    let result: unknown;
    try {
      result = entry.fn(graph, a, b, c, d);
      if (isThenable(result)) result = await settled(entry, result, time);
    } catch (error) {
      last.set(entry, "rejected", error);
      throw error;
    }
    if (result !== "continue") return decide(entry, result, last, true);
  }
  last.entry = undefined;
  return "continue";
}

/** What a hook gets besides the graph. */
function argumentsOf(operation: Operation): readonly unknown[] {
  switch (operation.kind) {
    case "addNode":
    case "updateNode":
      return [operation.id, operation.value, operation.options ?? {}];
    case "removeNode":
      return [operation.id];
    case "addEdge":
      return [operation.from, operation.to, operation.label, operation.attributes ?? {}];
    case "removeEdge":
      return [operation.from, operation.to, operation.label];
    default:
      return [operation.query];
  }
}

/** The outcome of a hook's promise; what comes of it after the time is up is ignored. */
function settled(entry: HookEntry, promise: PromiseLike<unknown>, { clock, timeoutMs }: HookTime): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer =
      timeoutMs === Number.POSITIVE_INFINITY
        ? undefined
        : clock.after(timeoutMs, () => {
            const { operation, name: hook } = entry;
            const message = `hooks: the hook ${JSON.stringify(hook)} of \`${operation}\` did not settle within ${timeoutMs} ms`;
            reject(new HookTimeoutError(message, { details: { operation, hook, timeoutMs } }));
          });
    promise.then(
      (value) => {
        timer?.cancel();
        resolve(value);
      },
      (error: unknown) => {
        timer?.cancel();
        reject(error);
      },
    );
  });
}
