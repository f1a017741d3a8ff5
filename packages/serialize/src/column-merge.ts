import { type CodeArray, Codes, StringTable, type Value, ValueColumn, type ValueColumnData } from "@graphoid/core";
import { newCodes } from "./integer-decoder.ts";

/**
 * A merged column with a value for fewer than one row in this many is no array with room for all, which a part with a
 * few values and another with many rows would make large.
 */
const SPARSE = 8;

/** A column with fewer values is put together at once: its parts may take more memory than the whole. */
const FEW = 4096;

/** A column as it was read. */
export interface ReadColumn {
  readonly data: ValueColumnData;
  /** The rows that have a value, where they are few: going through all would take far longer than reading did. */
  readonly rows?: Uint32Array | undefined;
}

/** A column that was read, whose first row is row `from` of the whole. */
export interface ColumnPart {
  readonly column: ReadColumn;
  readonly from: number;
}

/**
 * One column of `count` rows from its parts: the only part itself where it covers them all. Parts with many values are
 * put together when somebody asks for the column.
 */
export function mergedColumn(parts: readonly ColumnPart[], count: number): ValueColumn {
  const [first] = parts;
  if (first === undefined) return new ValueColumn();
  if (parts.length === 1 && rowsIn(first.column.data) === count) return new ValueColumn(first.column.data);
  const present = parts.reduce((sum, { column }) => sum + (column.rows?.length ?? rowsIn(column.data)), 0);
  if (present < FEW) return new ValueColumn(mergeColumns(parts, count, present));
  return new ValueColumn(() => mergeColumns(parts, count, present));
}

function mergeColumns(parts: readonly ColumnPart[], count: number, present: number): ValueColumnData {
  const isSparse = present * SPARSE < count;
  if (!isSparse) {
    // A part in which a column is sparse holds plain values, and fits a typed column all the same.
    const typed = parts.find(({ column }) => column.data.kind !== "values")?.column.data.kind;
    if (typed === "numbers" && parts.every(({ column }) => isOf(column, isNumber))) return mergeNumbers(parts, count);
    if (typed === "strings" && parts.every(({ column }) => isOf(column, isString))) return mergeStrings(parts, count);
  }
  const values = isSparse ? sparseArray(count) : [];
  forEachValue(parts, (row, value) => {
    values[row] = value;
  });
  return { kind: "values", values };
}

/** The weights of `count` edges from their parts. */
export function mergeWeights(parts: readonly ColumnPart[], count: number): Float64Array | undefined {
  const [first] = parts;
  const data = first?.column.data;
  if (data?.kind === "numbers" && data.numbers.length === count) return data.numbers;
  return first && mergeNumbers(parts, count).numbers;
}

/** An array of `count` holes that takes memory only for what is put into it: a large index makes it a hash table. */
export function sparseArray(count: number): (Value | undefined)[] {
  const values: (Value | undefined)[] = [];
  values[2 ** 32 - 2] = null;
  values.length = count;
  return values;
}

function isNumber(value: Value | undefined): boolean {
  return typeof value === "number" && !Number.isNaN(value);
}

function isString(value: Value | undefined): boolean {
  return typeof value === "string";
}

/** Whether every value that is present passes `test`; a typed column has one type, so one of its values tells. */
function isOf({ data, rows }: ReadColumn, test: (value: Value | undefined) => boolean): boolean {
  if (data.kind === "numbers") return test(0);
  if (data.kind === "strings") return test("");
  const { values } = data;
  if (rows !== undefined) return rows.every((row) => test(values[row]));
  return values.every((value) => value === undefined || test(value));
}

function mergeNumbers(parts: readonly ColumnPart[], count: number): ValueColumnData & { kind: "numbers" } {
  const numbers = new Float64Array(count).fill(Number.NaN);
  for (const part of parts) {
    const { data } = part.column;
    if (data.kind === "numbers") numbers.set(data.numbers, part.from);
    else {
      forEachValue([part], (row, value) => {
        numbers[row] = value as number;
      });
    }
  }
  return { kind: "numbers", numbers };
}

