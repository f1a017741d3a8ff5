import {
  ClosedError,
  checkFunction,
  checkOptions,
  checkString,
  type Deliver,
  type Envelope,
  type EnvelopeSource,
  InvalidArgumentError,
  invalidArgument,
  isGraphoidError,
  NotFoundError,
  type Ref,
  type Registration,
  type Router,
  registration,
  UnimplementedError,
} from "@graphoid/core";
import { NoActiveRouterError, RouteError } from "./errors.ts";
import { checkGuarantees, checkMet, type RouterRequirements } from "./guarantees.ts";
import type { ReceiveOptions, RouterInfo, Routing } from "./routing.ts";

interface Entry {
  readonly name: string;
  readonly router: Router<unknown>;
  /** What envelopes wait for: pending while `init` runs, rejected after it failed, absent when the way is clear. */
  gate: Promise<void> | undefined;
  /** A promise of the router that has resolved: one that answers with it again has taken the envelope. */
  taken: unknown;
}

const NO_SOURCE: EnvelopeSource = Object.freeze({});
const DONE: Promise<void> = Promise.resolve();

/** The routers of one {@link Routing}. */
export class RouterSet implements Routing {
  readonly #entries = new Map<string, Entry>();
  readonly #closings = new Set<Promise<void>>();
  readonly #closeFailures: RouteError[] = [];
  #active: Entry | undefined;
  #target: Deliver | undefined;
  #closing: Promise<void> | undefined;
  #closed = false;

  register<R extends Router<never>>(name: string, router: R): Registration {
    const call = "routing.register";
    this.#checkOpen(call);
    checkName(call, name);
    checkRouter(call, router);
    if (this.#entries.has(name)) {
      throw new InvalidArgumentError(`${call}: a router named ${JSON.stringify(name)} is registered already`);
    }
    // Config is the router's own business: `init` passes on whatever it is given.
    const entry: Entry = { name, router: router as Router<unknown>, gate: undefined, taken: undefined };
    this.#entries.set(name, entry);
    return registration(() => this.#remove(entry));
  }

  use(name: string, requirements: RouterRequirements = {}): void {
    const call = "routing.use";
    this.#checkOpen(call);
    checkName(call, name);
    checkGuarantees(call, requirements);
    const entry = this.#find(call, name);
    checkMet(name, requirements, entry.router.guarantees ?? {});
    this.#active = entry;
  }

  async init(config?: unknown): Promise<void> {
    this.#checkOpen("routing.init");
    const entry = this.#active;
    if (entry === undefined) throw noActiveRouter("routing.init");
    const previous = entry.gate;
    const started = this.#start(entry, config, previous);
    entry.gate = started;
    // Reactions run in the order they were added: this one, then the envelopes that waited, so none is overtaken.
    started.then(
      () => {
        if (entry.gate === started) entry.gate = undefined;
      },
      () => {},
    );
    return started;
  }

  async #start(entry: Entry, config: unknown, previous: Promise<void> | undefined): Promise<void> {
    // Two runs of one router's `init` do not overlap, whether the first succeeded or not.
    if (previous !== undefined) await previous.catch(() => {});
    try {
      await entry.router.init?.(config);
    } catch (error) {
      throw routeFailure("routing.init", "could not start", entry, error);
    }
  }

  readonly route = (ref: Ref, envelope: Envelope): Promise<void> => {
    const entry = this.#active;
    if (entry === undefined) {
      const call = "routing.route";
      return Promise.reject(this.#closing === undefined ? noActiveRouter(call) : closed(call));
    }
    if (entry.gate !== undefined) return entry.gate.then(() => pass(entry, ref, envelope));
    return pass(entry, ref, envelope);
  };

  readonly receive = async (
    bytes: Uint8Array,
    source: EnvelopeSource = NO_SOURCE,
    options: ReceiveOptions = {},
  ): Promise<void> => {
    const call = "routing.receive";
    this.#checkOpen(call);
    if (!(bytes instanceof Uint8Array)) throw invalidArgument(call, "bytes", "a Uint8Array", bytes);
    checkOptions(call, options, ["router"]);
    const entry = options.router === undefined ? this.#active : this.#find(call, options.router);
    if (entry === undefined) throw noActiveRouter(call);
    if (entry.router.receive === undefined) {
      throw new UnimplementedError(`${call}: router ${JSON.stringify(entry.name)} has no \`receive\``, {
        details: { router: entry.name },
      });
    }
    try {
      await entry.router.receive(bytes, source);
    } catch (error) {
      throw routeFailure(call, "could not take the bytes", entry, error);
    }
  };

  readonly deliver = (envelope: Envelope, source: EnvelopeSource = NO_SOURCE): void | Promise<void> => {
    if (this.#closed) return;
    if (this.#target === undefined) {
      throw new NotFoundError("routing.deliver: nothing takes envelopes here; connect a target with `onDeliver`");
    }
    const dealtWith = this.#target(envelope, source);
    return dealtWith instanceof Promise ? dealtWith : undefined;
  };

  onDeliver(deliver: Deliver): Registration {
    const call = "routing.onDeliver";
    this.#checkOpen(call);
    checkFunction(call, "deliver", deliver);
    if (this.#target !== undefined) {
      throw new InvalidArgumentError(`${call}: there is a delivery target already; dispose of its registration first`);
    }
    this.#target = deliver;
    return registration(() => {
      this.#target = undefined;
    });
  }

  list(): RouterInfo[] {
    return Array.from(this.#entries.values(), (entry) => ({
      name: entry.name,
      active: entry === this.#active,
      guarantees: { ...entry.router.guarantees },
    }));
  }

