/**
 * A generator of 32-bit numbers that gives the same sequence for the same seed on every machine: it uses integer
 * arithmetic alone. Weyl sequence with the finaliser of MurmurHash3 (Appleby, 2011).
 */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** An integer from 0 to 2³² − 1. */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let z = this.#state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  }

  /** An integer from 0 to `limit` − 1. */
  below(limit: number): number {
    return Math.floor((this.next() * limit) / 0x1_0000_0000);
  }

  /** Puts the first `length` entries in random order. */
  shuffle(values: Int32Array, length: number = values.length): void {
    for (let i = length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const value = values[i]!;
      values[i] = values[j]!;
      values[j] = value;
    }
  }
}
