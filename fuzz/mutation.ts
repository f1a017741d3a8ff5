import type { Random } from "./random.ts";

/** Values of one, two and four bytes at which formats change their mind. */
const INTERESTING: readonly (readonly number[])[] = [
  ...[0, 1, 2, 3, 4, 7, 8, 0x0f, 0x10, 0x1f, 0x20, 0x7f, 0x80, 0x81, 0x90, 0xa0, 0xc0, 0xc1, 0xfe, 0xff].map((byte) => [
    byte,
  ]),
  ...[0xc2, 0xc4, 0xc7, 0xca, 0xcb, 0xcf, 0xd3, 0xd4, 0xd6, 0xd8, 0xd9, 0xdc, 0xdd, 0xde, 0xdf].map((byte) => [byte]),
  [0, 0],
  [0xff, 0xff],
  [0x80, 0],
  [0x7f, 0xff],
  [0, 0, 0, 0],
  [0xff, 0xff, 0xff, 0xff],
  [0x7f, 0xff, 0xff, 0xff],
  [0x80, 0x80, 0x80, 0x80, 0x10],
];

/** `bytes` with a few changes of the kinds that break readers: bits, bytes, cuts, repeats, and parts of `others`. */
export function mutated(bytes: Uint8Array, others: readonly Uint8Array[], random: Random): Uint8Array {
  let result: Uint8Array = Uint8Array.from(bytes);
  for (let changes = 1 << random(4); changes > 0; changes--) result = changed(result, others, random);
  return result;
}

function changed(bytes: Uint8Array, others: readonly Uint8Array[], random: Random): Uint8Array {
  const at = random(bytes.length + 1);
  const length = 1 + random(random(4) === 0 ? 64 : 4);
  const set = (values: readonly number[]): Uint8Array => {
    const copy = Uint8Array.from(bytes);
    copy.set(values.slice(0, Math.max(0, copy.length - at)), at);
    return copy;
  };
  switch (random(9)) {
    case 0:
      return set([(bytes[at] ?? 0) ^ (1 << random(8))]);
    case 1:
      return set(INTERESTING[random(INTERESTING.length)] as readonly number[]);
    case 2:
      return set([random(256)]);
    case 3:
      return set([(bytes[at] ?? 0) + random(9) - 4]);
    case 4:
      return spliced(bytes, at, length, []);
    case 5:
      return spliced(bytes, at, 0, bytes.subarray(at, at + length));
    case 6:
      return spliced(bytes, at, 0, INTERESTING[random(INTERESTING.length)] as readonly number[]);
    case 7: {
      const other = others[random(others.length)] ?? bytes;
      const from = random(other.length + 1);
      return spliced(bytes, at, random(2) * length, other.subarray(from, from + 2 * length));
    }
    default:
      return random(4) === 0 ? bytes.slice(0, at) : set([random(256), random(256)]);
  }
}

function spliced(bytes: Uint8Array, at: number, remove: number, insert: ArrayLike<number>): Uint8Array {
  const tail = bytes.subarray(at + remove);
  const result = new Uint8Array(at + insert.length + tail.length);
  result.set(bytes.subarray(0, at));
  result.set(insert, at);
  result.set(tail, at + insert.length);
  return result;
}
