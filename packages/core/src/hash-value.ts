import { depthLimit, MAX_DEPTH, orDepthLimit } from "./depth.ts";
import { NotSerializableError } from "./errors.ts";
import type { Graph } from "./graph.ts";
import { hash, hashBytes, hashWellFormed, mix32 } from "./hash.ts";
import { bytesOf, codecOf, errorFields, type KindName, kindOf, typedArrayName } from "./kind.ts";
import type { Ref } from "./ref.ts";
import type { PlainRecord, TypedArray, Value } from "./values.ts";

/** How far a value with a cycle is followed: its infinite unrolling is the same to this depth for equal values. */
const CYCLE_DEPTH = 6;

/** One number a kind, published in `docs/wire-format.md`; never change one. */
const TAGS: Readonly<Record<Exclude<KindName, "opaque">, number>> = {
  null: 1,
  boolean: 2,
  number: 3,
  bigint: 4,
  string: 5,
  symbol: 6,
  "typed-array": 7,
  date: 8,
  list: 9,
  record: 10,
  map: 11,
  set: 12,
  graph: 13,
  ref: 14,
  error: 15,
  custom: 16,
};

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);

/**
 * Hashes any value to an integer from 0 to 2³² − 1: equal values (by `equals`) have equal hashes, on every machine and
 * in every version. Not for security. `docs/wire-format.md` defines it and lists test vectors.
 *
 * @throws NotSerializableError when the value holds something that is not a value, such as a function.
 * @throws DepthLimitError past 1,000 levels.
 */
export function hashValue(value: Value): number {
  try {
    return hashWith(value, true);
  } catch (error) {
    throw orDepthLimit("hashValue", error);
  }
}

/** {@link hashValue} that lets things pass that are not values, all with one hash: for finding candidates. */
export function looseHash(value: unknown): number {
  return hashWith(value, false);
}

function hashWith(value: unknown, strict: boolean): number {
  const walk = new HashWalk(Number.POSITIVE_INFINITY, strict);
  const h = walk.hash(value, 0);
  return (walk.cyclic ? new HashWalk(CYCLE_DEPTH, strict).hash(value, 0) : h) >>> 0;
}

function combine(h: number, part: number): number {
  return mix32((Math.imul(h, 31) + part) | 0);
}

class HashWalk {
  cyclic = false;
  readonly #bound: number;
  readonly #strict: boolean;
  /** Hashes of what was walked whole, by the depth that was left; `undefined` while it is being walked. */
  readonly #known = new Map<object, Map<number, number | undefined>>();

  constructor(bound: number, strict: boolean) {
    this.#bound = bound;
    this.#strict = strict;
  }

  hash(value: unknown, depth: number): number {
    const kind = kindOf(value);
    if (kind === "opaque" && !this.#strict) return 0;
    if (kind === "opaque") throw new NotSerializableError(`hashValue: expected a value, got ${typeof value}`);
    const tag = TAGS[kind];
    switch (kind) {
      case "null":
        return mix32(tag);
      case "boolean":
        return combine(tag, value ? 1 : 0);
      case "number":
        return combine(tag, hashNumber(value as number));
      case "bigint":
        return combine(tag, hash((value as bigint).toString()));
      case "string":
        return combine(tag, this.#text(value as string));
      case "symbol":
        return combine(tag, this.#text(Symbol.keyFor(value as symbol) as string));
      case "date":
        return combine(tag, hashNumber((value as Date).getTime()));
      case "typed-array":
        return combine(
          combine(tag, hash(typedArrayName(value as TypedArray))),
          hashBytes(bytesOf(value as TypedArray)),
        );
      default:
        return this.#nested(value as object, kind, depth);
    }
  }

  #nested(value: object, kind: KindName, depth: number): number {
    if (depth >= MAX_DEPTH) throw depthLimit(this.#strict ? "hashValue" : "equals");
    const tag = TAGS[kind as "list"];
    if (depth >= this.#bound) return mix32(tag);
    const left = this.#bound === Number.POSITIVE_INFINITY ? 0 : this.#bound - depth;
    let known = this.#known.get(value);
    if (!known) {
      known = new Map();
      this.#known.set(value, known);
    } else if (known.has(left)) {
      const h = known.get(left);
      if (h === undefined) this.cyclic = true;
      return h ?? 0;
    }
    known.set(left, undefined);
    const h = this.#content(value, kind, tag, depth + 1);
    known.set(left, h);
    return h;
  }

  #content(value: object, kind: KindName, tag: number, depth: number): number {
    switch (kind) {
      case "list": {
        let h = combine(tag, (value as Value[]).length);
        for (const item of value as Value[]) h = combine(h, this.hash(item, depth));
        return h;
      }
      case "record":
        return this.#record(value as PlainRecord, tag, depth);
      case "map": {
        let sum = 0;
        for (const [key, item] of value as Map<Value, Value>) {
          sum = (sum + combine(this.hash(key, depth), this.hash(item, depth))) | 0;
        }
        return combine(combine(tag, (value as Map<Value, Value>).size), sum);
      }
      case "set": {
        let sum = 0;
        for (const item of value as Set<Value>) sum = (sum + mix32(this.hash(item, depth))) | 0;
        return combine(combine(tag, (value as Set<Value>).size), sum);
      }
      case "graph":
        return this.#graph(value as Graph, tag, depth);
      case "ref":
        return combine(tag, this.hash((value as Ref).toData(), depth));
      case "error":
        return combine(tag, this.hash(errorFields(value as Error), depth));
      default: {
        const codec = codecOf(value) as NonNullable<ReturnType<typeof codecOf>>;
        return combine(combine(tag, hash(codec.tag)), this.hash(codec.encode(value), depth));
      }
    }
  }

  #text(text: string): number {
    const h = hashWellFormed(text);
    if (h >= 0) return h;
    if (this.#strict) throw new NotSerializableError("hashValue: expected a string without lone surrogates, got one");
    return 0;
  }

  #record(record: PlainRecord, tag: number, depth: number): number {
    let sum = 0;
    let count = 0;
    for (const key of Object.keys(record)) {
      const item = record[key];
      if (item === undefined) continue;
      sum = (sum + combine(this.#text(key), this.hash(item, depth))) | 0;
      count++;
    }
    return combine(combine(tag, count), sum);
  }

  #graph(graph: Graph, tag: number, depth: number): number {
    let sum = 0;
    for (const id of graph.nodes()) sum = (sum + this.hash(graph.nodeRecord(id), depth)) | 0;
    for (const { from, to, label, weight, properties = {} } of graph.edges()) {
      const ends =
        graph.type === "directed" ? combine(hash(from), hash(to)) : (mix32(hash(from)) + mix32(hash(to))) | 0;
      const rest = combine(hash(label), weight === undefined ? 0 : hashNumber(weight));
      sum = (sum + combine(combine(ends, rest), this.hash(properties, depth))) | 0;
    }
    return combine(combine(combine(tag, graph.type === "directed" ? 1 : 0), graph.nodeCount), sum);
  }
}

function hashNumber(value: number): number {
  // Every NaN is one value.
  float[0] = Number.isNaN(value) ? Number.NaN : value;
  return combine(words[0] as number, words[1] as number);
}
