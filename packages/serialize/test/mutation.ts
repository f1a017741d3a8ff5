import { toHex } from "./bytes.ts";

/** Random integers below a bound, the same for the same seed (xorshift32, Marsaglia 2003). */
export function randomIntegers(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Bytes with which formats like these begin something. */
const INTERESTING = [
  0x00, 0x01, 0x7f, 0x80, 0x81, 0x8f, 0x90, 0x91, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8,
  0xc9, 0xca, 0xcb, 0xcf, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9, 0xda, 0xdb, 0xdc, 0xdd, 0xde, 0xdf, 0xe0, 0xff,
];

/** `bytes` with a few changes of the kinds that break readers: bits, bytes, cuts, repeats, and parts of `others`. */
export function mutated(
  bytes: Uint8Array,
  others: readonly Uint8Array[],
  random: (below: number) => number,
): Uint8Array {
  let result = [...bytes];
  for (let changes = 1 + random(4); changes > 0; changes--) {
    const at = random(result.length + 1);
    const length = 1 + random(random(4) === 0 ? 40 : 4);
    switch (random(8)) {
      case 0:
        if (at < result.length) result[at]! ^= 1 << random(8);
        break;
      case 1:
        result[Math.min(at, Math.max(0, result.length - 1))] = INTERESTING[random(INTERESTING.length)] as number;
        break;
      case 2:
        result[Math.min(at, Math.max(0, result.length - 1))] = random(256);
        break;
      case 3:
        result.splice(at, length);
        break;
      case 4:
        result.splice(at, 0, ...result.slice(at, at + length));
        break;
      case 5:
        result.splice(at, 0, ...Array.from({ length }, () => INTERESTING[random(INTERESTING.length)] as number));
        break;
      case 6: {
        const other = others[random(others.length)] as Uint8Array;
        const from = random(other.length);
        result.splice(at, random(2) * length, ...other.subarray(from, from + length * 2));
        break;
      }
      default:
        result = result.slice(0, Math.max(1, at));
    }
  }
  return Uint8Array.from(result);
}

/** Text with the same kinds of changes, made of the pieces that JSON is made of. */
export function mutatedText(text: string, others: readonly string[], random: (below: number) => number): string {
  let result = text;
  for (let changes = 1 + random(3); changes > 0; changes--) {
    const at = random(result.length + 1);
    const other = others[random(others.length)] as string;
    const from = random(other.length);
    const pieces = [
      "",
      ",",
      ":",
      "{",
      "}",
      "[",
      "]",
      '"',
      "\\",
      "null",
      "-0",
      "1e999",
      "9007199254740993",
      '"$type":',
      '"graph"',
      '"same"',
      '{"$type":"same","as":0}',
      "\ud800",
      other.slice(from, from + random(30)),
    ];
    result = result.slice(0, at) + pieces[random(pieces.length)] + result.slice(at + random(6));
  }
  return result;
}

/** What to say of an input that broke something. */
export function reproduction(input: Uint8Array | string): string {
  return typeof input === "string" ? JSON.stringify(input) : toHex(input);
}
