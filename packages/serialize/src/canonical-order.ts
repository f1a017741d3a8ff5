/** Compares strings by their UTF-8 bytes, which is by code point. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return codePointOrder(x) - codePointOrder(y);
  }
  return a.length - b.length;
}

/** UTF-16 puts the units of surrogate pairs below U+E000 to U+FFFF, though the characters they make come after. */
function codePointOrder(unit: number): number {
  return unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** Compares two stretches of `bytes`, the shorter first where one begins with the other. */
export function compareBytes(bytes: Uint8Array, a: number, aEnd: number, b: number, bEnd: number): number {
  const length = Math.min(aEnd - a, bEnd - b);
  for (let i = 0; i < length; i++) {
    const difference = (bytes[a + i] as number) - (bytes[b + i] as number);
    if (difference !== 0) return difference;
  }
  return aEnd - a - (bEnd - b);
}

/** How many bytes of a string one pass sorts by. */
const PREFIX = 4;
/** Ranges of at most this many strings are sorted by comparing them. */
const FEW = 16;

/**
 * The indices of strings, which differ and stand in `bytes` between `offsets`, in the order of their bytes.
 *
 * Sorts by four bytes at a time, with the index in the low half of a 64-bit key: the engine sorts an array of such keys
 * many times faster than anything that calls a comparison.
 */
export function sortedStrings(bytes: Uint8Array, offsets: Uint32Array, count: number): Uint32Array {
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  const compare = (a: number, b: number): number =>
    compareBytes(bytes, offsets[a] as number, offsets[a + 1] as number, offsets[b] as number, offsets[b + 1] as number);
  const keys = new BigUint64Array(count);
  const halves = new Uint32Array(keys.buffer);
  const [low, high] = isLittleEndian ? [0, 1] : [1, 0];
  /** Ranges that agree in all bytes before `skip`. */
  const ranges = [{ from: 0, to: count, skip: 0 }];
  for (let range = ranges.pop(); range !== undefined; range = ranges.pop()) {
    const { from, to, skip } = range;
    let longest = 0;
    let differing = 0;
    for (let i = from; i < to; i++) {
      const index = order[i] as number;
      const start = (offsets[index] as number) + skip;
      const end = offsets[index + 1] as number;
      longest = Math.max(longest, end - start);
      let prefix = 0;
      for (let j = 0; j < PREFIX; j++) prefix = (prefix << 8) | (start + j < end ? (bytes[start + j] as number) : 0);
      halves[i * 2 + low] = index;
      halves[i * 2 + high] = prefix;
      differing |= prefix ^ (halves[from * 2 + high] as number);
    }
    // In the last bytes, one string may be another and zeros more, which the keys do not tell.
    if (to - from <= FEW || longest <= PREFIX) {
      order.subarray(from, to).sort(compare);
      continue;
    }
    // Strings that begin alike often do so for long.
    if (differing === 0) {
      ranges.push({ from, to, skip: skip + PREFIX });
      continue;
    }
    keys.subarray(from, to).sort();
    for (let i = from; i < to; i++) order[i] = halves[i * 2 + low] as number;
    for (let first = from, i = from + 1; i <= to; i++) {
      if (i < to && halves[i * 2 + high] === halves[first * 2 + high]) continue;
      if (i - first > 1) ranges.push({ from: first, to: i, skip: skip + PREFIX });
      first = i;
    }
  }
  return order;
}

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
