import { type ErrorDetails, GraphoidError, type GraphoidErrorOptions, isGraphoidError } from "@graphoid/core";

/** Marks every remote error, whichever copy of the package made it. */
const remoteErrorBrand: unique symbol = Symbol.for("graphoid.remoteError") as never;

/** What a {@link RemoteError} is made of. */
export interface RemoteErrorOptions {
  /** The name of the error at its host, such as `"TypeError"`. Default: made from the code. */
  readonly name?: string;
  /** The identity of the host that the error came from, where it is known. */
  readonly peer?: string | undefined;
  /** The stack at that host; absent where it withheld it. */
  readonly remoteStack?: string | undefined;
  readonly details?: ErrorDetails;
  readonly cause?: unknown;
}

/**
 * An error that happened at the host that was called.
 *
 * It has the code of the error there, so that `isGraphoidError(error, "NOT_FOUND")` holds wherever the thing was not
 * found; an error without a code has `"REMOTE"`. Tell it from a local error with {@link isRemoteError}. All text in it
 * comes from the other host: it is capped in size, and no more to be trusted than that host.
 */
export class RemoteError extends GraphoidError {
  readonly peer: string | undefined;
  readonly remoteStack: string | undefined;

  constructor(code: string, message: string, options: RemoteErrorOptions = {}) {
    super(code, message, {
      ...("cause" in options ? { cause: options.cause } : {}),
      ...(options.details === undefined ? {} : { details: options.details }),
    });
    if (options.name !== undefined) this.name = options.name;
    this.peer = options.peer;
    this.remoteStack = options.remoteStack;
    Object.defineProperty(this, remoteErrorBrand, { value: true });
  }
}

/** Tells whether `value` is a {@link RemoteError}, and one with `code` where that is given. */
export function isRemoteError(value: unknown, code?: string): value is RemoteError {
  return isGraphoidError(value, code) && remoteErrorBrand in value;
}

/** What a {@link PeerLostError} tells beside its message. */
export interface PeerLostErrorOptions {
  /** The identity of the host that is gone. */
  readonly peer: string;
  /** Whether the handler may have run. Default: true. */
  readonly maybeExecuted?: boolean;
  readonly cause?: unknown;
}

/**
 * The host that was to answer is gone. `maybeExecuted` tells whether the handler may have run there: the message had
 * been given to the router, and nothing says how far it came.
 */
export class PeerLostError extends GraphoidError {
  readonly peer: string;
  readonly maybeExecuted: boolean;

  constructor(message: string, options: PeerLostErrorOptions) {
    const { peer, maybeExecuted = true } = options;
    super("PEER_LOST", message, {
      ...("cause" in options ? { cause: options.cause } : {}),
      details: { peer, maybeExecuted },
    });
    this.peer = peer;
    this.maybeExecuted = maybeExecuted;
  }
}

/**
 * The reference was made for an earlier incarnation of its host, which has restarted since. `details.expected` is the
 * incarnation of the reference, `details.actual` that of the host.
 */
export class StaleRefError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("STALE_REF", message, options);
  }
}

/** The host that was called does not let this caller do that: its `authorize` said no. */
export class ForbiddenError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("FORBIDDEN", message, options);
  }
}

/** Something is there under that id already. */
export class AlreadyExistsError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("ALREADY_EXISTS", message, options);
  }
}

/** The items of a stream do not fit together: its producer sent more than it was allowed, or some were lost. */
export class StreamError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("STREAM", message, options);
  }
}

/**
 * A call was redirected more often than `maxRedirects`: most likely, hosts send it to each other in a circle.
 * `details.limit` is the limit, `details.path` the ids that it was sent to.
 */
export class RedirectLimitError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("REDIRECT_LIMIT", message, options);
  }
}
