import { checkInteger } from "./arguments.ts";
import { IntegrityError, InvalidUtf8Error } from "./errors.ts";
import { grownBytes, grownInts } from "./grow.ts";
import { hashAscii, hashAsciiBytes, sipHash } from "./keyed-hash.ts";
import { writeUtf8 } from "./utf8.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const MIN_SLOTS = 16;
/** No chance alone makes a probe this long at the load factor kept here: someone chose the strings. */
const MAX_PROBE = 512;
/** A string that is decoded alone costs about five times one that is decoded with all others. */
const SINGLE_DECODES = 64;
/** Decode at most this many bytes at once, well under the longest string an engine can hold. */
const BULK_BYTES = 1 << 24;

/** What readers of a graph see of its strings. */
export interface StringColumn {
  /** How many strings there are. */
  readonly length: number;
  /**
   * The string at `index`.
   *
   * @throws InvalidArgumentError when `index` is not an integer from 0 to `length` - 1.
   */
  at(index: number): string;
  /** The index of `text`, or -1. */
  indexOf(text: string): number;
  /** UTF-8 bytes of all strings, one after the other. */
  readonly bytes: Uint8Array;
  /** `length + 1` offsets into `bytes`; string `i` is `bytes[offsets[i] … offsets[i + 1])`. */
  readonly offsets: Uint32Array;
}

/**
 * Numbers strings 0, 1, 2 … and finds the number of a string again.
 *
 * Strings are UTF-8 bytes in one buffer with offsets; the lookup is an open-addressing table. A slot is two ints: the
 * index + 1 in the low bits with, in the bits that are left, the same bits of the hash, so that most misses are settled
 * without touching the string; and the offset of the string, so that a hit reads it at once (a lookup in a large table
 * costs what it misses the cache). The hash is keyed per table, and a table that still sees a long probe changes to
 * SipHash, so crafted strings cannot make it slow.
 */
export class StringTable implements StringColumn {
  #bytes: Uint8Array;
  #offsets: Uint32Array;
  #length = 0;
  /** Whether every string is ASCII, so that bytes and UTF-16 units are the same count. */
  #ascii = true;
  /** Absent until the first lookup. */
  #slots: Int32Array | undefined;
  readonly #key: number = randomInt();
  /** The second half of the SipHash key once that is in use. */
  #sipKey: number | undefined;
  /** Where the last lookup that found nothing ended, and its hash: the slot for the string if it is added next. */
  #missAt = 0;
  #missHash = 0;
  /** Strings decoded so far; the rest are holes. */
  #strings: (string | undefined)[] = [];
  #singleDecodes = 0;

  constructor(capacity = 0) {
    this.#bytes = new Uint8Array(capacity * 12);
    this.#offsets = new Uint32Array(capacity + 1);
  }

  /**
   * Makes a table over existing bytes, which it takes over. The lookup table is built on first use.
   *
   * @throws IntegrityError when the offsets do not start at 0, go backwards, or do not end where `bytes` ends.
   * @throws InvalidUtf8Error on bytes that are not UTF-8, and on an offset that splits a character.
   */
  static fromBytes(bytes: Uint8Array, offsets: Uint32Array): StringTable {
    const length = offsets.length - 1;
    if (length < 0 || offsets[0] !== 0 || offsets[length] !== bytes.length) {
      throw new IntegrityError("string table: the offsets do not span the bytes");
    }
    for (let i = 0; i < length; i++) {
      if ((offsets[i] as number) > (offsets[i + 1] as number)) {
        throw new IntegrityError(`string table: offset ${i + 1} goes backwards`);
      }
    }
    let all = 0;
    for (let i = 0; i < bytes.length; i++) all |= bytes[i] as number;
    const ascii = all < 0x80;
    if (!ascii) checkUtf8(bytes, offsets);
    return StringTable.#over(bytes, offsets, ascii);
  }

