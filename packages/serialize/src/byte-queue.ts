/** Bytes that came and were not used yet, in one buffer that grows and is reused. */
export class ByteQueue {
  #buffer: Uint8Array = new Uint8Array(0);
  #from = 0;
  #to = 0;

  get length(): number {
    return this.#to - this.#from;
  }

  /** A view of what waits. It is good until the next `push`. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(this.#from, this.#to);
  }

  /** Adds a copy of `bytes`. */
  push(bytes: Uint8Array): void {
    if (this.#to + bytes.length > this.#buffer.length) {
      const needed = this.length + bytes.length;
      const target = needed <= this.#buffer.length ? this.#buffer : new Uint8Array(needed + (needed >> 1));
      target.set(this.bytes);
      this.#buffer = target;
      this.#to = this.length;
      this.#from = 0;
    }
    this.#buffer.set(bytes, this.#to);
    this.#to += bytes.length;
  }

  /** Forgets the first `count` bytes. */
  drop(count: number): void {
    this.#from += count;
    if (this.#from === this.#to) this.#from = this.#to = 0;
  }
}
