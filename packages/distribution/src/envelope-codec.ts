import {
  type Envelope,
  type EnvelopeHeaders,
  type EnvelopeKind,
  invalidArgument,
  type PlainRecord,
  type RefData,
  type Value,
} from "@graphoid/core";
import type { Serializer } from "@graphoid/serialize";

/** The kinds by their number on the wire. Append only. */
const KINDS: readonly EnvelopeKind[] = [
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
const NO_HEADERS: EnvelopeHeaders = Object.freeze({});

/**
 * An envelope as bytes: the value bytes of an array `[kind, id, target, message, payload, headers, replyTo,
 * incarnation]`, in which the kind is a number and absent parts at the end are left out.
 *
 * @throws NotSerializableError and others of the serializer, for a payload that cannot travel.
 */
export function encodeEnvelope(serializer: Serializer, envelope: Envelope): Uint8Array {
  const { kind, id, target, message, payload, headers, replyTo, incarnation } = envelope;
  const parts: Value[] = [KINDS.indexOf(kind), id, target, message, payload];
  const hasHeaders = headers !== NO_HEADERS && Object.keys(headers).length > 0;
  if (hasHeaders || replyTo !== undefined || incarnation !== undefined) parts.push(hasHeaders ? headers : null);
  if (replyTo !== undefined || incarnation !== undefined) parts.push(replyTo === undefined ? null : refParts(replyTo));
  if (incarnation !== undefined) parts.push(incarnation);
  return serializer.toBytes(parts);
}

/**
 * The envelope of bytes from {@link encodeEnvelope}. They may come from anyone.
 *
 * @throws InvalidArgumentError when a part is not what it should be, and whatever `serializer.fromBytes` throws.
 */
export function decodeEnvelope(serializer: Serializer, bytes: Uint8Array): Envelope {
  const parts = serializer.fromBytes(bytes);
  if (!Array.isArray(parts) || parts.length < 5 || parts.length > 8) throw malformed("an array of 5 to 8 parts", parts);
  const [number, id, target, message, payload, headers = null, replyTo = null, incarnation] = parts as Value[];
  const kind = KINDS[number as number];
  if (kind === undefined) throw malformed("the number of a kind", number);
  if (typeof id !== "number" || !Number.isSafeInteger(id) || id < 0) throw malformed("a correlation id", id);
  if (typeof target !== "string") throw malformed("a target", target);
  if (typeof message !== "string") throw malformed("a message name", message);
  if (incarnation !== undefined && typeof incarnation !== "string") throw malformed("an incarnation", incarnation);
  return {
    kind,
    id,
    target,
    message,
    payload: payload as Value,
    headers: headers === null ? NO_HEADERS : checkHeaders(headers),
    ...(replyTo === null ? {} : { replyTo: checkRef(replyTo) }),
    ...(incarnation === undefined ? {} : { incarnation }),
  };
}

function refParts({ id, location, metadata, incarnation }: RefData): Value {
  return incarnation === undefined ? [id, location, metadata] : [id, location, metadata, incarnation];
}

function checkRef(parts: Value): RefData {
  const [id, location, metadata, incarnation] = Array.isArray(parts) ? (parts as Value[]) : [];
  if (typeof id !== "string" || location === undefined || !isRecord(metadata)) throw malformed("a reply target", parts);
  const data: RefData = { id, location, metadata: metadata as PlainRecord };
  if (incarnation === undefined) return data;
  if (typeof incarnation !== "string") throw malformed("a reply target", parts);
  return { ...data, incarnation };
}

function checkHeaders(headers: Value): EnvelopeHeaders {
  if (!isRecord(headers)) throw malformed("headers", headers);
  for (const value of Object.values(headers as object)) {
    if (typeof value !== "string" && typeof value !== "number")
      throw malformed("a header that is text or a number", value);
  }
  return headers as EnvelopeHeaders;
}

function isRecord(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function malformed(expected: string, value: unknown): Error {
  return invalidArgument("decodeEnvelope", "bytes", `an envelope with ${expected}`, value);
}
