import { expect, test } from "vitest";
import { isSame, newSlots, placeAll } from "./string-slots.ts";

test("isSame: bytes are the same when all of them are, and as many", () => {
  const bytes = new TextEncoder().encode("abcabcd");
  expect(isSame(bytes, 0, 3, 3, 6)).toBe(true);
  expect(isSame(bytes, 0, 3, 3, 7)).toBe(false);
  expect(isSame(bytes, 3, 7, 0, 3)).toBe(false);
  expect(isSame(bytes, 0, 2, 1, 3)).toBe(false);
  expect(isSame(bytes, 2, 2, 5, 5)).toBe(true);
});

test.each([
  [0, 16],
  [9, 16],
  [10, 32],
  [19, 32],
  [20, 64],
])("newSlots: %i strings fill at most three fifths of %i slots", (length, size) => {
  expect(newSlots(length)).toEqual(new Int32Array(size));
});

test("placeAll: of equal strings only the last has a slot", () => {
  const bytes = new TextEncoder().encode("aabbaac");
  const hasher = { bytes, view: new DataView(bytes.buffer), key: 1, sipKey: undefined };
  const slots = newSlots(4);
  expect(placeAll(slots, hasher, Uint32Array.of(0, 2, 4, 6, 7), 4)).toBe(3);
  expect([...slots].filter((slot) => slot !== 0).map((slot) => (slot & 15) - 1)).toEqual(
    expect.arrayContaining([1, 2, 3]),
  );
});
