import type { Graph, Interceptor, Registration } from "@graphoid/core";
import { type AnyHook, chain, type HookEntry, type LastDecision } from "./hook-chain.ts";
import type { HookOperation } from "./hook-types.ts";

const OPERATIONS: readonly HookOperation[] = ["addNode", "updateNode", "removeNode", "addEdge", "removeEdge", "query"];

/** Hooks that share an interceptor: those of all graphs, or those of one. */
export class HookTarget {
  /** To keep in lists that must not keep the target. */
  readonly reference: WeakRef<HookTarget> = new WeakRef(this);
  readonly #attach: (interceptor: Interceptor) => Registration;
  /**
   * The interceptor. One object for good, whose methods are exchanged as hooks come and go, so that it keeps its place
   * among the interceptors of others. An absent method costs an operation next to nothing.
   */
  readonly #methods: { [K in HookOperation]: AnyHook | undefined } = {
    addNode: undefined,
    updateNode: undefined,
    removeNode: undefined,
    addEdge: undefined,
    removeEdge: undefined,
    query: undefined,
  };
  #attached: Registration | undefined;
  #entries: readonly HookEntry[] = [];

  constructor(attach: (interceptor: Interceptor) => Registration) {
    this.#attach = attach;
  }

  /** The target's own hooks. */
  get entries(): readonly HookEntry[] {
    return this.#entries;
  }

  add(entry: HookEntry): void {
    this.#entries = [...this.#entries, entry];
  }

  remove(entry: HookEntry): void {
    this.#entries = this.#entries.filter((other) => other !== entry);
  }

  clear(): void {
    this.#entries = [];
  }

  /** Puts what `add`, `remove` and `clear` did into force; `others` are asked too while the target has hooks at all. */
  update(others: readonly HookEntry[], last: LastDecision, skip?: (graph: Graph) => boolean): void {
    const used = this.#entries.length > 0;
    const all = used ? [...others, ...this.#entries] : [];
    all.sort((a, b) => b.priority - a.priority || a.order - b.order);
    for (const operation of OPERATIONS) {
      const entries = all.filter((entry) => entry.operation === operation);
      this.#methods[operation] = entries.length > 0 ? chain(entries, last, skip) : undefined;
    }
    if (used) {
      this.#attached ??= this.#attach(this.#methods as Interceptor);
    } else {
      this.#attached?.dispose();
      this.#attached = undefined;
    }
  }
}
