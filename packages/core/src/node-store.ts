import { Codes } from "./codes.ts";
import { Properties } from "./properties.ts";
import { StringTable } from "./string-table.ts";
import { ValueColumn } from "./value-column.ts";

/**
 * The nodes of a graph by column. A node's row is the index of its id in `ids`; rows only ever grow, so a node that is
 * removed and added again has a new row, and rows stand in insertion order. The graph compacts.
 */
export class NodeStore {
  readonly ids: StringTable;
  /** Code 0 is no type; else the index of the type in the graph's names, plus one. */
  readonly types: Codes;
  readonly values: ValueColumn;
  readonly properties: Properties;
  /** 1 where a row was removed; absent until one is. */
  #removedRows: Uint8Array | undefined;
  removed = 0;

  constructor(
    ids: StringTable = new StringTable(),
    types: Codes = new Codes(),
    values: ValueColumn = new ValueColumn(),
    properties: Properties = new Properties(),
  ) {
    this.ids = ids;
    this.types = types;
    this.values = values;
    this.properties = properties;
  }

  /** Rows in use, removed ones included. */
  get rows(): number {
    return this.ids.length;
  }

  /** The row of a node, or -1. */
  find(id: string): number {
    const row = this.ids.indexOf(id);
    return this.removed === 0 || row < 0 || !this.isRemoved(row) ? row : -1;
  }

  /** The row of a node, which is added when it is new (it is when its row was `rows` before); -1 for a bad id. */
  intern(id: string): number {
    const row = this.ids.intern(id);
    return this.removed === 0 || row < 0 || !this.isRemoved(row) ? row : this.ids.append(id);
  }

  remove(row: number): void {
    if (!this.#removedRows || row >= this.#removedRows.length) {
      const larger = new Uint8Array(this.rows + (this.rows >> 1) + 16);
      if (this.#removedRows) larger.set(this.#removedRows);
      this.#removedRows = larger;
    }
    this.#removedRows[row] = 1;
    this.removed++;
    this.types.set(row, 0);
    this.values.set(row, undefined);
    this.properties.clear(row);
  }

  isRemoved(row: number): boolean {
    return this.#removedRows?.[row] === 1;
  }

  /** Gives back most of the room kept for growth. */
  trim(): void {
    this.ids.trim();
    this.types.trim(this.rows);
    this.values.trim(this.rows);
  }

  /** The rows that are not removed, in order. */
  liveRows(): Uint32Array {
    const live = new Uint32Array(this.rows - this.removed);
    let count = 0;
    for (let row = 0; row < this.rows; row++) if (!this.isRemoved(row)) live[count++] = row;
    return live;
  }

  select(rows: Uint32Array): NodeStore {
    return new NodeStore(
      this.ids.select(rows),
      this.types.select(rows),
      this.values.select(rows),
      this.properties.select(rows),
    );
  }
}
