import { trimOptionalSpace } from "./optional-space.ts";

const MAX_MEMBERS = 32;
const KEY = /^[a-z0-9][a-z0-9_\-*/@]{0,255}$/;
const VALUE = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;
/** 32 members of 256 + 1 + 256 characters, their commas, and a space on each side of each. */
const MAX_LENGTH = MAX_MEMBERS * 516;

/**
 * Checks a `tracestate` value against the grammar of W3C Trace Context, level 2, and returns what to pass on: the
 * members as they came and in their order, without empty members, the optional space around members, and repeated
 * keys (the first counts).
 *
 * @returns `undefined` when the value is empty or malformed; it must not travel on, and the trace is unaffected.
 */
export function normalizeTracestate(value: unknown): string | undefined {
  if (typeof value !== "string" || value.length > MAX_LENGTH) return undefined;
  const members = new Map<string, string>();
  let count = 0;
  for (const part of value.split(",")) {
    const member = trimOptionalSpace(part);
    if (member === "") continue;
    const equals = member.indexOf("=");
    const key = member.slice(0, Math.max(0, equals));
    if (!KEY.test(key) || !VALUE.test(member.slice(equals + 1)) || ++count > MAX_MEMBERS) return undefined;
    if (!members.has(key)) members.set(key, member);
  }
  return members.size === 0 ? undefined : [...members.values()].join(",");
}
