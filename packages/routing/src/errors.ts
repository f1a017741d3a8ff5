import { GraphoidError, type GraphoidErrorOptions } from "@graphoid/core";

/** No router is in use: `routing.use(name)` was not called, or its router has been disposed of. */
export class NoActiveRouterError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("NO_ACTIVE_ROUTER", message, options);
  }
}

/**
 * A router threw or rejected; `cause` is what it threw and `details.router` its name.
 * The message was not handed to the transport, as far as the router knows.
 */
export class RouteError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("ROUTE", message, options);
  }
}

/**
 * `routing.use` asked for more than the router promises.
 * `details` has the `router`, the `guarantee` asked about, and what was `required` and `offered`.
 */
export class UnmetGuaranteeError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("UNMET_GUARANTEE", message, options);
  }
}
