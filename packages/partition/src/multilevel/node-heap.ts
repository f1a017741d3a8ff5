/** A binary heap of nodes by key, the largest on top; each node stands in it at most once. */
export class NodeHeap {
  size = 0;
  readonly #nodes: Int32Array;
  readonly #keys: Float64Array;
  /** For each node its place in the heap plus one, or 0. */
  readonly #places: Int32Array;

  /** A heap for nodes below `capacity`. */
  constructor(capacity: number) {
    this.#nodes = new Int32Array(capacity);
    this.#keys = new Float64Array(capacity);
    this.#places = new Int32Array(capacity);
  }

  has(node: number): boolean {
    return this.#places[node] !== 0;
  }

  /** The key on top. The heap must not be empty. */
  get topKey(): number {
    return this.#keys[0]!;
  }

  /** Adds a node, or gives it another key. */
  set(node: number, key: number): void {
    const place = this.#places[node]!;
    if (place === 0) {
      this.#up(this.size++, node, key);
    } else {
      const before = this.#keys[place - 1]!;
      if (key > before) this.#up(place - 1, node, key);
      else if (key < before) this.#down(place - 1, node, key);
    }
  }

  remove(node: number): void {
    const place = this.#places[node]!;
    if (place === 0) return;
    this.#places[node] = 0;
    const last = --this.size;
    if (place - 1 === last) return;
    const key = this.#keys[last]!;
    if (key > this.#keys[place - 1]!) this.#up(place - 1, this.#nodes[last]!, key);
    else this.#down(place - 1, this.#nodes[last]!, key);
  }

  /** Takes the node on top. The heap must not be empty. */
  pop(): number {
    const top = this.#nodes[0]!;
    this.#places[top] = 0;
    const last = --this.size;
    if (last > 0) this.#down(0, this.#nodes[last]!, this.#keys[last]!);
    return top;
  }

  clear(): void {
    for (let i = 0; i < this.size; i++) this.#places[this.#nodes[i]!] = 0;
    this.size = 0;
  }

  #up(at: number, node: number, key: number): void {
    const nodes = this.#nodes;
    const keys = this.#keys;
    const places = this.#places;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = keys[parent]!;
      if (above >= key) break;
      const other = nodes[parent]!;
      nodes[at] = other;
      keys[at] = above;
      places[other] = at + 1;
      at = parent;
    }
    nodes[at] = node;
    keys[at] = key;
    places[node] = at + 1;
  }

  #down(at: number, node: number, key: number): void {
    const nodes = this.#nodes;
    const keys = this.#keys;
    const places = this.#places;
    const size = this.size;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && keys[child + 1]! > keys[child]!) child++;
      const below = keys[child]!;
      if (below <= key) break;
      const other = nodes[child]!;
      nodes[at] = other;
      keys[at] = below;
      places[other] = at + 1;
      at = child;
    }
    nodes[at] = node;
    keys[at] = key;
    places[node] = at + 1;
  }
}
