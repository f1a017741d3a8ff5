import type { Codes, StringTable, ValueColumn } from "@graphoid/core";
import { writeCodes, writeLengths, writeWholeBytes } from "./integer-encoder.ts";
import type { ValueEncoder } from "./value-encoder.ts";

/** How a column of values is laid out; its first byte. */
export const COLUMN = { empty: 0, integers: 1, floats: 2, strings: 3, values: 4, decimals: 5 } as const;
/** Numbers of at most so many decimal digits are looked for. */
export const MAX_DIGITS = 6;
/** The largest integer written as one: its zigzag code is still below 2⁵³. */
const MAX_INTEGER = 2 ** 52 - 1;

/** How a column says which rows it has: a bit for each row, all, or a list of those rows. */
export const PRESENCE = { bits: 0, all: 1, list: 2 } as const;
/** A column is sparse when fewer than one row in this many is present; a list of rows is then shorter than bits. */
export const SPARSE = 16;

/** Whether any of these rows holds a value. */
export function hasAny(column: ValueColumn, from: number, to: number): boolean {
  for (let row = from; row < to; row++) if (column.get(row) !== undefined) return true;
  return false;
}

/** Rows `from` to `to` of a column of values. */
export function writeColumn(writer: ValueEncoder, column: ValueColumn, from: number, to: number, depth: number): void {
  const { data } = column;
  if (data === undefined || !hasAny(column, from, to)) {
    writer.u8(COLUMN.empty);
  } else if (data.kind === "numbers") {
    writeNumbers(writer, data.numbers, from, to);
  } else if (data.kind === "strings" && !isSparse(data.codes, from, to)) {
    writeStrings(writer, column, from, to);
  } else {
    writer.u8(COLUMN.values);
    writePresence(writer, (row) => column.get(row) !== undefined, from, to);
    for (let row = from; row < to; row++) {
      const value = column.get(row);
      if (value !== undefined) writer.value(value, depth);
    }
  }
}

/** Rows `from` to `to` of a column of floats in which NaN marks an absent row; what is past the end is absent too. */
export function writeNumbers(writer: ValueEncoder, numbers: Float64Array, from: number, to: number): void {
  const scaled = scaledIntegers(numbers, from, to);
  const digits = scaled?.digits ?? 0;
  writer.u8(scaled === undefined ? COLUMN.floats : digits > 0 ? COLUMN.decimals : COLUMN.integers);
  const all = writePresence(writer, (row) => !Number.isNaN(numbers[row] ?? Number.NaN), from, to);
  if (scaled !== undefined) {
    const { codes, least } = scaled;
    if (digits > 0) writer.u8(digits);
    writer.varint(least < 0 ? -least * 2 - 1 : least * 2);
    writeWholeBytes(writer, codes);
  } else if (all && isLittleEndian) {
    writer.raw(new Uint8Array(numbers.buffer, numbers.byteOffset + from * 8, (to - from) * 8));
  } else {
    writer.reserve((to - from) * 8);
    for (let row = from; row < to; row++) {
      const number = numbers[row];
      if (number === undefined || Number.isNaN(number)) continue;
      writer.view.setFloat64(writer.at, number, true);
      writer.at += 8;
    }
  }
}

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Numbers as integers: each is `least` and its code, divided by ten to the power of `digits`. */
interface ScaledIntegers {
  readonly digits: number;
  readonly least: number;
  /** Of the rows that are present. */
  readonly codes: Uint32Array;
}

/** Whether and how the numbers are exactly integers that are less than 2³² apart, divided by a power of ten. */
function scaledIntegers(numbers: Float64Array, from: number, to: number): ScaledIntegers | undefined {
  const digits = digitsOf(numbers, from, to);
  if (digits < 0) return undefined;
  const factor = 10 ** digits;
  const integers = new Float64Array(to - from);
  let count = 0;
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let row = from; row < to; row++) {
    const number = numbers[row];
    if (number === undefined || Number.isNaN(number)) continue;
    const integer = digits === 0 ? number : Math.round(number * factor);
    if (integer < least) least = integer;
    if (integer > most) most = integer;
    integers[count++] = integer;
  }
  if (most - least > 0xffffffff) return undefined;
  const codes = new Uint32Array(count);
  for (let i = 0; i < count; i++) codes[i] = (integers[i] as number) - least;
  return { digits, least, codes };
}

