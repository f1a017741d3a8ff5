import {
  DepthLimitError,
  type Graph,
  GraphoidError,
  isWellFormed,
  type PlainRecord,
  type RefData,
  type TypedArray,
  type Value,
} from "@graphoid/core";
import { fromBase64 } from "./base64.ts";
import { CodecError, FormatError } from "./errors.ts";
import { TYPE_KEY, TYPED_ARRAYS } from "./format.ts";
import type { Json } from "./json-encoder.ts";
import { emptyGraph, fillFromPlain } from "./plain-graph.ts";
import type { DecoderSettings } from "./value-decoder.ts";

type Fields = { readonly [key: string]: Json };

/** Turns what {@link JsonEncoder} writes with tags back into values. */
export class JsonDecoder {
  readonly #settings: DecoderSettings;
  readonly #references: unknown[] = [];

  constructor(settings: DecoderSettings) {
    this.#settings = settings;
  }

  value(json: Json, depth: number): Value {
    if (typeof json === "string" && !isWellFormed(json)) throw malformed("a string with a lone surrogate");
    if (typeof json !== "object" || json === null) return json;
    const { maxDepth } = this.#settings;
    if (depth >= maxDepth) {
      throw new DepthLimitError(`serialize: the JSON nests deeper than ${maxDepth} levels`, { details: { maxDepth } });
    }
    if (Array.isArray(json)) {
      const list: Value[] = [];
      this.#references.push(list);
      for (const item of json) list.push(this.value(item, depth + 1));
      return list;
    }
    if (Object.hasOwn(json, TYPE_KEY)) return this.#tagged(json[TYPE_KEY] as Json, json, depth);
    return this.#fields(json, this.#keep({}), depth);
  }

