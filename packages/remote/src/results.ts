import { closeIterator } from "./stream-writer.ts";

/** Whether a handler answers later. */
export function isThenable(value: unknown): boolean {
  return typeof value === "object" && value !== null && typeof (value as PromiseLike<unknown>).then === "function";
}

/** Whether a handler answers with a stream. */
export function isStream(result: unknown): result is AsyncIterable<unknown> {
  try {
    return typeof result === "object" && result !== null && Symbol.asyncIterator in result;
  } catch {
    return false;
  }
}

/** Ends a stream that nobody will read. */
export function discard(result: unknown): void {
  if (!isStream(result)) return;
  try {
    closeIterator(result[Symbol.asyncIterator]());
  } catch {
    // An iterable that cannot be iterated has nothing to end.
  }
}
