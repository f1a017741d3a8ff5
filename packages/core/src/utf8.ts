import { IntegrityError, InvalidArgumentError, InvalidUtf8Error } from "./errors.ts";

/** Check at most this many bytes at once, well under the longest string an engine can hold. */
const BULK_BYTES = 1 << 24;

/** What Node has for checking text, ten times as fast as decoding it. */
interface NativeChecks {
  isAscii(bytes: Uint8Array): boolean;
  isUtf8(bytes: Uint8Array): boolean;
}

declare const process: { getBuiltinModule?(name: string): Partial<NativeChecks> | undefined } | undefined;
const native = typeof process === "object" ? nativeChecks(process.getBuiltinModule?.("node:buffer")) : undefined;

function nativeChecks(buffer: Partial<NativeChecks> | undefined): NativeChecks | undefined {
  return buffer?.isAscii && buffer.isUtf8 ? (buffer as NativeChecks) : undefined;
}

/** The error for a string that UTF-8 cannot carry. */
export function loneSurrogate(call: string): InvalidArgumentError {
  return new InvalidArgumentError(`${call}: expected a well-formed string, got one with a lone surrogate`, {
    details: { call },
  });
}

/**
 * Writes `text` as UTF-8 into `target` from `offset` on, and returns where it ended. `target` must have room for
 * three bytes per UTF-16 unit. Returns -1 at a lone surrogate, which UTF-8 cannot carry.
 */
export function writeUtf8(text: string, target: Uint8Array, offset: number): number {
  let at = offset;
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code < 0x80) {
      target[at++] = code;
    } else if (code < 0x800) {
      target[at++] = 0xc0 | (code >> 6);
      target[at++] = 0x80 | (code & 0x3f);
    } else if (code < 0xd800 || code > 0xdfff) {
      target[at++] = 0xe0 | (code >> 12);
      target[at++] = 0x80 | ((code >> 6) & 0x3f);
      target[at++] = 0x80 | (code & 0x3f);
    } else {
      const low = text.charCodeAt(i + 1);
      if (code > 0xdbff || !(low >= 0xdc00 && low <= 0xdfff)) return -1;
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
      i++;
      target[at++] = 0xf0 | (code >> 18);
      target[at++] = 0x80 | ((code >> 12) & 0x3f);
      target[at++] = 0x80 | ((code >> 6) & 0x3f);
      target[at++] = 0x80 | (code & 0x3f);
    }
  }
  return at;
}

/** Whether `text` has no lone surrogate. */
export function isWellFormed(text: string): boolean {
  const native = (text as { isWellFormed?(): boolean }).isWellFormed;
  if (native !== undefined) return native.call(text);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0xd800 || code > 0xdfff) continue;
    const low = text.charCodeAt(++i);
    if (code > 0xdbff || !(low >= 0xdc00 && low <= 0xdfff)) return false;
  }
  return true;
}

/**
 * Checks that `offsets` divide `bytes`: from 0 to their end, never backwards. `what` begins the message of the error.
 *
 * @throws IntegrityError
 */
export function checkOffsets(what: string, bytes: Uint8Array, offsets: Uint32Array): void {
  if (offsets[0] !== 0 || offsets[offsets.length - 1] !== bytes.length) {
    throw new IntegrityError(`${what}: the offsets do not span the bytes`);
  }
  const backwards = firstDescent(offsets);
  if (backwards > 0) throw new IntegrityError(`${what}: offset ${backwards} goes backwards`);
}

/** The first index with less than the one before it, or 0. */
function firstDescent(offsets: Uint32Array): number {
  for (let i = 1; i < offsets.length; i++) if ((offsets[i] as number) < (offsets[i - 1] as number)) return i;
  return 0;
}

/**
 * Checks that `bytes` is well-formed UTF-8, and that each of `offsets` stands between two characters. `call` begins the
 * message of the error.
 *
 * @throws InvalidUtf8Error
 */
export function checkUtf8(call: string, bytes: Uint8Array, offsets: Uint32Array): void {
  if (isAscii(bytes)) return;
  if (native !== undefined) {
    if (!native.isUtf8(bytes)) throw new InvalidUtf8Error(`${call}: the bytes are not well-formed UTF-8`);
  } else {
    checkByDecoding(call, bytes);
  }
  const splitting = firstInside(bytes, offsets);
  if (splitting >= 0) throw new InvalidUtf8Error(`${call}: offset ${splitting} splits a character`);
}

/** The first offset that points into a character, or -1. */
function firstInside(bytes: Uint8Array, offsets: Uint32Array): number {
  for (let i = 0; i < offsets.length; i++) {
    const at = offsets[i] as number;
    if (at < bytes.length && ((bytes[at] as number) & 0xc0) === 0x80) return i;
  }
  return -1;
}

function isAscii(bytes: Uint8Array): boolean {
  if (native !== undefined) return native.isAscii(bytes);
  let all = 0;
  for (let i = 0; i < bytes.length; i++) all |= bytes[i] as number;
  return all < 0x80;
}

function checkByDecoding(call: string, bytes: Uint8Array): void {
  // A decoder of its own: one that failed in the middle of a stream keeps half a character.
  const checker = new TextDecoder("utf-8", { fatal: true });
  try {
    for (let at = 0; at < bytes.length; at += BULK_BYTES) {
      checker.decode(bytes.subarray(at, at + BULK_BYTES), { stream: at + BULK_BYTES < bytes.length });
    }
  } catch (cause) {
    throw new InvalidUtf8Error(`${call}: the bytes are not well-formed UTF-8`, { cause });
  }
}
