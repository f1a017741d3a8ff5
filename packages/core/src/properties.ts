import { ValueColumn } from "./value-column.ts";
import type { PlainRecord, Value } from "./values.ts";

/** Sets an own property, even one called `__proto__`. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__")
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  else target[key] = value;
}

/** Properties of nodes or edges: a {@link ValueColumn} for each key. */
export class Properties {
  readonly columns: Map<string, ValueColumn>;

  constructor(columns: Map<string, ValueColumn> = new Map()) {
    this.columns = columns;
  }

  /** The properties of `row` as a new plain object. */
  get(row: number): PlainRecord {
    const record: Record<string, Value> = {};
    for (const [key, column] of this.columns) {
      const value = column.get(row);
      if (value !== undefined) setOwn(record, key, value);
    }
    return record;
  }

  /** Makes `record` the properties of `row`. Keys that hold `undefined` count as absent. */
  set(row: number, record: PlainRecord): void {
    this.clear(row);
    for (const key of Object.keys(record)) {
      const value = record[key];
      if (value === undefined) continue;
      let column = this.columns.get(key);
      if (!column) {
        column = new ValueColumn();
        this.columns.set(key, column);
      }
      column.set(row, value);
    }
  }

  clear(row: number): void {
    for (const column of this.columns.values()) column.set(row, undefined);
  }

  select(rows: Uint32Array): Properties {
    const columns = new Map<string, ValueColumn>();
    for (const [key, column] of this.columns) columns.set(key, column.select(rows));
    return new Properties(columns);
  }
}
