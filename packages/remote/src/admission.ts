import { DeadlineExceededError, describe, type Envelope, NotFoundError, OverloadedError } from "@graphoid/core";
import { unreadable } from "./envelopes.ts";
import { ForbiddenError, StaleRefError } from "./errors.ts";
import type { Handler } from "./exposure.ts";
import type { Call, ServedCall } from "./served-call.ts";
import type { ServerOptions } from "./server-options.ts";

/** The handler for a call that arrived while `serving` others are served. Throws what the caller is to be told instead. */
export function admit(
  options: ServerOptions,
  call: ServedCall,
  envelope: Envelope,
  timeoutMs: number,
  serving: number,
): Handler {
  const { incarnation, authorize, handlers, maxServing, counters } = options;
  if (timeoutMs <= 0) {
    counters.expiredCalls++;
    throw new DeadlineExceededError(`${describeServed(call)}: the deadline had passed when the call arrived`);
  }
  if (envelope.incarnation !== undefined && envelope.incarnation !== incarnation) {
    const details = { expected: envelope.incarnation, actual: incarnation };
    throw new StaleRefError(`${describeServed(call)}: the host has restarted since the reference was made`, {
      details,
    });
  }
  if (serving >= maxServing) {
    throw new OverloadedError(`${describeServed(call)}: the host is serving ${maxServing} calls already`, {
      details: { limit: maxServing },
    });
  }
  if (authorize !== undefined && authorize(call) !== true) {
    throw new ForbiddenError(`${describeServed(call)}: not allowed`);
  }
  const handler = handlers.get(call.id);
  if (handler === undefined) {
    throw new NotFoundError(`${describeServed(call)}: nothing is exposed under that id`, {
      details: { target: shorten(call.id) },
    });
  }
  const refused = unreadable(envelope, () => `${describeServed(call)}: the payload`);
  if (refused !== undefined) throw refused;
  return handler;
}

/** The call in words, for messages. */
export function describeServed(call: Call): string {
  return `${call.kind} ${describe(call.message)} to ${describe(call.id)}`;
}

export function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 97)}...` : text;
}
