import { IntegrityError } from "./errors.ts";

/** A column of small non-negative integers, one, two or four bytes each. */
export type CodeArray = Uint8Array | Uint16Array | Uint32Array;

/** Where codes are checked. */
const block = new Uint32Array(1024);

/** A growing column of small integers that widens when a larger one arrives; rows never written read as 0. */
export class Codes {
  #array: CodeArray;
  #limit: number;

  constructor(array: CodeArray = new Uint8Array(0)) {
    this.#array = array;
    this.#limit = 2 ** (array.BYTES_PER_ELEMENT * 8);
  }

  /** One past the last row that has room; every row from there on reads as 0. */
  get length(): number {
    return this.#array.length;
  }

  get(row: number): number {
    return this.#array[row] ?? 0;
  }

  set(row: number, code: number): void {
    if (row >= this.#array.length || code >= this.#limit) this.#grow(row + 1, code);
    this.#array[row] = code;
  }

  /** The first `length` codes, as they are stored. */
  view(length: number): CodeArray {
    if (length > this.#array.length) this.#grow(length, 0);
    return this.#array.subarray(0, length);
  }

  select(rows: Uint32Array): Codes {
    const selected = new (this.#array.constructor as new (length: number) => CodeArray)(rows.length);
    for (let i = 0; i < rows.length; i++) selected[i] = this.#array[rows[i] as number] ?? 0;
    return new Codes(selected);
  }

  /** @throws IntegrityError when one of the first `length` codes is not below `bound`. */
  check(length: number, bound: number, what: string): void {
    if (bound >= this.#limit) return;
    const array = this.view(length);
    // One kind of array in the loop, which more kinds would slow down.
    for (let from = 0; from < length; from += block.length) {
      const end = Math.min(block.length, length - from);
      block.set(array.subarray(from, from + end));
      const astray = firstFrom(block, end, bound);
      if (astray < 0) continue;
      throw new IntegrityError(`graph: a ${what} names string ${block[astray]} of ${bound}`);
    }
  }

  /** Gives back the room kept for growth past `length` rows. */
  trim(length: number): void {
    if (this.#array.length > length) this.#array = this.#array.slice(0, length);
  }

  #grow(rows: number, code: number): void {
    const size = rows > this.#array.length ? Math.max(16, rows + (rows >> 1)) : this.#array.length;
    const width = Math.max(this.#array.BYTES_PER_ELEMENT, code < 0x100 ? 1 : code < 0x10000 ? 2 : 4);
    const larger = width === 1 ? new Uint8Array(size) : width === 2 ? new Uint16Array(size) : new Uint32Array(size);
    larger.set(this.#array);
    this.#array = larger;
    this.#limit = 2 ** (width * 8);
  }
}

/** The first of `length` codes that is `bound` or more, or -1. */
function firstFrom(codes: Uint32Array, length: number, bound: number): number {
  for (let i = 0; i < length; i++) if ((codes[i] as number) >= bound) return i;
  return -1;
}
