import { LimitError } from "./errors.ts";

/** How many bytes of memory a byte of input may become without being counted. Most things take fewer. */
const PER_BYTE = 32;
/** What may be taken beyond that in any case: a small message is never worth a refusal. */
const BASE = 2 ** 20;

/** About what things take in memory that are much larger than their bytes can be, in bytes. */
export const COST = { graph: 3400, part: 600, plainGraph: 6000, typedArray: 200, column: 500, table: 900 } as const;

/**
 * Keeps few bytes from becoming much memory: a column that says one value for all rows, a graph without nodes. Twice
 * {@link PER_BYTE} for each byte of input, and {@link BASE}, is about the most that decoding then takes.
 */
export class MemoryBudget {
  readonly #maxDecodedBytes: number | undefined;
  #limit: number;
  #used = 0;

  /** A budget of `maxDecodedBytes`; without it, one that grows with what is given. */
  constructor(maxDecodedBytes: number | undefined) {
    this.#maxDecodedBytes = maxDecodedBytes;
    this.#limit = maxDecodedBytes ?? BASE;
  }

  /** Makes the budget as new. */
  reset(): void {
    this.#limit = this.#maxDecodedBytes ?? BASE;
    this.#used = 0;
  }

  /** So many bytes of input have come. */
  give(bytes: number): void {
    if (this.#maxDecodedBytes === undefined) this.#limit += PER_BYTE * bytes;
  }

  /**
   * `length` bytes of input are about to become `cost` bytes of memory.
   *
   * @throws LimitError when that is too much.
   */
  take(cost: number, length: number): void {
    const excess = cost - PER_BYTE * length;
    if (excess <= 0) return;
    this.#used += excess;
    if (this.#used <= this.#limit) return;
    throw new LimitError(
      `serialize: the input is small for what it would become in memory, over \`maxDecodedBytes\` (${this.#limit})`,
      { details: { limit: "maxDecodedBytes", value: this.#limit } },
    );
  }
}
