import { mix32 } from "./hash.ts";

const MULTIPLIER = 0x9e3779b1;

/** A key by chance, so that no one can choose strings or edges that collide under it. */
export function randomKey(): number {
  return (Math.random() * 0x100000000) | 0;
}

/** The longest text that {@link hashAscii} takes, in characters. */
const MAX_TEXT = 256;

/**
 * What {@link hashAscii} hashed last, four characters an int, as its bytes are read little-endian; what is left after the
 * last four stands in the next int, first character highest. Kept for the comparison that follows: reading the
 * characters of a string costs more than all the rest of a lookup.
 */
const hashedWords: Int32Array = new Int32Array(MAX_TEXT / 4 + 1);

/**
 * A fast hash of an ASCII string to 31 bits, four characters a step; -1 when the string is not ASCII or longer than 256.
 * Equal to {@link hashAsciiBytes} of the same bytes. Keyed, but only against accidents: see {@link sipHash}.
 */
export function hashAscii(text: string, key: number): number {
  const length = text.length;
  if (length > MAX_TEXT) return -1;
  let h = key ^ length;
  let all = 0;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    const a = text.charCodeAt(i);
    const b = text.charCodeAt(i + 1);
    const c = text.charCodeAt(i + 2);
    const d = text.charCodeAt(i + 3);
    all |= a | b | c | d;
    const word = a | (b << 8) | (c << 16) | (d << 24);
    hashedWords[i >> 2] = word;
    h = Math.imul(h ^ word, MULTIPLIER);
    h ^= h >>> 15;
  }
  let rest = 0;
  for (; i < length; i++) {
    const a = text.charCodeAt(i);
    all |= a;
    rest = (rest << 8) | a;
  }
  if (all > 0x7f) return -1;
  hashedWords[length >> 2] = rest;
  return mix32(Math.imul(h ^ rest, MULTIPLIER)) & 0x7fffffff;
}

/** Whether the `length` bytes at `start` are the text of as many characters that {@link hashAscii} hashed last. */
export function isHashedText(bytes: DataView, start: number, length: number): boolean {
  const words = length >> 2;
  let at = start;
  for (let i = 0; i < words; i++, at += 4) if (bytes.getInt32(at, true) !== hashedWords[i]) return false;
  if (at === start + length) return true;
  let rest = 0;
  for (; at < start + length; at++) rest = (rest << 8) | bytes.getUint8(at);
  return rest === hashedWords[words];
}

/** The bytes' half of {@link hashAscii}; any bytes will do. */
export function hashAsciiBytes(bytes: DataView, from: number, to: number, key: number): number {
  let h = key ^ (to - from);
  let i = from;
  for (; i + 4 <= to; i += 4) {
    h = Math.imul(h ^ bytes.getInt32(i, true), MULTIPLIER);
    h ^= h >>> 15;
  }
  let rest = 0;
  for (; i < to; i++) rest = (rest << 8) | bytes.getUint8(i);
  return mix32(Math.imul(h ^ rest, MULTIPLIER)) & 0x7fffffff;
}

/**
 * HalfSipHash-2-4 to 31 bits (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012, in its 32-bit form):
 * without the key nobody can choose strings that collide. About three times slower than {@link hashAscii}.
 */
export function sipHash(bytes: Uint8Array, from: number, to: number, key0: number, key1: number): number {
  let v0 = key0;
  let v1 = key1;
  let v2 = 0x6c796765 ^ key0;
  let v3 = 0x74656462 ^ key1;
  const round = (): void => {
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
  };
  const absorb = (word: number): void => {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  };
  let i = from;
  for (; i + 4 <= to; i += 4) {
    absorb(
      (bytes[i] as number) |
        ((bytes[i + 1] as number) << 8) |
        ((bytes[i + 2] as number) << 16) |
        ((bytes[i + 3] as number) << 24),
    );
  }
  let last = (to - from) << 24;
  for (let shift = 0; i < to; i++, shift += 8) last |= (bytes[i] as number) << shift;
  absorb(last);
  v2 ^= 0xff;
  for (let n = 0; n < 4; n++) round();
  return (v1 ^ v3) & 0x7fffffff;
}
