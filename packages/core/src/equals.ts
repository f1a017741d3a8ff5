import { depthLimit, MAX_DEPTH, orDepthLimit } from "./depth.ts";
import type { Graph } from "./graph.ts";
import { looseHash } from "./hash-value.ts";
import { bytesOf, codecOf, errorFields, kindOf, typedArrayName } from "./kind.ts";
import type { Ref } from "./ref.ts";
import type { PlainRecord, TypedArray, Value } from "./values.ts";

/**
 * Tells whether two values are the same by content: structure, element types, and every bit of every number (NaN
 * equals NaN, 0 and -0 differ, 1 and 1n differ).
 *
 * Maps, sets, objects and graphs are equal whatever the order of their entries. Absent and `undefined` fields are the
 * same. Cycles are followed. Instances of classes compare by their `valueCodec`, or else by identity, as functions do.
 *
 * @throws DepthLimitError past 1,000 levels.
 * @example
 * ```ts
 * import { equals } from "@graphoid/core";
 *
 * console.log(equals({ a: [1, 2], b: new Set([3]) }, { b: new Set([3]), a: [1, 2] })); // true
 * ```
 */
export function equals(a: unknown, b: unknown): boolean {
  try {
    return new Comparison().equal(a, b, 0);
  } catch (error) {
    throw orDepthLimit("equals", error);
  }
}

/** One comparison of two values. `#assumed` holds pairs that are equal unless found otherwise: it ends cycles. */
class Comparison {
  readonly #assumed = new Map<object, Set<object>>();
  /** The pairs in `#assumed`, flat, in the order in which they came. */
  readonly #trail: object[] = [];

  equal(a: unknown, b: unknown, depth: number): boolean {
    if (Object.is(a, b)) return true;
    if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
    const kind = kindOf(a);
    if (kind !== kindOf(b) || kind === "opaque") return false;
    if (kind === "date") return Object.is((a as Date).getTime(), (b as Date).getTime());
    if (kind === "typed-array") return equalBytes(a as TypedArray, b as TypedArray);
    if (depth >= MAX_DEPTH) throw depthLimit("equals");
    const partners = this.#assumed.get(a);
    if (partners?.has(b)) return true;
    if (partners) partners.add(b);
    else this.#assumed.set(a, new Set([b]));
    this.#trail.push(a, b);
    switch (kind) {
      case "list":
        return this.#lists(a as Value[], b as Value[], depth + 1);
      case "record":
        return this.#records(a as PlainRecord, b as PlainRecord, depth + 1);
      case "map":
        return this.#maps(a as Map<Value, Value>, b as Map<Value, Value>, depth + 1);
      case "set":
        return this.#sets(a as Set<Value>, b as Set<Value>, depth + 1);
      case "graph":
        return this.#graphs(a as Graph, b as Graph, depth + 1);
      case "ref":
        return this.equal((a as Ref).toData(), (b as Ref).toData(), depth + 1);
      case "error":
        return this.equal(errorFields(a as Error), errorFields(b as Error), depth + 1);
      default:
        return this.#customs(a, b, depth + 1);
    }
  }

  #lists(a: readonly Value[], b: readonly Value[], depth: number): boolean {
    if (a.length !== b.length) return false;
    // By index, as `every` passes over holes.
    for (let i = 0; i < a.length; i++) if (!this.equal(a[i], b[i], depth)) return false;
    return true;
  }

  #records(a: PlainRecord, b: PlainRecord, depth: number): boolean {
    const present = (record: PlainRecord): string[] => Object.keys(record).filter((key) => record[key] !== undefined);
    const keys = present(a);
    if (keys.length !== present(b).length) return false;
    return keys.every((key) => Object.hasOwn(b, key) && this.equal(a[key], b[key], depth));
  }

  #maps(a: ReadonlyMap<Value, Value>, b: ReadonlyMap<Value, Value>, depth: number): boolean {
    if (a.size !== b.size) return false;
    const deep: (readonly [Value, Value])[] = [];
    const paired = new Set<Value>();
    for (const [key, value] of a) {
      if (typeof key !== "object") {
        if (!b.has(key) || !this.equal(value, b.get(key), depth)) return false;
      } else if (b.has(key) && this.#attempt(() => this.equal(value, b.get(key), depth))) {
        paired.add(key);
      } else {
        // Even a key that both share: another may be equal to it, and have the value.
        deep.push([key, value]);
      }
    }
    return this.#matched(
      deep,
      [...b].filter(([key]) => typeof key === "object" && !paired.has(key)),
      depth,
    );
  }

  #sets(a: ReadonlySet<Value>, b: ReadonlySet<Value>, depth: number): boolean {
    if (a.size !== b.size) return false;
    const deep: Value[] = [];
    for (const item of a) {
      if (b.has(item)) continue;
      if (typeof item !== "object") return false;
      deep.push(item);
    }
    return this.#matched(
      deep.map((item) => [item, null]),
      [...b].filter((item) => typeof item === "object" && !a.has(item)).map((item) => [item, null]),
      depth,
    );
  }

  /** Pairs each entry with one of equal key and value on the other side, looking only at keys of equal hash. */
  #matched(
    left: readonly (readonly [Value, Value])[],
    right: readonly (readonly [Value, Value])[],
    depth: number,
  ): boolean {
    if (left.length !== right.length) return false;
    const buckets = new Map<number, (readonly [Value, Value])[]>();
    for (const entry of right) {
      const h = looseHash(entry[0]);
      const bucket = buckets.get(h);
      if (bucket) bucket.push(entry);
      else buckets.set(h, [entry]);
    }
    return left.every(([key, value]) => {
      const bucket = buckets.get(looseHash(key)) ?? [];
      const found = bucket.findIndex((other) =>
        this.#attempt(() => this.equal(key, other[0], depth) && this.equal(value, other[1], depth)),
      );
      if (found < 0) return false;
      bucket.splice(found, 1);
      return true;
    });
  }

  /** A comparison that may fail without everything failing: what it assumed on the way must then not count later. */
  #attempt(compare: () => boolean): boolean {
    const mark = this.#trail.length;
    if (compare()) return true;
    while (this.#trail.length > mark) {
      const b = this.#trail.pop() as object;
      const a = this.#trail.pop() as object;
      this.#assumed.get(a)?.delete(b);
    }
    return false;
  }

  #graphs(a: Graph, b: Graph, depth: number): boolean {
    if (a.type !== b.type || a.nodeCount !== b.nodeCount || a.edgeCount !== b.edgeCount) return false;
    for (const id of a.nodes()) if (!this.equal(a.nodeRecord(id), b.nodeRecord(id), depth)) return false;
    for (const { from, to, label, weight, properties } of a.edges()) {
      const other = b.getEdge(from, to, label);
      if (!other || !Object.is(weight, other.weight)) return false;
      if (!this.equal(properties ?? {}, other.properties ?? {}, depth)) return false;
    }
    return true;
  }

  #customs(a: object, b: object, depth: number): boolean {
    const codec = codecOf(a);
    return codec !== undefined && codec === codecOf(b) && this.equal(codec.encode(a), codec.encode(b), depth);
  }
}

function equalBytes(a: TypedArray, b: TypedArray): boolean {
  if (a.length !== b.length || typedArrayName(a) !== typedArrayName(b)) return false;
  const left = bytesOf(a);
  const right = bytesOf(b);
  return left.every((byte, i) => byte === right[i]);
}