  static #over(bytes: Uint8Array, offsets: Uint32Array, ascii: boolean): StringTable {
    const table = new StringTable();
    table.#bytes = bytes;
    table.#offsets = offsets;
    table.#length = offsets.length - 1;
    table.#ascii = ascii;
    return table;
  }

  get length(): number {
    return this.#length;
  }

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#offsets[this.#length]);
  }

  get offsets(): Uint32Array {
    return this.#offsets.subarray(0, this.#length + 1);
  }

  at(index: number): string {
    return this.#strings[index] ?? this.#decode(index);
  }

  indexOf(text: string): number {
    const slots = this.#slots ?? this.#rebuild(MIN_SLOTS);
    const length = text.length;
    const h = this.#sipKey === undefined ? hashAscii(text, this.#key) : -1;
    if (h < 0) return this.#indexOfEncoded(text);
    const mask = (slots.length >> 1) - 1;
    const bytes = this.#bytes;
    const offsets = this.#offsets;
    for (let at = h & mask; ; at = (at + 1) & mask) {
      const slot = slots[at * 2] as number;
      if (slot === 0) {
        this.#missAt = at;
        this.#missHash = h;
        return -1;
      }
      if (((slot ^ h) & ~mask) !== 0) continue;
      const index = (slot & mask) - 1;
      const start = (slots[at * 2 + 1] as number) >>> 0;
      if ((offsets[index + 1] as number) - start !== length) continue;
      let i = 0;
      while (i < length && bytes[start + i] === text.charCodeAt(i)) i++;
      if (i === length) return index;
    }
  }

  /** The index of `text`, which is added when it is new; -1 when `text` has a lone surrogate and cannot be added. */
  intern(text: string): number {
    const found = this.indexOf(text);
    return found >= 0 ? found : this.#append(text, -1);
  }

  /**
   * Adds `text` under a new index, even when it is there: lookups find the new one from now on.
   * Returns the new index, or -1 when `text` has a lone surrogate.
   */
  append(text: string): number {
    return this.#append(text, this.indexOf(text));
  }

  /** A new table of the strings at `rows`, in that order. */
  select(rows: Uint32Array): StringTable {
    const from = this.#offsets;
    const offsets = new Uint32Array(rows.length + 1);
    let size = 0;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      size += (from[row + 1] as number) - (from[row] as number);
      offsets[i + 1] = size;
    }
    const source = this.#bytes;
    const bytes = new Uint8Array(size);
    let at = 0;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      const end = from[row + 1] as number;
      for (let j = from[row] as number; j < end; j++) bytes[at++] = source[j] as number;
    }
    return StringTable.#over(bytes, offsets, this.#ascii);
  }

  /** A copy that can grow by itself. */
  copy(): StringTable {
    // Not `slice`, which does not copy where the bytes are a Node Buffer.
    return StringTable.#over(new Uint8Array(this.bytes), this.offsets.slice(), this.#ascii);
  }

  /** The index of a string that stands in the table more than once, or -1. */
  findDuplicate(): number {
    if (!this.#slots) this.#rebuild(MIN_SLOTS);
    for (let i = 0; i < this.#length; i++) {
      if (this.#find(this.#offsets[i] as number, this.#offsets[i + 1] as number) !== i) return i;
    }
    return -1;
  }

  /** Looks up text that is not ASCII, or any text under SipHash: encoded behind the last string, then by bytes. */
  #indexOfEncoded(text: string): number {
    const start = this.#offsets[this.#length] as number;
    this.#bytes = grownBytes(this.#bytes, start + text.length * 3);
    const end = writeUtf8(text, this.#bytes, start);
    return end < 0 ? -1 : this.#find(start, end);
  }

  #find(from: number, to: number): number {
    const slots = this.#slots as Int32Array;
    const mask = (slots.length >> 1) - 1;
    const bytes = this.#bytes;
    const offsets = this.#offsets;
    const length = to - from;
    const h = this.#hash(from, to);
    for (let at = h & mask; ; at = (at + 1) & mask) {
      const slot = slots[at * 2] as number;
      if (slot === 0) {
        this.#missAt = at;
        this.#missHash = h;
        return -1;
      }
      if (((slot ^ h) & ~mask) !== 0) continue;
      const index = (slot & mask) - 1;
      const start = (slots[at * 2 + 1] as number) >>> 0;
      if ((offsets[index + 1] as number) - start !== length) continue;
      let i = 0;
      while (i < length && bytes[start + i] === bytes[from + i]) i++;
      if (i === length) return index;
    }
  }

  #hash(from: number, to: number): number {
    return this.#sipKey === undefined
      ? hashAsciiBytes(this.#bytes, from, to, this.#key)
      : sipHash(this.#bytes, from, to, this.#key, this.#sipKey);
  }

  /** Adds `text`, which was just looked up; its slot is a free one, or the one that pointed to `replaced`. */
  #append(text: string, replaced: number): number {
    const index = this.#length;
    const start = this.#offsets[index] as number;
    this.#bytes = grownBytes(this.#bytes, start + text.length * 3);
    const end = writeUtf8(text, this.#bytes, start);
    if (end < 0) return -1;
    if (end - start !== text.length) this.#ascii = false;
    this.#offsets = grownInts(this.#offsets, index + 2);
    this.#offsets[index + 1] = end;
    this.#length = index + 1;
    const slots = this.#slots as Int32Array;
    const size = slots.length >> 1;
    // Replaced strings leave no slot of their own, but an index must still fit into the low bits of a slot.
    if (replaced < 0 ? (index + 1) * 5 > size * 3 : index + 1 >= size) this.#rebuild(size * 2);
    else if (replaced < 0 && ((this.#missAt - this.#missHash) & (size - 1)) < MAX_PROBE) {
      this.#fill(slots, this.#missAt, this.#missHash, index);
    } else this.#place(slots, index, replaced);
    return index;
  }

  /** Gives a string a slot: a free one, or the one that points to `replaced`; none when an equal string has one. */
  #place(slots: Int32Array, index: number, replaced: number): void {
    const size = slots.length >> 1;
    const mask = size - 1;
    const h = this.#hash(this.#offsets[index] as number, this.#offsets[index + 1] as number);
    let at = h & mask;
    for (let steps = 0; slots[at * 2] !== 0; steps++) {
      const slot = slots[at * 2] as number;
      const other = (slot & mask) - 1;
      if (other === replaced) break;
      // Without this, many equal strings would make one long chain.
      if (((slot ^ h) & ~mask) === 0 && this.#equal(other, index)) return;
      if (steps === MAX_PROBE && this.#sipKey === undefined) {
        this.#sipKey = randomInt();
        this.#rebuild(size);
        return;
      }
      at = (at + 1) & mask;
    }
    this.#fill(slots, at, h, index);
  }

  #fill(slots: Int32Array, at: number, h: number, index: number): void {
    slots[at * 2] = (h & ~((slots.length >> 1) - 1)) | (index + 1);
    slots[at * 2 + 1] = this.#offsets[index] as number;
  }

  #equal(a: number, b: number): boolean {
    const offsets = this.#offsets;
    const bytes = this.#bytes;
    const end = offsets[a + 1] as number;
    let i = offsets[a] as number;
    let j = offsets[b] as number;
    if (end - i !== (offsets[b + 1] as number) - j) return false;
    while (i < end && bytes[i] === bytes[j]) {
      i++;
      j++;
    }
    return i === end;
  }

  /** Fills a table of at least `size` slots. Later strings first, so that of equal ones the latest is found. */
  #rebuild(size: number): Int32Array {
    while (this.#length * 5 > size * 3) size *= 2;
    const slots = new Int32Array(size * 2);
    this.#slots = slots;
    for (let index = this.#length - 1; index >= 0 && this.#slots === slots; index--) this.#place(slots, index, -2);
    return this.#slots;
  }

  #decode(index: number): string {
    checkInteger("StringTable.at", "index", index, 0, this.#length - 1);
    if (++this.#singleDecodes > SINGLE_DECODES + this.#length / 8) {
      this.#decodeAll();
      return this.#strings[index] as string;
    }
    this.#growStrings();
    const text = decoder.decode(this.#bytes.subarray(this.#offsets[index], this.#offsets[index + 1]));
    this.#strings[index] = text;
    return text;
  }

  #decodeAll(): void {
    this.#singleDecodes = 0;
    this.#growStrings();
    const bytes = this.#bytes;
    const offsets = this.#offsets;
    for (let first = 0; first < this.#length; ) {
      const base = offsets[first] as number;
      let last = first + 1;
      while (last < this.#length && (offsets[last + 1] as number) - base <= BULK_BYTES) last++;
      const text = decoder.decode(bytes.subarray(base, offsets[last]));
      let at = 0;
      for (let i = first; i < last; i++) {
        const from = offsets[i] as number;
        const to = offsets[i + 1] as number;
        const units = this.#ascii ? to - from : utf16Length(bytes, from, to);
        if (this.#strings[i] === undefined) this.#strings[i] = text.substring(at, at + units);
        at += units;
      }
      first = last;
    }
  }

  /** Makes room for all strings at once: an array that is written far beyond its end turns into a slow one. */
  #growStrings(): void {
    if (this.#strings.length >= this.#length) return;
    const strings = new Array<string | undefined>(this.#offsets.length - 1);
    for (let i = 0; i < this.#strings.length; i++) strings[i] = this.#strings[i];
    this.#strings = strings;
  }
}

function randomInt(): number {
  return (Math.random() * 0x100000000) | 0;
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

function checkUtf8(bytes: Uint8Array, offsets: Uint32Array): void {
  // A decoder of its own: one that failed in the middle of a stream keeps half a character.
  const checker = new TextDecoder("utf-8", { fatal: true });
  try {
    for (let at = 0; at < bytes.length; at += BULK_BYTES) {
      checker.decode(bytes.subarray(at, at + BULK_BYTES), { stream: at + BULK_BYTES < bytes.length });
    }
  } catch (cause) {
    throw new InvalidUtf8Error("string table: the bytes are not well-formed UTF-8", { cause });
  }
  for (let i = 0; i < offsets.length; i++) {
    if (((bytes[offsets[i] as number] as number) & 0xc0) === 0x80) {
      throw new InvalidUtf8Error(`string table: offset ${i} splits a character`);
    }
  }
}
