import type { CodeArray, Codes, StringTable, ValueColumn } from "@graphoid/core";
import type { ValueEncoder } from "./value-encoder.ts";

/** How a column of integers is laid out; its first byte. */
export const INTS = { constant: 0, u8: 1, u16: 2, u32: 3, varint: 4, delta: 5 } as const;

/** How a column of values is laid out; its first byte. */
export const COLUMN = { empty: 0, integers: 1, floats: 2, strings: 3, values: 4, decimals: 5 } as const;
/** Numbers of at most so many decimal digits are looked for. */
export const MAX_DIGITS = 6;

/** How a column says which rows it has: a bit for each row, all, or a list of those rows. */
export const PRESENCE = { bits: 0, all: 1, list: 2 } as const;
/** A column is sparse when fewer than one row in this many is present; a list of rows is then shorter than bits. */
export const SPARSE = 16;

/** Rows `from` to `to` of a column of integers, which may be one value for all rows. */
export function writeCodes(writer: ValueEncoder, codes: CodeArray, from: number, to: number): void {
  const first = codes[from] ?? 0;
  let all = 0;
  let constant = true;
  for (let i = from; i < to; i++) {
    const code = codes[i] as number;
    if (code !== first) constant = false;
    if (code > all) all = code;
  }
  if (constant) {
    writer.u8(INTS.constant);
    writer.varint(first);
  } else if (all < 0x100) {
    writer.u8(INTS.u8);
    writer.raw(Uint8Array.from(codes.subarray(from, to)));
  } else if (all < 0x10000) {
    writer.u8(INTS.u16);
    writeWide(writer, codes, from, to, 2);
  } else {
    writer.u8(INTS.varint);
    writer.reserve((to - from) * 5);
    for (let i = from; i < to; i++) writeVarint(writer, codes[i] as number);
  }
}

/** Rows `from` to `to` of a column of node rows: never one value for all, so that no short input makes a long column. */
export function writeRows(writer: ValueEncoder, rows: Uint32Array, from: number, to: number): void {
  let largest = 0;
  let deltaBytes = 0;
  let previous = 0;
  for (let i = from; i < to; i++) {
    const row = rows[i] as number;
    if (row > largest) largest = row;
    const delta = Math.abs(row - previous);
    deltaBytes += delta < 0x40 ? 1 : delta < 0x2000 ? 2 : delta < 0x100000 ? 3 : 4;
    previous = row;
  }
  const width = largest < 0x100 ? 1 : largest < 0x10000 ? 2 : largest < 0x200000 ? 3 : 4;
  writer.reserve((to - from) * 5 + 1);
  // A difference must fit into 32 bits when it is doubled.
  if (deltaBytes < width * (to - from) && largest < 0x80000000) {
    writer.u8(INTS.delta);
    previous = 0;
    for (let i = from; i < to; i++) {
      const row = rows[i] as number;
      const delta = row - previous;
      writeVarint(writer, delta < 0 ? -delta * 2 - 1 : delta * 2);
      previous = row;
    }
  } else if (width === 1) {
    writer.u8(INTS.u8);
    writer.raw(Uint8Array.from(rows.subarray(from, to)));
  } else if (width === 3) {
    writer.u8(INTS.varint);
    for (let i = from; i < to; i++) writeVarint(writer, rows[i] as number);
  } else {
    writer.u8(width === 2 ? INTS.u16 : INTS.u32);
    writeWide(writer, rows, from, to, width);
  }
}

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
  const digits = digitsOf(numbers, from, to);
  writer.u8(digits === 0 ? COLUMN.integers : digits > 0 ? COLUMN.decimals : COLUMN.floats);
  const all = writePresence(writer, (row) => !Number.isNaN(numbers[row] ?? Number.NaN), from, to);
  if (digits > 0) writer.u8(digits);
  if (digits < 0 && all && isLittleEndian) {
    return writer.raw(new Uint8Array(numbers.buffer, numbers.byteOffset + from * 8, (to - from) * 8));
  }
  writer.reserve((to - from) * 8);
  const factor = 10 ** digits;
  for (let row = from; row < to; row++) {
    const number = numbers[row];
    if (number === undefined || Number.isNaN(number)) continue;
    if (digits >= 0) {
      const integer = digits === 0 ? number : Math.round(number * factor);
      writeVarint(writer, integer < 0 ? -integer * 2 - 1 : integer * 2);
    } else {
      writer.view.setFloat64(writer.at, number, true);
      writer.at += 8;
    }
  }
}

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** How many decimal digits all of the numbers have at most: 0 for integers of 32 bits, -1 when it is too many. */
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

/** Whether `number` is exactly an integer of 32 bits divided by `factor`. */
function isDecimal(number: number, factor: number): boolean {
  const integer = Math.round(number * factor);
  return integer >= -0x80000000 && integer < 0x80000000 && integer / factor === number && !Object.is(number, -0);
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
  writer.reserve((to - from) * 5);
  for (let i = from; i < to; i++) writeVarint(writer, (offsets[i + 1] as number) - (offsets[i] as number));
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

/** Little-endian integers of two or four bytes. */
function writeWide(writer: ValueEncoder, codes: CodeArray, from: number, to: number, width: number): void {
  writer.reserve((to - from) * width);
  const { view } = writer;
  for (let i = from; i < to; i++, writer.at += width) {
    if (width === 2) view.setUint16(writer.at, codes[i] as number, true);
    else view.setUint32(writer.at, codes[i] as number, true);
  }
}

/** A varint below 2³³ into room that was reserved. */
function writeVarint(writer: ValueEncoder, value: number): void {
  const { bytes } = writer;
  let at = writer.at;
  let rest = value;
  if (rest > 0xffffffff) {
    bytes[at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  while (rest > 0x7f) {
    bytes[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[at++] = rest;
  writer.at = at;
}
