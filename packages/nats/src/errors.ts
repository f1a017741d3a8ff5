import { GraphoidError, type GraphoidErrorOptions } from "@graphoid/core";

/**
 * Nobody is there to take a message: no server of NATS can be reached, or nobody serves the location that it is for. Calls
 * fail with it at once; calling again later may help.
 */
export class UnavailableError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("UNAVAILABLE", message, options);
  }
}

/**
 * The server cannot do what was asked of it: it is too old, or runs without JetStream. `details` has what was `required` and
 * what the server is (`version`).
 */
export class UnsupportedServerError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("UNSUPPORTED_SERVER", message, options);
  }
}
