/** Bytes from hexadecimal digits; spaces and hyphens between them are for people. */
export function fromHex(hex: string): Uint8Array {
  const digits = hex.replace(/[\s-]/g, "");
  if (!/^([0-9a-f]{2})*$/i.test(digits)) throw new TypeError(`not hexadecimal: ${hex}`);
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** All of these, one after the other; numbers are single bytes. */
export function join(...parts: readonly (Uint8Array | readonly number[] | number | string)[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === "number" ? [part] : typeof part === "string" ? [...new TextEncoder().encode(part)] : [...part],
    ),
  );
}

/** The header of value bytes, without back references or with them. */
export const HEADER: Uint8Array = Uint8Array.of(0xc1, 0x47, 0x44, 0x01);

/** An extension in its 32-bit form, which is right for any length. */
export function extension(type: number, body: Uint8Array): Uint8Array {
  const head = new Uint8Array(6);
  head[0] = 0xc9;
  new DataView(head.buffer).setUint32(1, body.length);
  head[5] = type;
  return join(head, body);
}

/** `bytes` with one bit turned over. */
export function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
}

/** A string table of texts that are shorter than 256 bytes, a byte for each length. */
export function table(...texts: readonly (string | Uint8Array)[]): Uint8Array {
  return texts.length === 0 ? join(0) : join(texts.length, 1, ...texts.map(({ length }) => length), ...texts);
}

/** Text whose code units are all below 0x80 as a MessagePack string. */
export function str(text: string): Uint8Array {
  if (text.length > 31) throw new TypeError("too long for this");
  return join(0xa0 | text.length, text);
}
