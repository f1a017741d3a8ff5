import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readText, writeText } from "./native-text.ts";

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

function outcome(read: () => string): string | undefined {
  try {
    return read();
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    return undefined;
  }
}

describe("text", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc
      .array(fc.constantFrom(0x41, 0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xed, 0xa0, 0xef, 0xbf, 0xbd, 0xf0, 0x9f, 0xbb))
      .map((list) => Uint8Array.from(list)),
  );

  it("is read as the strict decoder reads it, or refused as by it", () => {
    fc.assert(
      fc.property(bytes, fc.nat({ max: 3 }), fc.nat({ max: 3 }), (whole, from, less) => {
        const to = Math.max(from, whole.length - less);
        if (from > whole.length) return;
        expect(outcome(() => readText(whole, from, to))).toBe(outcome(() => strict.decode(whole.subarray(from, to))));
      }),
      { numRuns: 2000 },
    );
    for (const text of ["\ufeffa", "\ufffd", `a\ufffd${"é".repeat(100)}`, "\u{10ffff}"]) {
      const encoded = encoder.encode(text);
      expect(readText(encoded, 0, encoded.length)).toBe(text);
    }
  });

  it("is written as by the standard encoder, and nowhere else", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), fc.nat({ max: 5 }), (text, at) => {
        const room = new Uint8Array(at + text.length * 3 + 2).fill(0xff);
        const expected = encoder.encode(text);
        expect(writeText(room, text, at)).toBe(expected.length);
        expect(room.subarray(at, at + expected.length)).toEqual(expected);
        expect([...room.subarray(0, at), ...room.subarray(at + expected.length)].every((byte) => byte === 0xff)).toBe(
          true,
        );
      }),
    );
  });
});
