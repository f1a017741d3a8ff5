import { LimitError } from "./errors.ts";

/**
 * Makes registered symbols of keys that were read, up to a limit. Engines keep every registered symbol for as long as the
 * program runs, so that bytes from anyone could fill the memory with them, message by message.
 */
export class SymbolMaker {
  readonly #maxSymbols: number;
  readonly #maxUnits: number;
  readonly #known = new Set<string>();
  #units = 0;

  /** For so many different keys, of so many UTF-16 units together. */
  constructor(maxSymbols: number, maxUnits: number) {
    this.#maxSymbols = maxSymbols;
    this.#maxUnits = maxUnits;
  }

  /** @throws LimitError when too many different ones have come. */
  make(key: string): symbol {
    if (!this.#known.has(key)) {
      if (this.#known.size === this.#maxSymbols || this.#units + key.length > this.#maxUnits) {
        throw new LimitError(
          `serialize: over ${this.#maxSymbols} different symbols, or ${this.#maxUnits} characters of their keys, were read`,
          { details: { limit: "symbols", value: this.#maxSymbols } },
        );
      }
      this.#known.add(key);
      this.#units += key.length;
    }
    return Symbol.for(key);
  }
}

/** One for the program, as the registry is. */
export const symbols: SymbolMaker = new SymbolMaker(65_536, 2 ** 22);
