import { invalidArgument } from "@graphoid/core";

/** The longest timer. */
const MAX_MS = 2 ** 31 - 1;

/** Throws unless `value` is a time that a timer can take, or `Infinity`. */
export function checkTimeout(call: string, value: unknown): asserts value is number {
  const isTime = typeof value === "number" && value >= 0 && (value <= MAX_MS || value === Number.POSITIVE_INFINITY);
  if (!isTime) throw invalidArgument(call, "timeoutMs", `milliseconds from 0 to ${MAX_MS}, or Infinity`, value);
}
