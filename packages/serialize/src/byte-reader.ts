import { InvalidUtf8Error } from "@graphoid/core";
import { FormatError, TruncatedError } from "./errors.ts";
import { fillShort, unpack } from "./integer-runs.ts";
import { readText } from "./native-text.ts";

/** Up to this many bytes, building an ASCII string by code units beats a call into the engine's decoder. */
const SHORT = 24;

const float = new Float64Array(1);
const floatBytes = new Uint8Array(float.buffer);
const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
const floatOrder = isLittleEndian ? 7 : 0;
const floatStep = isLittleEndian ? -1 : 1;

export const NOTHING: Uint8Array = new Uint8Array(0);

/** Where integers are unpacked. */
const block = new Uint32Array(1024);

/** Reads the primitives of the format, and never past `end`. */
export class ByteReader {
  bytes: Uint8Array = NOTHING;
  #view: DataView | undefined;
  at = 0;
  end = 0;
  /** Whether everything up to `end` is known to be there, so that what does not fit is wrong rather than cut off. */
  complete = false;

  constructor(bytes: Uint8Array = NOTHING, at = 0) {
    this.open(bytes, at);
  }

  /** Begins to read other bytes. */
  open(bytes: Uint8Array, at = 0): void {
    // A plain view: the `slice` of Node's Buffer does not copy.
    this.bytes =
      Object.getPrototypeOf(bytes) === Uint8Array.prototype
        ? bytes
        : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = undefined;
    this.at = at;
    this.end = bytes.length;
    this.complete = false;
  }

  /** Made when it is first needed: many messages have nothing to read with it. */
  get view(): DataView {
    this.#view ??= new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
    return this.#view;
  }

  /** Throws unless `count` more bytes are there; called before anything is allocated for them. */
  need(count: number): void {
    if (count <= this.end - this.at) return;
    if (this.complete) throw this.malformed(`${count} bytes where ${this.end - this.at} are left`);
    throw new TruncatedError(
      `serialize: expected ${count} more bytes at offset ${this.at}, got ${this.end - this.at}`,
      { details: { offset: this.at, missing: count - (this.end - this.at) } },
    );
  }

  malformed(what: string): FormatError {
    return new FormatError(`serialize: ${what} at offset ${this.at}`, { details: { offset: this.at } });
  }

  u8(): number {
    this.need(1);
    return this.bytes[this.at++] as number;
  }

  u16(): number {
    this.need(2);
    const { bytes, at } = this;
    this.at = at + 2;
    return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
  }

  u32(): number {
    this.need(4);
    const { bytes, at } = this;
    this.at = at + 4;
    const low = ((bytes[at + 1] as number) << 16) | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
    return (bytes[at] as number) * 0x1000000 + low;
  }

  /** A float in 64 bits. By way of a scratch buffer, as a view of the bytes would be made for every message. */
  float64(): number {
    this.need(8);
    const { bytes, at } = this;
    for (let i = 0; i < 8; i++) floatBytes[floatOrder + i * floatStep] = bytes[at + i] as number;
    this.at = at + 8;
    return float[0] as number;
  }

  /** An unsigned integer in 64 bits: a number where that is exact, else a bigint. */
  uint64(): number | bigint {
    const high = this.u32();
    if (high < 0x200000) return high * 0x100000000 + this.u32();
    return (BigInt(high) << 32n) | BigInt(this.u32());
  }

  /** A view of the next `count` bytes. */
  raw(count: number): Uint8Array {
    this.need(count);
    const bytes = this.bytes.subarray(this.at, this.at + count);
    this.at += count;
    return bytes;
  }

  /** A copy of the next `count` bytes. */
  copy(count: number): Uint8Array<ArrayBuffer> {
    this.need(count);
    this.at += count;
    return this.bytes.slice(this.at - count, this.at) as Uint8Array<ArrayBuffer>;
  }

  /** An unsigned integer below 2⁵³. */
  varint(): number {
    const { bytes, at } = this;
    if (this.end - at >= 3) {
      const a = bytes[at] as number;
      if (a < 0x80) {
        this.at = at + 1;
        return a;
      }
      const b = bytes[at + 1] as number;
      if (b < 0x80 && b !== 0) {
        this.at = at + 2;
        return (a & 0x7f) | (b << 7);
      }
      const c = bytes[at + 2] as number;
      if (b > 0x7f && c < 0x80 && c !== 0) {
        this.at = at + 3;
        return (a & 0x7f) | ((b & 0x7f) << 7) | (c << 14);
      }
    }
    return this.#longVarint();
  }

  /** Fills `target` with unsigned integers below 2³². */
  varints(target: Uint32Array): void {
    for (let filled = 0; filled < target.length; ) {
      filled = fillShort(target, filled, this);
      if (filled === target.length) return;
      const value = this.#longVarint();
      if (value > 0xffffffff) throw this.malformed("an integer out of range");
      target[filled++] = value;
    }
  }