  get active(): string | undefined {
    return this.#active?.name;
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #closeAll(): Promise<void> {
    for (const entry of [...this.#entries.values()]) this.#remove(entry);
    await Promise.all(this.#closings);
    // Until here, what routers still received while closing was delivered.
    this.#closed = true;
    this.#target = undefined;
    const [first] = this.#closeFailures;
    if (first !== undefined) throw first;
  }

  #remove(entry: Entry): void {
    if (this.#entries.get(entry.name) !== entry) return;
    this.#entries.delete(entry.name);
    if (this.#active === entry) this.#active = undefined;
    const closing = this.#closeRouter(entry).finally(() => this.#closings.delete(closing));
    this.#closings.add(closing);
  }

  async #closeRouter(entry: Entry): Promise<void> {
    try {
      await entry.router.close?.();
    } catch (error) {
      this.#closeFailures.push(routeFailure("routing.close", "could not close", entry, error));
    }
  }

  #find(call: string, name: string): Entry {
    const entry = this.#entries.get(name);
    if (entry !== undefined) return entry;
    const known = [...this.#entries.keys()].map((key) => JSON.stringify(key)).join(", ") || "none";
    throw new NotFoundError(`${call}: no router is named ${JSON.stringify(name)}; registered: ${known}`, {
      details: { router: name },
    });
  }

  #checkOpen(call: string): void {
    if (this.#closing !== undefined) throw closed(call);
  }
}

function pass(entry: Entry, ref: Ref, envelope: Envelope): Promise<void> {
  try {
    const handed = entry.router.route(ref, envelope);
    // Many a router answers with one and the same promise while nothing holds it back.
    if (handed === undefined || handed === entry.taken) return DONE;
    // A router in plain JavaScript may return anything; only a promise is waited for.
    return Promise.resolve(handed).then(
      () => {
        entry.taken = handed;
      },
      (error: unknown) => {
        throw passFailure(entry, error);
      },
    );
  } catch (error) {
    return Promise.reject(passFailure(entry, error));
  }
}

function passFailure(entry: Entry, error: unknown): unknown {
  const blamesMessage = isGraphoidError(error, "NOT_SERIALIZABLE") || isGraphoidError(error, "DEPTH_LIMIT");
  return blamesMessage ? error : routeFailure("routing.route", "could not route", entry, error);
}

function routeFailure(call: string, what: string, entry: Entry, cause: unknown): RouteError {
  const why = cause instanceof Error ? `: ${cause.message}` : "";
  return new RouteError(`${call}: router ${JSON.stringify(entry.name)} ${what}${why}`, {
    cause,
    details: { router: entry.name },
  });
}

function noActiveRouter(call: string): NoActiveRouterError {
  return new NoActiveRouterError(`${call}: no router is active; \`register\` one and \`use\` it`);
}

function closed(call: string): ClosedError {
  return new ClosedError(`${call}: the routing is closed`);
}

function checkName(call: string, name: unknown): asserts name is string {
  checkString(call, "name", name);
  if (name === "") throw invalidArgument(call, "name", "a name", name);
}

function checkRouter(call: string, router: Router<never>): void {
  if (typeof router !== "object" || router === null) {
    throw invalidArgument(call, "router", "an object with a `route` method", router);
  }
  checkFunction(call, "router.route", router.route);
  for (const name of ["init", "receive", "close"] as const) {
    if (router[name] !== undefined) checkFunction(call, `router.${name}`, router[name]);
  }
  if (router.guarantees !== undefined) checkGuarantees(`${call}: guarantees`, router.guarantees);
}
