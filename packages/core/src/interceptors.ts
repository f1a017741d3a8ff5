import { invalidArgument } from "./arguments.ts";
import { UnimplementedError } from "./errors.ts";
import type { Graph } from "./graph.ts";
import { NONE } from "./graph-arguments.ts";
import type { Interception, Interceptor, Operation } from "./interception.ts";
import { type Registration, registration } from "./registration.ts";
import type { Value } from "./values.ts";

/** A list of interceptors: that of all graphs, or that of one graph behind it. */
export class Interceptors {
  readonly #before: Interceptors | undefined;
  #beforeVersion = 0;
  #version = 0;
  /** One object an entry, so that an interceptor added twice is two registrations. */
  #entries: readonly { readonly interceptor: Interceptor }[] = [];
  /**
   * What an operation asks: nothing, the only interceptor, or one that asks each in turn. A field, and not an accessor, as
   * every operation on every graph reads that of all graphs. Of a list behind another, see {@link Interceptors.latest}.
   */
  current: Interceptor | undefined = undefined;

  /** @param before - Asked first. */
  constructor(before?: Interceptors) {
    this.#before = before;
  }

  /** `current`, after changes of the list before this one. */
  get latest(): Interceptor | undefined {
    if (this.#before !== undefined && this.#before.#version !== this.#beforeVersion) this.#update();
    return this.current;
  }

  /** @throws InvalidArgumentError when `interceptor` is not an object. */
  add(call: string, interceptor: Interceptor): Registration {
    if (typeof interceptor !== "object" || interceptor === null) {
      throw invalidArgument(call, "interceptor", "an object", interceptor);
    }
    const entry = { interceptor };
    this.#entries = [...this.#entries, entry];
    this.#update();
    return registration(() => {
      this.#entries = this.#entries.filter((other) => other !== entry);
      this.#update();
    });
  }

  #update(): void {
    this.#version++;
    const before = this.#before;
    this.#beforeVersion = before === undefined ? 0 : before.#version;
    const entries = before === undefined ? this.#entries : [...before.#entries, ...this.#entries];
    const list = entries.map((entry) => entry.interceptor);
    this.current = list.length > 1 ? inTurn(list) : list[0];
  }
}

/** The interceptors of every graph. */
const everyGraph: Interceptors = /* @__PURE__ */ new Interceptors();

/**
 * What an operation on a graph asks. A function, as a private accessor of the graph would have the engine look for its
 * brand first: that alone was a twentieth of adding an edge.
 *
 * @param own - The interceptors of the graph, where it ever had any.
 */
export function inForce(own: Interceptors | undefined): Interceptor | undefined {
  return own === undefined ? everyGraph.current : own.latest;
}

/** The interceptors of one graph, which come after those of all graphs. */
export function graphInterceptors(): Interceptors {
  return new Interceptors(everyGraph);
}

/**
 * Attaches an interceptor to every graph, those to come included. It is asked before a graph's own.
 *
 * @throws InvalidArgumentError when `interceptor` is not an object.
 */
export function interceptAll(interceptor: Interceptor): Registration {
  return everyGraph.add("interceptAll", interceptor);
}

/**
 * Asks each in order until one does not let the operation pass. Written out for each operation, as a call through a list
 * of arguments costs several times the rest.
 */
function inTurn(list: readonly Interceptor[]): Interceptor {
  return {
    addNode(graph, id, value, options) {
      for (const interceptor of list) {
        const outcome = interceptor.addNode?.(graph, id, value, options);
        if (outcome !== undefined && outcome !== "continue") return outcome;
      }
      return "continue";
    },
    updateNode(graph, id, value, options) {
      for (const interceptor of list) {
        const outcome = interceptor.updateNode?.(graph, id, value, options);
        if (outcome !== undefined && outcome !== "continue") return outcome;
      }
      return "continue";
    },
    removeNode(graph, id) {
      for (const interceptor of list) {
        const outcome = interceptor.removeNode?.(graph, id);
        if (outcome !== undefined && outcome !== "continue") return outcome;
      }
      return "continue";
    },
    addEdge(graph, from, to, label, attributes) {
      for (const interceptor of list) {
        const outcome = interceptor.addEdge?.(graph, from, to, label, attributes);
        if (outcome !== undefined && outcome !== "continue") return outcome;
      }
      return "continue";
    },
    removeEdge(graph, from, to, label) {
      for (const interceptor of list) {
        const outcome = interceptor.removeEdge?.(graph, from, to, label);
        if (outcome !== undefined && outcome !== "continue") return outcome;
      }
      return "continue";
    },
    query(graph, query) {
      for (const interceptor of list) {
        const outcome = interceptor.query?.(graph, query);
        if (outcome !== undefined && outcome !== "continue") return outcome;
      }
      return "continue";
    },
    async consider(graph, operation) {
      for (const interceptor of list) {
        const outcome = await consider(interceptor, graph, operation);
        if (outcome !== "continue") return outcome;
      }
      return "continue";
    },
  };
}

/** Asks an interceptor about an operation that can wait. */
export async function consider(interceptor: Interceptor, graph: Graph, operation: Operation): Promise<Interception> {
  return (await (interceptor.consider?.(graph, operation) ?? ask(interceptor, graph, operation))) ?? "continue";
}

/** Asks an interceptor about an operation that cannot. */
export function ask(interceptor: Interceptor, graph: Graph, operation: Operation): Interception | undefined {
  switch (operation.kind) {
    case "addNode":
      return interceptor.addNode?.(graph, operation.id, operation.value, operation.options ?? NONE);
    case "updateNode":
      return interceptor.updateNode?.(graph, operation.id, operation.value, operation.options ?? NONE);
    case "removeNode":
      return interceptor.removeNode?.(graph, operation.id);
    case "addEdge": {
      const { from, to, label, attributes = NONE } = operation;
      return interceptor.addEdge?.(graph, from, to, label, attributes);
    }
    case "removeEdge":
      return interceptor.removeEdge?.(graph, operation.from, operation.to, operation.label);
    default:
      return interceptor.query?.(graph, operation.query);
  }
}

/** What a synchronous operation returns when an interceptor did not let it pass. */
export function intercepted(call: string, outcome: Exclude<Interception, "continue">): Value {
  if ("handled" in outcome) return outcome.handled;
  throw new UnimplementedError(
    `${call}: an interceptor redirected it to ${JSON.stringify(outcome.redirect.id)}; only an asynchronous operation can follow`,
    { details: { call } },
  );
}
