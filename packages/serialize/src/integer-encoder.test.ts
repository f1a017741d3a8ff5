import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readerOf, written } from "../test/columns.ts";
import { readCodes, readOffsets, readRows } from "./integer-decoder.ts";
import { INTS, MAX_PACKED, writeCodes, writeLengths, writeRows } from "./integer-encoder.ts";

const FORMAT = expect.objectContaining({ code: "FORMAT" });

describe("columns of integers", () => {
  const codes = fc
    .constantFrom(1, 5, 200, 400, 60_000, 3_000_000, 2 ** 25 - 1, 2 ** 25, 4_294_967_295)
    .chain((max) => fc.array(fc.integer({ min: 0, max }), { maxLength: 60 }));

  it("come back, as codes and as rows, from any row to any other", () => {
    fc.assert(
      fc.property(codes, fc.nat({ max: 5 }), fc.nat({ max: 5 }), (list, from, less) => {
        const array = Uint32Array.from(list);
        const to = Math.max(from, array.length - less);
        for (const [write, read] of [
          [writeCodes, readCodes],
          [writeRows, readRows],
        ] as const) {
          if (from > array.length) continue;
          const { reader } = written((writer) => write(writer, array, from, to));
          expect([...read(reader, to - from)]).toEqual([...array.subarray(from, to)]);
          expect(reader.at).toBe(reader.end);
        }
      }),
    );
  });

  it.each(Array.from({ length: MAX_PACKED }, (_, i) => i + 1))("of %i bits come back, however many", (bits) => {
    for (const count of [2, 3, 7, 8, 9, 15, 16, 17, 1023, 1024, 1025, 3000]) {
      const list = Uint32Array.from({ length: count }, (_, i) => (Math.imul(i + 1, 0x9e3779b1) >>> 0) % 2 ** bits);
      list[count - 1] = 2 ** bits - 1;
      list[0] = 0;
      // With nothing behind the column, and with something.
      for (const rest of [0, 9]) {
        const { bytes } = written((writer) => writeCodes(writer, list, 0, count));
        const reader = readerOf([...bytes, ...new Uint8Array(rest).fill(0xff)]);
        expect([...readCodes(reader, count)]).toEqual([...list]);
        expect(reader.at).toBe(bytes.length);
      }
    }
  });

  it.each<[string, number[], number, number]>([
    ["one value for all", [300, 300, 300], INTS.constant, 3],
    ["bytes", [1, 255, 0], INTS.u8, 4],
    ["three bits", [...Array(16).keys()].map((i) => i & 7), INTS.packed, 8],
    ["bytes where packing saves nothing", [1, 2], INTS.u8, 3],
    ["pairs of bytes", [1, 256, 65_535], INTS.u16, 7],
    ["17 bits", [1, 65_536, 3], INTS.packed, 9],
    ["four bytes", [1, 65_536, 4_294_967_295], INTS.u32, 13],
  ])("codes: %s", (_, list, layout, length) => {
    const { bytes } = written((writer) => writeCodes(writer, Uint32Array.from(list), 0, list.length));
    expect([bytes[0], bytes.length]).toEqual([layout, length]);
  });

  it.each<[string, number[], number]>([
    ["bytes", [1, 255, 0, 200], INTS.u8],
    ["bytes though fewer bits would do", Array.from({ length: 40 }, (_, i) => (i * 5) % 8), INTS.u8],
    ["pairs of bytes", [60_000, 1, 60_000, 1], INTS.u16],
    ["twenty bits", [1_000_000, 1, 1_000_000, 1], INTS.packed],
    ["four bytes", [4_294_967_295, 1, 4_294_967_295, 1], INTS.u32],
    ["differences", [1_000_000, 1_000_001, 1_000_003, 1_000_001], INTS.delta],
    ["never one value for all", [5, 5, 5, 5], INTS.u8],
  ])("rows: %s", (_, list, layout) => {
    const { bytes } = written((writer) => writeRows(writer, Uint32Array.from(list), 0, list.length));
    expect(bytes[0]).toBe(layout);
  });

  it.each<[string, number[]]>([
    ["no bits", [INTS.packed, 0]],
    ["more bits than are read at once", [INTS.packed, 26, ...new Uint8Array(13)]],
    ["a bit after the last", [INTS.packed, 3, 0, 0b10_0000]],
    ["an unknown layout", [6, 0, 0]],
    ["a value past 32 bits", [INTS.constant, 0x80, 0x80, 0x80, 0x80, 0x10]],
  ])("codes: %s is refused", (_, bytes) => {
    expect(() => readCodes(readerOf(bytes), 4)).toThrow(FORMAT);
  });

  it.each<[string, number[]]>([
    ["fewer bits than a byte has", [INTS.packed, 8, 0, 0, 0, 0]],
    ["one for all", [INTS.constant, 0]],
    ["a difference below 0", [INTS.delta, 2, 2, 5, 0]],
  ])("rows: %s is refused", (_, bytes) => {
    expect(() => readRows(readerOf(bytes), 4)).toThrow(FORMAT);
  });

  it("packed ones are refused wherever they are cut, with nothing allocated for them", () => {
    const { bytes } = written((writer) => writeCodes(writer, Uint32Array.of(1, 65_536, 3), 0, 3));
    for (let length = 0; length < bytes.length; length++) {
      const cut = readerOf(bytes.subarray(0, length));
      expect(() => readCodes(cut, 3)).toThrow(expect.objectContaining({ code: "TRUNCATED" }));
    }
    expect(() => readCodes(readerOf([INTS.packed, 1, 0xff]), 2 ** 31)).toThrow(/268435456 more bytes/);
  });
});

