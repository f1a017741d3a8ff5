import { Graph, GraphoidError, type PlainRecord, type Ref, type RefData, type Value } from "@graphoid/core";
import fc from "fast-check";
import type { Serializer } from "../src/api.ts";
import { detachedRef } from "../src/detached-ref.ts";

/** A class that only a codec can carry. */
export class Money {
  readonly amount: bigint;
  readonly currency: string;

  constructor(amount: bigint, currency: string) {
    this.amount = amount;
    this.currency = currency;
  }
}

export function registerMoney(serializer: Serializer): Serializer {
  serializer.register(Money, {
    tag: "money",
    encode: (money) => [money.amount, money.currency],
    decode: (data) => {
      const [amount, currency] = data as [bigint, string];
      if (typeof amount !== "bigint" || typeof currency !== "string") throw new TypeError("not money");
      return new Money(amount, currency);
    },
  });
  return serializer;
}

/** Well-formed strings of every kind: short, long, past the limits at which a form of the length changes. */
export const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: "grapheme", maxLength: 12 }) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom("", "a", "__proto__", "constructor", "toString", "$type", "\u0000", "\ufeff"),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom("a", "é", "→", "🦊"),
        fc.constantFrom(15, 16, 24, 25, 31, 32, 48, 49, 85, 86, 255, 256, 70_000),
      )
      .map(([unit, count]) => unit.repeat(count)),
  },
);

/** Numbers at and around every limit at which their form changes. */
export const number: fc.Arbitrary<number> = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(
    0,
    -0,
    Number.NaN,
    Infinity,
    -Infinity,
    Number.MIN_VALUE,
    Number.MAX_VALUE,
    2 ** 53,
    -(2 ** 60),
    1e20,
    1e21,
  ),
  fc
    .tuple(fc.constantFrom(5, 7, 8, 15, 16, 31, 32, 53), fc.constantFrom(-1, 0, 1), fc.boolean())
    .map(([bits, by, negative]) => (negative ? -(2 ** bits) : 2 ** bits) + by),
);

const bigint: fc.Arbitrary<bigint> = fc.oneof(
  fc.bigInt(),
  fc.bigInt({ min: -(2n ** 2000n), max: 2n ** 2000n }),
  fc
    .tuple(fc.constantFrom(0n, 8n, 31n, 53n, 63n, 64n, 65n, 8200n), fc.constantFrom(-1n, 0n, 1n), fc.boolean())
    .map(([bits, by, negative]) => (negative ? -(2n ** bits) : 2n ** bits) + by),
);

const date: fc.Arbitrary<Date> = fc.oneof(
  fc.date({ noInvalidDate: true }),
  fc
    .constantFrom(
      -8.64e15,
      8.64e15,
      0,
      -1,
      -1000,
      1,
      2 ** 32 * 1000,
      2 ** 32 * 1000 - 1,
      2 ** 34 * 1000,
      2 ** 34 * 1000 - 1,
    )
    .map((time) => new Date(time)),
);

const typedArray: fc.Arbitrary<Value> = fc.oneof(
  fc.uint8Array(),
  fc.uint8Array({ minLength: 250, maxLength: 260 }),
  fc.int8Array(),
  fc.uint8ClampedArray(),
  fc.int16Array(),
  fc.uint16Array(),
  fc.int32Array(),
  fc.uint32Array(),
  fc.bigInt64Array(),
  fc.bigUint64Array(),
  fc.float32Array(),
  fc.float64Array(),
  // A window of a larger buffer, as slices of messages are.
  fc.uint8Array({ minLength: 24, maxLength: 24 }).map((bytes) => new Float32Array(bytes.buffer, 8, 3)),
);

const money: fc.Arbitrary<Money> = fc.tuple(bigint, text).map(([amount, currency]) => new Money(amount, currency));

/** Values without anything inside. */
export const leaf: fc.Arbitrary<Value> = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(null, true, false) },
  { weight: 3, arbitrary: number },
  { weight: 3, arbitrary: text },
  { weight: 1, arbitrary: bigint },
  { weight: 1, arbitrary: text.map((key) => Symbol.for(key)) },
  { weight: 1, arbitrary: date },
  { weight: 1, arbitrary: typedArray },
);

