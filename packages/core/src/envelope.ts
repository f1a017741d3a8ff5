import type { RefData } from "./ref.ts";
import type { Value } from "./values.ts";

/**
 * What an envelope is for. A call is `send`, `request` or `stream`; everything else belongs to a call that is open:
 * `reply` and `error` end it, `cancel` gives it up, `item`, `credit` and `end` carry a stream.
 */
export type EnvelopeKind = "send" | "request" | "stream" | "reply" | "error" | "cancel" | "item" | "credit" | "end";

/** What travels beside the payload. Keys are lower-case; `timeout-ms` and the W3C names are the ones in use. */
export interface EnvelopeHeaders {
  readonly [name: string]: string | number;
}

/**
 * One message between two hosts, as plain data that any serializer can carry. Routers see it whole and may move it
 * any way they like; `@graphoid/remote` builds requests, streams, cancellation and errors from envelopes alone.
 */
export interface Envelope {
  readonly kind: EnvelopeKind;
  /** Tells which call the envelope belongs to, in the caller's numbering. 0 for `send`. */
  readonly id: number;
  /** The id of the thing addressed; for answers, the id of the caller's reply target. */
  readonly target: string;
  /** The message name; empty for answers. */
  readonly message: string;
  readonly payload: Value;
  readonly headers: EnvelopeHeaders;
  /** Where answers go when the path that the call came by cannot carry them. Absent for `send` and for answers. */
  readonly replyTo?: RefData;
  /** The incarnation of the host that the caller means; another one refuses with `StaleRefError`. */
  readonly incarnation?: string;
}
