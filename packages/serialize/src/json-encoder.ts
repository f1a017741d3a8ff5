import {
  DepthLimitError,
  type Graph,
  isGraphoidError,
  isWellFormed,
  kindOf,
  NotSerializableError,
  type Ref,
  type TypedArray,
  typedArrayName,
  type ValueCodec,
  valueCodec,
} from "@graphoid/core";
import { toBase64 } from "./base64.ts";
import { CodecError } from "./errors.ts";
import { TYPE_KEY } from "./format.ts";
import { plainGraph } from "./plain-graph.ts";
import { References } from "./references.ts";
import type { EncoderSettings } from "./value-encoder.ts";
import { refused } from "./value-encoder.ts";

/** What JSON.stringify takes as it is. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/**
 * Turns values into what JSON can hold. With tags, nothing is lost: whatever JSON has no word for becomes an object
 * with the key `$type`. Without, the result is for people, and what has no obvious form is refused.
 */
export class JsonEncoder {
  readonly #settings: EncoderSettings;
  readonly #plain: boolean;
  readonly #references = new References();
  /** Without tags, the containers around the one being written. */
  readonly #open = new Set<object>();

  constructor(settings: EncoderSettings, plain: boolean) {
    this.#settings = settings;
    this.#plain = plain;
  }

  value(value: unknown, depth: number): Json {
    const kind = kindOf(value);
    switch (kind) {
      case "null":
      case "boolean":
        return value as null | boolean;
      case "string":
        return this.#string(value as string);
      case "number":
        return this.#number(value as number);
      case "bigint":
        return this.#tagged("bigint", String(value));
      case "symbol":
        return this.#tagged("symbol", this.#string(Symbol.keyFor(value as symbol) as string));
      case "date":
        if (Number.isNaN((value as Date).getTime())) throw refused(value, "an invalid date");
        return this.#tagged("date", (value as Date).toISOString());
      case "typed-array":
        return this.#typedArray(value as TypedArray);
      default:
        if (typeof value !== "object" || value === null) throw refused(value);
        return this.#container(value, depth);
    }
  }

  #container(value: object, depth: number): Json {
    const { maxDepth } = this.#settings;
    if (depth >= maxDepth) {
      throw new DepthLimitError(`serialize: the value nests deeper than ${maxDepth} levels`, { details: { maxDepth } });
    }
    if (this.#plain) {
      if (this.#open.has(value)) throw refused(value, "a cycle in plain JSON");
      this.#open.add(value);
      const json = this.#content(value, depth);
      this.#open.delete(value);
      return json;
    }
    const number = this.#references.find(value);
    return number >= 0 ? { [TYPE_KEY]: "same", as: number } : this.#content(value, depth);
  }

  #content(value: object, depth: number): Json {
    const codec = this.#settings.registry.codecFor(value);
    if (codec) return this.#custom(value, codec, depth);
    const list = (items: Iterable<unknown>): Json[] => Array.from(items, (item) => this.value(item, depth + 1));
    switch (kindOf(value)) {
      case "list":
        return list(value as unknown[]);
      case "record":
        return this.#record(value as Record<string, unknown>, depth);
      case "map": {
        const entries = [...(value as Map<unknown, unknown>)];
        if (this.#plain && entries.every(([key]) => typeof key === "string")) {
          return this.#fields(entries as [string, unknown][], depth);
        }
        return this.#tagged(
          "map",
          entries.map((entry) => list(entry)),
        );
      }
      case "set":
        return this.#tagged("set", list(value as Set<unknown>));
      case "graph": {
        const { directed, nodes, edges } = plainGraph(value as Graph);
        const json = { directed, nodes: this.#records(nodes, depth), edges: this.#records(edges, depth) };
        return this.#plain ? json : { [TYPE_KEY]: "graph", ...json };
      }
      case "ref": {
        const json = this.#fields(Object.entries((value as Ref).toData()), depth);
        return this.#plain ? json : { [TYPE_KEY]: "ref", ...json };
      }
      case "error":
        return this.#error(value as Error, depth);
      case "custom":
        return this.#custom(value, (value.constructor as unknown as { [valueCodec]: ValueCodec })[valueCodec], depth);
      default:
        throw refused(value);
    }
  }

  #record(record: Record<string, unknown>, depth: number): Json {
    const json = this.#fields(Object.entries(record), depth);
    // An object that has our key itself is told apart by being written as pairs.
    return !this.#plain && Object.hasOwn(json, TYPE_KEY) ? { [TYPE_KEY]: "object", value: Object.entries(json) } : json;
  }

  /** Records of a graph: not containers of their own, so they are not numbered. */
  #records(records: readonly object[], depth: number): Json[] {
    return records.map((record) => this.#fields(Object.entries(record), depth + 1));
  }

  #fields(entries: readonly (readonly [string, unknown])[], depth: number): { [key: string]: Json } {
    const json: { [key: string]: Json } = {};
    for (const [key, value] of entries) {
      if (value === undefined) continue;
      const name = this.#string(key);
      const field = this.value(value, depth + 1);
      Object.defineProperty(json, name, { value: field, writable: true, enumerable: true, configurable: true });
    }
    return json;
  }

  #error(error: Error, depth: number): Json {
    const { name, message, stack, cause } = error;
    const { code, details } = error as { code?: unknown; details?: unknown };
    const fields: [string, unknown][] = [
      ["name", String(name)],
      ["message", String(message)],
      ["code", typeof code === "string" ? code : undefined],
      ["stack", typeof stack === "string" && !this.#plain ? stack : undefined],
      ["details", isGraphoidError(error) ? details : undefined],
      ["cause", cause],
    ];
    const json = this.#fields(fields, depth);
    return this.#plain ? json : { [TYPE_KEY]: "error", ...json };
  }

  #custom(value: object, codec: ValueCodec, depth: number): Json {
    const { tag } = codec;
    let encoded: unknown;
    try {
      encoded = codec.encode(value);
    } catch (cause) {
      throw new CodecError(`serialize: the codec of ${JSON.stringify(tag)} failed to encode`, {
        cause,
        details: { tag },
      });
    }
    const json = this.value(encoded, depth + 1);
    return this.#plain ? json : { [TYPE_KEY]: "custom", tag, value: json };
  }

  #tagged(type: string, json: Json): Json {
    return this.#plain ? json : { [TYPE_KEY]: type, value: json };
  }

  #string(text: string): string {
    if (isWellFormed(text)) return text;
    throw new NotSerializableError("serialize: a string has a lone surrogate", { details: { value: text } });
  }

  #number(value: number): Json {
    if (Number.isFinite(value) && !Object.is(value, -0)) return value;
    const text = Object.is(value, -0) ? "-0" : String(value);
    if (!this.#plain) return { [TYPE_KEY]: "number", value: text };
    throw refused(value, `the number ${text}, which plain JSON has no form for,`);
  }

  #typedArray(array: TypedArray): Json {
    if (this.#plain) return Array.from(array as Iterable<number | bigint>, (item) => this.value(item, 0));
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    return { [TYPE_KEY]: typedArrayName(array), value: toBase64(bytes) };
  }
}
