import fc from "fast-check";
import { expect, it } from "vitest";
import { ByteReader } from "./byte-reader.ts";
import { FormatError } from "./errors.ts";
import { fillShort, unpack } from "./integer-runs.ts";

/** Behind each input: the fast loop stops where three bytes are not left. */
const REST = [0, 0, 0];

it("fills up to the first integer that is long or padded", () => {
  const fill = (...bytes: number[]): [number, number[], number] => {
    const cursor = { bytes: Uint8Array.from([...bytes, ...REST]), at: 0, end: bytes.length + REST.length };
    const target = new Uint32Array(3);
    return [fillShort(target, 0, cursor), [...target], cursor.at];
  };
  expect(fill(5, 0x80, 0x01, 0xff, 0xff, 0x7f)).toEqual([3, [5, 128, 2 ** 21 - 1], 6]);
  expect(fill(5, 0x81, 0x00, 7)).toEqual([1, [5, 0, 0], 1]);
  expect(fill(5, 0x81, 0x81, 0x00)).toEqual([1, [5, 0, 0], 1]);
  expect(fill(5, 0x81, 0x81, 0x81, 0x01)).toEqual([1, [5, 0, 0], 1]);
});

it.each([
  ["two bytes", [0x81, 0x00]],
  ["three bytes", [0x81, 0x81, 0x00]],
  ["four bytes", [0x81, 0x81, 0x81, 0x00]],
])("integers padded to %s are refused, in a run and alone", (_, padded) => {
  const bytes = Uint8Array.from([...padded, ...REST, ...REST]);
  expect(() => new ByteReader(bytes).varints(new Uint32Array(2))).toThrow(FormatError);
  expect(() => new ByteReader(bytes).varint()).toThrow(FormatError);
});

it("unpacks what was packed, whatever the width", () => {
  const packed = fc
    .integer({ min: 1, max: 25 })
    .chain((bits) =>
      fc.tuple(
        fc.constant(bits),
        fc.array(fc.integer({ min: 0, max: 2 ** bits - 1 }), { minLength: 8, maxLength: 64 }),
      ),
    );
  fc.assert(
    fc.property(packed, ([bits, values]) => {
      const whole = values.slice(0, values.length & ~7);
      const bytes = new Uint8Array((whole.length * bits) / 8 + 4);
      whole.forEach((value, i) => {
        for (let bit = 0; bit < bits; bit++) {
          const at = i * bits + bit;
          if (Math.floor(value / 2 ** bit) % 2 === 1) bytes[at >> 3]! |= 1 << (at & 7);
        }
      });
      const target = new Uint32Array(whole.length);
      unpack(new DataView(bytes.buffer), 0, target, whole.length, bits);
      expect([...target]).toEqual(whole);
    }),
  );
});
