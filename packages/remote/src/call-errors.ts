import {
  type CallContext,
  CancelledError,
  ClosedError,
  DeadlineExceededError,
  describe,
  type Envelope,
  GraphoidError,
  isGraphoidError,
  OverloadedError,
  type Value,
} from "@graphoid/core";
import { unreadable } from "./envelopes.ts";
import { decodeError } from "./error-record.ts";
import { PeerLostError, RedirectLimitError, StreamError } from "./errors.ts";
import { describeHops, hopsOf, isNearlyOver } from "./hops.ts";
import type { PendingCall } from "./pending-call.ts";

/** The call in words, for messages. */
export function describeCall(call: PendingCall): string {
  return `remote.${call.kind} ${describe(call.message)} to ${describe(call.ref.id)}`;
}

function formatMs(ms: number): string {
  return String(Math.round(ms * 10) / 10);
}

/** The error for a call whose signal fired. */
export function cancelled(call: PendingCall, reason: unknown): CancelledError {
  return new CancelledError(`${describeCall(call)}: cancelled`, { cause: reason });
}

/** The error for a context that ended: by its deadline, or because somebody cancelled it. */
export function ended(call: PendingCall, reason: unknown): GraphoidError {
  if (!isGraphoidError(reason, "DEADLINE_EXCEEDED")) return cancelled(call, reason);
  return new DeadlineExceededError(`${describeCall(call)}: the deadline of its context passed`, {
    cause: reason,
    details: { timeoutMs: call.timeoutMs },
  });
}

/** Routers that come through `@graphoid/routing` fail with Graphoid errors; a bare function may throw anything. */
export function routeError(call: PendingCall, error: unknown): GraphoidError {
  if (isGraphoidError(error)) return error;
  const why = error instanceof Error ? `: ${error.message}` : "";
  return new GraphoidError("ROUTE", `${describeCall(call)}: the router failed${why}`, { cause: error });
}

/** The error for a call whose timer ran out. */
export function outOfTime(call: PendingCall): GraphoidError {
  const { timeoutMs } = call;
  // A call without a deadline has a timer only while it waits for the rest of a stream whose end has come.
  if (timeoutMs === Number.POSITIVE_INFINITY) {
    return new StreamError(`${describeCall(call)}: the stream has ended, and some of its items never came`);
  }
  const where = call.peer === undefined ? "the host" : JSON.stringify(call.peer);
  return new DeadlineExceededError(
    `${describeCall(call)}: no answer within ${formatMs(timeoutMs)} ms, and no word from ${where} on where they went`,
    { details: { timeoutMs, target: call.ref.id, message: call.message, hops: [] } },
  );
}

/**
 * The error for a call that was answered with one, `record`, by `peer`. When the deadline of the call itself is what passed
 * at its host, the error says so in the words of the caller, and where the time went.
 */
export function answeredError(
  call: PendingCall,
  record: Value,
  peer: string | undefined,
  nowMs: number,
): GraphoidError {
  const { timeoutMs } = call;
  const error = decodeError(record, peer ?? call.peer);
  if (error.code !== "DEADLINE_EXCEEDED" || !isNearlyOver(call.expiresAtMs - nowMs, timeoutMs)) return error;
  const hops = hopsOf(error.details);
  const limit = timeoutMs === Number.POSITIVE_INFINITY ? "the time allowed" : `${formatMs(timeoutMs)} ms`;
  return new DeadlineExceededError(`${describeCall(call)}: no answer within ${limit}${describeHops(hops)}`, {
    cause: error,
    details: { timeoutMs, target: call.ref.id, message: call.message, hops },
  });
}

/** The error for a call of which something came that cannot be read. */
export function unreadableAnswer(call: PendingCall, envelope: Envelope): GraphoidError | undefined {
  return unreadable(envelope, () => `${describeCall(call)}: the answer`);
}

/** The error for a call that was sent on too often. */
export function redirectedTooOften(call: PendingCall, limit: number): RedirectLimitError {
  const path = [...(call.redirectedBy ?? []), call.ref].map(({ id }) => id);
  return new RedirectLimitError(
    `${describeCall(call)}: redirected more than ${limit} times, by ${path.map((id) => describe(id)).join(", ")}`,
    { details: { limit, path } },
  );
}

/** The error for a call whose host is gone. */
export function peerLost(call: PendingCall, identity: string, reason: unknown): PeerLostError {
  return new PeerLostError(`${describeCall(call)}: the host ${JSON.stringify(identity)} is gone`, {
    peer: identity,
    ...(reason === undefined ? {} : { cause: reason }),
  });
}

/** Why a call cannot be made, if so. */
export function refusal(
  call: PendingCall,
  signal: AbortSignal | undefined,
  context: CallContext | undefined,
  closed: boolean,
  full: boolean,
  limit: number,
): GraphoidError | undefined {
  const { timeoutMs } = call;
  if (closed) return new ClosedError(`${describeCall(call)}: the remote is closed`);
  if (signal?.aborted) return cancelled(call, signal.reason);
  if (context !== undefined && context.cancelReason !== undefined) return ended(call, context.cancelReason);
  if (timeoutMs <= 0) {
    return new DeadlineExceededError(`${describeCall(call)}: no time is left`, { details: { timeoutMs } });
  }
  if (full) {
    return new OverloadedError(`${describeCall(call)}: ${limit} calls are in flight already`, { details: { limit } });
  }
  return undefined;
}
