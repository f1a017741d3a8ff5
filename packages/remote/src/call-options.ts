import { type CallContext, type CallOptions, checkOptions, checkString, invalidArgument } from "@graphoid/core";

/** How many milliseconds a call may take. */
export function timeLimit(
  kind: "send" | "request" | "stream",
  asked: number | undefined,
  context: CallContext | undefined,
  defaultTimeoutMs: number,
): number {
  const left = context === undefined ? Number.POSITIVE_INFINITY : context.remainingMs();
  if (asked !== undefined) return Math.min(asked, left);
  if (left !== Number.POSITIVE_INFINITY) return left;
  // A stream may go on for as long as somebody reads it.
  return kind === "stream" ? Number.POSITIVE_INFINITY : defaultTimeoutMs;
}

/** Throws unless `message` can name a message. */
export function checkMessage(message: unknown): asserts message is string {
  checkString("remote", "message", message);
  if (message === "") throw invalidArgument("remote", "message", "a message name", message);
}

/** Throws unless `options` are those of a call. */
export function checkCallOptions(options: CallOptions): void {
  checkOptions("remote", options, ["signal", "timeoutMs", "context", "idempotencyKey", "items"]);
  const { timeoutMs } = options;
  if (timeoutMs !== undefined && !(typeof timeoutMs === "number" && timeoutMs >= 0)) {
    throw invalidArgument("remote", "timeoutMs", "a number of milliseconds >= 0", timeoutMs);
  }
  const signal: Partial<AbortSignal> | undefined = options.signal;
  // By shape: signals of other realms and of polyfills are signals too.
  if (signal !== undefined && !(typeof signal === "object" && typeof signal?.addEventListener === "function")) {
    throw invalidArgument("remote", "signal", "an AbortSignal", signal);
  }
  if (options.idempotencyKey !== undefined) checkString("remote", "idempotencyKey", options.idempotencyKey);
  const items: unknown = options.items;
  if (items !== undefined && !isIterable(items))
    throw invalidArgument("remote", "items", "an iterable of items", items);
}

function isIterable(items: unknown): boolean {
  if (typeof items !== "object" || items === null) return false;
  return Symbol.asyncIterator in items || Symbol.iterator in items;
}
