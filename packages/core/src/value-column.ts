import { Codes } from "./codes.ts";
import { IntegrityError } from "./errors.ts";
import { grownFloats } from "./grow.ts";
import { StringTable } from "./string-table.ts";
import type { Value } from "./values.ts";

/** A typed column is given up for a sparse one when fewer than one row in this many would be in use. */
const SPARSE = 16;

/** How a {@link ValueColumn} stores its rows. */
export type ValueColumnData =
  /** 64-bit floats; NaN marks an absent row (a column with a real NaN is stored as `values`). */
  | { readonly kind: "numbers"; readonly numbers: Float64Array }
  /** Codes into a dictionary of strings, plus one; 0 marks an absent row. */
  | { readonly kind: "strings"; readonly codes: Codes; readonly dictionary: StringTable }
  /** Any values; holes and `undefined` mark absent rows. */
  | { readonly kind: "values"; readonly values: readonly (Value | undefined)[] };

/**
 * One column of values: one property of all nodes, or the values of all nodes. It starts as an array of floats or a
 * dictionary of strings when the first values allow it, and turns into an array of plain values when a later one, or
 * too many absent rows, do not.
 */
export class ValueColumn {
  #data: ValueColumnData | undefined;
  #load: (() => ValueColumnData) | undefined;
  /** How many rows were written, for the decision to go sparse. */
  #written = 0;

  /** Takes over `data`, or calls for it on first access: a decoded column that nobody reads costs nothing. */
  constructor(data?: ValueColumnData | (() => ValueColumnData)) {
    if (typeof data === "function") this.#load = data;
    else this.#open(data);
  }

  /** The storage, for code that works on whole columns; `undefined` when nothing was ever written. */
  get data(): ValueColumnData | undefined {
    const load = this.#load;
    if (load) {
      this.#open(load());
      // Only now: a column that fails to load fails again, and does not turn into an empty one.
      this.#load = undefined;
    }
    return this.#data;
  }

  /**
   * Checks that no value stands past the first `rows` and that every code has its string: at once, or when the column
   * is loaded.
   *
   * @throws IntegrityError
   */
  check(rows: number, what: string): void {
    const load = this.#load;
    if (load) {
      this.#load = () => {
        const data = load();
        checkData(data, rows, what);
        return data;
      };
    } else if (this.#data) {
      checkData(this.#data, rows, what);
    }
  }

  /** The value at `row`, or `undefined` when the row is absent. */
  get(row: number): Value | undefined {
    const data = this.data;
    if (data === undefined) return undefined;
    if (data.kind === "values") return data.values[row];
    if (data.kind === "numbers") {
      const number = data.numbers[row] as number;
      // The comparison is false for NaN, and for the `undefined` of a row past the end.
      // biome-ignore lint/suspicious/noSelfCompare: the test for NaN that needs no call.
      return number === number ? number : undefined;
    }
    const code = data.codes.get(row);
    return code === 0 ? undefined : data.dictionary.at(code - 1);
  }

  /** Writes `value` at `row`; `undefined` makes the row absent. */
  set(row: number, value: Value | undefined): void {
    const data = this.data;
    if (value === undefined) {
      this.#clear(row);
      return;
    }
    this.#written++;
    if (data === undefined) {
      this.#data = startData(value);
      this.#store(row, value);
    } else if (data.kind === "values") {
      (data.values as (Value | undefined)[])[row] = value;
    } else {
      this.#store(row, value);
    }
  }

  /** Replaces each value by what `map` makes of it, numbers and strings apart: they have nothing inside. */
  mapAny(map: (value: Value, row: number) => Value): void {
    const data = this.data;
    if (data?.kind !== "values") return;
    const values: (Value | undefined)[] = [];
    data.values.forEach((value, row) => {
      if (value === undefined) return;
      values[row] = typeof value === "number" || typeof value === "string" ? value : map(value, row);
    });
    this.#data = { kind: "values", values };
  }

