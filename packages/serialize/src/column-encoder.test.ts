import { Codes, Graph, StringTable, ValueColumn, type ValueColumnData } from "@graphoid/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leaf, number, text } from "../test/arbitraries.ts";
import { readCodes, readColumn, readRows, readTable } from "./column-decoder.ts";
import { COLUMN, INTS, PRESENCE, writeCodes, writeColumn, writeRows, writeTable } from "./column-encoder.ts";
import { KeyCache } from "./key-cache.ts";
import { MemoryBudget } from "./memory-budget.ts";
import { RecordCache } from "./record-cache.ts";
import { Registry } from "./registry.ts";
import { createSerializer } from "./serializer.ts";
import { ValueDecoder } from "./value-decoder.ts";
import { ValueEncoder } from "./value-encoder.ts";

const settings = {
  registry: new Registry(),
  maxDepth: 100,
  createRef: () => ({}) as never,
  keys: new KeyCache(),
  records: new RecordCache(),
};

/** Writes, and gives a reader of what was written, and the bytes. */
function written(write: (writer: ValueEncoder) => void): { reader: ValueDecoder; bytes: Uint8Array } {
  const writer = new ValueEncoder(settings);
  write(writer);
  const bytes = writer.take();
  const budget = new MemoryBudget(undefined);
  return { reader: new ValueDecoder(bytes, settings, { budget }), bytes };
}

describe("columns of integers", () => {
  const codes = fc
    .constantFrom(1, 200, 60_000, 3_000_000, 4_294_967_295)
    .chain((max) => fc.array(fc.integer({ min: 0, max })));

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

  it.each<[string, number[], number, number]>([
    ["one value for all", [300, 300, 300], INTS.constant, 3],
    ["bytes", [1, 255, 0], INTS.u8, 4],
    ["pairs of bytes", [1, 256, 65_535], INTS.u16, 7],
    ["groups of seven bits", [1, 65_536, 4_294_967_295], INTS.varint, 10],
  ])("codes: %s", (_, list, layout, length) => {
    const { bytes } = written((writer) => writeCodes(writer, Uint32Array.from(list), 0, list.length));
    expect([bytes[0], bytes.length]).toEqual([layout, length]);
  });

  it.each<[string, number[], number]>([
    ["bytes", [1, 255, 0, 200], INTS.u8],
    ["pairs of bytes", [60_000, 1, 60_000, 1], INTS.u16],
    ["groups of seven bits", [1_000_000, 1, 1_000_000, 1], INTS.varint],
    ["four bytes", [4_294_967_295, 1, 4_294_967_295, 1], INTS.u32],
    ["differences", [1_000_000, 1_000_001, 1_000_003, 1_000_001], INTS.delta],
    ["never one value for all", [5, 5, 5, 5], INTS.u8],
  ])("rows: %s", (_, list, layout) => {
    const { bytes } = written((writer) => writeRows(writer, Uint32Array.from(list), 0, list.length));
    expect(bytes[0]).toBe(layout);
  });
});

describe("tables of strings", () => {
  it("come back from any row to any other", () => {
    fc.assert(
      fc.property(fc.uniqueArray(text, { minLength: 1 }), fc.nat(), (strings, start) => {
        const table = new StringTable();
        for (const string of strings) table.intern(string);
        const from = start % strings.length;
        const { reader } = written((writer) => writeTable(writer, table, from, strings.length));
        const back = readTable(reader);
        expect(Array.from({ length: back.length }, (_, i) => back.at(i))).toEqual(strings.slice(from));
      }),
    );
  });
});

