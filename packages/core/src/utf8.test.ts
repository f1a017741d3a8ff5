import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isWellFormed, writeUtf8 } from "./utf8.ts";

const encoder = new TextEncoder();
/** Any UTF-16 at all: pairs, halves, halves the wrong way round. */
const units = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xffff }),
      fc.constantFrom(0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe000, 0xffff),
    ),
    { maxLength: 12 },
  )
  .map((codes) => String.fromCharCode(...codes));
const lone = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

describe("writeUtf8", () => {
  test("writes what TextEncoder writes, or -1 at a lone surrogate", () => {
    fc.assert(
      fc.property(units, fc.nat({ max: 3 }), (text, offset) => {
        const target = new Uint8Array(offset + text.length * 3);
        const end = writeUtf8(text, target, offset);
        if (lone.test(text)) expect(end).toBe(-1);
        else expect([...target.subarray(offset, end)]).toEqual([...encoder.encode(text)]);
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    "\0",
    "\x7f",
    "\x80",
    "\u07ff",
    "\u0800",
    "\ud7ff",
    "\ue000",
    "\ufeff",
    "\uffff",
    "\u{10000}",
    "\u{10ffff}",
  ])("%j is at the edge of a length", (text) => {
    const target = new Uint8Array(8);
    expect([...target.subarray(0, writeUtf8(text, target, 0))]).toEqual([...encoder.encode(text)]);
  });
});

describe("isWellFormed", () => {
  test("is false at a lone surrogate and nowhere else, with the engine's help and without", () => {
    fc.assert(
      fc.property(units, (text) => {
        expect(isWellFormed(text)).toBe(!lone.test(text));
        const bare = { length: text.length, charCodeAt: (i: number) => text.charCodeAt(i) } as string;
        expect(isWellFormed(bare)).toBe(!lone.test(text));
      }),
      { numRuns: 1000 },
    );
  });
});
