import type { Graph } from "@graphoid/core";
import { decide } from "./hook-answer.ts";
import type { AnyHook, HookEntry, LastDecision } from "./hook-entry.ts";

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
  const [entry] = entries;
  if (entry !== undefined && entries.length === 1 && skip === undefined) return single(entry, last);
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
      if (result !== "continue") return decide(entry, result, last, false);
    }
    last.entry = undefined;
    return "continue";
  };
}

/** The same for one hook, without the loop: the usual case, and half the cost. */
function single(entry: HookEntry, last: LastDecision): AnyHook {
  const { fn } = entry;
  return (graph, a, b, c, d) => {
    let result: unknown;
    try {
      result = fn(graph, a, b, c, d);
    } catch (error) {
      last.set(entry, "rejected", error);
      throw error;
    }
    if (result !== "continue") return decide(entry, result, last, false);
    last.entry = undefined;
    return "continue";
  };
}