describe("columns of values", () => {
  const column = (values: readonly unknown[]): ValueColumn => {
    const made = new ValueColumn();
    for (const [row, value] of values.entries()) if (value !== undefined) made.set(row, value as never);
    return made;
  };
  const valuesOf = (data: ValueColumnData | undefined, count: number): unknown[] => {
    const made = new ValueColumn(data);
    return Array.from({ length: count }, (_, row) => made.get(row));
  };
  const optional = <T>(value: fc.Arbitrary<T>, freq: number): fc.Arbitrary<(T | undefined)[]> =>
    fc.array(fc.option(value, { nil: undefined, freq }), { maxLength: 100, size: "max" });

  it("come back with their gaps, from any row to any other", () => {
    const any = fc.oneof(
      ...[2, 30].flatMap((freq) => [
        optional(number, freq),
        optional(fc.integer(), freq),
        optional(fc.constantFrom("a", "b", ""), freq),
        optional(leaf, freq),
      ]),
      fc
        .nat({ max: 99 })
        .map((row): unknown[] => Array.from({ length: 100 }, (_, i) => (i === row ? "only" : undefined))),
    );
    fc.assert(
      fc.property(any, fc.nat({ max: 20 }), fc.nat({ max: 20 }), (values: readonly unknown[], skipped, less) => {
        const from = Math.min(skipped, values.length);
        const to = Math.max(from, values.length - less);
        const { reader } = written((writer) => writeColumn(writer, column(values), from, to, 0));
        expect(valuesOf(readColumn(reader, to - from, 0)?.data, to - from)).toEqual(values.slice(from, to));
        expect(reader.at).toBe(reader.end);
      }),
      { numRuns: 300 },
    );
  });

  const gap = (length: number, values: Record<number, unknown>): unknown[] =>
    Array.from({ length }, (_, row) => values[row]);

  it.each<[string, readonly unknown[], number[]]>([
    ["nothing", gap(9, {}), [COLUMN.empty]],
    ["integers in every row", [0, -1, 1], [COLUMN.integers, PRESENCE.all, 0, 1, 2]],
    ["integers in some rows", [5, undefined, 6], [COLUMN.integers, PRESENCE.bits, 0b101, 10, 12]],
    ["an integer in one of many rows", gap(40, { 33: 7 }), [COLUMN.integers, PRESENCE.list, 1, 33, 14]],
    ["strings", ["x", "y", "x"], [COLUMN.strings, 2, 1, 1, 0x78, 0x79, INTS.u8, 1, 2, 1]],
    ["a string in one of many rows", gap(40, { 33: "x" }), [COLUMN.values, PRESENCE.list, 1, 33, 0xa1, 0x78]],
    ["values", [null, undefined, true], [COLUMN.values, PRESENCE.bits, 0b101, 0xc0, 0xc3]],
  ])("%s", (_, values, expected) => {
    const { bytes } = written((writer) => writeColumn(writer, column(values), 0, values.length, 0));
    expect([...bytes]).toEqual(expected);
  });

  it("of integers stay integers though the last rows are absent", () => {
    const made = new ValueColumn({ kind: "numbers", numbers: Float64Array.of(1, 2) });
    const { bytes } = written((writer) => writeColumn(writer, made, 0, 8, 0));
    expect([...bytes]).toEqual([COLUMN.integers, PRESENCE.bits, 0b11, 2, 4]);
  });

  it("a dictionary has only the strings that the rows use", () => {
    const dictionary = new StringTable();
    for (const string of ["unused", "b", "a"]) dictionary.intern(string);
    const made = new ValueColumn({ kind: "strings", codes: new Codes(Uint8Array.of(3, 2, 3)), dictionary });
    const { bytes } = written((writer) => writeColumn(writer, made, 0, 3, 0));
    expect([...bytes]).toEqual([COLUMN.strings, 2, 1, 1, 0x61, 0x62, INTS.u8, 1, 2, 1]);
  });

  it.each<[string, number[]]>([
    ["a row past the end", [COLUMN.values, PRESENCE.list, 1, 3, 0xc0]],
    ["a row past the end after another", [COLUMN.values, PRESENCE.list, 2, 1, 1, 0xc0, 0xc0]],
    ["a layout of rows that is none", [COLUMN.values, 3, 0xc0]],
  ])("%s is refused", (_, bytes) => {
    const reader = new ValueDecoder(Uint8Array.from(bytes), settings, { budget: new MemoryBudget(undefined) });
    expect(() => readColumn(reader, 3, 0)).toThrow(expect.objectContaining({ code: "FORMAT" }));
  });

  it("of many keys of which each is in one row take room for what is there", () => {
    const graph = new Graph();
    for (let i = 0; i < 1000; i++) graph.addNode(`${i}`, null, { properties: { [`key ${i}`]: i } });
    const bytes = createSerializer().toBytes(graph);
    expect(bytes.length).toBeLessThan(1000 * 25);
  });
});
