import { describe, expect, test } from "vitest";
import { grownBytes, grownFloats, grownInts } from "./grow.ts";

describe("grown arrays", () => {
  test("are the same array while there is room", () => {
    const [bytes, ints, floats] = [new Uint8Array(3), new Uint32Array(3), new Float64Array(3)];
    expect(grownBytes(bytes, 3)).toBe(bytes);
    expect(grownInts(ints, 2)).toBe(ints);
    expect(grownFloats(floats, 0, Number.NaN)).toBe(floats);
  });

  test("keep their content and have room to spare, so that n additions copy O(n)", () => {
    for (const needed of [1, 4, 17, 1000]) {
      const bytes = grownBytes(Uint8Array.of(1, 2, 3).subarray(0, Math.min(3, needed - 1)), needed);
      expect(bytes.length).toBeGreaterThanOrEqual(Math.max(16, Math.floor(needed * 1.5)));
      expect([...grownInts(Uint32Array.of(7), needed + 1)].slice(0, 3)).toEqual([7, 0, 0]);
    }
  });

  test("fill what is new", () => {
    const floats = grownFloats(Float64Array.of(1), 2, Number.NaN);
    expect(floats[0]).toBe(1);
    expect([...floats.subarray(1)].every(Number.isNaN)).toBe(true);
    expect([...grownFloats(Float64Array.of(1), 2, 0)].slice(0, 3)).toEqual([1, 0, 0]);
  });
});
