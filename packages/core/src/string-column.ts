import type { StringTable } from "./string-table.ts";

/** What readers of a graph see of its strings. */
export interface StringColumn {
  /** How many strings there are. */
  readonly length: number;
  /**
   * The string at `index`.
   *
   * @throws InvalidArgumentError when `index` is not an integer from 0 to `length` - 1.
   */
  at(index: number): string;
  /** The index of `text`, or -1. */
  indexOf(text: string): number;
  /**
   * A new table of the strings at `rows`, in that order.
   *
   * @throws InvalidArgumentError when a row is not an index of a string.
   */
  select(rows: Uint32Array): StringTable;
  /** A copy that can grow by itself. */
  copy(): StringTable;
  /** UTF-8 bytes of all strings, one after the other. */
  readonly bytes: Uint8Array;
  /** `length + 1` offsets into `bytes`; string `i` is `bytes[offsets[i] … offsets[i + 1])`. */
  readonly offsets: Uint32Array;
}
