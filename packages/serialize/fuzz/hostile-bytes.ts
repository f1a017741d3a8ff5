import type { Choices } from "../../../fuzz/choices.ts";

/** How many bytes a message is grown to at most. */
const ROOM = 120_000;
const WRONG_COUNTS = [0, 1, 0xff, 0xffff, 0x10000, 0x7fffffff, 0xffffffff];
/** Not UTF-8: cut off, overlong, of a surrogate, too large, a lone continuation. */
const NOT_UTF8 = [
  [0xc3],
  [0xc0, 0x80],
  [0xe0, 0x80, 0x80],
  [0xed, 0xa0, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0x80],
  [0xff],
];
const TEXTS = [
  "",
  "a",
  "id",
  "$type",
  "graph",
  "directed",
  "nodes",
  "edges",
  "__proto__",
  "1023",
  "4294967294",
  "é",
  "🦊",
];

const encoder = new TextEncoder();

/** Writes the primitives of the format, now and then one that is wrong. */
export class HostileWriter {
  readonly choices: Choices;
  /** Of 256, how many decisions are for something wrong. */
  readonly #wrongness: number;
  #bytes: number[] = [];
  #room = ROOM;

  constructor(choices: Choices) {
    this.choices = choices;
    this.#wrongness = choices.one([0, 2, 2, 8, 32]);
  }

  /** Whether something is to be wrong here. */
  get wrong(): boolean {
    return this.#wrongness > 0 && this.choices.chance(this.#wrongness);
  }

  get full(): boolean {
    return this.#room <= 0;
  }

  put(...bytes: number[]): void {
    this.raw(bytes);
  }

  raw(bytes: ArrayLike<number>): void {
    this.#room -= bytes.length;
    if (this.#room < -ROOM) return;
    for (let i = 0; i < bytes.length; i++) this.#bytes.push(bytes[i] as number);
  }

  take(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  /** What `write` writes, apart. */
  apart(write: () => void): Uint8Array {
    const before = this.#bytes;
    this.#bytes = [];
    write();
    const bytes = this.take();
    this.#bytes = before;
    this.#room += bytes.length;
    return bytes;
  }

  /** The same `count` times. */
  repeated(count: number, write: () => void): void {
    const bytes = this.apart(write);
    for (let i = 0; i < count && !this.full; i++) this.raw(bytes);
  }

  /** A small number as a rule, and now and then a large one, as far as there is room. */
  count(): number {
    const rare = this.choices.byte();
    if (rare < 240) return rare % 6;
    const large = this.choices.one([15, 16, 17, 33, 64, 255, 256, 1000, 4000, 20_000]);
    return Math.max(0, Math.min(large, this.#room));
  }

  /** `count`, or one that is wrong. */
  announced(count: number): number {
    if (!this.wrong) return count;
    return this.choices.one([count + 1, Math.max(0, count - 1), count * 2, ...WRONG_COUNTS]);
  }

  uint(value: number, bytes: number): void {
    for (let i = bytes - 1; i >= 0; i--) this.put(Math.floor(value / 256 ** i) % 256);
  }

  littleEndian(value: number, bytes: number): void {
    for (let i = 0; i < bytes; i++) this.put(Math.floor(value / 256 ** i) % 256);
  }

  varint(count: number): void {
    let rest = this.announced(count);
    if (this.wrong) {
      const digits = this.choices.below(9);
      for (let i = 0; i < digits; i++) this.put(0x80 | this.choices.byte());
      return this.put(this.choices.byte() & 0x7f);
    }
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) this.put((rest % 128) | 0x80);
    this.put(rest);
  }

  zigzag(value: number): void {
    this.varint(value < 0 ? -value * 2 - 1 : value * 2);
  }

  /** A head in any width that holds `count`: `fix` with the count in its low bits, or `tags` of 8, 16 and 32 bits. */
  head(count: number, fix: number, fixMax: number, tags: readonly (number | undefined)[]): void {
    const said = this.announced(count);
    const width = this.wrong || said > fixMax || this.choices.chance(24) ? 1 + this.choices.below(3) : 0;
    const fitting = [1, 2, 3].find((w) => w >= width && tags[w - 1] !== undefined && said < 256 ** (1 << (w - 1)));
    if (width === 0) this.put(fix | said);
    else {
      const chosen = fitting ?? 3;
      this.put(tags[chosen - 1] as number);
      this.uint(said, 1 << (chosen - 1));
    }
  }

  text(): Uint8Array {
    const bytes = encoder.encode(this.choices.one(TEXTS));
    const many = this.choices.chance(10) ? this.count() : 1;
    const text = Uint8Array.from(
      { length: Math.min(bytes.length * many, 70_000) },
      (_, i) => bytes[i % bytes.length] as number,
    );
    return this.wrong ? Uint8Array.from([...text, ...this.choices.one(NOT_UTF8)]) : text;
  }

  str(bytes: Uint8Array = this.text()): void {
    if (this.wrong) return this.put(this.choices.byte());
    this.head(bytes.length, 0xa0, 31, [0xd9, 0xda, 0xdb]);
    this.raw(bytes);
  }

  bin(bytes: ArrayLike<number>): void {
    this.head(bytes.length, 0xc4, -1, [0xc4, 0xc5, 0xc6]);
    this.raw(bytes);
  }

  arrayHead(count: number): void {
    this.head(count, 0x90, 15, [undefined, 0xdc, 0xdd]);
  }

  mapHead(count: number): void {
    this.head(count, 0x80, 15, [undefined, 0xde, 0xdf]);
  }

  /** An extension around what `write` writes. */
  extension(type: number, write: () => void): void {
    const body = this.apart(write);
    const fixed = [1, 2, 4, 8, 16].indexOf(body.length);
    const said = this.wrong ? this.choices.one([0, 1, 2, 4, 6, 7, 8, 12, 127, 255]) : type & 0xff;
    if (fixed >= 0 && this.choices.chance(200)) this.put(0xd4 + fixed, said);
    else {
      this.head(body.length, 0xc7, -1, [0xc7, 0xc8, 0xc9]);
      this.put(said);
    }
    this.raw(body);
  }
}
