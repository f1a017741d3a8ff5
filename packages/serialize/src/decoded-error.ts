import { type ErrorDetails, GraphoidError } from "@graphoid/core";

/** The text of an error that was decoded. */
export interface ErrorText {
  readonly name: string;
  readonly message: string;
  readonly code: string | undefined;
  readonly stack: string | undefined;
}

/**
 * An error as it was where it comes from: the stack tells of that place or of none, not of the decoder. One of ours
 * has details, which are set later, as they may refer to the error.
 */
export function decodedError({ name, message, code, stack }: ErrorText, isOurs: boolean): Error {
  const error = withoutTrace(() =>
    isOurs && code !== undefined ? new GraphoidError(code, message) : new Error(message),
  );
  define(error, "name", name);
  define(error, "stack", stack ?? `${name}: ${message}`);
  if (!isOurs && code !== undefined) Object.assign(error, { code });
  return error;
}

export function setDetails(error: Error, details: ErrorDetails): void {
  Object.assign(error, { details });
}

export function setCause(error: Error, cause: unknown): void {
  define(error, "cause", cause);
}

/** Hidden, as the engine's own are. */
function define(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, writable: true, configurable: true });
}

/** Tracing the stack is most of the cost of an error, and this one's is of no use. */
function withoutTrace(make: () => Error): Error {
  const host = Error as { stackTraceLimit?: unknown };
  const limit = host.stackTraceLimit;
  if (typeof limit !== "number" || Object.isFrozen(Error)) return make();
  host.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    host.stackTraceLimit = limit;
  }
}