/** Numbers that every library carries: not all keep -0. */
const finite: fc.Arbitrary<number> = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .map((x) => (Object.is(x, -0) ? 0 : x));

/** What a field of a container holds: a leaf, or a container by its number. */
type Slot = { readonly leaf: Value } | { readonly container: number };

const KINDS = ["list", "record", "map", "set", "graph", "directed", "error", "ours", "ref", "money"] as const;

interface Plan {
  readonly kind: (typeof KINDS)[number];
  readonly slots: readonly Slot[];
  readonly names: readonly string[];
  readonly money: Money;
  readonly weight: number;
}

function slots(containers: number): fc.Arbitrary<Slot[]> {
  const container = fc.nat({ max: containers - 1 }).map((container): Slot => ({ container }));
  return fc.array(
    fc.oneof(
      leaf.map((value): Slot => ({ leaf: value })),
      container,
    ),
    { maxLength: 5 },
  );
}

function plans(count: number): fc.Arbitrary<Plan[]> {
  return fc.array(
    fc.record({
      kind: fc.constantFrom(...KINDS),
      slots: slots(count),
      names: fc.uniqueArray(text, { minLength: 5, maxLength: 5 }),
      money,
      weight: fc.double({ noNaN: true }),
    }),
    { minLength: count, maxLength: count },
  );
}

/**
 * Any value: containers of every kind, each holding leaves and any other containers, so that sharing, cycles and graphs
 * inside themselves all come up.
 */
export const value: fc.Arbitrary<Value> = fc.oneof(
  { weight: 1, arbitrary: leaf },
  { weight: 9, arbitrary: fc.integer({ min: 1, max: 8 }).chain(plans).map(build) },
);

/** A graph whose nodes and edges hold any values. */
export const graph: fc.Arbitrary<Graph> = fc.oneof(
  fc
    .tuple(fc.constantFrom<Plan["kind"]>("graph", "directed"), fc.integer({ min: 1, max: 6 }).chain(plans))
    .map(([kind, made]) => build([{ ...(made[0] as Plan), kind }, ...made.slice(1)]) as Graph),
  tabularGraph(),
);

/** Graphs of many rows with columns of one type, present in all or in some rows, and some of `mixed`. */
export function tabularGraph(mixed: fc.Arbitrary<Value> = leaf): fc.Arbitrary<Graph> {
  const float = mixed === leaf ? fc.double({ noNaN: true }) : finite;
  const column = fc.constantFrom<fc.Arbitrary<Value | undefined>[]>(
    fc.integer(),
    float,
    fc.constantFrom("red", "green", "blue"),
    fc.constant("same"),
    fc.option(fc.integer({ min: -70_000, max: 70_000 }), { nil: undefined }),
    fc.option(text, { nil: undefined, freq: 2 }),
    fc.option(mixed, { nil: undefined, freq: 20 }),
    fc.oneof(fc.integer(), fc.string()),
  );
  return fc
    .record({
      type: fc.constantFrom<("directed" | "undirected")[]>("directed", "undirected"),
      ids: fc.uniqueArray(text, { minLength: 1, maxLength: 40 }),
      columns: fc.array(column, { maxLength: 4 }),
    })
    .chain(({ type, ids, columns }) => {
      const record = fc.record(Object.fromEntries(columns.map((arbitrary, i) => [`p${i}`, arbitrary])));
      const id = fc.constantFrom(...ids);
      return fc.record({
        type: fc.constant(type),
        ids: fc.constant(ids),
        rows: fc.array(record, { minLength: ids.length, maxLength: ids.length }),
        types: fc.array(fc.option(fc.constantFrom("User", "Post"), { nil: undefined }), {
          minLength: ids.length,
          maxLength: ids.length,
        }),
        edges: fc.array(
          fc.record({
            from: id,
            to: id,
            label: fc.constantFrom("edge", "KNOWS", "é"),
            weight: fc.option(fc.oneof(fc.integer(), float), { nil: undefined }),
            properties: record,
          }),
          { maxLength: 60 },
        ),
      });
    })
    .map(({ type, ids, rows, types, edges }) => {
      const made = new Graph({ type });
      ids.forEach((id, i) => {
        const type = types[i];
        made.addNode(id, i % 3 === 0 ? null : i, {
          properties: present(rows[i] ?? {}),
          ...(type === undefined ? {} : { type }),
        });
      });
      for (const { from, to, label, weight, properties } of edges) {
        made.addEdge(from, to, label, { properties: present(properties), ...(weight === undefined ? {} : { weight }) });
      }
      return made;
    });
}

