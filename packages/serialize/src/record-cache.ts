import { isSimpleKey } from "./record-fields.ts";
import type { RecordMaker } from "./record-maker.ts";

/** How many kinds of objects are kept, a power of two. */
const SIZE = 256;
/** Objects with more keys than this are read key by key. */
const MAX_KEYS = 32;
/** Kinds whose keys take more bytes than this are not kept. */
const MAX_BYTES = 512;
/** A kind makes place for another when it has been wrong so many times more often than right. */
const MAX_DOUBT = 8;

/** The keys of objects of one kind, and the bytes in which they stand: key `i` is `bytes[offsets[i] … offsets[i + 1])`. */
export interface KnownKeys {
  readonly keys: readonly string[];
  readonly bytes: Uint8Array;
  readonly offsets: readonly number[];
  doubt: number;
  uses: number;
  maker: RecordMaker | undefined;
}

const encoder = new TextEncoder();

/**
 * The kinds of objects that were read before. One that begins with the same key and has as many is probably of the same
 * kind: its keys then need only be compared with the bytes, and not be read, looked up and checked to differ.
 */
export class RecordCache {
  readonly #known: (KnownKeys | undefined)[] = new Array<KnownKeys | undefined>(SIZE).fill(undefined);
  /** What was met once: objects used as dictionaries never come again. */
  readonly #met = new Int32Array(SIZE);

  /** The kind that an object of `count` keys, which begin at `at`, may be of. */
  find(count: number, bytes: Uint8Array, at: number): KnownKeys | undefined {
    const known = this.#known[fingerprint(count, bytes, at) & (SIZE - 1)];
    return known !== undefined && known.keys.length === count ? known : undefined;
  }

  /** An object of these keys, which begin at `at`, was read key by key. */
  meet(keys: readonly string[], bytes: Uint8Array, at: number): void {
    const mark = fingerprint(keys.length, bytes, at);
    const place = mark & (SIZE - 1);
    const known = this.#known[place];
    if (known !== undefined && ++known.doubt < MAX_DOUBT) return;
    if (this.#met[place] !== mark) this.#met[place] = mark;
    else this.#known[place] = knownKeys(keys);
  }
}

function fingerprint(count: number, bytes: Uint8Array, at: number): number {
  // Past the end these are `undefined`, which counts as 0.
  const a = (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16);
  const b = (bytes[at + 3] as number) | ((bytes[at + 4] as number) << 8) | ((bytes[at + 5] as number) << 16);
  const h = Math.imul(a ^ (count << 24), 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b);
  return h ^ (h >>> 15) ^ (h >>> 23);
}

function knownKeys(keys: readonly string[]): KnownKeys | undefined {
  if (keys.length > MAX_KEYS || !keys.every(isSimpleKey)) return undefined;
  const parts: number[] = [];
  const offsets = [0];
  for (const key of keys) {
    const text = encoder.encode(key);
    if (text.length < 32) parts.push(0xa0 | text.length);
    else if (text.length < 0x100) parts.push(0xd9, text.length);
    else return undefined;
    parts.push(...text);
    offsets.push(parts.length);
  }
  return parts.length > MAX_BYTES
    ? undefined
    : { keys, bytes: Uint8Array.from(parts), offsets, doubt: 0, uses: 0, maker: undefined };
}
