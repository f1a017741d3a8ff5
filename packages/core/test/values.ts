import fc from "fast-check";
import {
  Graph,
  GraphoidError,
  type PlainRecord,
  type Ref,
  type RefData,
  refBrand,
  type Value,
  valueCodec,
} from "../src/index.ts";
import { shuffled } from "./random.ts";

type Random = (below: number) => number;

/** A class that compares by content. */
export class Box {
  static readonly [valueCodec] = {
    tag: "box",
    encode: (box: Box): Value => [box.content],
    decode: (data: Value): Box => new Box((data as Value[])[0] as Value),
  };
  content: Value;

  constructor(content: Value) {
    this.content = content;
  }
}

/** A class that compares by identity. */
export class Opaque {}

/** A reference that leads nowhere. */
export class TestRef implements Ref {
  readonly id: string;
  readonly incarnation: string | undefined;
  readonly metadata: PlainRecord = {};
  place: Value = null;

  constructor(id: string, incarnation?: string) {
    this.id = id;
    this.incarnation = incarnation;
  }

  get [refBrand](): true {
    return true;
  }
  isLocal(): boolean {
    return false;
  }
  isRemote(): boolean {
    return true;
  }
  location(): Value {
    return this.place;
  }
  resolve = (): never => {
    throw new Error("leads nowhere");
  };
  send = this.resolve;
  request = this.resolve;
  stream = this.resolve;
  toData(): RefData {
    const { id, place, metadata, incarnation } = this;
    return { id, location: place, metadata, ...(incarnation === undefined ? {} : { incarnation }) };
  }
}

/** Leaves: fresh ones at each call, as two equal dates are two objects. */
const leaves: readonly (() => Value)[] = [
  () => null,
  () => true,
  () => false,
  () => 0,
  () => -0,
  () => 1,
  () => Number.NaN,
  () => Number.POSITIVE_INFINITY,
  () => 1n,
  () => 0n,
  () => -(2n ** 64n),
  () => "",
  () => "1",
  () => "日本 😀",
  () => "__proto__",
  () => Symbol.for("s"),
  () => Symbol.for("1"),
  () => new Date(0),
  () => new Date(1),
  () => new Uint8Array([1, 2]),
  () => new Int8Array([1, 2]),
  () => new Float64Array([Number.NaN, -0]),
  () => new Float64Array([Number.NaN, 0]),
  () => new BigInt64Array([1n]),
  () => Buffer.from([1, 2]),
  () => new Uint8Array([9, 1, 2]).subarray(1),
];

type Child = { readonly leaf: number } | { readonly cell: number };

interface EdgeRecipe {
  readonly from: number;
  readonly to: number;
  readonly label: string;
  readonly weight: number | undefined;
  readonly property: Child | undefined;
}

type Cell =
  | { readonly kind: "list"; readonly items: readonly Child[] }
  | { readonly kind: "record"; readonly fields: readonly (readonly [string, Child])[] }
  | { readonly kind: "map"; readonly entries: readonly (readonly [Child, Child])[] }
  | { readonly kind: "set"; readonly items: readonly Child[] }
  | {
      readonly kind: "graph";
      readonly directed: boolean;
      readonly nodes: readonly (readonly [Child, string | undefined, Child | undefined])[];
      readonly edges: readonly EdgeRecipe[];
    }
  | { readonly kind: "box"; readonly content: Child }
  | { readonly kind: "ref"; readonly id: string; readonly place: Child }
  | { readonly kind: "error"; readonly code: string | undefined; readonly cause: Child | undefined };

/** How to build a value: cells that refer to each other, or to leaves. The value is cell 0. */
export type Recipe = readonly Cell[];

export interface RecipeOptions {
  /** How many cells at most. */
  readonly cells?: number;
  /** Whether a cell may refer to itself or to those before it. */
  readonly cyclic?: boolean;
  /** Whether there may be instances of classes, references and errors. */
  readonly classes?: boolean;
}

const key = fc.constantFrom("a", "b", "__proto__", "constructor", "é");

