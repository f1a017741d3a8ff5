import { writeUtf8 } from "@graphoid/core";

/** The largest integer that a varint holds here: what a number holds exactly. */
export const MAX_VARINT: number = Number.MAX_SAFE_INTEGER;

/** The buffer that small envelopes share: one that is kept keeps no more than this from being collected. */
const SLAB_BYTES = 16_384;
const float = new DataView(new ArrayBuffer(8));

/** Writes one envelope at a time. */
export class EnvelopeWriter {
  #slab = new Uint8Array(SLAB_BYTES);
  #from = 0;
  #at = 0;

  /** Makes room for so many bytes at most. */
  begin(bytes: number): void {
    if (this.#from + bytes > this.#slab.length) {
      this.#slab = new Uint8Array(Math.max(bytes, SLAB_BYTES));
      this.#from = 0;
    }
    this.#at = this.#from;
  }

  u8(value: number): void {
    this.#slab[this.#at++] = value;
  }

  /** An unsigned integer up to {@link MAX_VARINT}: seven bits a byte, the lowest first. */
  varint(value: number): void {
    const slab = this.#slab;
    let rest = value;
    while (rest >= 0x8000_0000) {
      slab[this.#at++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    while (rest >= 0x80) {
      slab[this.#at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    slab[this.#at++] = rest;
  }

  float64(value: number): void {
    float.setFloat64(0, value);
    for (let i = 0; i < 8; i++) this.u8(float.getUint8(i));
  }

  /** A varint of its length in bytes, and UTF-8. `false`, with the envelope to be given up, at a lone surrogate. */
  text(value: string): boolean {
    const slab = this.#slab;
    const { length } = value;
    if (length < 0x80) {
      // One byte for the length, unless it turns out not to be ASCII.
      const start = this.#at + 1;
      let i = 0;
      for (; i < length; i++) {
        const code = value.charCodeAt(i);
        if (code >= 0x80) break;
        slab[start + i] = code;
      }
      if (i === length) {
        slab[this.#at] = length;
        this.#at = start + length;
        return true;
      }
    }
    // The length is known afterwards: written behind, and moved.
    const start = this.#at + 8;
    const end = writeUtf8(value, slab, start);
    if (end < 0) return false;
    this.varint(end - start);
    slab.copyWithin(this.#at, start, end);
    this.#at += end - start;
    return true;
  }

  raw(bytes: Uint8Array): void {
    this.#slab.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** What was written. */
  take(): Uint8Array {
    const bytes = this.#slab.subarray(this.#from, this.#at);
    this.#from = this.#at;
    return bytes;
  }
}
