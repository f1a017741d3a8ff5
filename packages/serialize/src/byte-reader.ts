import { InvalidUtf8Error } from "@graphoid/core";
import { FormatError, TruncatedError } from "./errors.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** Up to this many bytes, building an ASCII string by code units beats a call into the engine's decoder. */
const SHORT = 24;

/** Reads the primitives of the format, and never past `end`. */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at: number;
  end: number;
  /** Whether everything up to `end` is known to be there, so that what does not fit is wrong rather than cut off. */
  complete = false;

  constructor(bytes: Uint8Array, at = 0) {
    const { buffer, byteOffset, byteLength } = bytes;
    // A plain view: the `slice` of Node's Buffer does not copy.
    this.bytes =
      Object.getPrototypeOf(bytes) === Uint8Array.prototype ? bytes : new Uint8Array(buffer, byteOffset, byteLength);
    this.view = new DataView(buffer, byteOffset, byteLength);
    this.at = at;
    this.end = bytes.length;
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
    const value = this.view.getUint16(this.at);
    this.at += 2;
    return value;
  }

  u32(): number {
    this.need(4);
    const value = this.view.getUint32(this.at);
    this.at += 4;
    return value;
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
      let text = "";
      let i = at;
      for (; i < end; i++) {
        const byte = bytes[i] as number;
        if (byte > 0x7f) break;
        text += String.fromCharCode(byte);
      }
      if (i === end) return text;
    }
    try {
      return decoder.decode(bytes.subarray(at, end));
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