function anyCell(own: number, count: number, { cyclic = true, classes = true }: RecipeOptions): fc.Arbitrary<Cell> {
  const leaf = fc.nat({ max: leaves.length - 1 }).map((leaf): Child => ({ leaf }));
  const first = cyclic ? 0 : own + 1;
  const child =
    first >= count
      ? leaf
      : fc.oneof(
          leaf,
          fc.integer({ min: first, max: count - 1 }).map((cell): Child => ({ cell })),
        );
  const maybeChild = fc.option(child, { nil: undefined });
  // The members of a set, and the keys of a map, are told apart as JavaScript does: cells by identity, -0 is 0.
  const identity = (member: Child): unknown => {
    if ("cell" in member) return `cell ${member.cell}`;
    const value = leaves[member.leaf]?.();
    return typeof value === "object" && value !== null ? `object ${member.leaf}` : value;
  };
  const plain: fc.Arbitrary<Cell>[] = [
    fc.record({ kind: fc.constant("list" as const), items: fc.array(child, { maxLength: 3 }) }),
    fc.record({
      kind: fc.constant("record" as const),
      fields: fc.uniqueArray(fc.tuple(key, child), { maxLength: 3, selector: ([name]) => name }),
    }),
    fc.record({
      kind: fc.constant("map" as const),
      entries: fc.uniqueArray(fc.tuple(child, child), {
        maxLength: 3,
        selector: ([member]) => identity(member),
        comparator: "SameValueZero",
      }),
    }),
    fc.record({
      kind: fc.constant("set" as const),
      items: fc.uniqueArray(child, { maxLength: 3, selector: identity, comparator: "SameValueZero" }),
    }),
    fc.record({
      kind: fc.constant("graph" as const),
      directed: fc.boolean(),
      nodes: fc.array(fc.tuple(child, fc.option(key, { nil: undefined }), maybeChild), { minLength: 1, maxLength: 3 }),
      edges: fc.uniqueArray(
        fc.record({
          from: fc.nat({ max: 2 }),
          to: fc.nat({ max: 2 }),
          label: key,
          weight: fc.constantFrom(undefined, 0, -0, 1),
          property: maybeChild,
        }),
        // As if undirected, so that no edge is written twice.
        { maxLength: 3, selector: ({ from, to, label }) => `${Math.min(from, to)} ${Math.max(from, to)} ${label}` },
      ),
    }),
  ];
  if (!classes) return fc.oneof(...plain);
  return fc.oneof(
    ...plain,
    fc.record({ kind: fc.constant("box" as const), content: child }),
    fc.record({ kind: fc.constant("ref" as const), id: key, place: child }),
    fc.record({
      kind: fc.constant("error" as const),
      code: fc.constantFrom(undefined, "NOT_FOUND", "CLOSED"),
      cause: maybeChild,
    }),
  );
}

/** Recipes of values of every kind, with sharing, with cycles through every kind, and with graphs inside themselves. */
export function anyRecipe(options: RecipeOptions = {}): fc.Arbitrary<Recipe> {
  return fc
    .integer({ min: 1, max: options.cells ?? 6 })
    .chain((count) => fc.tuple(...Array.from({ length: count }, (_, own) => anyCell(own, count, options))));
}

export interface BuildOptions {
  /** How many objects to make of each cell: with two, the same value is shared and unrolled in another way. */
  readonly copies?: number;
  /** Chooses among the copies, and the order of entries. Default: the first copy, the order of the recipe. */
  readonly random?: Random;
}

/** Builds the value of a recipe. Two builds of one recipe are equal, whatever the options. */
export function build(recipe: Recipe, { copies = 1, random = () => 0 }: BuildOptions = {}): Value {
  const order = <T>(items: readonly T[]): T[] => (copies === 1 ? [...items] : shuffled(items, random));
  const built = recipe.map((cell) => Array.from({ length: copies }, () => shell(cell)));
  const at = (child: Child): Value =>
    "leaf" in child ? (leaves[child.leaf]?.() as Value) : (built[child.cell]?.[random(copies)] as Value);
  recipe.forEach((cell, i) => {
    for (const object of built[i] as object[]) fill(cell, object, at, order, copies > 1 ? random : () => 0);
  });
  return built[0]?.[0] as Value;
}

function shell(cell: Cell): object {
  switch (cell.kind) {
    case "list":
      return [];
    case "record":
      return {};
    case "map":
      return new Map();
    case "set":
      return new Set();
    case "graph":
      return new Graph({ type: cell.directed ? "directed" : "undirected" });
    case "box":
      return new Box(null);
    case "ref":
      return new TestRef(cell.id);
    case "error":
      return cell.code === undefined ? new Error("message") : new GraphoidError(cell.code, "message");
  }
}

function fill(
  cell: Cell,
  object: object,
  at: (child: Child) => Value,
  order: <T>(items: readonly T[]) => T[],
  random: Random,
): void {
  switch (cell.kind) {
    case "list":
      for (const item of cell.items) (object as Value[]).push(at(item));
      break;
    case "record":
      for (const [name, item] of order(cell.fields)) define(object, name, at(item));
      break;
    case "map":
      for (const [member, item] of order(cell.entries)) (object as Map<Value, Value>).set(at(member), at(item));
      break;
    case "set":
      for (const item of order(cell.items)) (object as Set<Value>).add(at(item));
      break;
    case "graph": {
      const graph = object as Graph;
      const nodes = cell.nodes.map((node, i) => [`n${i}`, node] as const);
      for (const [id, [value, type, property]] of order(nodes)) {
        graph.addNode(id, at(value), {
          ...(type === undefined ? {} : { type }),
          ...(property === undefined ? {} : { properties: { p: at(property) } }),
        });
      }
      const edges = cell.edges.filter(({ from, to }) => from < nodes.length && to < nodes.length);
      for (const { from, to, label, weight, property } of order(edges)) {
        const [source, target] = cell.directed || random(2) === 0 ? [`n${from}`, `n${to}`] : [`n${to}`, `n${from}`];
        graph.addEdge(source, target, label, {
          ...(weight === undefined ? {} : { weight }),
          ...(property === undefined ? {} : { properties: { p: at(property) } }),
        });
      }
      break;
    }
    case "box":
      (object as Box).content = at(cell.content);
      break;
    case "ref":
      (object as TestRef).place = at(cell.place);
      break;
    case "error":
      if (cell.cause !== undefined) (object as Error).cause = at(cell.cause);
      break;
  }
}

function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true });
}
