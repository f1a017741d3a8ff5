import { type CodeArray, Codes, StringTable, type Value, type ValueColumnData } from "@graphoid/core";
import { COLUMN, INTS } from "./column-encoder.ts";
import type { ValueDecoder } from "./value-decoder.ts";

/** Strings with their lengths before them. */
export function readTable(reader: ValueDecoder): StringTable {
  const count = reader.count(1);
  const offsets = new Uint32Array(count + 1);
  let size = 0;
  for (let i = 0; i < count; i++) {
    size += reader.varint();
    if (size > reader.end - reader.at) reader.need(size);
    offsets[i + 1] = size;
  }
  return StringTable.fromBytes(reader.copy(size), offsets);
}

/** A column of `count` integers, as wide as they were written. */
export function readCodes(reader: ValueDecoder, count: number): CodeArray {
  const layout = reader.u8();
  if (layout === INTS.constant) {
    const start = reader.at;
    const code = reader.varint();
    if (code > 0xffffffff) throw reader.malformed("an integer out of range");
    const width = code < 0x100 ? 1 : code < 0x10000 ? 2 : 4;
    reader.budget.take(count * width, reader.at - start);
    const codes = width === 1 ? new Uint8Array(count) : width === 2 ? new Uint16Array(count) : new Uint32Array(count);
    return code === 0 ? codes : codes.fill(code);
  }
  return readInts(reader, count, layout);
}

/** A column of `count` node rows. */
export function readRows(reader: ValueDecoder, count: number): Uint32Array {
  const layout = reader.u8();
  if (layout === INTS.delta) {
    const rows = new Uint32Array(reserve(reader, count, 1));
    let previous = 0;
    for (let i = 0; i < count; i++) {
      const zigzag = reader.varint();
      previous += zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
      if (previous < 0 || previous > 0xffffffff) throw reader.malformed("a node number out of range");
      rows[i] = previous;
    }
    return rows;
  }
  const rows = readInts(reader, count, layout);
  return rows instanceof Uint32Array ? rows : Uint32Array.from(rows);
}

function readInts(reader: ValueDecoder, count: number, layout: number): CodeArray {
  if (layout === INTS.u8) return reader.copy(count);
  if (layout === INTS.u16) {
    const codes = new Uint16Array(reserve(reader, count, 2));
    for (let i = 0; i < count; i++, reader.at += 2) codes[i] = reader.view.getUint16(reader.at, true);
    return codes;
  }
  if (layout === INTS.u32) {
    const codes = new Uint32Array(reserve(reader, count, 4));
    for (let i = 0; i < count; i++, reader.at += 4) codes[i] = reader.view.getUint32(reader.at, true);
    return codes;
  }
  if (layout !== INTS.varint) throw reader.malformed(`the unknown layout ${layout} of a column`);
  const codes = new Uint32Array(reserve(reader, count, 1));
  for (let i = 0; i < count; i++) {
    const code = reader.varint();
    if (code > 0xffffffff) throw reader.malformed("an integer out of range");
    codes[i] = code;
  }
  return codes;
}

/** A column of `count` values. */
export function readColumn(reader: ValueDecoder, count: number, depth: number): ValueColumnData | undefined {
  const kind = reader.u8();
  if (kind === COLUMN.empty) return undefined;
  if (kind === COLUMN.strings) {
    const dictionary = readTable(reader);
    const codes = new Codes(readCodes(reader, count));
    codes.check(count, dictionary.length + 1, "property");
    return { kind: "strings", codes, dictionary };
  }
  if (kind === COLUMN.integers || kind === COLUMN.floats) return readNumbers(reader, count, kind);
  if (kind !== COLUMN.values) throw reader.malformed(`the unknown kind ${kind} of a column`);
  const present = readPresence(reader, count);
  // Its length at once where there are gaps: an engine grows an array generously.
  const values = new Array<Value | undefined>(present ? count : 0);
  for (let row = 0; row < count; row++) if (isPresent(present, row)) values[row] = reader.value(depth);
  return { kind: "values", values };
}

function readNumbers(reader: ValueDecoder, count: number, kind: number): ValueColumnData {
  const present = readPresence(reader, count);
  const numbers = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    if (!isPresent(present, row)) {
      numbers[row] = Number.NaN;
    } else if (kind === COLUMN.integers) {
      const zigzag = reader.varint();
      numbers[row] = zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
    } else {
      reader.need(8);
      const number = reader.view.getFloat64(reader.at, true);
      if (Number.isNaN(number)) throw reader.malformed("a NaN in a column of floats");
      numbers[row] = number;
      reader.at += 8;
    }
  }
  return { kind: "numbers", numbers };
}

function readPresence(reader: ValueDecoder, count: number): Uint8Array | undefined {
  const every = reader.u8();
  if (every > 1) throw reader.malformed("a column that says neither which rows it has nor that it has all");
  if (every === 1) {
    reader.need(count);
    return undefined;
  }
  const bits = reader.raw((count + 7) >> 3);
  reader.budget.take(count * 8, bits.length);
  return bits;
}

function isPresent(present: Uint8Array | undefined, row: number): boolean {
  return present === undefined || (((present[row >> 3] as number) >> (row & 7)) & 1) === 1;
}

/** `count`, once it is known that so many things of `least` bytes are there. */
function reserve(reader: ValueDecoder, count: number, least: number): number {
  reader.need(count * least);
  return count;
}
