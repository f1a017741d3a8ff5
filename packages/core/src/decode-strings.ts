const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** Decode at most this many bytes at once, well under the longest string an engine can hold. */
const BULK_BYTES = 1 << 24;

/** String `index` of those that stand in `bytes` between `offsets`. */
export function decodeString(bytes: Uint8Array, offsets: Uint32Array, index: number): string {
  return decoder.decode(bytes.subarray(offsets[index], offsets[index + 1]));
}

/**
 * `strings` with its holes filled: the first `length` strings of those that stand in `bytes` between `offsets`. Decodes
 * many at once and cuts them, which costs a fifth of decoding each.
 */
export function decodeMissing(
  strings: readonly (string | undefined)[],
  bytes: Uint8Array,
  offsets: Uint32Array,
  length: number,
): (string | undefined)[] {
  // Makes room for all at once: an array that is written far beyond its end turns into a slow one.
  const all = new Array<string | undefined>(offsets.length - 1);
  for (let first = 0; first < length; ) {
    const base = offsets[first] as number;
    let last = first + 1;
    while (last < length && (offsets[last + 1] as number) - base <= BULK_BYTES) last++;
    const end = offsets[last] as number;
    const text = decoder.decode(bytes.subarray(base, end));
    const ascii = text.length === end - base;
    let at = 0;
    for (let i = first; i < last; i++) {
      const from = offsets[i] as number;
      const to = offsets[i + 1] as number;
      const units = ascii ? to - from : utf16Length(bytes, from, to);
      all[i] = strings[i] ?? text.substring(at, at + units);
      at += units;
    }
    first = last;
  }
  return all;
}

/** How many UTF-16 units well-formed UTF-8 makes: one a character, two for those of four bytes. */
function utf16Length(bytes: Uint8Array, from: number, to: number): number {
  let units = 0;
  for (let i = from; i < to; i++) {
    const byte = bytes[i] as number;
    if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1;
  }
  return units;
}
