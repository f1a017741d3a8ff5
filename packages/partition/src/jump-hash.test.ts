import fc from "fast-check";
import { expect, test } from "vitest";
import { jumpHash } from "./jump-hash.ts";

/** The figure of the paper, word for word, with bigint for uint64. */
function reference(key: bigint, buckets: number): number {
  let b = -1n;
  let j = 0n;
  while (j < buckets) {
    b = j;
    key = BigInt.asUintN(64, key * 2862933555777941757n + 1n);
    j = BigInt(Math.floor(Number(b + 1n) * (2 ** 31 / Number((key >> 33n) + 1n))));
  }
  return Number(b);
}

test("gives what other implementations give", () => {
  // The vectors of github.com/dgryski/go-jump.
  expect(jumpHash(0, 1, 1)).toBe(0);
  expect(jumpHash(0, 42, 57)).toBe(43);
  expect(jumpHash(0, 0xdead10cc, 1)).toBe(0);
  expect(jumpHash(0, 0xdead10cc, 666)).toBe(361);
  expect(jumpHash(0, 256, 1024)).toBe(520);
});

test("agrees with the paper's algorithm on 64-bit integers, signed halves or not", () => {
  const word = fc.integer({ min: 0, max: 0xffffffff });
  fc.assert(
    fc.property(word, word, fc.integer({ min: 1, max: 65_536 }), (high, low, buckets) => {
      const expected = reference((BigInt(high) << 32n) | BigInt(low), buckets);
      expect(jumpHash(high, low, buckets)).toBe(expected);
      expect(jumpHash(high | 0, low | 0, buckets)).toBe(expected);
    }),
  );
});

test("carries from the low half into the high half", () => {
  // The one low half that the generator's first step takes to 2³² − 1 before it adds 1.
  const low = 0x666313ab;
  for (const high of [0, 1, 2, 0xffffffff]) {
    expect(jumpHash(high, low, 65_536)).toBe(reference((BigInt(high) << 32n) | BigInt(low), 65_536));
  }
});
