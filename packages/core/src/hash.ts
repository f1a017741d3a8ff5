import { loneSurrogate, writeUtf8 } from "./utf8.ts";

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** The last step of MurmurHash3 (Appleby, 2011): every input bit reaches every output bit. Returns an int32. */
export function mix32(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/**
 * Hashes a string to an integer from 0 to 2³² − 1: the same on every machine, in every version.
 *
 * It is FNV-1a (Fowler, Noll, Vo; 32 bit) over the UTF-8 bytes, followed by the finaliser of MurmurHash3. Fit for
 * placing things, not for security: anyone can make strings that collide. Test vectors are in `docs/wire-format.md`.
 *
 * @throws InvalidArgumentError when `text` has a lone surrogate.
 * @example
 * ```ts
 * import { hash } from "@graphoid/core";
 *
 * console.log(hash("alice") % 8); // 6
 * ```
 */
export function hash(text: string): number {
  const h = hashWellFormed(text);
  if (h < 0) throw loneSurrogate("hash");
  return h;
}

/** {@link hash}, but -1 when `text` has a lone surrogate. */
export function hashWellFormed(text: string): number {
  let h = FNV_OFFSET;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x80) return hashWide(text);
    h = Math.imul(h ^ code, FNV_PRIME);
  }
  return mix32(h) >>> 0;
}

function hashWide(text: string): number {
  const bytes = new Uint8Array(text.length * 3);
  const end = writeUtf8(text, bytes, 0);
  return end < 0 ? -1 : hashBytes(bytes.subarray(0, end));
}

/** The same hash as {@link hash}, over bytes. */
export function hashBytes(bytes: Uint8Array): number {
  let h = FNV_OFFSET;
  for (let i = 0; i < bytes.length; i++) h = Math.imul(h ^ (bytes[i] as number), FNV_PRIME);
  return mix32(h) >>> 0;
}
