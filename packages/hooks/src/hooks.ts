import {
  checkFunction,
  checkNumber,
  checkOptions,
  checkString,
  type Graph,
  type Interceptor,
  interceptAll,
  invalidArgument,
  isGraph,
  type Registration,
  registration,
} from "@graphoid/core";
import { type AnyHook, chain, type HookEntry, inOrder, LastDecision } from "./hook-chain.ts";
import type {
  AddEdgeHook,
  AddNodeHook,
  HookDecision,
  HookOperation,
  HookOptions,
  QueryHook,
  RemoveEdgeHook,
  RemoveNodeHook,
  UpdateNodeHook,
} from "./hook-types.ts";

const OPERATIONS: readonly HookOperation[] = [
  "addNode",
  "updateNode",
  "removeNode",
  "addEdge",
  "removeEdge",
  "query",
];

/**
 * A set of hooks on graph operations.
 *
 * Before an operation, its hooks are asked in order of priority, then of registration, until one answers other than
 * `"continue"`. A hook that throws rejects the operation with its own error, and an answer that is none with
 * `HookResultError`; either way the graph stays as it was and later hooks are not asked. A hook that is disposed is
 * not called again, even by the operation under way; one that is added is called from the next operation on.
 */
export interface Hooks extends Disposable {
  /** @throws InvalidArgumentError, as do the others, for arguments that are not as described. */
  onAddNode(fn: AddNodeHook, options?: HookOptions): Registration;
  onUpdateNode(fn: UpdateNodeHook, options?: HookOptions): Registration;
  onRemoveNode(fn: RemoveNodeHook, options?: HookOptions): Registration;
  onAddEdge(fn: AddEdgeHook, options?: HookOptions): Registration;
  onRemoveEdge(fn: RemoveEdgeHook, options?: HookOptions): Registration;
  onQuery(fn: QueryHook, options?: HookOptions): Registration;
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
export function createHooks(): Hooks {
  return new HookSet();
}

/** The interceptor's methods, which are exchanged as hooks come and go. */
type Methods = { -readonly [K in HookOperation]: AnyHook | undefined };

/** Hooks that share an interceptor: those of all graphs, or those of one. */
class Target {
  readonly #attach: (interceptor: Interceptor) => Registration;
  readonly #methods: Methods = emptyMethods();
  #attached: Registration | undefined;
  /** In the order in which they were added. */
  entries: readonly HookEntry[] = [];

  constructor(attach: (interceptor: Interceptor) => Registration) {
    this.#attach = attach;
  }

  /** Rebuilds the methods; the interceptor is attached as long as there are `entries`. */
  update(all: readonly HookEntry[], last: LastDecision, skip: (graph: Graph) => boolean): void {
    const needed = this.entries.length > 0;
    for (const operation of OPERATIONS) {
      const entries = inOrder(all.filter((entry) => entry.operation === operation));
      this.#methods[operation] = needed && entries.length > 0 ? chain(entries, last, skip) : undefined;
    }
    if (needed) this.#attached ??= this.#attach(this.#methods as Interceptor);
    else {
      this.#attached?.dispose();
      this.#attached = undefined;
    }
  }
}

class HookSet implements Hooks {
  readonly #last = new LastDecision();
  readonly #everywhere = new Target(interceptAll);
  /** The graphs that have hooks of their own. Their targets ask the hooks of all graphs too, in the common order. */
  readonly #targets = new WeakMap<Graph, Target>();
  /** The same targets, to rebuild them. Weak, so that hooks on a graph do not keep it: the graph keeps its target. */
  readonly #references = new Set<WeakRef<Target>>();
  #added = 0;
  readonly #order = new WeakMap<HookEntry, number>();

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
