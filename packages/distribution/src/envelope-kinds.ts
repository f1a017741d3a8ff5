import type { EnvelopeHeaders, EnvelopeKind } from "@graphoid/core";

/** The kinds by their number on the wire. Append only. */
export const KINDS: readonly EnvelopeKind[] = [
  "send",
  "request",
  "stream",
  "reply",
  "error",
  "cancel",
  "item",
  "credit",
  "end",
];

export const NO_HEADERS: EnvelopeHeaders = Object.freeze({});
