import { type Envelope, type EnvelopeHeaders, isGraphoidError, type Value } from "@graphoid/core";
import { UNREADABLE_HEADER } from "@graphoid/remote";
import type { Session } from "@graphoid/serialize";
import { KINDS, NO_HEADERS } from "./envelope-kinds.ts";
import { malformed } from "./envelope-reader.ts";
import { headOf } from "./list-head.ts";

const INPUT_HEADER = "input";
/** Added to the kind of what the caller sends for its items: which way it goes must be known where nothing else can be read. */
const INPUT_FLAG = 0x10;

/** An id is written as two integers, so that the ids of calls, which grow past 32 bits, need no 64-bit ones. */
const ID_UNIT = 2 ** 20;

/**
 * An envelope as one message of a session: a list of its parts.
 *
 * @throws InvalidArgumentError for an id or headers that are none, and whatever `session.toBytes` throws.
 */
export function encodeInSession(session: Session, envelope: Envelope): Uint8Array {
  const { kind, id, target, message, payload, headers, incarnation } = envelope;
  if (!(Number.isSafeInteger(id) && id >= 0)) throw malformed("an integer >= 0 as its id", id);
  const hasHeaders = checkHeaders(headers);
  const number = KINDS.indexOf(kind) + (hasHeaders && INPUT_HEADER in headers ? INPUT_FLAG : 0);
  const high = Math.floor(id / ID_UNIT);
  const low = id - high * ID_UNIT;
  if (incarnation !== undefined) {
    return session.toBytes([number, low, high, target, message, payload, headers as Value, incarnation]);
  }
  if (!hasHeaders) return session.toBytes([number, low, high, target, message, payload]);
  return session.toBytes([number, low, high, target, message, payload, headers as Value]);
}

/**
 * The envelope of a message from {@link encodeInSession}. It may come from anyone. Where only the payload cannot be read,
 * the envelope says so: see `UNREADABLE_HEADER`.
 *
 * @throws InvalidArgumentError when a part is not what it should be, and whatever `session.fromBytes` throws where not
 * even the parts before the payload can be read.
 */
export function decodeInSession(session: Session, bytes: Uint8Array): Envelope {
  let list: Value;
  try {
    list = session.fromBytes(bytes);
  } catch (error) {
    // What follows a message that is missing cannot be read either.
    if (isGraphoidError(error, "SEQUENCE")) throw error;
    const head = headOf(bytes);
    if (head === undefined) throw error;
    const input = head[0] >= INPUT_FLAG ? { [INPUT_HEADER]: 1 } : {};
    return envelopeOf([...head, error as Value, { ...input, [UNREADABLE_HEADER]: 1 }]);
  }
  if (!Array.isArray(list)) throw malformed("a list of its parts", list);
  return envelopeOf(list);
}

function envelopeOf(list: readonly Value[]): Envelope {
  const { length } = list;
  if (length < 6 || length > 8) throw malformed("six to eight parts", length);
  const number = list[0] as number;
  const kind = KINDS[number >= INPUT_FLAG ? number - INPUT_FLAG : number];
  if (kind === undefined) throw malformed("the number of a kind", number);
  const low = list[1];
  const high = list[2];
  if (typeof low !== "number" || typeof high !== "number") throw malformed("an id of two integers", list);
  const target = list[3];
  const message = list[4];
  if (typeof target !== "string" || typeof message !== "string") throw malformed("a target and a message", list);
  const payload = list[5] as Value;
  const id = high * ID_UNIT + low;
  const headers = length > 6 ? readHeaders(list[6]) : NO_HEADERS;
  if (length < 8) return { kind, id, target, message, payload, headers };
  const incarnation = list[7];
  if (typeof incarnation !== "string") throw malformed("an incarnation", incarnation);
  return { kind, id, target, message, payload, headers, incarnation };
}

function readHeaders(headers: Value | undefined): EnvelopeHeaders {
  if (typeof headers !== "object" || headers === null || Object.getPrototypeOf(headers) !== Object.prototype) {
    throw malformed("headers", headers);
  }
  checkHeaders(headers as EnvelopeHeaders);
  return headers as EnvelopeHeaders;
}

/** Throws unless all headers are text or numbers. Tells whether there are any. */
function checkHeaders(headers: EnvelopeHeaders): boolean {
  let any = false;
  for (const name in headers) {
    any = true;
    const value: unknown = headers[name];
    if (typeof value !== "number" && typeof value !== "string") throw malformed("headers of text or numbers", headers);
  }
  return any;
}