  #keep<T>(container: T): T {
    this.#references.push(container);
    return container;
  }

  #fields(json: Fields, record: Record<string, Value>, depth: number, skip?: string): Record<string, Value> {
    for (const [key, field] of Object.entries(json)) {
      if (key === skip) continue;
      if (!isWellFormed(key)) throw malformed("a key with a lone surrogate");
      const value = this.value(field, depth + 1);
      Object.defineProperty(record, key, { value, writable: true, enumerable: true, configurable: true });
    }
    return record;
  }

  #tagged(type: Json, json: Fields, depth: number): Value {
    switch (type) {
      case "number":
        return this.#number(json["value"]);
      case "bigint":
        return this.#bigint(json["value"]);
      case "symbol":
        return Symbol.for(text(json["value"], "a symbol"));
      case "date":
        return this.#date(json["value"]);
      case "same":
        return this.#same(json["as"]);
      case "object": {
        const record: Record<string, Value> = this.#keep({});
        return this.#fields(Object.fromEntries(pairs(json["value"]) as [string, Json][]), record, depth);
      }
      case "map": {
        const map = this.#keep(new Map<Value, Value>());
        for (const [key, value] of pairs(json["value"])) {
          const decoded = this.value(key, depth + 1);
          if (map.has(decoded)) throw malformed("a map with a key twice");
          map.set(decoded, this.value(value, depth + 1));
        }
        return map;
      }
      case "set": {
        const items = array(json["value"], "a set");
        const set = this.#keep(new Set<Value>());
        for (const item of items) set.add(this.value(item, depth + 1));
        if (set.size !== items.length) throw malformed("a set with an item twice");
        return set;
      }
      case "graph":
        return this.#graph(json, depth);
      case "ref":
        return this.#ref(json, depth);
      case "error":
        return this.#error(json, depth);
      case "custom":
        return this.#custom(json, depth);
      default:
        return this.#typedArray(type, json["value"]);
    }
  }

  #number(json: Json | undefined): Value {
    const values: Record<string, number> = {
      "-0": -0,
      NaN: Number.NaN,
      Infinity: Number.POSITIVE_INFINITY,
      "-Infinity": Number.NEGATIVE_INFINITY,
    };
    const name = text(json, "a number");
    if (!Object.hasOwn(values, name)) throw malformed("a number of no known name");
    return values[name] as number;
  }

  #bigint(json: Json | undefined): Value {
    const digits = text(json, "a bigint");
    if (!/^(0|-?[1-9][0-9]*)$/.test(digits)) throw malformed("a bigint that is not one");
    return BigInt(digits);
  }

  #date(json: Json | undefined): Value {
    const iso = text(json, "a date");
    const date = new Date(iso);
    if (Number.isNaN(date.getTime()) || date.toISOString() !== iso) throw malformed("a date that is not exact");
    return date;
  }

  #same(json: Json | undefined): Value {
    const found = typeof json === "number" ? this.#references[json] : undefined;
    if (found === undefined) throw malformed(`a reference to container ${String(json)}, which is not there yet`);
    return found as Value;
  }

  #graph(json: Fields, depth: number): Value {
    const graph: Graph = this.#keep(emptyGraph(json["directed"] ?? null));
    const records = (list: Json | undefined): Value[] =>
      array(list, "a graph").map((item) => this.#fields(fields(item), {}, depth + 1));
    fillFromPlain(graph, records(json["nodes"]), records(json["edges"]));
    return graph;
  }

  #ref(json: Fields, depth: number): Value {
    const number = this.#references.push(undefined) - 1;
    const { id, location, metadata, incarnation } = this.#fields(json, {}, depth, TYPE_KEY);
    if (
      typeof id !== "string" ||
      location === undefined ||
      Object.getPrototypeOf(metadata ?? null) !== Object.prototype
    ) {
      throw malformed("a reference that is not one");
    }
    const data: RefData = { id, location, metadata: metadata as PlainRecord };
    const ref = this.#settings.createRef(
      incarnation === undefined ? data : { ...data, incarnation: text(incarnation as Json, "a reference") },
    );
    this.#references[number] = ref;
    return ref;
  }

  #error(json: Fields, depth: number): Value {
    const name = text(json["name"], "an error");
    const message = text(json["message"], "an error");
    const code = json["code"] === undefined ? undefined : text(json["code"], "an error");
    const isOurs = code !== undefined && json["details"] !== undefined;
    const error = this.#keep(isOurs ? new GraphoidError(code, message) : new Error(message));
    const define = (key: string, value: unknown): void =>
      void Object.defineProperty(error, key, { value, writable: true, configurable: true });
    define("name", name);
    define("stack", json["stack"] === undefined ? `${name}: ${message}` : text(json["stack"], "an error"));
    if (isOurs) Object.assign(error, { details: this.value(json["details"] as Json, depth + 1) });
    else if (code !== undefined) Object.assign(error, { code });
    if (json["cause"] !== undefined) define("cause", this.value(json["cause"], depth + 1));
    return error;
  }

  #custom(json: Fields, depth: number): Value {
    const number = this.#references.push(undefined) - 1;
    const tag = text(json["tag"], "a custom value");
    const codec = this.#settings.registry.codecByTag(tag);
    if (!codec)
      throw new CodecError(`serialize: no class is registered under ${JSON.stringify(tag)}`, { details: { tag } });
    const data = this.value(json["value"] ?? null, depth + 1);
    try {
      const value = codec.decode(data) as Value;
      this.#references[number] = value;
      return value;
    } catch (cause) {
      throw new CodecError(`serialize: the codec of ${JSON.stringify(tag)} failed to decode`, {
        cause,
        details: { tag },
      });
    }
  }

  #typedArray(type: Json, json: Json | undefined): Value {
    const bytes = fromBase64(text(json, "a typed array"));
    if (type === "Uint8Array") return bytes;
    const ArrayType = TYPED_ARRAYS.find((one) => one.name === type);
    if (!ArrayType) throw malformed(`a value of the unknown type ${JSON.stringify(type)}`);
    if (bytes.length % ArrayType.BYTES_PER_ELEMENT !== 0) throw malformed("a typed array of a broken length");
    return new ArrayType(bytes.buffer as ArrayBuffer) as TypedArray;
  }
}

function malformed(what: string): FormatError {
  return new FormatError(`serialize.fromJson: ${what}`);
}

function text(json: Json | undefined, what: string): string {
  if (typeof json === "string" && isWellFormed(json)) return json;
  throw malformed(`${what} without its text`);
}

function array(json: Json | undefined, what: string): Json[] {
  if (Array.isArray(json)) return json;
  throw malformed(`${what} without its array`);
}

function fields(json: Json): Fields {
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return json;
  throw malformed("a record that is not an object");
}

function pairs(json: Json | undefined): [Json, Json][] {
  return array(json, "a map").map((pair) => {
    if (!Array.isArray(pair) || pair.length !== 2) throw malformed("an entry that is not a pair");
    return pair as [Json, Json];
  });
}
