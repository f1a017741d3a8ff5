import {
  Graph,
  GraphoidError,
  type PlainRecord,
  type TypedArray,
  type Value,
  type ValueCodec,
  valueCodec,
} from "@graphoid/core";
import type { Choices } from "../../../fuzz/choices.ts";
import { detachedRef } from "../src/detached-ref.ts";
import { TYPED_ARRAYS } from "../src/format.ts";

/** A class that a codec carries, and that compares by content. */
export class Money {
  static readonly [valueCodec]: ValueCodec<Money> = {
    tag: "money",
    encode: ({ amount, currency }) => [amount, currency],
    decode: (data) => {
      const [amount, currency] = data as [bigint, string];
      if (typeof amount !== "bigint" || typeof currency !== "string") throw new TypeError("not money");
      return new Money(amount, currency);
    },
  };
  readonly amount: bigint;
  readonly currency: string;

  constructor(amount: bigint, currency: string) {
    this.amount = amount;
    this.currency = currency;
  }
}

/** Strings at which something may change: the length of a form, the kind of a key, the encoding. */
const TEXTS = [
  "",
  "a",
  "b",
  "name",
  "__proto__",
  "constructor",
  "toString",
  "$type",
  "directed",
  "0",
  "7",
  "1023",
  "4294967294",
  "é",
  "🦊",
  "\u0000",
  "\ufeff",
  "\uffff",
  '"\\',
];
const LENGTHS = [3, 15, 16, 23, 24, 25, 31, 32, 33, 85, 255, 256, 1000];
/** Past where the form of a length of two bytes ends. */
const LONG = 65_536;
const NUMBERS = [
  0,
  1,
  -0,
  Number.NaN,
  Infinity,
  -Infinity,
  0.5,
  1e21,
  Number.MIN_VALUE,
  Number.MAX_VALUE,
  2 ** 53,
  2 ** 64,
];
const BITS = [4, 5, 7, 8, 15, 16, 31, 32, 33, 52, 53, 62, 63, 64, 65, 200, 9000];
const TIMES = [
  0,
  -1,
  1,
  1000,
  -8.64e15,
  8.64e15,
  2 ** 32 * 1000,
  2 ** 32 * 1000 - 1,
  2 ** 34 * 1000,
  2 ** 34 * 1000 - 1,
];

/** A value of any kind, with sharing and cycles; small unless the choices say otherwise. */
export function anyValue(choices: Choices): Value {
  return new ValueMaker(choices).value(0);
}

export function anyGraph(choices: Choices): Graph {
  return new ValueMaker(choices).graph(0);
}

function anyText(choices: Choices): string {
  switch (choices.below(8)) {
    case 6:
      return choices.one(TEXTS).repeat(choices.chance(4) ? LONG : choices.one(LENGTHS));
    case 7: {
      const units = Array.from({ length: choices.below(40) }, () =>
        choices.below(choices.one([128, 0xd800, 0x110000])),
      );
      return String.fromCodePoint(...units.filter((unit) => unit < 0xd800 || unit > 0xdfff));
    }
    default:
      return choices.one(TEXTS);
  }
}

class ValueMaker {
  readonly #choices: Choices;
  /** The containers that were begun, any of which may stand anywhere again. */
  readonly #begun: Value[] = [];
  /** How many more items there is room for. */
  #room = 3000;

  constructor(choices: Choices) {
    this.#choices = choices;
  }

  value(depth: number): Value {
    const choices = this.#choices;
    if (choices.exhausted || depth > 40) return null;
    const kind = choices.below(20);
    if (kind < 9) return this.#leaf(kind);
    if (kind === 9 && this.#begun.length > 0) return choices.one(this.#begun);
    if (kind < 12) return this.#list(depth);
    if (kind < 15) return this.#fill(this.#begin({}), depth);
    return this.#container(kind, depth);
  }

  graph(depth: number): Graph {
    const choices = this.#choices;
    const graph = this.#begin(new Graph({ type: choices.one(["directed", "undirected"]) }));
    const ids: string[] = [];
    // Rows of one shape are written by column; so are a few that differ.
    // Not the longest, as JSON has them in every row.
    const keys = Array.from({ length: choices.below(4) }, () => anyText(choices).slice(0, 1024));
    const kinds = keys.map(() => choices.below(5));
    const properties = (): PlainRecord => {
      const record: Record<string, Value> = {};
      keys.forEach((key, i) => {
        if (!choices.chance(64)) setOwn(record, key, this.#cell(kinds[i] as number, depth));
      });
      return choices.chance(16) ? (this.#fill(record, depth) as PlainRecord) : record;
    };
    for (let left = this.#count(); left > 0; left--) {
      const id = choices.chance(32) ? anyText(choices) : `n${ids.length}`;
      if (!graph.hasNode(id)) ids.push(id);
      const value = choices.chance(100) ? this.value(depth + 1) : this.#cell(kinds[0] ?? 0, depth);
      graph.addNode(id, value, { properties: properties(), ...(choices.chance(64) ? { type: anyText(choices) } : {}) });
    }
    for (let left = ids.length === 0 ? 0 : this.#count(); left > 0; left--) {
      const weight = choices.chance(128) ? { weight: choices.one([0, 1, 0.5, -0, Infinity, 2 ** 40]) } : {};
      const label = choices.one(["edge", "knows", anyText(choices)]);
      graph.addEdge(choices.one(ids), choices.one(ids), label, { properties: properties(), ...weight });
    }
    if (choices.chance(64) && ids.length > 0) graph.removeNode(choices.one(ids));
    return graph;
  }

  /** Small as a rule, and sometimes past where a form of the count changes. */
  #count(): number {
    const choices = this.#choices;
    const rare = choices.byte();
    const count = rare < 240 ? rare % 6 : choices.one([15, 16, 17, 33, 64, 65, 255, 256, 1000]);
    this.#room -= count;
    return this.#room > 0 ? count : 0;
  }

  #begin<T extends Value>(container: T): T {
    this.#begun.push(container);
    return container;
  }

  /** A value of a column: of one type for all rows, but for a few. */
  #cell(kind: number, depth: number): Value {
    const choices = this.#choices;
    if (choices.chance(4)) return this.value(depth + 1);
    switch (kind) {
      case 0:
        return choices.below(70_000) - 100;
      case 1:
        return choices.below(1000) / 8;
      case 2:
        return choices.one(TEXTS);
      case 3:
        return "same";
      default:
        return this.#leaf(choices.below(9));
    }
  }

