import { crc32 as zlib } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crc32, tableCrc32 } from "./crc32.ts";

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Bit by bit, from the definition. */
function slow(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of bytes) {
    c ^= byte;
    for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  }
  return ~c >>> 0;
}

describe.each([
  ["crc32", crc32],
  ["tableCrc32", tableCrc32],
])("%s", (_, crc32) => {
  it("has the values that are published", () => {
    expect(crc32(ascii(""))).toBe(0);
    expect(crc32(ascii("123456789"))).toBe(0xcbf43926);
    expect(crc32(ascii("The quick brown fox jumps over the lazy dog"))).toBe(0x414fa339);
    expect(crc32(new Uint8Array(32).fill(0xff))).toBe(0xff6cab0b);
  });

  it("is that of the definition for any bytes, in one piece or in two", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat({ max: 200 }), (bytes, cut) => {
        expect(crc32(bytes)).toBe(slow(bytes));
        expect(crc32(bytes.subarray(cut), crc32(bytes.subarray(0, cut)))).toBe(slow(bytes));
        if (typeof zlib === "function") expect(crc32(bytes)).toBe(zlib(bytes));
      }),
    );
  });
});
