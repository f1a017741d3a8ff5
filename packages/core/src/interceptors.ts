import { invalidArgument } from "./arguments.ts";
import { UnimplementedError } from "./errors.ts";
import type { Interception, Interceptor } from "./interception.ts";
import { type Registration, registration } from "./registration.ts";
import type { Value } from "./values.ts";

/** A list of interceptors: that of one graph, behind that of all graphs. */
export class Interceptors {
  readonly #before: Interceptors | undefined;
  #beforeVersion = 0;
  #version = 0;
  /** One object an entry, so that an interceptor added twice is two registrations. */
  #entries: readonly { readonly interceptor: Interceptor }[] = [];
  #current: Interceptor | undefined;

  /** @param before - Asked first. */
  constructor(before?: Interceptors) {
    this.#before = before;
  }

  /** What an operation asks: nothing, the only interceptor, or one that asks each in turn. */
  get current(): Interceptor | undefined {
    if (this.#before !== undefined && this.#before.#version !== this.#beforeVersion) this.#update();
    return this.#current;
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
    this.#current = list.length > 1 ? inTurn(list) : list[0];
  }
}

const everyGraph: Interceptors = new Interceptors();

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

/** Asks each in order until one does not let the operation pass. */
function inTurn(list: readonly Interceptor[]): Interceptor {
  const ask = (call: (interceptor: Interceptor) => Interception | undefined): Interception => {
    for (const interceptor of list) {
      const outcome = call(interceptor);
      if (outcome !== undefined && outcome !== "continue") return outcome;
    }
    return "continue";
  };
  return {
    addNode: (...args) => ask((interceptor) => interceptor.addNode?.(...args)),
    updateNode: (...args) => ask((interceptor) => interceptor.updateNode?.(...args)),
    removeNode: (...args) => ask((interceptor) => interceptor.removeNode?.(...args)),
    addEdge: (...args) => ask((interceptor) => interceptor.addEdge?.(...args)),
    removeEdge: (...args) => ask((interceptor) => interceptor.removeEdge?.(...args)),
    query: (...args) => ask((interceptor) => interceptor.query?.(...args)),
  };
}

/** What a synchronous operation returns when an interceptor did not let it pass. */
export function intercepted(call: string, outcome: Exclude<Interception, "continue">): Value {
  if ("handled" in outcome) return outcome.handled;
  throw new UnimplementedError(
    `${call}: an interceptor redirected it to ${JSON.stringify(outcome.redirect.id)}; only an asynchronous operation can follow`,
    { details: { call } },
  );
}
