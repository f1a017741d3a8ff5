import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyText } from "../test/strings.ts";
import { hash, hashBytes, mix32 } from "./index.ts";

interface Vectors {
  readonly hash: readonly { readonly text: string; readonly hash: number }[];
}

const vectors: Vectors = JSON.parse(readFileSync(new URL("../test-vectors/hash.json", import.meta.url), "utf8"));
const encoder = new TextEncoder();

/** The same function, written another way: exact integers, cut to 32 bits after each step. */
function reference(bytes: Iterable<number>): number {
  const bits = 0xffffffffn;
  let h = 0x811c9dc5n;
  for (const byte of bytes) h = ((h ^ BigInt(byte)) * 0x01000193n) & bits;
  h ^= h >> 16n;
  h = (h * 0x85ebca6bn) & bits;
  h ^= h >> 13n;
  h = (h * 0xc2b2ae35n) & bits;
  return Number(h ^ (h >> 16n));
}

describe("hash", () => {
  test("is FNV-1a over UTF-8 and the finaliser of MurmurHash3, for any string", () => {
    const text = fc.oneof(anyText(50), fc.string({ maxLength: 200 }));
    fc.assert(
      fc.property(text, (text) => {
        const bytes = encoder.encode(text);
        expect(hash(text)).toBe(reference(bytes));
        expect(hashBytes(bytes)).toBe(reference(bytes));
      }),
      { numRuns: 500 },
    );
  });

  test("of bytes is the same for any bytes, wherever they lie", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), fc.nat({ max: 5 }), (bytes, skip) => {
        const shifted = new Uint8Array(skip + bytes.length);
        shifted.set(bytes, skip);
        expect(hashBytes(shifted.subarray(skip))).toBe(reference(bytes));
      }),
    );
  });

  test("starts, before the finaliser, from the published values of FNV-1a", () => {
    // http://www.isthe.com/chongo/tech/comp/fnv: 32-bit FNV-1a of "", "a" and "foobar".
    expect(hash("")).toBe(mix32(0x811c9dc5) >>> 0);
    expect(hash("a")).toBe(mix32(0xe40c292c) >>> 0);
    expect(hash("foobar")).toBe(mix32(0xbf9cf968) >>> 0);
  });

  test("agrees with the published test vectors, which must never change", () => {
    expect(vectors.hash.length).toBeGreaterThan(15);
    for (const { text, hash: expected } of vectors.hash) {
      expect([text, hash(text)]).toEqual([text, expected]);
      expect(reference(encoder.encode(text))).toBe(expected);
    }
  });

  test.each(["\ud800", "a\udc00", "\ud83dx", "é\ud83d"])("S12: refuses the lone surrogate in %j", (text) => {
    expect(() => hash(text)).toThrow(/^hash: expected a well-formed string, got one with a lone surrogate/);
    expect(() => hash(text)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
  });

  test("spreads like ids evenly over partitions", () => {
    for (const [prefix, partitions] of [
      ["user_", 7],
      ["n", 8],
      ["日", 16],
    ] as const) {
      const counts = new Array<number>(partitions).fill(0);
      for (let i = 0; i < 20_000; i++) counts[hash(`${prefix}${i}`) % partitions]!++;
      const mean = 20_000 / partitions;
      for (const count of counts) expect(Math.abs(count - mean)).toBeLessThan(5 * Math.sqrt(mean));
    }
  });

  test("the example in the documentation", () => {
    expect(hash("alice") % 8).toBe(6);
  });
});