  /** Gives back the room kept for growth past `length` rows. */
  trim(length: number): void {
    const data = this.#data;
    if (data?.kind === "numbers" && data.numbers.length > length) {
      this.#data = { kind: "numbers", numbers: data.numbers.slice(0, length) };
    } else if (data?.kind === "strings") {
      data.codes.trim(length);
      data.dictionary.trim();
    }
  }

  /** A column of the rows at `rows`, in that order. */
  select(rows: Uint32Array): ValueColumn {
    const data = this.data;
    if (data === undefined) return new ValueColumn();
    if (data.kind === "strings") {
      return new ValueColumn({ kind: "strings", codes: data.codes.select(rows), dictionary: data.dictionary });
    }
    if (data.kind === "numbers") {
      const numbers = new Float64Array(rows.length);
      for (let i = 0; i < rows.length; i++) numbers[i] = data.numbers[rows[i] as number] ?? Number.NaN;
      return new ValueColumn({ kind: "numbers", numbers });
    }
    const values: (Value | undefined)[] = [];
    for (let i = 0; i < rows.length; i++) {
      const value = data.values[rows[i] as number];
      if (value !== undefined) values[i] = value;
    }
    return new ValueColumn({ kind: "values", values });
  }

  #open(data: ValueColumnData | undefined): void {
    this.#data = data;
    this.#written = data === undefined ? 0 : rowsOf(data);
  }

  #clear(row: number): void {
    const data = this.#data;
    if (data === undefined) return;
    if (data.kind === "values") {
      if (row in data.values) (data.values as (Value | undefined)[])[row] = undefined;
    } else if (data.kind === "numbers") {
      if (row < data.numbers.length) data.numbers[row] = Number.NaN;
    } else if (data.codes.get(row) !== 0) {
      data.codes.set(row, 0);
    }
  }

  /** Writes into a typed column, or gives the typed column up when `value` does not fit. */
  #store(row: number, value: Value): void {
    const data = this.#data as ValueColumnData;
    if (row < SPARSE * (this.#written + SPARSE)) {
      if (data.kind === "numbers" && typeof value === "number" && !Number.isNaN(value)) {
        const numbers = grownFloats(data.numbers, row + 1, Number.NaN);
        numbers[row] = value;
        if (numbers !== data.numbers) this.#data = { kind: "numbers", numbers };
        return;
      }
      if (data.kind === "strings" && typeof value === "string") {
        const code = data.dictionary.intern(value);
        if (code >= 0) {
          data.codes.set(row, code + 1);
          return;
        }
      }
    }
    const values = this.#toValues();
    values[row] = value;
    this.#data = { kind: "values", values };
  }

  #toValues(): (Value | undefined)[] {
    const data = this.#data as ValueColumnData;
    const values: (Value | undefined)[] = [];
    if (data.kind === "values") return data.values as (Value | undefined)[];
    for (let row = 0; row < rowsOf(data); row++) {
      const value = this.get(row);
      if (value !== undefined) values[row] = value;
    }
    return values;
  }
}

function checkData(data: ValueColumnData, rows: number, what: string): void {
  if (data.kind === "strings") data.codes.check(data.codes.length, data.dictionary.length + 1, what);
  for (let row = rows; row < rowsOf(data); row++) {
    const present =
      data.kind === "numbers"
        ? !Number.isNaN(data.numbers[row])
        : data.kind === "strings"
          ? data.codes.get(row) !== 0
          : data.values[row] !== undefined;
    if (present) throw new IntegrityError(`graph: a ${what} stands at row ${row} of ${rows}`);
  }
}

function rowsOf(data: ValueColumnData): number {
  return data.kind === "numbers"
    ? data.numbers.length
    : data.kind === "strings"
      ? data.codes.length
      : data.values.length;
}

function startData(value: Value): ValueColumnData {
  if (typeof value === "number") return { kind: "numbers", numbers: new Float64Array(0) };
  if (typeof value === "string") return { kind: "strings", codes: new Codes(), dictionary: new StringTable() };
  return { kind: "values", values: [] };
}