describe("lengths of strings", () => {
  const lengths = fc
    .constantFrom(0, 1, 255, 256, 400, 70_000)
    .chain((max) => fc.array(fc.integer({ min: 0, max }), { maxLength: 40 }));

  it("come back as offsets, from any string to any other", () => {
    fc.assert(
      fc.property(lengths, fc.nat({ max: 5 }), (list, start) => {
        const from = Math.min(start, list.length);
        const offsets = new Uint32Array(list.length + 1);
        list.forEach((length, i) => {
          offsets[i + 1] = (offsets[i] as number) + length;
        });
        const { bytes } = written((writer) => writeLengths(writer, offsets, from, list.length));
        const size = (offsets[list.length] as number) - (offsets[from] as number);
        const reader = readerOf([...bytes, ...new Uint8Array(size)]);
        const expected = offsets.subarray(from).map((offset) => offset - (offsets[from] as number));
        expect([...readOffsets(reader, list.length - from)]).toEqual([...expected]);
        expect(reader.at).toBe(bytes.length);
      }),
    );
  });

  it.each<[string, number[], number[]]>([
    ["none", [], []],
    ["one for all", [3, 3, 3], [INTS.constant, 3]],
    ["a byte each where all are empty", [0, 0], [INTS.u8, 0, 0]],
    ["a byte each", [1, 2], [INTS.u8, 1, 2]],
  ])("%s", (_, list, expected) => {
    const offsets = Uint32Array.from([0, ...list].map((__, i) => list.slice(0, i).reduce((a, b) => a + b, 0)));
    const { bytes } = written((writer) => writeLengths(writer, offsets, 0, list.length));
    expect([...bytes]).toEqual(expected);
  });

  it.each<[string, number[], string]>([
    ["no length for all", [INTS.constant, 0], "FORMAT"],
    ["more than is there", [INTS.constant, 4], "TRUNCATED"],
    ["more than is there, each by itself", [INTS.u8, 4, 4, 4], "TRUNCATED"],
    ["fewer bits than a byte has", [INTS.packed, 3, 0, 0], "FORMAT"],
  ])("%s is refused", (_, bytes, code) => {
    expect(() => readOffsets(readerOf(bytes), 3)).toThrow(expect.objectContaining({ code }));
  });
});
