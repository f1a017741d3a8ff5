/** The capacity to grow to: half as much again, in whole steps, so that n additions copy O(n) entries in all. */
function capacity(needed: number): number {
  return Math.max(16, needed + (needed >>> 1));
}

/** `bytes` itself when it has room for `needed` entries, else a larger copy. */
export function grownBytes(bytes: Uint8Array, needed: number): Uint8Array {
  if (needed <= bytes.length) return bytes;
  const larger = new Uint8Array(capacity(needed));
  larger.set(bytes);
  return larger;
}

/** `ints` itself when it has room for `needed` entries, else a larger copy. */
export function grownInts(ints: Uint32Array, needed: number): Uint32Array {
  if (needed <= ints.length) return ints;
  const larger = new Uint32Array(capacity(needed));
  larger.set(ints);
  return larger;
}

/** `floats` itself when it has room for `needed` entries, else a larger copy whose new entries are `fill`. */
export function grownFloats(floats: Float64Array, needed: number, fill: number): Float64Array {
  if (needed <= floats.length) return floats;
  const larger = new Float64Array(capacity(needed));
  larger.set(floats);
  if (fill !== 0) larger.fill(fill, floats.length);
  return larger;
}
