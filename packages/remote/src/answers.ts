import {
  type Envelope,
  type EnvelopeHeaders,
  type EnvelopeSource,
  isRef,
  type Redirect,
  type RefData,
  type Value,
} from "@graphoid/core";
import { answerEnvelope, INPUT_HEADER, REDIRECT_HEADER, SEQUENCE_HEADER } from "./envelopes.ts";
import type { PendingCall } from "./pending-call.ts";
import type { ServedCall } from "./served-call.ts";

export const REDIRECTED: EnvelopeHeaders = Object.freeze({ [REDIRECT_HEADER]: 1 });
export const OF_INPUT: EnvelopeHeaders = Object.freeze({ [INPUT_HEADER]: 1 });

/**
 * Whether an answer comes from the host that was called. The reply target is a secret between the two; where a router
 * does not carry it, because every call has a path back, the sender must be the host that the call went to.
 */
export function mayAnswer(call: PendingCall, envelope: Envelope, source: EnvelopeSource): boolean {
  if (envelope.target === call.replyTo.id) return true;
  return envelope.target === "" && (call.peer === undefined || call.peer === source.identity);
}

/** An envelope that answers `call`. */
export function answerTo(
  call: ServedCall,
  kind: Parameters<typeof answerEnvelope>[0],
  payload: Value,
  headers?: EnvelopeHeaders,
): Envelope {
  return answerEnvelope(kind, call.correlationId, call.replyTo?.id ?? "", payload, headers);
}

export function sequenceHeader(sequence: number): EnvelopeHeaders {
  return { [SEQUENCE_HEADER]: sequence };
}

let lastIdentity: string | undefined = "";
let lastKey = "identity ";

/** What tells the callers apart, in whose numbering the ids are. */
export function callerKey(replyTo: RefData | undefined, source: EnvelopeSource): string {
  if (replyTo !== undefined) return replyTo.id;
  const { identity } = source;
  // Most calls come from the host that the last one came from: the same text need not be put together again.
  if (identity !== lastIdentity) {
    lastIdentity = identity;
    lastKey = `identity ${identity ?? ""}`;
  }
  return lastKey;
}

/** Whether a handler says that the call belongs elsewhere: what `redirect(ref)` of core makes. */
export function isRedirect(result: unknown): result is Redirect {
  try {
    if (typeof result !== "object" || result === null || !("redirect" in result)) return false;
    return isRef(result.redirect) && Object.keys(result).length === 1;
  } catch {
    return false;
  }
}
