import { isWellFormed, NotSerializableError, writeUtf8 } from "@graphoid/core";
import { compareBytes } from "./canonical-order.ts";
import { writeText } from "./native-text.ts";
import { newSlab, SLAB } from "./slab.ts";

/** Up to this many UTF-16 units a loop beats a call into the engine's encoder. */
const SHORT = 48;

/** Results up to this length share a buffer; longer ones are copied out of one that is used again. */
const SHARED = 4096;

/** A growing buffer with the primitives of the format. `bytes[start … at)` is what was written. */
export class ByteWriter {
  bytes: Uint8Array = newSlab();
  view: DataView = new DataView(this.bytes.buffer);
  start = 0;
  at = 0;

  /** Makes room for `count` more bytes. What was written stays where it is. */
  reserve(count: number): void {
    const needed = this.at + count;
    if (needed <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.bytes.length * 2, SLAB));
    // With nothing written, the buffer may be one that was transferred away.
    if (this.at > this.start) larger.set(this.bytes.subarray(this.start, this.at), this.start);
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }

  /** What was written, as bytes that will not change, and begins anew. */
  take(): Uint8Array {
    const { bytes, start, at } = this;
    if (at - start > SHARED) {
      this.at = start;
      return bytes.slice(start, at);
    }
    if (bytes.length > SLAB || SLAB - at < SHARED / 4) this.#renew();
    else this.start = at;
    return bytes.length > SLAB ? bytes.slice(start, at) : bytes.subarray(start, at);
  }

  /** Forgets what was written since {@link ByteWriter.take}. */
  discard(): void {
    this.at = this.start;
    // A buffer that one large value has grown is not kept for small ones.
    if (this.bytes.length > 2 ** 20) this.#renew();
  }

  #renew(): void {
    this.bytes = newSlab();
    this.view = new DataView(this.bytes.buffer);
    this.start = 0;
    this.at = 0;
  }

  u8(value: number): void {
    this.reserve(1);
    this.bytes[this.at++] = value;
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** An unsigned integer to 2⁵³, seven bits a byte, the lowest first (LEB128). */
  varint(value: number): void {
    this.reserve(8);
    const { bytes } = this;
    let rest = value;
    while (rest > 0x7fffffff) {
      bytes[this.at++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    while (rest > 0x7f) {
      bytes[this.at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[this.at++] = rest;
  }

  /** A varint below 2³³ into room that was reserved. */
  reservedVarint(value: number): void {
    const { bytes } = this;
    let { at } = this;
    let rest = value;
    if (rest > 0xffffffff) {
      bytes[at++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    while (rest > 0x7f) {
      bytes[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[at++] = rest;
    this.at = at;
  }

  /** Integers `from` to `to` of `bits` bits each, at most 25, packed from the lowest bit of a byte on, after their width. */
  packed(integers: Uint8Array | Uint16Array | Uint32Array, from: number, to: number, bits: number): void {
    this.u8(bits);
    this.reserve(Math.ceil(((to - from) * bits) / 8));
    const { bytes } = this;
    let { at } = this;
    let pending = 0;
    let ready = 0;
    for (let i = from; i < to; i++) {
      pending |= (integers[i] as number) << ready;
      for (ready += bits; ready >= 8; ready -= 8) {
        bytes[at++] = pending;
        pending >>>= 8;
      }
    }
    if (ready > 0) bytes[at++] = pending;
    this.at = at;
  }

  /** A string as MessagePack. */
  string(text: string): void {
    const { length } = text;
    this.reserve(5 + length * 3);
    const { bytes } = this;
    if (length > SHORT) {
      this.#longString(text);
      return;
    }
    const start = this.at + (length < 32 ? 1 : 2);
    let end = start;
    for (; end < start + length; end++) {
      const code = text.charCodeAt(end - start);
      if (code > 0x7f) break;
      bytes[end] = code;
    }
    if (end < start + length) end = writeUtf8(text, bytes, start);
    if (end < 0) throw loneSurrogate(text);
    const size = end - start;
    if (size < 32 && length < 32) bytes[this.at] = 0xa0 | size;
    else {
      // Fewer than 32 units that take more bytes: the head was thought to be shorter.
      if (length < 32) bytes.copyWithin(start + 1, start, end++);
      bytes[this.at] = 0xd9;
      bytes[this.at + 1] = size;
    }
    this.at = end;
  }

  #longString(text: string): void {
    const body = this.at + 5;
    const written = writeText(this.bytes, text, body);
    if (written !== text.length && !isWellFormed(text)) {
      throw loneSurrogate(text);
    }
    const header = this.at;
    if (written < 32) this.bytes[this.at++] = 0xa0 | written;
    else if (written < 0x100) {
      this.bytes[this.at++] = 0xd9;
      this.bytes[this.at++] = written;
    } else if (written < 0x10000) {
      this.bytes[this.at++] = 0xda;
      this.view.setUint16(this.at, written);
      this.at += 2;
    } else {
      this.bytes[this.at++] = 0xdb;
      this.view.setUint32(this.at, written);
      this.at += 4;
    }
    if (this.at !== header + 5) this.bytes.copyWithin(this.at, body, body + written);
    this.at += written;
  }

  /** The head of a MessagePack array, map or bin: its first byte for short ones, then the one for 8, 16 or 32 bits. */
  head(count: number, fix: number, fixLimit: number, tag8: number, tag16: number): void {
    this.reserve(5);
    if (count < fixLimit) this.bytes[this.at++] = fix | count;
    else if (count < 0x100 && tag8 !== 0) {
      this.bytes[this.at++] = tag8;
      this.bytes[this.at++] = count;
    } else if (count < 0x10000) {
      this.bytes[this.at++] = tag16;
      this.view.setUint16(this.at, count);
      this.at += 2;
    } else {
      this.bytes[this.at++] = tag16 + 1;
      this.view.setUint32(this.at, count);
      this.at += 4;
    }
  }

  array(count: number): void {
    this.head(count, 0x90, 16, 0, 0xdc);
  }

  map(count: number): void {
    this.head(count, 0x80, 16, 0, 0xde);
  }

  bin(bytes: Uint8Array): void {
    this.head(bytes.length, 0, 0, 0xc4, 0xc5);
    this.raw(bytes);
  }

  /** Begins an extension whose length is not known yet; give what it returns to {@link ByteWriter.endExtension}. */
  beginExtension(): number {
    this.reserve(6);
    this.at += 6;
    return this.at;
  }

  /** Writes the head of the extension whose body began at `body`, as short as the body allows. */
  endExtension(body: number, type: number): void {
    const length = this.at - body;
    const start = body - 6;
    const { bytes } = this;
    const fixed = [1, 2, 4, 8, 16].indexOf(length);
    if (length < 0x100) {
      const head = fixed >= 0 ? 2 : 3;
      bytes[start] = fixed >= 0 ? 0xd4 + fixed : 0xc7;
      bytes[start + 1] = fixed >= 0 ? type : length;
      if (fixed < 0) bytes[start + 2] = type;
      bytes.copyWithin(start + head, body, this.at);
      this.at = start + head + length;
    } else {
      bytes[start] = 0xc9;
      this.view.setUint32(start + 1, length);
      bytes[start + 5] = type;
    }
  }

  /** Puts stretches of what was written, which follow one another from `starts[0]` to the end, in the order of their bytes. */
  sortStretches(starts: readonly number[]): void {
    if (starts.length < 2) return;
    const { bytes, at } = this;
    const ends = [...starts.slice(1), at];
    const order = starts.map((_, i) => i);
    const compare = (a: number, b: number): number =>
      compareBytes(bytes, starts[a] as number, ends[a] as number, starts[b] as number, ends[b] as number);
    order.sort(compare);
    const first = starts[0] as number;
    const unsorted = bytes.slice(first, at);
    this.at = first;
    for (const i of order) this.raw(unsorted.subarray((starts[i] as number) - first, (ends[i] as number) - first));
  }

  float64(value: number): void {
    this.reserve(9);
    this.bytes[this.at] = 0xcb;
    this.view.setFloat64(this.at + 1, value);
    // Engines may leave any NaN as it came; there is one on the wire.
    if (Number.isNaN(value)) this.view.setBigUint64(this.at + 1, 0x7ff8000000000000n);
    this.at += 9;
  }

  /** A number as MessagePack: an integer in its shortest form, anything else (and -0) as a 64-bit float. */
  number(value: number): void {
    this.reserve(9);
    const { bytes, view } = this;
    if ((value | 0) !== value || Object.is(value, -0)) {
      if (Number.isSafeInteger(value) && value !== 0) this.#wideInteger(value);
      else this.float64(value);
    } else if (value >= 0) {
      if (value < 0x80) bytes[this.at++] = value;
      else if (value < 0x100) {
        bytes[this.at++] = 0xcc;
        bytes[this.at++] = value;
      } else if (value < 0x10000) {
        bytes[this.at] = 0xcd;
        view.setUint16(this.at + 1, value);
        this.at += 3;
      } else {
        bytes[this.at] = 0xce;
        view.setUint32(this.at + 1, value);
        this.at += 5;
      }
    } else if (value >= -0x20) bytes[this.at++] = value;
    else if (value >= -0x80) {
      bytes[this.at++] = 0xd0;
      bytes[this.at++] = value;
    } else if (value >= -0x8000) {
      bytes[this.at] = 0xd1;
      view.setInt16(this.at + 1, value);
      this.at += 3;
    } else {
      bytes[this.at] = 0xd2;
      view.setInt32(this.at + 1, value);
      this.at += 5;
    }
  }

  #wideInteger(value: number): void {
    if (value > 0 && value <= 0xffffffff) {
      this.bytes[this.at] = 0xce;
      this.view.setUint32(this.at + 1, value);
      this.at += 5;
    } else {
      this.int64(BigInt(value));
    }
  }

  /** An integer in 64 bits, signed when negative. */
  int64(value: bigint): void {
    this.reserve(9);
    this.bytes[this.at] = value < 0n ? 0xd3 : 0xcf;
    this.view.setBigUint64(this.at + 1, BigInt.asUintN(64, value));
    this.at += 9;
  }
}

/** The error for a string that no form can carry; the serializer adds the path to it. */
export function loneSurrogate(text: string): NotSerializableError {
  return new NotSerializableError("serialize: a string has a lone surrogate", { details: { value: text } });
}
