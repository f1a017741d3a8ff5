/** Marks every Graphoid error, whichever copy of the package made it. */
const errorBrand: unique symbol = Symbol.for("graphoid.error") as never;

/** Structured facts about an error; each class documents the ones it sets. */
export interface ErrorDetails {
  readonly [name: string]: unknown;
}

export interface GraphoidErrorOptions {
  readonly cause?: unknown;
  readonly details?: ErrorDetails;
}

/**
 * The base of every error that a Graphoid package throws.
 *
 * `code` is stable across versions and across the wire; `details` holds the structured facts that the message tells
 * in words. Test with {@link isGraphoidError} rather than `instanceof`, which fails where two copies of a package are
 * loaded.
 */
export class GraphoidError extends Error {
  readonly code: string;
  readonly details: ErrorDetails;

  constructor(code: string, message: string, options: GraphoidErrorOptions = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.details = options.details ?? {};
    // A name that survives minifying, unlike `new.target.name`: NOT_FOUND → NotFoundError.
    const words = code.split("_").map((word) => word.charAt(0) + word.slice(1).toLowerCase());
    Object.defineProperty(this, "name", { value: `${words.join("")}Error`, configurable: true, writable: true });
    Object.defineProperty(this, errorBrand, { value: true });
  }
}

/**
 * Tells whether `value` is a Graphoid error, and one with `code` where that is given.
 *
 * @example
 * ```ts
 * import { Graph, isGraphoidError } from "@graphoid/core";
 *
 * try {
 *   new Graph().addEdge("alice", "bob");
 * } catch (error) {
 *   console.log(isGraphoidError(error, "NOT_FOUND")); // true
 * }
 * ```
 */
export function isGraphoidError(value: unknown, code?: string): value is GraphoidError {
  if (typeof value !== "object" || value === null || !(errorBrand in value)) return false;
  return code === undefined || (value as unknown as GraphoidError).code === code;
}

/** An argument or option is not what the call takes. The message names the call, the argument, and what came. */
export class InvalidArgumentError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("INVALID_ARGUMENT", message, options);
  }
}

/** The thing that a call names is not there: a node, a strategy, a router, a target. */
export class NotFoundError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("NOT_FOUND", message, options);
  }
}

/** A value that cannot leave the process: a function, a socket, an unregistered symbol. `details.path` says where. */
export class NotSerializableError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("NOT_SERIALIZABLE", message, options);
  }
}

/** A value nests deeper than the limit. `details.maxDepth` is the limit, in levels. */
export class DepthLimitError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("DEPTH_LIMIT", message, options);
  }
}

/** Bytes that should be UTF-8 are not, or are an overlong form of it. */
export class InvalidUtf8Error extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("INVALID_UTF8", message, options);
  }
}

/** Parts that must agree do not: an edge names a node that is not there, a column has the wrong length. */
export class IntegrityError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("INTEGRITY", message, options);
  }
}

/** The connection, server, pool or registry was closed before or during the call. */
export class ClosedError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("CLOSED", message, options);
  }
}

/** The caller cancelled. `cause` is the reason that it gave. */
export class CancelledError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("CANCELLED", message, options);
  }
}

/** The time allowed ran out. `details.timeoutMs` is what was allowed. */
export class DeadlineExceededError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("DEADLINE_EXCEEDED", message, options);
  }
}

/** A limit on what may wait or run at once is reached; nothing was queued. `details.limit` is the limit. */
export class OverloadedError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("OVERLOADED", message, options);
  }
}

/** The target exists and does not know the message or operation. */
export class UnimplementedError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("UNIMPLEMENTED", message, options);
  }
}
