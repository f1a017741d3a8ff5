import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Codes } from "./codes.ts";

describe("Codes", () => {
  test("agrees with an array of numbers, across every width", () => {
    const code = fc.oneof(fc.nat({ max: 3 }), fc.constantFrom(254, 255, 256, 257, 65535, 65536, 65537, 2 ** 32 - 1));
    const write = fc.record({ row: fc.nat({ max: 60 }), code });
    fc.assert(
      fc.property(fc.array(write, { maxLength: 40 }), fc.array(fc.nat({ max: 90 })), (writes, picked) => {
        const codes = new Codes();
        const plain: number[] = new Array(100).fill(0);
        for (const { row, code } of writes) {
          codes.set(row, code);
          plain[row] = code;
          assert.equal(codes.get(row), code);
        }
        for (let row = 0; row < 100; row++) assert.equal(codes.get(row), plain[row]);
        assert.deepEqual([...codes.view(70)], plain.slice(0, 70));
        const selected = codes.select(Uint32Array.from(picked));
        assert.deepEqual(
          [...selected.view(picked.length)],
          picked.map((row) => plain[row]),
        );
      }),
    );
  });

  test.each([
    [255, 1],
    [256, 2],
    [65535, 2],
    [65536, 4],
    [2 ** 32 - 1, 4],
  ])("holds %i in %i bytes and keeps what it had", (code, width) => {
    const codes = new Codes();
    codes.set(0, 7);
    codes.set(2, code);
    expect(codes.view(3).BYTES_PER_ELEMENT).toBe(width);
    expect([...codes.view(3)]).toEqual([7, 0, code]);
    codes.set(1, 1);
    expect(codes.view(3).BYTES_PER_ELEMENT).toBe(width);
  });

  test("takes over an array of any width", () => {
    for (const array of [Uint8Array.of(1, 2), Uint16Array.of(1, 2), Uint32Array.of(1, 2)]) {
      const codes = new Codes(array);
      expect([codes.get(0), codes.get(1), codes.get(2)]).toEqual([1, 2, 0]);
      codes.set(5, 70_000);
      expect([...codes.view(6)]).toEqual([1, 2, 0, 0, 0, 70_000]);
    }
  });

  test("widens at the first code that does not fit, and only then", () => {
    for (const array of [Uint8Array.of(1, 2, 3), Uint16Array.of(1, 2, 3)]) {
      const limit = 2 ** (8 * array.BYTES_PER_ELEMENT);
      const codes = new Codes(array);
      codes.set(0, limit - 1);
      expect(codes.view(3).buffer).toBe(array.buffer);
      codes.set(1, limit);
      const { buffer } = codes.view(3);
      expect(buffer).not.toBe(array.buffer);
      codes.set(2, limit + 1);
      expect(codes.view(3).buffer).toBe(buffer);
      expect([...codes.view(3)]).toEqual([limit - 1, limit, limit + 1]);
    }
  });

  test("S17: a code that is not below the bound is an IntegrityError", () => {
    const codes = new Codes(Uint8Array.of(0, 3, 9));
    expect(() => codes.check(2, 4, "label")).not.toThrow();
    expect(() => codes.check(3, 9, "label")).toThrow(/graph: a label names string 9 of 9/);
    expect(() => codes.check(1, 0, "label")).toThrow(expect.objectContaining({ code: "INTEGRITY" }));
    expect(() => new Codes().check(0, 0, "label")).not.toThrow();
  });
});