/** How many decimal digits all of the numbers have at most, 0 for integers; -1 when it is too many. */
function digitsOf(numbers: Float64Array, from: number, to: number): number {
  let digits = 0;
  let factor = 1;
  for (let row = from; row < to; row++) {
    const number = numbers[row];
    if (number === undefined || Number.isNaN(number)) continue;
    while (!isDecimal(number, factor)) {
      if (++digits > MAX_DIGITS) return -1;
      factor *= 10;
    }
  }
  return digits;
}

/** Whether `number` is exactly an integer, of those that floats tell apart, divided by `factor`. */
function isDecimal(number: number, factor: number): boolean {
  const integer = Math.round(number * factor);
  return Math.abs(integer) <= MAX_INTEGER && integer / factor === number && !Object.is(number, -0);
}

/** Whether so few rows have a string that naming them takes less than a code for every row. */
function isSparse(codes: Codes, from: number, to: number): boolean {
  let present = 0;
  for (let row = from; row < to; row++) if (codes.get(row) !== 0) present++;
  return present * SPARSE < to - from;
}

/** A dictionary of the strings in use, in order of first use, and a code for each row. */
function writeStrings(writer: ValueEncoder, column: ValueColumn, from: number, to: number): void {
  const { codes, dictionary } = column.data as Extract<NonNullable<ValueColumn["data"]>, { kind: "strings" }>;
  // Reused by the parts of a stream, each of which uses little of a dictionary that may be large.
  if (writer.usedCodes.length <= dictionary.length) writer.usedCodes = new Uint32Array(dictionary.length + 1);
  const used = writer.usedCodes;
  const order: number[] = [];
  const recoded = new Uint32Array(to - from);
  for (let row = from; row < to; row++) {
    const code = codes.get(row);
    if (code === 0) continue;
    if (used[code] === 0) used[code] = order.push(code - 1);
    recoded[row - from] = used[code] as number;
  }
  for (const index of order) used[index + 1] = 0;
  writer.u8(COLUMN.strings);
  writeTable(writer, dictionary.select(Uint32Array.from(order)), 0, order.length);
  writeCodes(writer, recoded, 0, recoded.length);
}

/** Strings `from` to `to` of a table: their lengths in bytes, then the bytes. */
export function writeTable(
  writer: ValueEncoder,
  table: Pick<StringTable, "bytes" | "offsets">,
  from: number,
  to: number,
): void {
  const { bytes, offsets } = table;
  writer.varint(to - from);
  writeLengths(writer, offsets, from, to);
  writer.raw(bytes.subarray(offsets[from], offsets[to]));
}

/** Which rows are present. True when all are. */
function writePresence(writer: ValueEncoder, isPresent: (row: number) => boolean, from: number, to: number): boolean {
  let first = from;
  while (first < to && isPresent(first)) first++;
  if (first === to) {
    writer.u8(PRESENCE.all);
    return true;
  }
  const bits = new Uint8Array((to - from + 7) >> 3);
  let count = 0;
  for (let row = from; row < to; row++) {
    if (!isPresent(row)) continue;
    bits[(row - from) >> 3]! |= 1 << ((row - from) & 7);
    count++;
  }
  if (count * SPARSE >= to - from) {
    writer.u8(PRESENCE.bits);
    writer.raw(bits);
    return false;
  }
  writer.u8(PRESENCE.list);
  writer.varint(count);
  let next = 0;
  for (let row = 0; row < to - from; row++) {
    if (((bits[row >> 3] as number) & (1 << (row & 7))) === 0) continue;
    writer.varint(row - next);
    next = row + 1;
  }
  return false;
}
