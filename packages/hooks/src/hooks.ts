import {
  type Clock,
  checkBoolean,
  checkFunction,
  checkNumber,
  checkOptions,
  checkString,
  type Graph,
  interceptAll,
  invalidArgument,
  isGraph,
  type Registration,
  registration,
  systemClock,
} from "@graphoid/core";
import { type AnyHook, type HookEntry, LastDecision } from "./hook-entry.ts";
import { HookTarget } from "./hook-target.ts";
import type {
  AddEdgeHook,
  AddNodeHook,
  HookDecision,
  HookOperation,
  HookOptions,
  OnHook,
  QueryHook,
  RemoveEdgeHook,
  RemoveNodeHook,
  UpdateNodeHook,
} from "./hook-types.ts";
import { NestedHook } from "./nested-hook.ts";
import { checkTimeout } from "./timeout.ts";
import type { HookTime } from "./waiting-chain.ts";

/** Options of {@link createHooks}. */
export interface HooksOptions {
  /**
   * How long an asynchronous hook may take, in milliseconds, before the operation fails with `HookTimeoutError`.
   * `Infinity` for ever. Default: 5,000.
   */
  readonly timeoutMs?: number;
  /** Where time comes from. Default: the machine's clock. */
  readonly clock?: Clock;
}

/**
 * A set of hooks on graph operations.
 *
 * Before an operation, its hooks are asked in order of priority, then of registration, until one answers other than
 * `"continue"`. A hook that throws rejects the operation with its own error, and an answer that is none with
 * `HookResultError`; either way the graph stays as it was and later hooks are not asked. A hook that is disposed is
 * not called again, even by the operation under way; one that is added is called from the next operation on.
 *
 * Synchronous operations take synchronous hooks. Those of {@link asyncGraph} also wait for hooks that return promises,
 * and follow redirects.
 */
export interface Hooks extends Disposable {
  /** Throws InvalidArgumentError, as do the others, for arguments that are not as described. */
  readonly onAddNode: OnHook<AddNodeHook>;
  readonly onUpdateNode: OnHook<UpdateNodeHook>;
  readonly onRemoveNode: OnHook<RemoveNodeHook>;
  readonly onAddEdge: OnHook<AddEdgeHook>;
  readonly onRemoveEdge: OnHook<RemoveEdgeHook>;
  readonly onQuery: OnHook<QueryHook>;
  /**
   * Which hook decided the last operation that hooks of this set were asked about; `undefined` when all of them let it
   * pass, or none was asked yet.
   */
  explain(): HookDecision | undefined;
  /** Disposes all hooks of the set. More can be added afterwards. */
  dispose(): void;
}

/**
 * Makes an empty, isolated set of hooks. A graph without hooks pays one check an operation for the possibility.
 *
 * @throws InvalidArgumentError for options that are not as described.
 * @example
 * ```ts
 * import { Graph } from "@graphoid/core";
 * import { createHooks, handled } from "@graphoid/hooks";
 *
 * const hooks = createHooks();
 * const graph = new Graph();
 * hooks.onAddNode((_, nodeId) => (nodeId.startsWith("tmp") ? handled(false) : "continue"), { graph });
 * graph.addNode("tmp1");
 * console.log(graph.nodes()); // []
 * ```
 */
export function createHooks(options: HooksOptions = {}): Hooks {
  checkOptions("createHooks", options, ["timeoutMs", "clock"]);
  const { timeoutMs = 5000, clock = systemClock } = options;
  checkTimeout("createHooks", timeoutMs);
  checkFunction("createHooks", "clock.after", clock?.after);
  return new HookSet({ timeoutMs, clock });
}

class HookSet implements Hooks {
  readonly #last = new LastDecision();
  readonly #time: HookTime;
  readonly #everywhere: HookTarget;
  /** The graphs that have hooks of their own. Their targets ask the hooks of all graphs too, in the common order. */
  readonly #targets = new WeakMap<Graph, HookTarget>();
  /** The same targets, to go through them. Weak, so that a hook on a graph keeps neither the graph nor itself. */
  readonly #references = new Set<WeakRef<HookTarget>>();
  #added = 0;

  constructor(time: HookTime) {
    this.#time = time;
    this.#everywhere = new HookTarget(interceptAll, this.#last, time);
  }

  onAddNode(fn: AddNodeHook, options?: HookOptions): Registration {
    return this.#add("onAddNode", "addNode", fn, options);
  }

