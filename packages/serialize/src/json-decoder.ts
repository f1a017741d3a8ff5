import {
  DepthLimitError,
  describe,
  isWellFormed,
  type PlainRecord,
  type RefData,
  type TypedArray,
  type Value,
} from "@graphoid/core";
import { fromBase64 } from "./base64.ts";
import { decodedError, setCause, setDetails } from "./decoded-error.ts";
import { FormatError } from "./errors.ts";
import { isForeignExtension, TYPE_KEY, TYPED_ARRAYS } from "./format.ts";
import type { Json } from "./json-encoder.ts";
import { COST, type MemoryBudget } from "./memory-budget.ts";
import { emptyGraph, fillFromPlain } from "./plain-graph.ts";
import type { DecoderSettings } from "./record-decoder.ts";
import { addField, isPlainRecord } from "./record-fields.ts";
import { decodeWith } from "./registry.ts";
import { symbols } from "./symbols.ts";
import { UnknownValue } from "./unknown-value.ts";

type Fields = { readonly [key: string]: Json };

/** The fields of each type of tagged object, by name. */
const FIELDS: ReadonlyMap<Json | undefined, readonly string[]> = new Map<string, readonly string[]>([
  ...["number", "bigint", "symbol", "date", "object", "map", "set"].map((type) => [type, ["value"]] as const),
  ...["Uint8Array", ...TYPED_ARRAYS.map(({ name }) => name)].map((type) => [type, ["value"]] as const),
  ["same", ["as"]],
  ["graph", ["directed", "nodes", "edges"]],
  ["ref", ["id", "location", "metadata", "incarnation"]],
  ["error", ["name", "message", "code", "stack", "details", "cause"]],
  ["custom", ["tag", "value"]],
  ["extension", ["type", "value"]],
]);

/** Turns what {@link JsonEncoder} writes with tags back into values. */
export class JsonDecoder {
  readonly #settings: DecoderSettings;
  readonly #budget: MemoryBudget;
  readonly #references: unknown[] = [];

  constructor(settings: DecoderSettings, budget: MemoryBudget) {
    this.#settings = settings;
    this.#budget = budget;
  }

  value(json: Json, depth: number): Value {
    if (typeof json === "string" && !isWellFormed(json)) throw malformed("a string with a lone surrogate");
    if (typeof json !== "object" || json === null) return json;
    if (Array.isArray(json)) {
      this.#enter(depth);
      const list: Value[] = this.#keep([]);
      for (const item of json) list.push(this.value(item, depth + 1));
      return list;
    }
    if (Object.hasOwn(json, TYPE_KEY)) return this.#tagged(json[TYPE_KEY] as Json, json, depth);
    this.#enter(depth);
    return this.#fields(Object.entries(json), this.#keep({}), depth);
  }

