// Loops of their own over one kind of array, which the engine compiles soon and once.

/** Bytes, and where in them the next thing to read begins. */
interface Cursor {
  readonly bytes: Uint8Array;
  readonly end: number;
  at: number;
}

/**
 * Fills `target` from row `first` on with integers of up to three bytes of seven bits each, as long as there are such, and
 * returns the row of the first that is not. Moves the cursor to it.
 */
export function fillShort(target: Uint32Array, first: number, cursor: Cursor): number {
  const { bytes } = cursor;
  const last = cursor.end - 3;
  let { at } = cursor;
  let row = first;
  for (; row < target.length && at <= last; row++) {
    const a = bytes[at] as number;
    if (a < 0x80) {
      target[row] = a;
      at++;
      continue;
    }
    const b = bytes[at + 1] as number;
    if (b < 0x80) {
      if (b === 0) break;
      target[row] = (a & 0x7f) | (b << 7);
      at += 2;
      continue;
    }
    const c = bytes[at + 2] as number;
    if (c > 0x7f || c === 0) break;
    target[row] = (a & 0x7f) | ((b & 0x7f) << 7) | (c << 14);
    at += 3;
  }
  cursor.at = at;
  return row;
}

/** Unpacks `count` integers of `bits` bits, a multiple of eight. */
export function unpack(view: DataView, at: number, target: Uint32Array, count: number, bits: number): void {
  const mask = (1 << bits) - 1;
  let from = at;
  for (let i = 0; i < count; i += 8, from += bits) {
    target[i] = view.getInt32(from, true) & mask;
    for (let j = 1, bit = bits; j < 8; j++, bit += bits) {
      target[i + j] = (view.getInt32(from + (bit >> 3), true) >>> (bit & 7)) & mask;
    }
  }
}