  onUpdateNode(fn: UpdateNodeHook, options?: HookOptions): Registration {
    return this.#add("onUpdateNode", "updateNode", fn, options);
  }

  onRemoveNode(fn: RemoveNodeHook, options?: HookOptions): Registration {
    return this.#add("onRemoveNode", "removeNode", fn, options);
  }

  onAddEdge(fn: AddEdgeHook, options?: HookOptions): Registration {
    return this.#add("onAddEdge", "addEdge", fn, options);
  }

  onRemoveEdge(fn: RemoveEdgeHook, options?: HookOptions): Registration {
    return this.#add("onRemoveEdge", "removeEdge", fn, options);
  }

  onQuery(fn: QueryHook, options?: HookOptions): Registration {
    return this.#add("onQuery", "query", fn, options);
  }

  explain(): HookDecision | undefined {
    const { entry, outcome, result } = this.#last;
    if (!entry) return undefined;
    return { operation: entry.operation, hook: entry.name, priority: entry.priority, outcome, result };
  }

  dispose(): void {
    for (const target of [this.#everywhere, ...this.#targetsInUse()]) {
      for (const entry of target.entries) entry.active = false;
      target.clear();
    }
    this.#update(this.#everywhere);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #add(on: string, operation: HookOperation, fn: unknown, options: HookOptions = {}): Registration {
    const call = `hooks.${on}`;
    checkFunction(call, "fn", fn);
    checkOptions(call, options, ["graph", "nested", "priority", "name"]);
    const { graph, nested = false, priority = 0, name = fn.name || "anonymous" } = options;
    if (graph !== undefined && !isGraph(graph)) throw invalidArgument(call, "graph", "a Graph", graph);
    checkBoolean(call, "nested", nested);
    if (nested && graph === undefined) throw invalidArgument(call, "nested", "false without `graph`", nested);
    checkNumber(call, "priority", priority);
    checkString(call, "name", name);
    const order = this.#added++;
    const entry: HookEntry = { operation, fn: fn as unknown as AnyHook, priority, order, name, active: true };
    if (graph === undefined || !nested) {
      const target = graph === undefined ? this.#everywhere : this.#targetOf(graph);
      this.#attach(target, [entry]);
      return registration(() => this.#detach(target, [entry]));
    }
    const hook = new NestedHook(graph, entry, (found) => this.#attach(this.#targetOf(found), hook.entries));
    hook.start();
    // From wherever it is by then, as this must not keep graphs that are gone.
    return registration(() => {
      for (const target of this.#targetsInUse()) {
        if (target.entries.includes(hook.entries[0] as HookEntry)) this.#detach(target, hook.entries);
      }
    });
  }

  #attach(target: HookTarget, entries: readonly HookEntry[]): void {
    for (const entry of entries) target.add(entry);
    this.#update(target);
  }

  #detach(target: HookTarget, entries: readonly HookEntry[]): void {
    for (const entry of entries) {
      entry.active = false;
      target.remove(entry);
    }
    this.#update(target);
  }

  #targetOf(graph: Graph): HookTarget {
    let target = this.#targets.get(graph);
    if (!target) {
      target = new HookTarget((interceptor) => graph.intercept(interceptor), this.#last, this.#time);
      this.#targets.set(graph, target);
    }
    return target;
  }

  #targetsInUse(): HookTarget[] {
    const targets: HookTarget[] = [];
    for (const reference of this.#references) {
      const target = reference.deref();
      if (target) targets.push(target);
      else this.#references.delete(reference);
    }
    return targets;
  }

  /** Puts a change of a target's hooks into force. */
  #update(target: HookTarget): void {
    const everywhere = this.#everywhere;
    if (target === everywhere) {
      for (const one of this.#targetsInUse()) this.#updateOne(one);
    } else {
      this.#updateOne(target);
    }
    // Graphs with hooks of their own ask those of all graphs by themselves.
    const skip = this.#references.size === 0 ? undefined : (graph: Graph) => this.#hasOwn(graph);
    everywhere.update([], skip);
  }

  #updateOne(target: HookTarget): void {
    if (target.entries.length > 0) this.#references.add(target.reference);
    else this.#references.delete(target.reference);
    target.update(this.#everywhere.entries);
  }

  #hasOwn(graph: Graph): boolean {
    return (this.#targets.get(graph)?.entries.length ?? 0) > 0;
  }
}
