/**
 * Jump consistent hash: maps a 64-bit key to a bucket from 0 to `buckets` − 1 such that one more bucket moves only the
 * keys that the new bucket receives, a share of 1 / (`buckets` + 1).
 *
 * Lamping and Veach, "A Fast, Minimal Memory, Consistent Hash Algorithm" (2014), figure 1. The key is given as two
 * 32-bit halves, signed or not; the generator's 64-bit multiplication is done on 16-bit limbs in 32-bit integers, because
 * `bigint` would be some twenty times slower.
 */
export function jumpHash(high: number, low: number, buckets: number): number {
  let bucket = 0;
  let next = 0;
  while (next < buckets) {
    bucket = next;
    // key = key * 2862933555777941757 + 1 (mod 2⁶⁴); the factor is 0x27bb2ee6_87b0b0fd.
    const low0 = low & 0xffff;
    const low1 = low >>> 16;
    const lowest = Math.imul(low0, 0xb0fd);
    const across = Math.imul(low0, 0x87b0);
    const cross = Math.imul(low1, 0xb0fd);
    const middle = (lowest >>> 16) + (across & 0xffff) + (cross & 0xffff);
    const carried = Math.imul(low1, 0x87b0) + (across >>> 16) + (cross >>> 16) + (middle >>> 16);
    high = (Math.imul(high, 0x87b0b0fd) + Math.imul(low, 0x27bb2ee6) + carried) | 0;
    low = (((middle << 16) | (lowest & 0xffff)) + 1) | 0;
    if (low === 0) high = (high + 1) | 0;
    next = Math.floor((bucket + 1) * (0x80000000 / ((high >>> 1) + 1)));
  }
  return bucket;
}
