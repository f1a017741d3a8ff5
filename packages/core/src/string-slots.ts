import { hashAsciiBytes, sipHash } from "./keyed-hash.ts";

const MIN_SLOTS = 16;
/** As many strings are hashed before they are put into slots. */
export const BLOCK = 4096;
/** No chance alone makes a probe this long at the load factor kept here: someone chose the strings. */
export const MAX_PROBE = 512;

/** What the hashes of strings are made of. */
export interface Hasher {
  readonly bytes: Uint8Array;
  /** Over `bytes`. */
  readonly view: DataView;
  readonly key: number;
  /** The second half of the SipHash key, where that is in use. */
  readonly sipKey: number | undefined;
}

/**
 * Free slots for `length` strings, which fill three fifths of them at most.
 *
 * A slot is one int, 0 while it is free: the index of the string plus one in as many bits as number the slots, and above
 * these what the hash has there. So a table is small, as a lookup costs what it misses the cache, and nearly all strings
 * that are not meant are passed over without reading them.
 */
export function newSlots(length: number): Int32Array {
  let size = MIN_SLOTS;
  while (length * 5 > size * 3) size *= 2;
  return new Int32Array(size);
}

/**
 * Puts the first `length` strings into free slots, the last first, so that of equal ones the last is found, which alone
 * has a slot. Returns how many have one, or -1 when a string without SipHash would be {@link MAX_PROBE} from its slot.
 */
export function placeAll(slots: Int32Array, hasher: Hasher, offsets: Uint32Array, length: number): number {
  const longest = hasher.sipKey === undefined ? MAX_PROBE : slots.length;
  // Hashed first, then placed: the processor waits for several slots at once.
  const hashes = new Int32Array(Math.min(BLOCK, length));
  let used = 0;
  for (let end = length; end > 0; end -= BLOCK) {
    const first = Math.max(0, end - BLOCK);
    hashBlock(hasher, offsets, first, end, hashes);
    const placed = placeBlock(slots, hashes, hasher.bytes, offsets, first, end, longest);
    if (placed < 0) return -1;
    used += placed;
  }
  return used;
}

/** Whether the bytes `a … aEnd` are those of `b … bEnd`. */
export function isSame(bytes: Uint8Array, a: number, aEnd: number, b: number, bEnd: number): boolean {
  if (aEnd - a !== bEnd - b) return false;
  let i = a;
  const shift = b - a;
  while (i < aEnd && bytes[i] === bytes[i + shift]) i++;
  return i === aEnd;
}

/** The hashes of strings `first` to `end`. */
export function hashBlock(
  { bytes, view, key, sipKey }: Hasher,
  offsets: Uint32Array,
  first: number,
  end: number,
  hashes: Int32Array,
): void {
  let from = offsets[first] as number;
  for (let i = first; i < end; i++) {
    const to = offsets[i + 1] as number;
    hashes[i - first] =
      sipKey === undefined ? hashAsciiBytes(view, from, to, key) : sipHash(bytes, from, to, key, sipKey);
    from = to;
  }
}

function placeBlock(
  slots: Int32Array,
  hashes: Int32Array,
  bytes: Uint8Array,
  offsets: Uint32Array,
  first: number,
  end: number,
  longest: number,
): number {
  const mask = slots.length - 1;
  let placed = 0;
  for (let index = end - 1; index >= first; index--) {
    const h = hashes[index - first] as number;
    let at = h & mask;
    let slot = slots[at] as number;
    while (slot !== 0) {
      if (((slot ^ h) & ~mask) === 0) {
        const other = (slot & mask) - 1;
        if (
          isSame(
            bytes,
            offsets[other] as number,
            offsets[other + 1] as number,
            offsets[index] as number,
            offsets[index + 1] as number,
          )
        )
          break;
      }
      at = (at + 1) & mask;
      slot = slots[at] as number;
    }
    if (slot !== 0) continue;
    if (((at - h) & mask) >= longest) return -1;
    slots[at] = (h & ~mask) | (index + 1);
    placed++;
  }
  return placed;
}
