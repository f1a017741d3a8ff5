import { checkInteger } from "./arguments.ts";
import { decodeMissing, decodeString } from "./decode-strings.ts";
import { grownBytes, grownInts } from "./grow.ts";
import { internStrings } from "./intern-strings.ts";
import { hashAscii, hashAsciiBytes, isHashedText, randomKey, sipHash } from "./keyed-hash.ts";
import { selectStrings } from "./select-strings.ts";
import type { StringColumn } from "./string-column.ts";
import { type Hasher, isSame, MAX_PROBE, newSlots, placeAll } from "./string-slots.ts";
import { checkOffsets, checkUtf8, writeUtf8 } from "./utf8.ts";

/** A string that is decoded alone costs about five times one that is decoded with all others. */
const SINGLE_DECODES = 64;
/** Fewer strings are added one by one: what adds many at once costs more to set up. */
const BLOCK_INTERNS = 8;

// What every table begins with: they grow into arrays of their own, and a small graph may have thousands of tables.
const NO_BYTES = new Uint8Array(0);
const NO_VIEW = viewOf(NO_BYTES);
const NO_OFFSETS = new Uint32Array(1);

/**
 * Numbers strings 0, 1, 2 … and finds the number of a string again.
 *
 * Strings are UTF-8 bytes in one buffer with offsets; the lookup is an open-addressing table, at most three fifths full.
 * The hash is keyed per table, and a table that still sees a long probe changes to SipHash, so crafted strings cannot
 * make it slow.
 */
export class StringTable implements StringColumn {
  #bytes: Uint8Array = NO_BYTES;
  /** Over `#bytes`, to read four at a time, once there are slots. */
  #view: DataView = NO_VIEW;
  #offsets: Uint32Array = NO_OFFSETS;
  #length = 0;
  /** Absent until the first lookup. */
  #slots: Int32Array | undefined;
  /** Slots that are not free. A string that a later equal one replaced has none. */
  #used = 0;
  readonly #key: number = randomKey();
  /** The second half of the SipHash key once that is in use. */
  #sipKey: number | undefined;
  /** Where the last lookup that found nothing ended, and its hash: the slot for the string if it is added next. */
  #missAt = 0;
  #missHash = 0;
  /** Strings decoded so far; the rest are holes. Empty until many are decoded. */
  #strings: (string | undefined)[] = [];
  /** Strings decoded alone, until all are. */
  #single: Map<number, string> | undefined;
  /** The last string given out by `visit`, and its index; -1 when there is none, or a later index has it. */
  #visited = "";
  #visitedIndex = -1;

  constructor(capacity = 0) {
    if (capacity === 0) return;
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
    checkOffsets("string table", bytes, offsets);
    checkUtf8("string table", bytes, offsets);
    return StringTable.#over(bytes, offsets);
  }

  static #over(bytes: Uint8Array, offsets: Uint32Array): StringTable {
    const table = new StringTable();
    table.#bytes = bytes;
    table.#offsets = offsets;
    table.#length = offsets.length - 1;
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

  /**
   * As `at`, for a caller that is likely to look the string up next: that lookup costs one comparison. `index` must be
   * the one that `indexOf` finds.
   */
  visit(index: number): string {
    this.#visited = this.at(index);
    this.#visitedIndex = index;
    return this.#visited;
  }

