/**
 * Decisions of a generator, taken from bytes. A generator that asks here is fuzzed by changing the bytes: that changes
 * the structure of what it makes, and fewer or smaller bytes make something smaller (the idea of Zest, Padhye et al.,
 * "Semantic fuzzing with Zest", ISSTA 2019). Past the end every decision is the first of its options, so generators put
 * what ends soonest first.
 */
export class Choices {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whether every further decision is the first option. */
  get exhausted(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    return this.#bytes[this.#at++] ?? 0;
  }

  /** An integer from 0 on. */
  below(bound: number): number {
    let value = this.byte();
    for (let reach = 256; reach < bound; reach *= 256) value = value * 256 + this.byte();
    return value % bound;
  }

  /** True for about so many of 256. */
  chance(of256: number): boolean {
    return 255 - this.byte() < of256;
  }

  one<T>(options: readonly T[]): T {
    return options[this.below(options.length)] as T;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.byte());
  }
}
