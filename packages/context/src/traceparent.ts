import { trimOptionalSpace } from "./optional-space.ts";

/** A position in a trace: the trace, the span in it, and the flags of W3C Trace Context level 2. */
export interface TraceParent {
  /** 32 lower-case hexadecimal digits. */
  readonly traceId: string;
  /** 16 lower-case hexadecimal digits. */
  readonly spanId: string;
  /** Whether the sender recorded its part of the trace. */
  readonly sampled: boolean;
  /** Whether at least the last 7 bytes of the trace id are random. */
  readonly random: boolean;
}

const SAMPLED = 1;
const RANDOM = 2;
/** `00-` trace id `-` span id `-` flags. */
const LENGTH = 55;
/** Longer values of a future version are refused unread. */
const MAX_LENGTH = 512;

/**
 * Reads a `traceparent` value by the rules of W3C Trace Context, level 2, "Versioning of traceparent": version 00 is
 * exactly 55 characters, a later version may go on after a dash, version ff and all-zero ids are invalid.
 *
 * @returns `undefined` for anything else, which means that the trace must be restarted.
 */
export function parseTraceparent(value: unknown): TraceParent | undefined {
  if (typeof value !== "string" || value.length > MAX_LENGTH) return undefined;
  const text = trimOptionalSpace(value);
  if (text.length < LENGTH || !isHex(text, 0, 2) || text.startsWith("ff")) return undefined;
  if (text.length > LENGTH && (text.startsWith("00") || text[LENGTH] !== "-")) return undefined;
  if (text[2] !== "-" || text[35] !== "-" || text[52] !== "-") return undefined;
  if (!isId(text, 3, 35) || !isId(text, 36, 52) || !isHex(text, 53, 55)) return undefined;
  const flags = Number.parseInt(text.slice(53, 55), 16);
  return {
    traceId: text.slice(3, 35),
    spanId: text.slice(36, 52),
    sampled: (flags & SAMPLED) !== 0,
    random: (flags & RANDOM) !== 0,
  };
}

/** Writes a `traceparent` value, in version 00. */
export function formatTraceparent(parent: TraceParent): string {
  const flags = (parent.sampled ? SAMPLED : 0) | (parent.random ? RANDOM : 0);
  return `00-${parent.traceId}-${parent.spanId}-0${flags}`;
}

/** Whether all characters are lower-case hexadecimal digits. */
function isHex(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x30 || code > 0x66 || (code > 0x39 && code < 0x61)) return false;
  }
  return true;
}

/** Whether it is an id: hexadecimal, and not all zero. */
function isId(text: string, from: number, to: number): boolean {
  if (!isHex(text, from, to)) return false;
  for (let i = from; i < to; i++) if (text[i] !== "0") return true;
  return false;
}
