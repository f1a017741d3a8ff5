import {
  checkOptions,
  type Deliver,
  type Envelope,
  type EnvelopeSource,
  type Ref,
  type Registration,
  type Router,
  type RouterGuarantees,
} from "@graphoid/core";
import type { RouterRequirements } from "./guarantees.ts";
import { RouterSet } from "./router-set.ts";

/** Options of {@link createRouting}. */
export interface RoutingOptions {
  /** Takes arriving envelopes to the things they address, as {@link Routing.onDeliver} would. Default: none yet. */
  readonly deliver?: Deliver;
}

/** Options of {@link Routing.receive}. */
export interface ReceiveOptions {
  /** The router whose bytes these are. Default: the active one. */
  readonly router?: string;
}

/** One registered router, as {@link Routing.list} tells of it: a snapshot. */
export interface RouterInfo {
  readonly name: string;
  readonly active: boolean;
  /** What the router declared; an absent entry is not promised. */
  readonly guarantees: Partial<RouterGuarantees>;
}

/**
 * A set of named routers of which one is active, between the code that addresses things (`route`) and the code that
 * takes envelopes to them (`deliver`).
 *
 * `route`, `receive` and `deliver` do not need their `this`, so that they can be handed on as they are.
 */
export interface Routing extends AsyncDisposable {
  /**
   * Adds a router under a name. Disposing of the registration removes it, calls its `close`, and leaves no router
   * active if it was the active one; a `close` that fails is reported by {@link Routing.close}.
   *
   * @throws InvalidArgumentError if the name is taken or `router` is not a router.
   */
  register<R extends Router<never>>(name: string, router: R): Registration;
  /**
   * Makes a router the active one. Calls that were given to the router before it finish there: it stays open, and
   * what it still receives is delivered.
   *
   * @throws NotFoundError if no router has that name.
   * @throws UnmetGuaranteeError if it promises less than `requirements`; the active router stays.
   */
  use(name: string, requirements?: RouterRequirements): void;
  /**
   * Calls the active router's `init` with `config`, if it has one. Envelopes given to `route` meanwhile wait for it.
   * If it fails, they and later ones fail with it, until a later `init` succeeds.
   *
   * @throws NoActiveRouterError if no router is active.
   * @throws RouteError if the router's `init` fails.
   */
  init(config?: unknown): Promise<void>;
  /**
   * Gives an envelope to the active router. Resolves once the router has handed it to its transport.
   *
   * @throws NoActiveRouterError at once if no router is active.
   * @throws RouteError if the router throws or rejects. An error that says that the message itself cannot travel
   * (`NotSerializableError`, `DepthLimitError`) is passed on as it is.
   */
  readonly route: (ref: Ref, envelope: Envelope) => Promise<void>;
  /**
   * Gives bytes that arrived to the active router, or to the one named in `options`, which decodes and delivers them.
   *
   * @throws NoActiveRouterError if no router is active; NotFoundError if the one named is not there.
   * @throws UnimplementedError if the router has no `receive`.
   * @throws RouteError if the router throws or rejects, as it may on bytes that it cannot decode.
   */
  readonly receive: (bytes: Uint8Array, source?: EnvelopeSource, options?: ReceiveOptions) => Promise<void>;
  /**
   * Takes an envelope that arrived to the delivery target, and returns the promise that this returns, if it does: see
   * `Deliver` of core. Routers call it. Dropped after `close`.
   *
   * @throws NotFoundError if there is no delivery target.
   */
  readonly deliver: (envelope: Envelope, source?: EnvelopeSource) => void | Promise<void>;
  /**
   * Connects the delivery target: the function that arriving envelopes go to, usually a remote's `deliver`.
   *
   * @throws InvalidArgumentError if there is one already.
   */
  onDeliver(deliver: Deliver): Registration;
  /** The registered routers, in the order of their registration. */
  list(): RouterInfo[];
  /** The name of the active router, if there is one. */
  readonly active: string | undefined;
  /**
   * Closes every router and forgets them; later calls fail with `ClosedError`. Calling it again waits for the same.
   *
   * @throws RouteError if a router's `close` fails, now or when its registration was disposed of. All are closed
   * even then.
   */
  close(): Promise<void>;
}

/**
 * Makes a set of routers that shares nothing with any other.
 *
 * @example
 * ```ts
 * import { createRouting, echoRouter } from "@graphoid/routing";
 *
 * const routing = createRouting();
 * routing.register("echo", echoRouter({ deliver: routing.deliver }));
 * routing.use("echo");
 * console.log(routing.active); // echo
 * ```
 */
export function createRouting(options: RoutingOptions = {}): Routing {
  checkOptions("createRouting", options, ["deliver"]);
  const routing = new RouterSet();
  if (options.deliver !== undefined) routing.onDeliver(options.deliver);
  return routing;
}
