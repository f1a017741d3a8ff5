import { Codes, Graph, StringTable, ValueColumn, type ValueColumnData } from "@graphoid/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leaf, number, text } from "../test/arbitraries.ts";
import { readerOf, written } from "../test/columns.ts";
import { readColumn, readTable } from "./column-decoder.ts";
import { COLUMN, PRESENCE, writeColumn, writeTable } from "./column-encoder.ts";
import { INTS } from "./integer-encoder.ts";
import { createSerializer } from "./serializer.ts";

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
    ["integers in every row", [0, -1, 1], [COLUMN.integers, PRESENCE.all, 1, INTS.u8, 1, 0, 2]],
    ["one integer in every row", [7, 7, 7], [COLUMN.integers, PRESENCE.all, 14, INTS.u8, 0, 0, 0]],
    [
      "integers far from 0 but near each other",
      [2 ** 51, 2 ** 51 + 300],
      [COLUMN.integers, PRESENCE.all, ...[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 8], INTS.u16, 0, 0, 44, 1],
    ],
    ["numbers of two digits", [0.25, -1.5], [COLUMN.decimals, PRESENCE.all, 2, 0xab, 2, INTS.u8, 175, 0]],
    ["integers in some rows", [5, undefined, 6], [COLUMN.integers, PRESENCE.bits, 0b101, 10, INTS.u8, 0, 1]],
    ["an integer in one of many rows", gap(40, { 33: 7 }), [COLUMN.integers, PRESENCE.list, 1, 33, 14, INTS.u8, 0]],
    ["strings", ["x", "y", "x"], [COLUMN.strings, 2, INTS.constant, 1, 0x78, 0x79, INTS.packed, 2, 0b011001]],
    ["a string in one of many rows", gap(40, { 33: "x" }), [COLUMN.values, PRESENCE.list, 1, 33, 0xa1, 0x78]],
    ["values", [null, undefined, true], [COLUMN.values, PRESENCE.bits, 0b101, 0xc0, 0xc3]],
  ])("%s", (_, values, expected) => {
    const { bytes } = written((writer) => writeColumn(writer, column(values), 0, values.length, 0));
    expect([...bytes]).toEqual(expected);
  });

  it("of integers stay integers though the last rows are absent", () => {
    const made = new ValueColumn({ kind: "numbers", numbers: Float64Array.of(1, 2) });
    const { bytes } = written((writer) => writeColumn(writer, made, 0, 8, 0));
    expect([...bytes]).toEqual([COLUMN.integers, PRESENCE.bits, 0b11, 2, INTS.u8, 0, 1]);
  });

  it("a dictionary has only the strings that the rows use", () => {
    const dictionary = new StringTable();
    for (const string of ["unused", "b", "a"]) dictionary.intern(string);
    const made = new ValueColumn({ kind: "strings", codes: new Codes(Uint8Array.of(3, 2, 3)), dictionary });
    const { bytes } = written((writer) => writeColumn(writer, made, 0, 3, 0));
    expect([...bytes]).toEqual([COLUMN.strings, 2, INTS.constant, 1, 0x61, 0x62, INTS.packed, 2, 0b011001]);
  });

  it.each<[string, number[]]>([
    ["a row past the end", [COLUMN.values, PRESENCE.list, 1, 3, 0xc0]],
    ["a row past the end after another", [COLUMN.values, PRESENCE.list, 2, 1, 1, 0xc0, 0xc0]],
    ["a layout of rows that is none", [COLUMN.values, 3, 0xc0]],
  ])("%s is refused", (_, bytes) => {
    expect(() => readColumn(readerOf(bytes), 3, 0)).toThrow(expect.objectContaining({ code: "FORMAT" }));
  });

  it("of many keys of which each is in one row take room for what is there", () => {
    const graph = new Graph();
    for (let i = 0; i < 1000; i++) graph.addNode(`${i}`, null, { properties: { [`key ${i}`]: i } });
    const bytes = createSerializer().toBytes(graph);
    expect(bytes.length).toBeLessThan(1000 * 25);
  });
});