function present(record: { readonly [key: string]: Value | undefined }): PlainRecord {
  return Object.fromEntries(Object.entries(record).filter((entry): entry is [string, Value] => entry[1] !== undefined));
}

/** Makes the containers, then fills them: that way any can hold any. */
function build(made: readonly Plan[]): Value {
  const containers = made.map(empty);
  made.forEach((plan, i) => {
    const values = plan.slots.map((slot) => ("leaf" in slot ? slot.leaf : (containers[slot.container] as Value)));
    fill(containers[i] as Value, plan, values);
  });
  return containers[0] as Value;
}

function empty({ kind, names, money: amount, slots: held }: Plan): Value {
  const [a, b] = names as [string, string];
  switch (kind) {
    case "list":
      return [];
    case "record":
      return {};
    case "map":
      return new Map();
    case "set":
      return new Set();
    case "graph":
    case "directed":
      return new Graph({ type: kind === "directed" ? "directed" : "undirected" });
    case "error":
      return Object.assign(new TypeError(a), b.length % 2 === 0 ? { code: b } : {});
    case "ours":
      return new GraphoidError("ANY_CODE", a, { details: {} });
    case "ref":
      return makeRef(a, b, held);
    case "money":
      return amount;
  }
}

/** References are made whole, so they hold leaves only. */
function makeRef(id: string, key: string, held: readonly Slot[]): Ref {
  const leaves = held.flatMap((slot) => ("leaf" in slot ? [slot.leaf] : []));
  const metadata = Object.fromEntries(leaves.map((held, i) => [`${key}${i}`, held]));
  const data: RefData = { id, location: leaves[0] ?? null, metadata };
  return detachedRef(leaves.length % 2 === 0 ? data : { ...data, incarnation: key });
}

function fill(container: Value, { kind, names, weight }: Plan, values: readonly Value[]): void {
  const name = (i: number): string => names[i % names.length] as string;
  if (Array.isArray(container)) container.push(...values);
  else if (container instanceof Map) {
    for (const [i, held] of values.entries()) container.set(held, values[(i + 1) % values.length]);
  } else if (container instanceof Set) for (const held of values) container.add(held);
  else if (container instanceof Graph) fillGraph(container, names, weight, values);
  else if (container instanceof GraphoidError) {
    for (const [i, held] of values.entries()) setOwn(container.details, name(i), held);
  }
  if (container instanceof Error && values[0] !== undefined) {
    Object.defineProperty(container, "cause", { value: values[0], writable: true, configurable: true });
  }
  if (kind === "record") for (const [i, held] of values.entries()) setOwn(container as object, name(i), held);
}

function fillGraph(into: Graph, names: readonly string[], weight: number, values: readonly Value[]): void {
  const [a, b, c] = names as [string, string, string];
  into.addNode(a, values[0] ?? null, { type: b });
  into.addNode(b, values[1] ?? null, { properties: values[2] === undefined ? {} : own(c, values[2]) });
  into.addEdge(a, b, c, values[3] === undefined ? {} : { weight, properties: own(a, values[3]) });
  into.addEdge(b, b);
}

function own(key: string, held: Value): PlainRecord {
  const record = {};
  setOwn(record, key, held);
  return record;
}

function setOwn(target: object, key: string, held: Value): void {
  Object.defineProperty(target, key, { value: held, writable: true, enumerable: true, configurable: true });
}

/** Plain data that every MessagePack and JSON library has. */
export const plain: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(null, true, false),
    fc.integer(),
    finite,
    text,
    fc.array(tie("value"), { maxLength: 20 }),
    fc.dictionary(
      text.filter((key) => key !== "__proto__"),
      tie("value"),
      { maxKeys: 20, noNullPrototype: true },
    ),
  ),
})).value;
