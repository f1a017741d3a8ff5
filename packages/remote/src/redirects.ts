import type { GraphoidError, Value } from "@graphoid/core";
import { describeCall, redirectedTooOften } from "./call-errors.ts";
import type { CallerOptions } from "./caller-options.ts";
import { StreamError } from "./errors.ts";
import type { PendingCall } from "./pending-call.ts";
import type { RemoteRef } from "./remote-ref.ts";

/** Where a call goes that its host has answered with a reference, or the error that it ends with. */
export function redirectTarget(
  call: PendingCall,
  payload: Value,
  { adopt, maxRedirects }: CallerOptions,
): RemoteRef | GraphoidError {
  if (call.kind === "send" || call.reader?.untouched === false || call.writer?.untouched === false) {
    return new StreamError(`${describeCall(call)}: redirected after its first items`);
  }
  const ref = adopt(payload);
  if (ref === undefined) return new StreamError(`${describeCall(call)}: redirected to what is no reference`);
  call.redirectedBy ??= [];
  if (call.redirectedBy.length >= maxRedirects) return redirectedTooOften(call, maxRedirects);
  call.redirectedBy.push(call.ref);
  return ref;
}