  /** Fills `target` with unsigned integers of `bits` bits, at most 25 of them, packed from the lowest bit of a byte on. */
  packed(target: Uint8Array | Uint16Array | Uint32Array, bits: number): void {
    const { length } = target;
    this.need(Math.ceil((length * bits) / 8));
    // Where four bytes can be read at once. Groups of eight integers begin on a byte.
    const whole = Math.max(0, Math.min(length >> 3, (this.view.byteLength - this.at - 4) / bits) | 0) * 8;
    for (let i = 0; i < whole; i += block.length) {
      const count = Math.min(block.length, whole - i);
      unpack(this.view, this.at, block, count, bits);
      target.set(count === block.length ? block : block.subarray(0, count), i);
      this.at += (count * bits) / 8;
    }
    let pending = 0;
    let ready = 0;
    for (let i = whole; i < length; i++) {
      for (; ready < bits; ready += 8) pending |= this.u8() << ready;
      target[i] = pending & ((1 << bits) - 1);
      pending >>>= bits;
      ready -= bits;
    }
    if (pending !== 0) throw this.malformed("bits after the last packed integer");
  }

  /** The next `count` elements of a typed array, little-endian. */
  elements<T extends Uint16Array | Uint32Array | Float64Array>(
    ArrayType: { new (buffer: ArrayBuffer): T; readonly BYTES_PER_ELEMENT: number },
    count: number,
  ): T {
    const width = ArrayType.BYTES_PER_ELEMENT;
    const bytes = this.copy(count * width);
    if (!isLittleEndian) for (let i = 0; i < bytes.length; i += width) bytes.subarray(i, i + width).reverse();
    return new ArrayType(bytes.buffer);
  }

  #longVarint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (value <= Number.MAX_SAFE_INTEGER && (byte !== 0 || scale === 1)) return value;
        throw this.malformed("an integer that is too large or padded");
      }
      scale *= 0x80;
      if (scale > 2 ** 49) throw this.malformed("an integer that is too large");
    }
  }

  /** A count of things that take at least `least` bytes each. */
  count(least: number): number {
    const count = this.varint();
    this.need(count * least);
    return count;
  }

  text(length: number): string {
    this.need(length);
    const { bytes, at } = this;
    const end = at + length;
    this.at = end;
    if (length <= SHORT) {
      let all = 0;
      for (let i = at; i < end; i++) all |= bytes[i] as number;
      if (all < 0x80) return ascii(bytes, at, end);
    }
    try {
      return readText(bytes, at, end);
    } catch (cause) {
      // An exhausted stack is not about these bytes.
      if (cause instanceof RangeError) throw cause;
      throw new InvalidUtf8Error(`serialize: the string at offset ${at} is not well-formed UTF-8`, {
        cause,
        details: { offset: at },
      });
    }
  }

  /** A MessagePack string. */
  string(): string {
    const tag = this.u8();
    if (tag >= 0xa0 && tag < 0xc0) return this.text(tag & 0x1f);
    if (tag === 0xd9) return this.text(this.u8());
    if (tag === 0xda) return this.text(this.u16());
    if (tag === 0xdb) return this.text(this.u32());
    this.at--;
    throw this.malformed("expected a string");
  }

  /** The count in the head of a MessagePack array of things that take at least one byte each. */
  arrayHead(): number {
    const tag = this.u8();
    let count: number;
    if (tag >= 0x90 && tag < 0xa0) count = tag & 0x0f;
    else if (tag === 0xdc) count = this.u16();
    else if (tag === 0xdd) count = this.u32();
    else {
      this.at--;
      throw this.malformed("expected an array");
    }
    this.need(count);
    return count;
  }
}

/** The ASCII text of `bytes[from … to)`. Of several units at once, which makes fewer strings on the way. */
function ascii(bytes: Uint8Array, from: number, to: number): string {
  let text = "";
  let i = from;
  for (; i + 8 <= to; i += 8) {
    text += String.fromCharCode(
      bytes[i]!,
      bytes[i + 1]!,
      bytes[i + 2]!,
      bytes[i + 3]!,
      bytes[i + 4]!,
      bytes[i + 5]!,
      bytes[i + 6]!,
      bytes[i + 7]!,
    );
  }
  return i < to ? text + few(bytes, i, to - i) : text;
}

/** A string of `count` units, from one to seven. */
function few(bytes: Uint8Array, at: number, count: number): string {
  const code = String.fromCharCode;
  const a = bytes[at]!;
  if (count === 1) return code(a);
  const b = bytes[at + 1]!;
  if (count === 2) return code(a, b);
  const c = bytes[at + 2]!;
  if (count === 3) return code(a, b, c);
  const d = bytes[at + 3]!;
  if (count === 4) return code(a, b, c, d);
  const e = bytes[at + 4]!;
  if (count === 5) return code(a, b, c, d, e);
  const f = bytes[at + 5]!;
  return count === 6 ? code(a, b, c, d, e, f) : code(a, b, c, d, e, f, bytes[at + 6]!);
}
