import { InvalidUtf8Error, invalidArgument } from "@graphoid/core";
import { MAX_VARINT } from "./envelope-writer.ts";

/** Names up to this length are looked for among those that came before. */
const MAX_KEPT_BYTES = 32;
const KEPT_NAMES = 1_024;
/** Texts up to this length are looked through for whether they are ASCII, which is read without the decoder's set-up. */
const MAX_SHORT_BYTES = 256;
const { latin1Slice } = Buffer.prototype as unknown as {
  latin1Slice(this: Uint8Array, from: number, to: number): string;
};

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** The names that came last, each at a hash of its bytes: most envelopes name the same few things. */
const kept: (string | undefined)[] = new Array(KEPT_NAMES).fill(undefined);

/** The error for bytes that are no envelope. */
export function malformed(expected: string, value: unknown): Error {
  return invalidArgument("decodeEnvelope", "bytes", `an envelope with ${expected}`, value);
}

/** Reads the parts of one envelope. Every method throws where the bytes end too soon. */
export class EnvelopeReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  u8(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw malformed("all its parts", this.#bytes.length);
    return byte;
  }

  varint(): number {
    let value = 0;
    let unit = 1;
    for (;;) {
      const byte = this.u8();
      value += (byte & 0x7f) * unit;
      if (value > MAX_VARINT) throw malformed("integers up to 2^53", value);
      if (byte < 0x80) return value;
      unit *= 0x80;
      if (unit > 2 ** 56) throw malformed("integers of at most 8 bytes", unit);
    }
  }

  float64(): number {
    const bytes = this.slice(8);
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0);
  }

  slice(length: number): Uint8Array {
    const from = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length) throw malformed("all its parts", this.#bytes.length);
    return this.#bytes.subarray(from, this.#at);
  }

  /** All that is left; `undefined` where that is nothing. */
  rest(): Uint8Array | undefined {
    return this.#at === this.#bytes.length ? undefined : this.#bytes.subarray(this.#at);
  }

  text(): string {
    return this.textOf(this.varint());
  }

  /** A text of so many bytes. */
  textOf(length: number): string {
    if (length <= MAX_SHORT_BYTES && this.#at + length <= this.#bytes.length) {
      const from = this.#at;
      const end = from + length;
      let at = from;
      while (at < end && (this.#bytes[at] as number) < 0x80) at++;
      if (at === end) {
        this.#at = end;
        return latin1Slice.call(this.#bytes, from, end);
      }
    }
    const bytes = this.slice(length);
    try {
      return decoder.decode(bytes);
    } catch (error) {
      throw new InvalidUtf8Error("decodeEnvelope: a text of the envelope is not UTF-8", { cause: error });
    }
  }

  /** A text that is likely to come again. */
  name(): string {
    const bytes = this.#bytes;
    const from = this.#at;
    const length = bytes[from] as number;
    if (!(length <= MAX_KEPT_BYTES)) return this.text();
    const end = from + 1 + length;
    if (end > bytes.length) throw malformed("all its parts", bytes.length);
    let hash = length;
    for (let i = from + 1; i < end; i++) hash = (Math.imul(hash, 31) + (bytes[i] as number)) | 0;
    const place = (hash >>> 0) % KEPT_NAMES;
    const known = kept[place];
    if (known !== undefined && this.#isAscii(known, from + 1, length)) {
      this.#at = end;
      return known;
    }
    const name = this.text();
    if (name.length === length) kept[place] = name;
    return name;
  }

  /** Whether `name` is the ASCII text at a place. */
  #isAscii(name: string, from: number, length: number): boolean {
    if (name.length !== length) return false;
    for (let i = 0; i < length; i++) if (name.charCodeAt(i) !== this.#bytes[from + i]) return false;
    return true;
  }
}
