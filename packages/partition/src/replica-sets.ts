/** For each node a set of partitions, as bits: `partitions` ÷ 8 bytes a node. */
export class ReplicaSets {
  readonly #words: Int32Array;
  readonly #width: number;

  constructor(nodes: number, partitions: number) {
    this.#width = (partitions + 31) >> 5;
    this.#words = new Int32Array(nodes * this.#width);
  }

  has(node: number, part: number): boolean {
    return ((this.#words[node * this.#width + (part >> 5)]! >>> (part & 31)) & 1) === 1;
  }

  add(node: number, part: number): void {
    this.#words[node * this.#width + (part >> 5)]! |= 1 << (part & 31);
  }

  /** The partitions of a node, in ascending order. */
  of(node: number): number[] {
    const parts: number[] = [];
    for (let word = 0; word < this.#width; word++) {
      let bits = this.#words[node * this.#width + word]!;
      while (bits !== 0) {
        const bit = 31 - Math.clz32(bits & -bits);
        parts.push(word * 32 + bit);
        bits &= bits - 1;
      }
    }
    return parts;
  }

  /** How many partitions a node is in. */
  count(node: number): number {
    let count = 0;
    for (let word = 0; word < this.#width; word++) {
      for (let bits = this.#words[node * this.#width + word]!; bits !== 0; bits &= bits - 1) count++;
    }
    return count;
  }
}
