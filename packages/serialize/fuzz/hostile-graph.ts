import { COLUMN, PRESENCE } from "../src/column-encoder.ts";
import { PART } from "../src/graph-encoder.ts";
import { INTS } from "../src/integer-encoder.ts";
import type { HostileWriter } from "./hostile-bytes.ts";

/** What surrounds a graph: how its values and its parts are written. */
interface Surroundings {
  readonly value: () => void;
  readonly part: (write: () => void) => void;
}

/** Writes the parts of a graph: of one or of many, each with columns of every kind. */
export function writeGraphBody(writer: HostileWriter, around: Surroundings): void {
  new HostileGraph(writer, around).write();
}

class HostileGraph {
  readonly #writer: HostileWriter;
  readonly #around: Surroundings;
  /** Many rows and many columns in one: what each of them costs is multiplied where a reader is careless. */
  readonly #wide: boolean;
  #names = 0;
  #nodes = 0;
  #edges = 0;

  constructor(writer: HostileWriter, around: Surroundings) {
    this.#writer = writer;
    this.#around = around;
    this.#wide = writer.choices.chance(16);
  }

  write(): void {
    const { choices } = this.#writer;
    const rounds = 1 + (choices.chance(40) ? Math.min(this.#writer.count(), 3000) : 0);
    for (let i = 0; i < rounds && !this.#writer.full; i++) {
      // In the order in which they are needed, or in any.
      for (const part of choices.chance(230) ? [0, 1, 2] : choices.one([[1, 0, 2], [2, 1, 0], [1], [0]]))
        this.#part(part);
    }
    if (this.#writer.wrong) return;
    this.#around.part(() => {
      this.#writer.put(PART.end);
      this.#writer.varint(this.#nodes);
      this.#writer.varint(this.#edges);
    });
  }

  #part(part: number): void {
    const writer = this.#writer;
    this.#around.part(() => {
      writer.put(writer.wrong ? writer.choices.byte() : ([PART.names, PART.nodes, PART.edges][part] ?? 0));
      if (part === 0) this.#names += this.#table(writer.count(), this.#names);
      else if (part === 1) this.#nodeRows();
      else this.#edgeRows();
      if (writer.wrong) writer.put(writer.choices.byte());
    });
  }

  #nodeRows(): void {
    const writer = this.#writer;
    const count = this.#table(this.#wide ? writer.choices.one([1, 300, 4000]) : writer.count(), this.#nodes);
    this.#codes(count, this.#names + 1);
    this.#column(count);
    this.#properties(count);
    this.#nodes += count;
  }

  #edgeRows(): void {
    const writer = this.#writer;
    const { choices } = writer;
    const possible = this.#nodes > 0 && this.#names > 0;
    const count = possible || writer.wrong ? writer.count() : 0;
    writer.varint(count);
    // Every end counts on from the last, so that few edges stand twice.
    const step = 1 + choices.below(3);
    this.#rows(count, (i) => (this.#edges + i) % Math.max(1, this.#nodes));
    this.#rows(
      count,
      (i) => Math.floor(((this.#edges + i) * step) / Math.max(1, this.#nodes)) % Math.max(1, this.#nodes),
    );
    this.#codes(count, this.#names);
    const weighted = choices.below(2);
    writer.put(writer.wrong ? choices.byte() : weighted);
    if (weighted === 1) this.#numbers(choices.one([COLUMN.integers, COLUMN.floats, COLUMN.decimals]), count);
    this.#properties(count);
    this.#edges += count;
  }

  /** A table of strings, new ones as a rule. Returns how many. */
  #table(count: number, from: number): number {
    const writer = this.#writer;
    const { choices } = writer;
    const unique = choices.chance(240);
    const texts = Array.from({ length: count }, (_, i) =>
      unique || count > 300 ? Uint8Array.from((from + i).toString(36), (char) => char.charCodeAt(0)) : writer.text(),
    );
    writer.varint(count);
    if (count > 0) this.#lengths(texts.map(({ length }) => length));
    for (const text of texts) writer.raw(text);
    return count;
  }

  #lengths(lengths: readonly number[]): void {
    const writer = this.#writer;
    const [first = 0] = lengths;
    if (writer.choices.chance(60) || (first > 0 && lengths.every((length) => length === first))) {
      writer.put(INTS.constant);
      return writer.varint(writer.wrong ? writer.choices.one([0, 2 ** 31, 2 ** 32, 2 ** 53 - 1]) : first);
    }
    this.#ints(lengths.length, (i) => lengths[i] as number, [INTS.u8, INTS.u16, INTS.u32, INTS.packed]);
  }

  #properties(count: number): void {
    const writer = this.#writer;
    const { choices } = writer;
    const keys = this.#wide ? choices.one([0, 300, 8000]) : writer.count();
    writer.varint(keys);
    const unit = keys > 20 ? writer.apart(() => this.#column(count)) : undefined;
    for (let i = 0; i < keys && !writer.full; i++) {
      const unique = Uint8Array.from(i.toString(36), (char) => char.charCodeAt(0));
      writer.str(writer.wrong ? undefined : unique);
      if (unit) writer.raw(unit);
      else this.#column(count);
    }
  }

  #column(count: number): void {
    const writer = this.#writer;
    const { choices } = writer;
    const kind = writer.wrong ? choices.byte() : choices.below(6);
    if (kind === COLUMN.integers || kind === COLUMN.floats || kind === COLUMN.decimals)
      return this.#numbers(kind, count);
    writer.put(kind);
    if (kind === COLUMN.strings) {
      const strings = this.#table(Math.min(writer.count(), 300), choices.below(100));
      return this.#codes(count, strings + 1);
    }
    if (kind === COLUMN.values) {
      const present = this.#presence(count);
      if (present > 20) return writer.repeated(present, this.#around.value);
      for (let i = 0; i < present; i++) this.#around.value();
    }
  }

  #numbers(kind: number, count: number): void {
    const writer = this.#writer;
    const { choices } = writer;
    writer.put(kind);
    const present = this.#presence(count);
    if (kind === COLUMN.decimals) writer.put(writer.wrong ? choices.byte() : 1 + choices.below(6));
    if (kind !== COLUMN.floats) {
      writer.zigzag(choices.one([0, 1, -1, 300, -(2 ** 40), 2 ** 51]));
      const bound = choices.one([1, 2, 300, 2 ** 32]);
      return this.#ints(present, () => choices.below(bound), [INTS.u8, INTS.u16, INTS.u32, INTS.packed]);
    }
    writer.repeated(present, () => {
      writer.raw(writer.wrong ? [0, 0, 0, 0, 0, 0, 0xf8, 0x7f] : [0, 0, 0, 0, 0, 0, choices.byte(), 0x3f]);
    });
  }

  /** Which rows there are. Returns how many. */
  #presence(count: number): number {
    const writer = this.#writer;
    const { choices } = writer;
    const layout = choices.one([PRESENCE.all, PRESENCE.bits, PRESENCE.list]);
    writer.put(writer.wrong ? choices.byte() : layout);
    if (layout === PRESENCE.all) return count;
    if (layout === PRESENCE.bits) {
      const bits = choices.one([0, 0x01, 0xff, choices.byte()]);
      writer.raw(new Uint8Array((count + 7) >> 3).fill(bits));
      return Array.from({ length: count }, (_, row) => (bits >> (row & 7)) & 1).filter(Boolean).length;
    }
    const present = Math.min(count, choices.one([0, 1, 2, 16]));
    writer.varint(present);
    for (let i = 0; i < present; i++) writer.varint(0);
    return present;
  }

  #codes(count: number, bound: number): void {
    const writer = this.#writer;
    const { choices } = writer;
    const code = bound === 0 ? 0 : choices.below(bound);
    if (choices.chance(100)) {
      writer.put(INTS.constant);
      return writer.varint(code);
    }
    return this.#ints(count, () => code, [INTS.u8, INTS.u16, INTS.u32, INTS.packed]);
  }

  #rows(count: number, row: (i: number) => number): void {
    this.#ints(count, row, [INTS.u8, INTS.u16, INTS.u32, INTS.packed, INTS.delta]);
  }

  #ints(count: number, at: (i: number) => number, layouts: readonly number[]): void {
    const writer = this.#writer;
    const layout = writer.choices.one(layouts);
    writer.put(writer.wrong ? writer.choices.byte() : layout);
    if (layout === INTS.packed) return this.#packed(count, at);
    let previous = 0;
    for (let i = 0; i < count && !writer.full; i++) {
      const value = writer.announced(at(i));
      if (layout === INTS.delta) writer.zigzag(value - previous);
      else writer.littleEndian(value, layout === INTS.u8 ? 1 : layout === INTS.u16 ? 2 : 4);
      previous = value;
    }
  }

  /** Bits of each integer, the lowest first; more of them at times than a reader takes. */
  #packed(count: number, at: (i: number) => number): void {
    const writer = this.#writer;
    const bits = writer.wrong ? writer.choices.byte() : writer.choices.one([1, 2, 7, 8, 9, 12, 17, 25]);
    writer.put(bits);
    let pending = 0;
    let ready = 0;
    for (let i = 0; i < count && !writer.full; i++) {
      pending += (writer.announced(at(i)) % 2 ** bits) * 2 ** ready;
      for (ready += bits; ready >= 8; ready -= 8) {
        writer.put(pending % 256);
        pending = Math.floor(pending / 256);
      }
    }
    if (ready > 0) writer.put(pending);
  }
}
