import {
  DepthLimitError,
  type Graph,
  isGraphoidError,
  isWellFormed,
  type KindName,
  kindOf,
  type Ref,
  type TypedArray,
  typedArrayName,
  type ValueCodec,
} from "@graphoid/core";
import { toBase64 } from "./base64.ts";
import { loneSurrogate } from "./byte-writer.ts";
import { isTypedArrayName, TYPE_KEY } from "./format.ts";
import { plainGraph } from "./plain-graph.ts";
import { References } from "./references.ts";
import { INVALID_DATE, refused, registeredKey, SELF } from "./refused.ts";
import { carriedCodec, encodeWith } from "./registry.ts";
import { UnknownValue } from "./unknown-value.ts";
import type { EncoderSettings } from "./value-encoder.ts";

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
  /** The containers around what is being written: without tags all, with tags those that cannot be referred to. */
  readonly #open = new Set<object>();
  #carrier: object | undefined;

  constructor(settings: EncoderSettings, plain: boolean) {
    this.#settings = settings;
    this.#plain = plain;
  }

  /** After a failure, the outermost instance of a registered class in which it happened. */
  get carrier(): object | undefined {
    return this.#carrier;
  }

  value(value: unknown, depth: number): Json {
    switch (typeof value) {
      case "string":
        return this.#string(value);
      case "number":
        return this.#number(value);
      case "boolean":
        return value;
      case "object":
        return value === null ? null : this.#object(value, depth);
      case "bigint":
        return this.#tagged("bigint", String(value));
      case "symbol":
        return this.#symbol(value);
      default:
        throw refused(value);
    }
  }

  #object(value: object, depth: number): Json {
    const codec = this.#settings.registry.codecFor(value);
    const kind = codec ? "custom" : kindOf(value);
    if (kind === "date") return this.#date(value as Date);
    if (kind === "typed-array") return this.#typedArray(value as TypedArray);
    if (kind === "opaque") throw refused(value);
    const { maxDepth } = this.#settings;
    if (depth >= maxDepth) {
      throw new DepthLimitError(`serialize: the value nests deeper than ${maxDepth} levels`, { details: { maxDepth } });
    }
    if (!this.#plain) {
      const number = this.#references.find(value);
      if (number >= 0 && this.#open.has(value)) throw refused(value, SELF);
      if (number >= 0) return { [TYPE_KEY]: "same", as: number };
      return codec ? this.#custom(value, codec, depth) : this.#container(value, kind, depth);
    }
    if (this.#open.has(value)) throw refused(value, "a cycle in plain JSON");
    this.#open.add(value);
    const json = codec ? this.#custom(value, codec, depth) : this.#container(value, kind, depth);
    this.#open.delete(value);
    return json;
  }

  // One method for each kind of container and no closures: what nests deep should take little of the stack.
  #container(value: object, kind: KindName, depth: number): Json {
    switch (kind) {
      case "list":
        return this.#list(value as unknown[], depth);
      case "record":
        return this.#record(value as Record<string, unknown>, depth);
      case "map":
        return this.#map(value as Map<unknown, unknown>, depth);
      case "set":
        return this.#tagged("set", this.#list([...(value as Set<unknown>)], depth));
      case "graph":
        return this.#graph(value as Graph, depth);
      case "ref": {
        this.#open.add(value);
        const json = this.#fields(Object.entries((value as Ref).toData()), depth);
        this.#open.delete(value);
        return this.#plain ? json : { [TYPE_KEY]: "ref", ...json };
      }
      case "error":
        return this.#error(value as Error, depth);
      default:
        return this.#custom(value, carriedCodec(value), depth);
    }
  }

  #list(items: readonly unknown[], depth: number): Json[] {
    const json: Json[] = [];
    for (let i = 0; i < items.length; i++) json.push(this.value(items[i], depth + 1));
    return json;
  }

  #map(map: Map<unknown, unknown>, depth: number): Json {
    const entries = [...map];
    if (this.#plain && entries.every(([key]) => typeof key === "string")) {
      return this.#fields(entries as [string, unknown][], depth);
    }
    const pairs: Json[] = [];
    for (const [key, value] of entries) pairs.push([this.value(key, depth + 1), this.value(value, depth + 1)]);
    return this.#tagged("map", pairs);
  }

  #graph(graph: Graph, depth: number): Json {
    const { directed, nodes, edges } = plainGraph(graph);
    const json = { directed, nodes: this.#records(nodes, depth), edges: this.#records(edges, depth) };
    return this.#plain ? json : { [TYPE_KEY]: "graph", ...json };
  }

  #record(record: Record<string, unknown>, depth: number): Json {
    const json = this.#fields(Object.entries(record), depth);
    // An object that has our key itself is told apart by being written as pairs.
    return !this.#plain && Object.hasOwn(json, TYPE_KEY) ? { [TYPE_KEY]: "object", value: Object.entries(json) } : json;
  }

  /** Records of a graph: not containers of their own, so they are not numbered. */
  #records(records: readonly object[], depth: number): Json[] {
    const json: Json[] = [];
    for (const record of records) json.push(this.#fields(Object.entries(record), depth + 1));
    return json;
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
    const outer = this.#carrier;
    this.#carrier ??= value;
    this.#open.add(value);
    const json = this.value(encodeWith(codec, value), depth + 1);
    this.#open.delete(value);
    this.#carrier = outer;
    if (this.#plain) return json;
    if (value instanceof UnknownValue && typeof value.tag === "number") {
      return { [TYPE_KEY]: "extension", type: value.tag, value: json };
    }
    return { [TYPE_KEY]: "custom", tag: codec.tag, value: json };
  }

  #tagged(type: string, json: Json): Json {
    return this.#plain ? json : { [TYPE_KEY]: type, value: json };
  }

  #string(text: string): string {
    if (isWellFormed(text)) return text;
    throw loneSurrogate(text);
  }

  #symbol(symbol: symbol): Json {
    return this.#tagged("symbol", this.#string(registeredKey(symbol)));
  }

  #date(date: Date): Json {
    if (Number.isNaN(date.getTime())) throw refused(date, INVALID_DATE);
    return this.#tagged("date", date.toISOString());
  }

  /** Tagged are those that JSON has no form for, and integers past 2⁵³, whose digits would be read as a bigint. */
  #number(value: number): Json {
    const text = Object.is(value, -0) ? "-0" : String(value);
    if (Number.isFinite(value) && text !== "-0") {
      return this.#plain || Number.isSafeInteger(value) || !/^-?[0-9]+$/.test(text)
        ? value
        : { [TYPE_KEY]: "number", value: text };
    }
    if (!this.#plain) return { [TYPE_KEY]: "number", value: text };
    throw refused(value, `the number ${text}, which plain JSON has no form for,`);
  }

  #typedArray(array: TypedArray): Json {
    const name = typedArrayName(array);
    if (!isTypedArrayName(name)) throw refused(array, `a ${name}`);
    if (this.#plain) return this.#list(Array.from(array as Iterable<number | bigint>), 0);
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    return { [TYPE_KEY]: name, value: toBase64(bytes) };
  }
}
