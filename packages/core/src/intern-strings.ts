import { BLOCK, type Hasher, hashBlock, MAX_PROBE } from "./string-slots.ts";

/** A table of strings that has room for all that may be added. */
export interface InternTarget {
  readonly slots: Int32Array;
  readonly bytes: Uint8Array;
  readonly offsets: Uint32Array;
  length: number;
}

/**
 * Adds the strings of `source` between `offsets` that are new to `target`, and writes the index of each there to
 * `indices`. Returns how many strings it did: all, or those before one that without SipHash would be
 * {@link MAX_PROBE} from its slot.
 */
export function internStrings(
  target: InternTarget,
  source: Hasher,
  offsets: Uint32Array,
  indices: Uint32Array,
): number {
  const { length } = indices;
  const longest = source.sipKey === undefined ? MAX_PROBE : target.slots.length;
  const hashes = new Int32Array(Math.min(BLOCK, length));
  for (let first = 0; first < length; first += BLOCK) {
    const end = Math.min(length, first + BLOCK);
    // Hashed first, then placed: the processor waits for several slots at once.
    hashBlock(source, offsets, first, end, hashes);
    const done = internBlock(target, hashes, source.bytes, offsets, first, end, indices, longest);
    if (done < end) return done;
  }
  return length;
}

function internBlock(
  target: InternTarget,
  hashes: Int32Array,
  bytes: Uint8Array,
  offsets: Uint32Array,
  first: number,
  end: number,
  indices: Uint32Array,
  longest: number,
): number {
  const { slots, bytes: known, offsets: starts } = target;
  const mask = slots.length - 1;
  let { length } = target;
  let index = first;
  for (; index < end; index++) {
    const h = hashes[index - first] as number;
    const from = offsets[index] as number;
    const to = offsets[index + 1] as number;
    let at = h & mask;
    let slot = slots[at] as number;
    while (slot !== 0) {
      if (((slot ^ h) & ~mask) === 0 && isThere(known, starts, (slot & mask) - 1, bytes, from, to)) break;
      at = (at + 1) & mask;
      slot = slots[at] as number;
    }
    if (slot === 0) {
      if (((at - h) & mask) >= longest) break;
      let start = starts[length] as number;
      for (let i = from; i < to; i++) known[start++] = bytes[i] as number;
      starts[++length] = start;
      slot = (h & ~mask) | length;
      slots[at] = slot;
    }
    indices[index] = (slot & mask) - 1;
  }
  target.length = length;
  return index;
}

/** Whether string `index` of those in `known` has the bytes `from … to`. */
function isThere(
  known: Uint8Array,
  starts: Uint32Array,
  index: number,
  bytes: Uint8Array,
  from: number,
  to: number,
): boolean {
  const start = starts[index] as number;
  if ((starts[index + 1] as number) - start !== to - from) return false;
  const shift = start - from;
  let i = from;
  while (i < to && bytes[i] === known[i + shift]) i++;
  return i === to;
}
