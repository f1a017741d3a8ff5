import { describe, type ErrorDetails, isGraphoidError, type PlainRecord } from "@graphoid/core";

/** What one host did with a call whose deadline passed. */
export interface Hop {
  /** The identity of the host. */
  readonly host: string;
  readonly target: string;
  readonly message: string;
  /** Milliseconds from the arrival of the call there until it was given up, all further hops included. */
  readonly ms: number;
}

const MAX_HOPS = 16;
/** A host gives a call up this much before its caller does, so that it can still say where the time went. */
const MOST_AHEAD_MS = 20;
const SHARE_AHEAD = 1 / 8;

/** How long a host works on a call whose caller waits for `timeoutMs`. */
export function timeHere(timeoutMs: number): number {
  if (!(timeoutMs > 0) || timeoutMs === Number.POSITIVE_INFINITY) return timeoutMs;
  return timeoutMs - Math.min(MOST_AHEAD_MS, timeoutMs * SHARE_AHEAD);
}

/** The hops that the details of an error tell of. They may come from anyone. */
export function hopsOf(details: ErrorDetails | PlainRecord | undefined): Hop[] {
  const told: unknown = details?.["hops"];
  if (!Array.isArray(told)) return [];
  const hops: Hop[] = [];
  for (const hop of told.slice(0, MAX_HOPS) as unknown[]) {
    if (typeof hop !== "object" || hop === null) continue;
    const { host, target, message, ms } = hop as Partial<Record<keyof Hop, unknown>>;
    if (typeof host !== "string" || typeof target !== "string" || typeof message !== "string") continue;
    if (typeof ms === "number" && ms >= 0) hops.push({ host, target, message, ms });
  }
  return hops;
}

/** An error as it goes to the caller: one of a deadline says that this host was on its way. */
export function withHop(record: PlainRecord, error: unknown, hop: () => Hop): PlainRecord {
  if (!isGraphoidError(error, "DEADLINE_EXCEEDED")) return record;
  const details = record["details"] as PlainRecord | undefined;
  const hops = [hop(), ...hopsOf(error.details)].slice(0, MAX_HOPS);
  return { ...record, details: { ...details, hops: hops as unknown as PlainRecord[] } };
}

/** The hops in words: how long each took, and how much of that was spent at the next. */
export function describeHops(hops: readonly Hop[]): string {
  const parts = hops.map(
    ({ host, target, message, ms }) =>
      `${Math.round(ms)} ms at ${describe(host)} in ${describe(message)} of ${describe(target)}`,
  );
  return parts.length === 0 ? "" : `; ${parts.join(", of these ")}`;
}

/** Whether a deadline that is `remainingMs` away is the one that a host gave the call up for. */
export function isNearlyOver(remainingMs: number, timeoutMs: number): boolean {
  // Clocks of two hosts do not run quite alike, and the answer took its time: twice is ample.
  return remainingMs <= 2 * Math.min(MOST_AHEAD_MS, timeoutMs * SHARE_AHEAD);
}