function mergeStrings(parts: readonly ColumnPart[], count: number): ValueColumnData {
  const dictionary = new StringTable();
  const codes = new Uint32Array(count);
  for (const part of parts) {
    const { data } = part.column;
    if (data.kind !== "strings") {
      forEachValue([part], (row, value) => {
        codes[row] = dictionary.intern(value as string) + 1;
      });
      continue;
    }
    recode(data.codes.view(data.codes.length), dictionary.internAll(data.dictionary), codes.subarray(part.from));
  }
  dictionary.trim();
  const { length } = dictionary;
  return { kind: "strings", codes: new Codes(narrowed(codes, length)), dictionary };
}

/** Codes of one dictionary, plus one each, as those of another, in which string `i` has the index `indices[i]`. */
function recode(codes: CodeArray, indices: Uint32Array, target: Uint32Array): void {
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    if (code > 0) target[row] = (indices[code - 1] as number) + 1;
  }
}

function narrowed(codes: Uint32Array, largest: number): CodeArray {
  if (largest > 0xffff) return codes;
  return largest > 0xff ? new Uint16Array(codes) : new Uint8Array(codes);
}

/** Calls `visit` with every value that is present, and its row in the whole. */
function forEachValue(parts: readonly ColumnPart[], visit: (row: number, value: Value) => void): void {
  for (const { column, from } of parts) {
    const { data, rows } = column;
    const count = rows?.length ?? rowsIn(data);
    for (let i = 0; i < count; i++) {
      const row = rows?.[i] ?? i;
      const value = valueIn(data, row);
      if (value !== undefined) visit(from + row, value);
    }
  }
}

function rowsIn(data: ValueColumnData): number {
  if (data.kind === "numbers") return data.numbers.length;
  return data.kind === "strings" ? data.codes.length : data.values.length;
}

/** How many rows have a value. */
export function presentIn(column: ReadColumn | undefined): number {
  if (column === undefined) return 0;
  if (column.rows !== undefined) return column.rows.length;
  let present = 0;
  const rows = rowsIn(column.data);
  for (let row = 0; row < rows; row++) if (isPresent(column.data, row)) present++;
  return present;
}

function isPresent(data: ValueColumnData, row: number): boolean {
  if (data.kind === "numbers") return !Number.isNaN(data.numbers[row]);
  return data.kind === "strings" ? data.codes.get(row) !== 0 : data.values[row] !== undefined;
}

/** The value of a row, if it has one. */
export function valueAt(column: ReadColumn | undefined, row: number): Value | undefined {
  return column && valueIn(column.data, row);
}

function valueIn(data: ValueColumnData, row: number): Value | undefined {
  if (data.kind === "values") return data.values[row];
  if (data.kind === "numbers") return Number.isNaN(data.numbers[row]) ? undefined : data.numbers[row];
  const code = data.codes.get(row);
  return code === 0 ? undefined : data.dictionary.at(code - 1);
}

/** One table of all strings in order. */
export function mergeTables(tables: readonly StringTable[]): StringTable {
  const [first] = tables;
  if (tables.length < 2) return first ?? new StringTable();
  let strings = 0;
  let size = 0;
  for (const table of tables) {
    strings += table.length;
    size += table.bytes.length;
  }
  const bytes = new Uint8Array(size);
  const offsets = new Uint32Array(strings + 1);
  let at = 0;
  let string = 0;
  for (const table of tables) {
    const { offsets: from } = table;
    bytes.set(table.bytes, at);
    for (let i = 1; i < from.length; i++) offsets[++string] = at + (from[i] as number);
    at += table.bytes.length;
  }
  return StringTable.fromBytes(bytes, offsets);
}

/** One column of `count` codes, as wide as the widest part. */
export function mergeCodes(parts: readonly CodeArray[], count: number): CodeArray {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  return concatenated(
    parts,
    newCodes(
      parts.reduce((width, part) => Math.max(width, part.BYTES_PER_ELEMENT), 1),
      count,
    ),
  );
}

function concatenated<T extends CodeArray>(parts: readonly CodeArray[], merged: T): T {
  let at = 0;
  for (const part of parts) {
    merged.set(part, at);
    at += part.length;
  }
  return merged;
}

/** One column of `count` rows. */
export function mergeRows(parts: readonly Uint32Array[], count: number): Uint32Array {
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? first : concatenated(parts, new Uint32Array(count));
}
