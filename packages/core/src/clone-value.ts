import { describe } from "./arguments.ts";
import { depthLimit, MAX_DEPTH } from "./depth.ts";
import { NotSerializableError } from "./errors.ts";
import type { Graph } from "./graph.ts";
import { codecOf, kindOf, type ValueCodec } from "./kind.ts";
import { setOwn } from "./properties.ts";
import type { Value } from "./values.ts";

/**
 * Copies a value so that neither copy can change the other. Sharing and cycles inside it are kept. References and
 * errors, which nobody changes, are shared; instances of classes are copied through their `valueCodec`.
 *
 * @throws NotSerializableError with the path to anything that is not a value, such as a function.
 * @throws DepthLimitError past 1,000 levels.
 * @example
 * ```ts
 * import { cloneValue } from "@graphoid/core";
 *
 * const original = { tags: ["a"] };
 * const copy = cloneValue(original);
 * copy.tags.push("b");
 * console.log(original.tags.length); // 1
 * ```
 */
export function cloneValue<T>(value: T): T {
  return new Cloning().clone(value, 0) as T;
}

class Cloning {
  readonly #copies = new Map<object, object>();
  readonly #path: string[] = [];

  clone(value: unknown, depth: number): unknown {
    const kind = kindOf(value);
    if (kind === "opaque") throw this.#refused(value);
    if (typeof value !== "object" || value === null || kind === "ref" || kind === "error") return value;
    const known = this.#copies.get(value);
    if (known) return known;
    if (depth >= MAX_DEPTH) throw depthLimit("cloneValue");
    switch (kind) {
      case "list": {
        const copy: unknown[] = this.#keep(value, []);
        for (const [i, item] of (value as unknown[]).entries()) copy.push(this.#at(`[${i}]`, item, depth));
        return copy;
      }
      case "record": {
        const copy: Record<string, unknown> = this.#keep(value, {});
        for (const key of Object.keys(value)) {
          const item = (value as Record<string, unknown>)[key];
          if (item !== undefined) setOwn(copy, key, this.#at(`.${key}`, item, depth));
        }
        return copy;
      }
      case "map": {
        const copy = this.#keep(value, new Map<unknown, unknown>());
        for (const [key, item] of value as Map<unknown, unknown>) {
          copy.set(this.#at(".key", key, depth), this.#at(`.get(${describe(key)})`, item, depth));
        }
        return copy;
      }
      case "set": {
        const copy = this.#keep(value, new Set<unknown>());
        for (const item of value as Set<unknown>) copy.add(this.#at(".item", item, depth));
        return copy;
      }
      case "graph": {
        const copy = (value as Graph).copy();
        this.#keep(value, copy);
        copy.mapValues((held, where) => this.#at(where, held, depth) as Value);
        return copy;
      }
      case "date":
        return this.#keep(value, new Date(value as Date));
      case "typed-array":
        // Not the value's own `slice`: that of Node's Buffer does not copy.
        return this.#keep(value, Uint8Array.prototype.slice.call(value));
      default: {
        const codec = codecOf(value) as ValueCodec;
        return this.#keep(value, codec.decode(this.#at("", codec.encode(value), depth) as Value) as object);
      }
    }
  }

  #keep<T extends object>(original: object, copy: T): T {
    this.#copies.set(original, copy);
    return copy;
  }

  #at(segment: string, value: unknown, depth: number): unknown {
    this.#path.push(segment);
    const copy = this.clone(value, depth + 1);
    this.#path.pop();
    return copy;
  }

  #refused(value: unknown): NotSerializableError {
    const path = `value${this.#path.join("")}`;
    return new NotSerializableError(`cloneValue: expected a value at ${path}, got ${describe(value)}`, {
      details: { path },
    });
  }
}
