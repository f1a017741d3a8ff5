import {
  type Envelope,
  type EnvelopeHeaders,
  invalidArgument,
  NotSerializableError,
  type PlainRecord,
  type RefData,
  type Value,
} from "@graphoid/core";
import { UNREADABLE_HEADER } from "@graphoid/remote";
import type { Serializer } from "@graphoid/serialize";
import { KINDS, NO_HEADERS } from "./envelope-kinds.ts";
import { EnvelopeReader, malformed } from "./envelope-reader.ts";
import { EnvelopeWriter, MAX_VARINT } from "./envelope-writer.ts";

/** The first byte of every envelope. */
const VERSION = 1;
const KIND_MASK = 0x0f;
const HAS_HEADERS = 0x10;
const HAS_REPLY_TO = 0x20;
const HAS_INCARNATION = 0x40;

/** Names of headers by their number on the wire; 0 says that the name follows. Append only. */
const NAMES: readonly string[] = [
  "",
  "timeout-ms",
  "traceparent",
  "tracestate",
  "baggage",
  "credit",
  "seq",
  "input",
  "redirect",
  "idempotency-key",
];
const NUMBERS: ReadonlyMap<string, number> = new Map(NAMES.map((name, number) => [name, number]));
const INTEGER = 0;
const TEXT = 1;
const NUMBER = 2;

const NOTHING = new Uint8Array(0);
const writer = new EnvelopeWriter();

/**
 * An envelope as bytes: its parts as docs/wire-format.md says, and the value bytes of the payload.
 *
 * @throws NotSerializableError and others of the serializer, for a payload that cannot travel.
 */
export function encodeEnvelope(serializer: Serializer, envelope: Envelope): Uint8Array {
  return encode(serializer, envelope, envelope.replyTo);
}

/** As {@link encodeEnvelope}, without the path of answers, for routers that bring them back by the path of the call. */
export function encodeWithoutPath(serializer: Serializer, envelope: Envelope): Uint8Array {
  return encode(serializer, envelope, undefined);
}

function encode(serializer: Serializer, envelope: Envelope, replyTo: RefData | undefined): Uint8Array {
  const { kind, id, target, message, payload, headers, incarnation } = envelope;
  if (!(Number.isSafeInteger(id) && id >= 0)) throw invalidArgument("encodeEnvelope", "id", "an integer >= 0", id);
  const body = payload === null ? NOTHING : serializer.toBytes(payload);
  const path = replyTo === undefined ? NOTHING : serializer.toBytes(refParts(replyTo));
  const count = headers === NO_HEADERS ? 0 : Object.keys(headers).length;
  const flags =
    (count === 0 ? 0 : HAS_HEADERS) |
    (replyTo === undefined ? 0 : HAS_REPLY_TO) |
    (incarnation === undefined ? 0 : HAS_INCARNATION);
  let room = 64 + 3 * (target.length + message.length + (incarnation?.length ?? 0)) + path.length + body.length;
  if (count > 0) room += roomFor(headers);
  writer.begin(room);
  writer.u8(VERSION);
  writer.u8(KINDS.indexOf(kind) | flags);
  writer.varint(id);
  text("target", target);
  text("message", message);
  if (count > 0) writeHeaders(headers, count);
  if (replyTo !== undefined) {
    writer.varint(path.length);
    writer.raw(path);
  }
  if (incarnation !== undefined) text("incarnation", incarnation);
  writer.raw(body);
  return writer.take();
}

function text(part: string, value: string): void {
  if (writer.text(value)) return;
  throw new NotSerializableError(`encodeEnvelope: \`${part}\` has a lone surrogate`, { details: { path: part } });
}

function roomFor(headers: EnvelopeHeaders): number {
  let room = 0;
  for (const name in headers) {
    const value = headers[name];
    room += 32 + 3 * (name.length + (typeof value === "string" ? value.length : 0));
  }
  return room;
}

function writeHeaders(headers: EnvelopeHeaders, count: number): void {
  writer.varint(count);
  for (const name in headers) {
    const value: unknown = headers[name];
    const number = NUMBERS.get(name) ?? 0;
    const isInteger = typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= MAX_VARINT;
    const type = typeof value === "string" ? TEXT : isInteger && !Object.is(value, -0) ? INTEGER : NUMBER;
    writer.u8((number << 2) | type);
    if (number === 0) text("headers", name);
    if (typeof value === "string") text(`headers.${name}`, value);
    else if (typeof value !== "number") {
      throw new NotSerializableError(
        `encodeEnvelope: the header ${JSON.stringify(name)} is neither text nor a number`,
        {
          details: { path: `headers.${name}` },
        },
      );
    } else if (type === INTEGER) writer.varint(value);
    else writer.float64(value);
  }
}

/**
 * The envelope of bytes from {@link encodeEnvelope}. They may come from anyone. Where only the payload cannot be read,
 * the envelope says so, and its call ends with that: see `UNREADABLE_HEADER`.
 *
 * @throws InvalidArgumentError and others of the serializer when another part is not what it should be.
 */
export function decodeEnvelope(serializer: Serializer, bytes: Uint8Array): Envelope {
  const reader = new EnvelopeReader(bytes);
  const version = reader.u8();
  if (version !== VERSION) throw malformed(`the version ${VERSION}`, version);
  const flags = reader.u8();
  const kind = KINDS[flags & KIND_MASK];
  if (kind === undefined || flags > 0x7f) throw malformed("the number of a kind", flags);
  const id = reader.varint();
  const target = reader.name();
  const message = reader.name();
  let headers = (flags & HAS_HEADERS) === 0 ? NO_HEADERS : readHeaders(reader);
  const path = (flags & HAS_REPLY_TO) === 0 ? undefined : reader.slice(reader.varint());
  const incarnation = (flags & HAS_INCARNATION) === 0 ? undefined : reader.name();
  const body = reader.rest();
  let payload: Value = null;
  try {
    if (body !== undefined) payload = serializer.fromBytes(body);
  } catch (error) {
    payload = error as Value;
    headers = { ...headers, [UNREADABLE_HEADER]: 1 };
  }
  if (path === undefined && incarnation === undefined) return { kind, id, target, message, payload, headers };
  return {
    kind,
    id,
    target,
    message,
    payload,
    headers,
    ...(path === undefined ? {} : { replyTo: checkRef(serializer.fromBytes(path)) }),
    ...(incarnation === undefined ? {} : { incarnation }),
  };
}

function readHeaders(reader: EnvelopeReader): EnvelopeHeaders {
  const headers: Record<string, string | number> = {};
  for (let left = reader.varint(); left > 0; left--) {
    const tag = reader.u8();
    const name = tag >> 2 === 0 ? reader.name() : NAMES[tag >> 2];
    if (name === undefined) throw malformed("the number of a header", tag >> 2);
    const type = tag & 3;
    if (type > NUMBER) throw malformed("a header that is text or a number", type);
    const value = type === TEXT ? reader.text() : type === INTEGER ? reader.varint() : reader.float64();
    if (name === "__proto__") Object.defineProperty(headers, name, { value, enumerable: true, configurable: true });
    else headers[name] = value;
  }
  return headers;
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

function isRecord(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