  #enter(depth: number): void {
    const { maxDepth } = this.#settings;
    if (depth < maxDepth) return;
    throw new DepthLimitError(`serialize: the JSON nests deeper than ${maxDepth} levels`, { details: { maxDepth } });
  }

  #keep<T>(container: T): T {
    this.#references.push(container);
    return container;
  }

  /** Adds fields to a record that has none. */
  #fields(entries: readonly (readonly [string, Json])[], record: Record<string, Value>, depth: number): PlainRecord {
    let sparse = false;
    for (const [key, json] of entries) {
      if (!isWellFormed(key)) throw malformed("a key with a lone surrogate");
      if (Object.hasOwn(record, key)) throw malformed(`the key ${describe(key)} a second time`);
      sparse = addField(record, key, this.value(json, depth + 1), sparse);
    }
    return record;
  }

  #tagged(type: Json, json: Fields, depth: number): Value {
    const known = FIELDS.get(type);
    if (!known) throw malformed(`a value of the unknown type ${describe(type)}`);
    for (const key of Object.keys(json)) {
      if (key !== TYPE_KEY && !known.includes(key))
        throw malformed(`a ${String(type)} with the field ${describe(key)}`);
    }
    switch (type) {
      case "number":
        return this.#number(json["value"]);
      case "bigint":
        return this.#bigint(json["value"]);
      case "symbol":
        return symbols.make(text(json["value"], "a symbol"));
      case "date":
        return this.#date(json["value"]);
      case "same":
        return this.#same(json["as"]);
      case "object":
      case "map":
      case "set":
      case "graph":
      case "ref":
      case "error":
      case "custom":
        return this.#container(type, json, depth);
      case "extension":
        this.#enter(depth);
        return this.#extension(json, depth);
      default:
        return this.#typedArray(type, json["value"]);
    }
  }

  #container(type: string, json: Fields, depth: number): Value {
    this.#enter(depth);
    switch (type) {
      case "object":
        return this.#fields(namedPairs(json["value"]), this.#keep({}), depth);
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
      default:
        return this.#custom(json, depth);
    }
  }

  #number(json: Json | undefined): Value {
    const name = text(json, "a number");
    if (name === "-0") return -0;
    const number = Number(name);
    if (String(number) !== name) throw malformed("a number that is not in its shortest form");
    return number;
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
    const graph = this.#keep(emptyGraph(json["directed"] ?? null));
    const records = (list: Json | undefined): Value[] =>
      array(list, "a graph").map((item) => this.#fields(Object.entries(fields(item)), {}, depth + 1));
    const nodes = records(json["nodes"]);
    const edges = records(json["edges"]);
    this.#budget.take(COST.plainGraph, 32 * (1 + nodes.length + edges.length));
    fillFromPlain(graph, { directed: graph.type === "directed", nodes, edges });
    return graph;
  }

  #ref(json: Fields, depth: number): Value {
    const number = this.#references.push(undefined) - 1;
    const entries = Object.entries(json).filter(([key]) => key !== TYPE_KEY);
    const { id, location, metadata, incarnation } = this.#fields(entries, {}, depth);
    if (typeof id !== "string" || location === undefined || !isPlainRecord(metadata)) {
      throw malformed("a reference that is not one");
    }
    const data: RefData = { id, location, metadata };
    const ref = this.#settings.createRef(
      incarnation === undefined ? data : { ...data, incarnation: text(incarnation as Json, "a reference") },
    );
    this.#references[number] = ref;
    return ref;
  }

  #error(json: Fields, depth: number): Value {
    const name = text(json["name"], "an error");
    const message = text(json["message"], "an error");
    const code = optionalText(json["code"], "an error");
    const stack = optionalText(json["stack"], "an error");
    const isOurs = code !== undefined && json["details"] !== undefined;
    const error = this.#keep(decodedError({ name, message, code, stack }, isOurs));
    if (isOurs) {
      const details = this.value(json["details"] as Json, depth + 1);
      if (!isPlainRecord(details)) throw malformed("an error whose details are no object");
      setDetails(error, details);
    }
    if (json["cause"] !== undefined) setCause(error, this.value(json["cause"], depth + 1));
    return error;
  }

  #custom(json: Fields, depth: number): Value {
    const number = this.#references.push(undefined) - 1;
    const codec = this.#settings.registry.codecByTag(text(json["tag"], "a custom value"));
    const value = decodeWith(codec, this.value(json["value"] ?? null, depth + 1));
    this.#references[number] = value;
    return value;
  }

  #extension({ type, value }: Fields, depth: number): Value {
    const number = typeof type === "number" && isForeignExtension(type) ? type : undefined;
    if (number === undefined || !this.#settings.registry.keepsUnknown) {
      throw malformed(`the unknown extension type ${describe(type)}`);
    }
    const place = this.#references.push(undefined) - 1;
    const bytes = this.value(value ?? null, depth + 1);
    if (!(bytes instanceof Uint8Array)) throw malformed("an extension without its bytes");
    const unknown = new UnknownValue(number, bytes);
    this.#references[place] = unknown;
    return unknown;
  }

  #typedArray(type: Json, json: Json | undefined): Value {
    const ArrayType = TYPED_ARRAYS.find((one) => one.name === type) ?? Uint8Array;
    const bytes = fromBase64(text(json, "a typed array"));
    if (bytes.length % ArrayType.BYTES_PER_ELEMENT !== 0) throw malformed("a typed array of a broken length");
    return new ArrayType(bytes.buffer) as TypedArray;
  }
}

function malformed(what: string): FormatError {
  return new FormatError(`serialize.fromJson: ${what}`);
}

function text(json: Json | undefined, what: string): string {
  if (typeof json === "string" && isWellFormed(json)) return json;
  throw malformed(`${what} without its text`);
}

function optionalText(json: Json | undefined, what: string): string | undefined {
  return json === undefined ? undefined : text(json, what);
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

function namedPairs(json: Json | undefined): [string, Json][] {
  return pairs(json).map(([key, value]) => [text(key, "a key"), value]);
}
