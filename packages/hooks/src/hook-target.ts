import type { Graph, Interceptor, Registration } from "@graphoid/core";
import { chain } from "./hook-chain.ts";
import type { AnyHook, HookEntry, LastDecision } from "./hook-entry.ts";
import type { HookOperation } from "./hook-types.ts";
import { considerInTurn, type HookTime } from "./waiting-chain.ts";

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
  readonly #methods: { [K in HookOperation]: AnyHook | undefined } & Pick<Interceptor, "consider"> = {
    addNode: undefined,
    updateNode: undefined,
    removeNode: undefined,
    addEdge: undefined,
    removeEdge: undefined,
    query: undefined,
    consider: (graph, operation) => {
      const entries = this.#skip?.(graph) ? [] : this.#asked.filter((entry) => entry.operation === operation.kind);
      return considerInTurn(entries, this.#last, this.#time, graph, operation);
    },
  };
  readonly #last: LastDecision;
  readonly #time: HookTime;
  /** All that are asked, in order. */
  #asked: readonly HookEntry[] = [];
  #skip: ((graph: Graph) => boolean) | undefined;
  #attached: Registration | undefined;
  #entries: readonly HookEntry[] = [];

  constructor(attach: (interceptor: Interceptor) => Registration, last: LastDecision, time: HookTime) {
    this.#attach = attach;
    this.#last = last;
    this.#time = time;
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
  update(others: readonly HookEntry[], skip?: (graph: Graph) => boolean): void {
    const used = this.#entries.length > 0;
    const all = used ? [...others, ...this.#entries] : [];
    all.sort((a, b) => b.priority - a.priority || a.order - b.order);
    this.#asked = all;
    this.#skip = skip;
    for (const operation of OPERATIONS) {
      const entries = all.filter((entry) => entry.operation === operation);
      this.#methods[operation] = entries.length > 0 ? chain(entries, this.#last, skip) : undefined;
    }
    if (used) {
      this.#attached ??= this.#attach(this.#methods as Interceptor);
    } else {
      this.#attached?.dispose();
      this.#attached = undefined;
    }
  }
}
