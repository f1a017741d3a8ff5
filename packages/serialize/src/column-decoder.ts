import { Codes, IntegrityError, StringTable, type Value, type ValueColumnData } from "@graphoid/core";
import { COLUMN, MAX_DIGITS, PRESENCE, SPARSE } from "./column-encoder.ts";
import { type ReadColumn, sparseArray } from "./column-merge.ts";
import { readCodes, readOffsets, readWholeBytes } from "./integer-decoder.ts";
import { INTS } from "./integer-encoder.ts";
import { COST } from "./memory-budget.ts";
import type { ValueDecoder } from "./value-decoder.ts";

/** A column of strings of at most this many rows is read as plain values. */
const FEW = 32;

/** Strings with their lengths before them. */
export function readTable(reader: ValueDecoder): StringTable {
  const offsets = readOffsets(reader, reader.count(1));
  return StringTable.fromBytes(reader.copy(offsets[offsets.length - 1] as number), offsets);
}

/** A column of `count` values. */
export function readColumn(reader: ValueDecoder, count: number, depth: number): ReadColumn | undefined {
  const kind = reader.u8();
  switch (kind) {
    case COLUMN.empty:
      return undefined;
    case COLUMN.integers:
    case COLUMN.floats:
    case COLUMN.decimals: {
      const rows = readPresence(reader, count);
      if (!isSparse(rows, count)) return { data: readNumbers(reader, rows, count, kind) };
      const present = readPresent(reader, rows.length, kind);
      let next = 0;
      return readValues(rows, count, () => present[next++] as number);
    }
    case COLUMN.strings: {
      if (count <= FEW) return { data: { kind: "values", values: readFewStrings(reader, count) } };
      const start = reader.at;
      const dictionary = readTable(reader);
      const isOne = reader.bytes[reader.at] === INTS.constant;
      const codes = new Codes(readCodes(reader, count));
      // Where all rows have one code, looking at each would take far longer than reading did.
      codes.check(isOne ? Math.min(count, 1) : count, dictionary.length + 1, "property");
      if (dictionary.length === 0) return undefined;
      reader.budget.take(COST.table, reader.at - start);
      return { data: { kind: "strings", codes, dictionary } };
    }
    case COLUMN.values:
      return readValues(readPresence(reader, count), count, () => reader.value(depth));
    default:
      throw reader.malformed(`the unknown kind ${kind} of a column`);
  }
}

/** A column of the weights of `count` edges. */
export function readWeights(reader: ValueDecoder, count: number): ValueColumnData {
  const kind = reader.u8();
  if (kind !== COLUMN.integers && kind !== COLUMN.floats && kind !== COLUMN.decimals) {
    throw reader.malformed("weights that are not numbers");
  }
  return readNumbers(reader, readPresence(reader, count), count, kind);
}

/** A column of strings that is not worth a table: many such columns would take far more memory than their bytes. */
function readFewStrings(reader: ValueDecoder, count: number): (Value | undefined)[] {
  const offsets = readOffsets(reader, reader.count(1));
  const strings = Array.from(offsets.subarray(1), (end, i) => reader.text(end - (offsets[i] as number)));
  return Array.from(readCodes(reader, count), (code) => {
    if (code > strings.length) {
      throw new IntegrityError(`graph: a property names string ${code} of ${strings.length + 1}`);
    }
    return code === 0 ? undefined : strings[code - 1];
  });
}

function readValues(rows: Uint32Array | undefined, count: number, read: () => Value): ReadColumn {
  if (rows === undefined) {
    const values: Value[] = [];
    for (let row = 0; row < count; row++) values.push(read());
    return { data: { kind: "values", values } };
  }
  const sparse = isSparse(rows, count);
  const values = sparse ? sparseArray(count) : new Array<Value | undefined>(count);
  for (let i = 0; i < rows.length; i++) values[rows[i] as number] = read();
  return { data: { kind: "values", values }, rows: sparse ? rows : undefined };
}

function readNumbers(
  reader: ValueDecoder,
  rows: Uint32Array | undefined,
  count: number,
  kind: number,
): ValueColumnData {
  const present = readPresent(reader, rows?.length ?? count, kind);
  if (rows === undefined) return { kind: "numbers", numbers: present };
  const numbers = new Float64Array(count).fill(Number.NaN);
  for (let i = 0; i < rows.length; i++) numbers[rows[i] as number] = present[i] as number;
  return { kind: "numbers", numbers };
}

/** The numbers of the rows that are present. */
function readPresent(reader: ValueDecoder, count: number, kind: number): Float64Array {
  if (kind === COLUMN.floats) {
    const numbers = reader.elements(Float64Array, count);
    for (let i = 0; i < count; i++) {
      if (Number.isNaN(numbers[i])) throw reader.malformed("a NaN in a column of floats");
    }
    return numbers;
  }
  const divisor = kind === COLUMN.decimals ? readDivisor(reader) : 1;
  const zigzag = reader.varint();
  const least = zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
  return scaled(readWholeBytes(reader, count), least, divisor);
}

function scaled(codes: Uint32Array, least: number, divisor: number): Float64Array {
  const numbers = new Float64Array(codes.length);
  for (let i = 0; i < codes.length; i++) numbers[i] = (least + (codes[i] as number)) / divisor;
  return numbers;
}

function readDivisor(reader: ValueDecoder): number {
  const digits = reader.u8();
  if (digits < 1 || digits > MAX_DIGITS) throw reader.malformed(`numbers with ${digits} decimal digits`);
  return 10 ** digits;
}

/** Whether so few rows are present that an array with room for all would be far larger than what it holds. */
function isSparse(rows: Uint32Array | undefined, count: number): rows is Uint32Array {
  return rows !== undefined && count > 32 && rows.length * SPARSE < count;
}

/** The rows that are present, in order; `undefined` for all of them. */
function readPresence(reader: ValueDecoder, count: number): Uint32Array | undefined {
  const layout = reader.u8();
  if (layout === PRESENCE.all) return undefined;
  if (layout === PRESENCE.bits) return presentRows(reader.raw((count + 7) >> 3), count);
  if (layout !== PRESENCE.list) throw reader.malformed(`the unknown layout ${layout} of the rows of a column`);
  const rows = new Uint32Array(reader.count(1));
  let next = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = next + reader.varint();
    if (row >= count) throw reader.malformed(`row ${row} in a column of ${count}`);
    rows[i] = row;
    next = row + 1;
  }
  return rows;
}

function presentRows(bits: Uint8Array, count: number): Uint32Array {
  const isPresent = (row: number): boolean => (((bits[row >> 3] as number) >> (row & 7)) & 1) === 1;
  let present = 0;
  for (let row = 0; row < count; row++) if (isPresent(row)) present++;
  const rows = new Uint32Array(present);
  for (let row = 0, i = 0; row < count; row++) if (isPresent(row)) rows[i++] = row;
  return rows;
}