  #leaf(kind: number): Value {
    const choices = this.#choices;
    switch (kind) {
      case 0:
        return choices.one([null, true, false]);
      case 1:
        return choices.one(NUMBERS);
      case 2:
        return Number(this.#bigint()) + choices.one([0, 0, 0.5]);
      case 3:
        return this.#bigint();
      case 4:
        return Symbol.for(choices.one(TEXTS));
      case 5:
        return new Date(choices.chance(128) ? choices.one(TIMES) : choices.below(2 ** 44) - 2 ** 43);
      case 6:
        return this.#typedArray();
      default:
        return anyText(choices);
    }
  }

  #bigint(): bigint {
    const choices = this.#choices;
    const size = (1n << BigInt(choices.one(BITS))) + BigInt(choices.below(3) - 1);
    return choices.chance(128) ? -size : size;
  }

  #typedArray(): Value {
    const choices = this.#choices;
    const length = this.#count();
    if (choices.chance(100)) return choices.bytes(length);
    const ArrayType = choices.one(TYPED_ARRAYS);
    // At an odd place of a larger buffer, as a part of a message is.
    const bytes = choices.bytes((length + 1) * ArrayType.BYTES_PER_ELEMENT);
    return new ArrayType(bytes.buffer as ArrayBuffer, ArrayType.BYTES_PER_ELEMENT, length) as TypedArray;
  }

  #list(depth: number): Value {
    const list: Value[] = this.#begin([]);
    for (let left = this.#count(); left > 0; left--) list.push(this.value(depth + 1));
    return list;
  }

  #fill(record: Record<string, Value>, depth: number): Record<string, Value> {
    for (let left = this.#count(); left > 0; left--) setOwn(record, anyText(this.#choices), this.value(depth + 1));
    return record;
  }

  #container(kind: number, depth: number): Value {
    const choices = this.#choices;
    switch (kind) {
      case 15: {
        const map = this.#begin(new Map<Value, Value>());
        for (let left = this.#count(); left > 0; left--) map.set(this.value(depth + 1), this.value(depth + 1));
        return map;
      }
      case 16: {
        const set = this.#begin(new Set<Value>());
        for (let left = this.#count(); left > 0; left--) set.add(this.value(depth + 1));
        return set;
      }
      case 17:
        return this.#error(depth);
      case 18: {
        if (choices.chance(128)) return this.#begin(new Money(this.#bigint(), anyText(choices)));
        // A reference is made whole: what it holds cannot refer to it.
        const held = new ValueMaker(choices);
        const data = { id: anyText(choices), location: held.value(depth + 1), metadata: held.#fill({}, depth + 1) };
        return this.#begin(detachedRef(choices.chance(128) ? { ...data, incarnation: anyText(choices) } : data));
      }
      default:
        return this.graph(depth);
    }
  }

  #error(depth: number): Value {
    const choices = this.#choices;
    const ours = choices.chance(128);
    const error = ours ? new GraphoidError("ANY", anyText(choices), { details: {} }) : new TypeError(anyText(choices));
    // What an error was thrown by differs from run to run.
    Object.defineProperty(error, "stack", { value: anyText(choices) });
    this.#begin(error);
    if (error instanceof GraphoidError) this.#fill(error.details as Record<string, Value>, depth + 1);
    else if (choices.chance(64)) Object.assign(error, { code: anyText(choices) });
    if (choices.chance(128)) {
      Object.defineProperty(error, "cause", { value: this.value(depth + 1), writable: true, configurable: true });
    }
    return error;
  }
}

function setOwn(target: object, key: string, value: Value): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}