  indexOf(text: string): number {
    if (text === this.#visited && this.#visitedIndex >= 0) return this.#visitedIndex;
    const slots = this.#slots ?? this.#rebuild();
    const h = this.#sipKey === undefined ? hashAscii(text, this.#key) : -1;
    if (h < 0) return this.#indexOfEncoded(text);
    const length = text.length;
    const offsets = this.#offsets;
    const mask = slots.length - 1;
    for (let at = h & mask; ; at = (at + 1) & mask) {
      const slot = slots[at] as number;
      if (slot === 0) {
        this.#missAt = at;
        this.#missHash = h;
        return -1;
      }
      if (((slot ^ h) & ~mask) !== 0) continue;
      const found = (slot & mask) - 1;
      const from = offsets[found] as number;
      if ((offsets[found + 1] as number) - from === length && isHashedText(this.#view, from, length)) return found;
    }
  }

  /** The index of `text`, which is added when it is new; -1 when `text` has a lone surrogate and cannot be added. */
  intern(text: string): number {
    const found = this.indexOf(text);
    return found >= 0 ? found : this.#append(text, -1);
  }

  /** Where the last lookup that found nothing ended, for `addMissed`. */
  get missAt(): number {
    return this.#missAt;
  }

  /** The hash of that lookup. */
  get missHash(): number {
    return this.#missHash;
  }

  /**
   * Adds `text`, which `indexOf` did not find, where that lookup ended: for a caller that looks up, then decides. No
   * string may have been added since. Returns the index, or -1 when `text` has a lone surrogate.
   */
  addMissed(text: string, missAt: number, missHash: number): number {
    this.#missAt = missAt;
    this.#missHash = missHash;
    return this.#append(text, -1);
  }

  /**
   * Adds `text` under a new index, even when it is there: lookups find the new one from now on.
   * Returns the new index, or -1 when `text` has a lone surrogate.
   */
  append(text: string): number {
    if (!this.#slots) this.#rebuild();
    return this.#append(text, this.indexOf(text));
  }

  /** Adds the strings of `other` that are new, and returns the index of each of them, in its order. */
  internAll(other: StringTable): Uint32Array {
    const { bytes, offsets, length } = other;
    const indices = new Uint32Array(length);
    // Room for all at once, so that nothing grows on the way.
    const all = this.#length + length;
    this.#reserve((this.#offsets[this.#length] as number) + bytes.length);
    this.#offsets = grownInts(this.#offsets, all + 1);
    if (!this.#slots || all * 5 > this.#slots.length * 3) this.#rebuild(all);
    let done = 0;
    if (length >= BLOCK_INTERNS) {
      const source = { bytes, view: viewOf(bytes), key: this.#key, sipKey: this.#sipKey };
      const target = {
        slots: this.#slots as Int32Array,
        bytes: this.#bytes,
        offsets: this.#offsets,
        length: this.#length,
      };
      done = internStrings(target, source, offsets, indices);
      this.#used += target.length - this.#length;
      this.#length = target.length;
    }
    // Few strings, or such as someone chose: the first that is added this way sees that, and changes to SipHash.
    for (let i = done; i < length; i++) indices[i] = this.#internBytes(other, i);
    return indices;
  }

  select(rows: Uint32Array): StringTable {
    for (let i = 0; i < rows.length; i++) {
      if ((rows[i] as number) >= this.#length) {
        checkInteger("StringTable.select", `rows[${i}]`, rows[i], 0, this.#length - 1);
      }
    }
    const { bytes, offsets } = selectStrings(this.#bytes, this.#offsets, rows);
    return StringTable.#over(bytes, offsets);
  }

  copy(): StringTable {
    // Not `slice`, which does not copy where the bytes are a Node Buffer.
    return StringTable.#over(new Uint8Array(this.bytes), this.offsets.slice());
  }

  /** The index of a string that stands in the table more than once, or -1. */
  findDuplicate(): number {
    if (this.#length < 2) return -1;
    if (!this.#slots) this.#rebuild();
    // Each string has a slot of its own, but for one that a later equal one replaced.
    if (this.#used === this.#length) return -1;
    for (let i = 0; i < this.#length; i++) {
      if (this.#find(this.#offsets[i] as number, this.#offsets[i + 1] as number) !== i) return i;
    }
    return -1;
  }

  /** Gives back the room kept for growth. */
  trim(): void {
    const end = this.#offsets[this.#length] as number;
    if (this.#bytes.length > end) {
      this.#bytes = new Uint8Array(this.bytes);
      this.#view = viewOf(this.#bytes);
    }
    if (this.#offsets.length > this.#length + 1) this.#offsets = this.#offsets.slice(0, this.#length + 1);
  }

  #internBytes(other: StringTable, index: number): number {
    const { bytes, offsets } = other;
    const start = this.#offsets[this.#length] as number;
    // Behind the last string, where it is looked up, and stays if it was not found.
    const text = bytes.subarray(offsets[index], offsets[index + 1]);
    this.#reserve(start + text.length);
    this.#bytes.set(text, start);
    const found = this.#find(start, start + text.length);
    return found >= 0 ? found : this.#add(start + text.length, -1);
  }

  /** Looks up text that is long or not ASCII, or any text under SipHash: encoded behind the last string, then by bytes. */
  #indexOfEncoded(text: string): number {
    const start = this.#offsets[this.#length] as number;
    this.#reserve(start + text.length * 3);
    const end = writeUtf8(text, this.#bytes, start);
    return end < 0 ? -1 : this.#find(start, end);
  }

  #reserve(size: number): void {
    if (size <= this.#bytes.length) return;
    this.#bytes = grownBytes(this.#bytes, size);
    this.#view = viewOf(this.#bytes);
  }

  #find(from: number, to: number): number {
    const slots = this.#slots as Int32Array;
    const mask = slots.length - 1;
    const h = this.#hash(from, to);
    for (let at = h & mask; ; at = (at + 1) & mask) {
      const slot = slots[at] as number;
      if (slot === 0) {
        this.#missAt = at;
        this.#missHash = h;
        return -1;
      }
      if (((slot ^ h) & ~mask) !== 0) continue;
      const found = (slot & mask) - 1;
      if (isSame(this.#bytes, this.#offsets[found] as number, this.#offsets[found + 1] as number, from, to))
        return found;
    }
  }

  #hash(from: number, to: number): number {
    return this.#sipKey === undefined
      ? hashAsciiBytes(this.#view, from, to, this.#key)
      : sipHash(this.#bytes, from, to, this.#key, this.#sipKey);
  }

  /** Adds `text`, which was just looked up: into the free slot found then, or the one that pointed to `replaced`. */
  #append(text: string, replaced: number): number {
    const start = this.#offsets[this.#length] as number;
    this.#reserve(start + text.length * 3);
    const end = writeUtf8(text, this.#bytes, start);
    return end < 0 ? -1 : this.#add(end, replaced);
  }

  /** The same for the bytes up to `end`, which stand behind the last string. */
  #add(end: number, replaced: number): number {
    const index = this.#length;
    const start = this.#offsets[index] as number;
    this.#offsets = grownInts(this.#offsets, index + 2);
    this.#offsets[index + 1] = end;
    this.#length = index + 1;
    const slots = this.#slots as Int32Array;
    const mask = slots.length - 1;
    if (replaced === this.#visitedIndex) this.#visitedIndex = -1;
    if ((index + 1) * 5 > slots.length * 3) {
      this.#rebuild();
    } else if (replaced >= 0) {
      let at = this.#hash(start, end) & mask;
      while (((slots[at] as number) & mask) !== replaced + 1) at = (at + 1) & mask;
      slots[at]! += index - replaced;
    } else if (((this.#missAt - this.#missHash) & mask) >= MAX_PROBE && this.#sipKey === undefined) {
      this.#useSipHash();
    } else {
      slots[this.#missAt] = (this.#missHash & ~mask) | (index + 1);
      this.#used++;
    }
    return index;
  }

  #rebuild(room: number = this.#length): Int32Array {
    const slots = newSlots(room);
    this.#view = viewOf(this.#bytes);
    const hasher: Hasher = { view: this.#view, bytes: this.#bytes, key: this.#key, sipKey: this.#sipKey };
    this.#slots = slots;
    this.#used = placeAll(slots, hasher, this.#offsets, this.#length);
    return this.#used < 0 ? this.#useSipHash(room) : slots;
  }

  #useSipHash(room?: number): Int32Array {
    this.#sipKey = randomKey();
    return this.#rebuild(room);
  }

  #decode(index: number): string {
    checkInteger("StringTable.at", "index", index, 0, this.#length - 1);
    const single = this.#single ?? new Map<number, string>();
    const known = single.get(index);
    if (known !== undefined) return known;
    // Few strings are decoded at once: what reads one of them, such as a label, is likely to read them all, and often.
    if (this.#length <= SINGLE_DECODES || single.size >= SINGLE_DECODES + this.#length / 8) {
      this.#strings = decodeMissing(this.#strings, this.#bytes, this.#offsets, this.#length);
      this.#single = undefined;
      return this.#strings[index] as string;
    }
    const text = decodeString(this.#bytes, this.#offsets, index);
    if (index < this.#strings.length) this.#strings[index] = text;
    else this.#single = single.set(index, text);
    return text;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
