import {
  type CallContext,
  type Envelope,
  type EnvelopeHeaders,
  type EnvelopeKind,
  GraphoidError,
  isGraphoidError,
  type RefData,
  type Value,
} from "@graphoid/core";

/** Remaining milliseconds until the caller gives up. */
export const TIMEOUT_HEADER = "timeout-ms";
/** On a stream call: how many items the consumer takes before it grants more. */
export const CREDIT_HEADER = "credit";
/** On `item`: its place in the stream, from 0. On `end`: how many items there were. */
export const SEQUENCE_HEADER = "seq";

/** On a call: the handler can read items of the caller's. On all that carries them: they are the caller's, not the answer's. */
export const INPUT_HEADER = "input";
/** On a reply: its payload is not the answer but a reference to where the call belongs. */
export const REDIRECT_HEADER = "redirect";
/**
 * On an envelope that arrived with a payload that cannot be read: its payload is the error that says why. Whoever decodes
 * envelopes for a router may set it, so that the call ends with that error and not the connection.
 */
export const UNREADABLE_HEADER = "unreadable";
/** The caller's idempotency key. */
export const KEY_HEADER = "idempotency-key";

export const NO_HEADERS: EnvelopeHeaders = Object.freeze({});

/** The envelope that opens a call. Built in one place and one order, so that all have the same hidden class. */
export function callEnvelope(
  kind: "send" | "request" | "stream",
  id: number,
  target: string,
  message: string,
  payload: Value,
  headers: EnvelopeHeaders,
  replyTo: RefData | undefined,
  incarnation: string | undefined,
): Envelope {
  if (replyTo === undefined) {
    return incarnation === undefined
      ? { kind, id, target, message, payload, headers }
      : { kind, id, target, message, payload, headers, incarnation };
  }
  return incarnation === undefined
    ? { kind, id, target, message, payload, headers, replyTo }
    : { kind, id, target, message, payload, headers, replyTo, incarnation };
}

/** An envelope that the caller sends about a call that is open. */
export function controlEnvelope(
  kind: "cancel" | "credit" | "item" | "end",
  id: number,
  target: string,
  payload: Value,
  replyTo: RefData,
  headers: EnvelopeHeaders = NO_HEADERS,
): Envelope {
  return { kind, id, target, message: "", payload, headers, replyTo };
}

/** An envelope that answers a call. */
export function answerEnvelope(
  kind: "reply" | "error" | "item" | "end" | "credit" | "cancel",
  id: number,
  target: string,
  payload: Value,
  headers: EnvelopeHeaders = NO_HEADERS,
): Envelope {
  return { kind, id, target, message: "", payload, headers };
}

const KINDS: ReadonlySet<EnvelopeKind> = new Set([
  "send",
  "request",
  "stream",
  "reply",
  "error",
  "cancel",
  "item",
  "credit",
  "end",
]);

/** Tells whether something that a router delivered has the shape of an envelope; routers decode what strangers send. */
export function isEnvelope(value: Envelope): boolean {
  try {
    return hasShape(value);
  } catch {
    return false;
  }
}

function hasShape(value: Envelope): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    KINDS.has(value.kind) &&
    Number.isSafeInteger(value.id) &&
    typeof value.target === "string" &&
    typeof value.message === "string" &&
    typeof value.headers === "object" &&
    value.headers !== null &&
    (value.replyTo === undefined || isReplyTarget(value.replyTo)) &&
    (value.incarnation === undefined || typeof value.incarnation === "string")
  );
}

function isReplyTarget(value: RefData): boolean {
  return typeof value === "object" && value !== null && typeof value.id === "string" && value.id !== "";
}

/** The headers that say how long the caller waits. */
export function timeoutHeaders(timeoutMs: number): EnvelopeHeaders {
  return timeoutMs === Number.POSITIVE_INFINITY ? NO_HEADERS : { [TIMEOUT_HEADER]: Math.ceil(timeoutMs) };
}

/** The headers of a call: `timeout` says how long the caller waits, whatever the context says. */
export function callHeaders(
  timeout: EnvelopeHeaders,
  context: CallContext | undefined,
  key: string | undefined,
  hasItems: boolean,
): EnvelopeHeaders {
  if (context === undefined && key === undefined && !hasItems) return timeout;
  const headers: Record<string, string | number> = { ...context?.toHeaders() };
  const timeoutMs = timeout[TIMEOUT_HEADER];
  if (timeoutMs !== undefined) headers[TIMEOUT_HEADER] = timeoutMs;
  if (key !== undefined) headers[KEY_HEADER] = key;
  if (hasItems) headers[INPUT_HEADER] = 1;
  return headers;
}

/** Why the payload of an envelope that arrived cannot be read, if so. */
export function unreadable(envelope: Envelope, what: () => string): GraphoidError | undefined {
  const { headers, payload } = envelope;
  if (headers === NO_HEADERS || !(UNREADABLE_HEADER in headers)) return undefined;
  // Strangers may send such a header themselves.
  const cause: unknown = payload;
  const [code, why] = isGraphoidError(cause) ? [cause.code, cause.message] : ["ROUTE", "the router does not say why"];
  return new GraphoidError(code, `${what()} cannot be read: ${why}`, { cause });
}

/** A header that counts something: a number, or the text of one, as some transports carry only text. */
export function numberHeader(headers: EnvelopeHeaders, name: string): number | undefined {
  const value = headers[name];
  if (typeof value === "number") return Number.isNaN(value) ? undefined : value;
  if (typeof value !== "string" || value === "") return undefined;
  const parsed = Number(value);
  return Number.isNaN(parsed) ? undefined : parsed;
}
