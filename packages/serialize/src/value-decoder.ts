import {
  DepthLimitError,
  Graph,
  GraphoidError,
  type PlainRecord,
  type Ref,
  type RefData,
  type Value,
} from "@graphoid/core";
import { ByteReader } from "./byte-reader.ts";
import { CodecError } from "./errors.ts";
import { EXT, TYPE_KEY } from "./format.ts";
import { readGraph } from "./graph-decoder.ts";
import { emptyGraph, fillFromPlain } from "./plain-graph.ts";
import type { Registry } from "./registry.ts";
import { readBigint, readTimestamp, readTypedArray } from "./scalar-extensions.ts";

/** What a decoder is set to. */
export interface DecoderSettings {
  readonly registry: Registry;
  readonly maxDepth: number;
  readonly createRef: (data: RefData) => Ref;
}

/** Stands for a container that is being read and is not there yet. */
const PENDING: unique symbol = Symbol("pending");

/** Reads what {@link ValueEncoder} writes, and MessagePack from anyone. */
export class ValueDecoder extends ByteReader {
  readonly settings: DecoderSettings;
  /** The containers so far, in the order in which they began. */
  references: unknown[] = [];
  /** Take maps that are marked as graphs for graphs. */
  readonly #plainGraphs: boolean;

  constructor(bytes: Uint8Array, settings: DecoderSettings, options: { at?: number; plainGraphs?: boolean } = {}) {
    super(bytes, options.at ?? 0);
    this.settings = settings;
    this.#plainGraphs = options.plainGraphs ?? false;
  }

  value(depth: number): Value {
    const tag = this.u8();
    if (tag < 0x80) return tag;
    if (tag >= 0xe0) return tag - 0x100;
    if (tag < 0x90) return this.#map(tag & 0x0f, depth);
    if (tag < 0xa0) return this.#list(tag & 0x0f, depth);
    if (tag < 0xc0) return this.text(tag & 0x1f);
    switch (tag) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
        return this.raw(this.u8()).slice();
      case 0xc5:
        return this.raw(this.u16()).slice();
      case 0xc6:
        return this.raw(this.u32()).slice();
      case 0xca:
        this.need(4);
        this.at += 4;
        return this.view.getFloat32(this.at - 4);
      case 0xcb:
        this.need(8);
        this.at += 8;
        return this.view.getFloat64(this.at - 8);
      case 0xcc:
        return this.u8();
      case 0xcd:
        return this.u16();
      case 0xce:
        return this.u32();
      case 0xcf:
        this.need(8);
        this.at += 8;
        return exact(this.view.getBigUint64(this.at - 8));
      case 0xd0:
        return (this.u8() << 24) >> 24;
      case 0xd1:
        return (this.u16() << 16) >> 16;
      case 0xd2:
        return this.u32() | 0;
      case 0xd3:
        this.need(8);
        this.at += 8;
        return exact(this.view.getBigInt64(this.at - 8));
      case 0xd9:
        return this.text(this.u8());
      case 0xda:
        return this.text(this.u16());
      case 0xdb:
        return this.text(this.u32());
      case 0xdc:
        return this.#list(this.u16(), depth);
      case 0xdd:
        return this.#list(this.u32(), depth);
      case 0xde:
        return this.#map(this.u16(), depth);
      case 0xdf:
        return this.#map(this.u32(), depth);
      case 0xc7:
        return this.#extension(this.u8(), depth);
      case 0xc8:
        return this.#extension(this.u16(), depth);
      case 0xc9:
        return this.#extension(this.u32(), depth);
      case 0xc1:
        this.at--;
        throw this.malformed("the byte 0xc1, which begins no value,");
      default:
        return this.#extension(1 << (tag - 0xd4), depth);
    }
  }

  /** A value that is a string or null. */
  optionalString(depth: number, what: string): string | null {
    const value = this.value(depth);
    if (value === null || typeof value === "string") return value;
    throw this.malformed(`${what} that is not a string`);
  }

  #enter(depth: number): void {
    const { maxDepth } = this.settings;
    if (depth < maxDepth) return;
    throw new DepthLimitError(`serialize: the bytes nest deeper than ${maxDepth} levels`, { details: { maxDepth } });
  }

  #list(count: number, depth: number): Value {
    this.#enter(depth);
    this.need(count);
    const list: Value[] = [];
    this.references.push(list);
    for (let i = 0; i < count; i++) list.push(this.value(depth + 1));
    return list;
  }

  #map(count: number, depth: number): Value {
    this.#enter(depth);
    this.need(count * 2);
    const record: Record<string, Value> = {};
    const number = this.references.push(record) - 1;
    for (let i = 0; i < count; i++) {
      const tag = this.bytes[this.at] as number;
      const isString = (tag >= 0xa0 && tag < 0xc0) || (tag >= 0xd9 && tag <= 0xdb);
      if (!isString) return this.#foreignMap(record, count - i, number, depth);
      this.#field(record, this.string(), depth);
      if (i === 0 && this.#plainGraphs && record[TYPE_KEY] === "graph")
        return this.#plainGraph(count - 1, number, depth);
    }
    return record;
  }

  #field(record: Record<string, Value>, key: string, depth: number): void {
    if (Object.hasOwn(record, key)) throw this.malformed(`the key ${JSON.stringify(key)} a second time`);
    const value = this.value(depth + 1);
    if (key === "__proto__") {
      Object.defineProperty(record, key, { value, writable: true, enumerable: true, configurable: true });
    } else {
      record[key] = value;
    }
  }

  /** A map with a key that is not a string, which only other programs write: the rest of it, as a `Map`. */
  #foreignMap(record: Record<string, Value>, count: number, number: number, depth: number): Value {
    const map = new Map<Value, Value>(Object.entries(record));
    this.references[number] = map;
    this.#entries(map, count, depth);
    return map;
  }

  #entries(map: Map<Value, Value>, count: number, depth: number): void {
    for (let i = 0; i < count; i++) {
      const key = this.value(depth + 1);
      if (map.has(key)) throw this.malformed("a map key a second time");
      map.set(key, this.value(depth + 1));
    }
  }

  /** The fields of a plain graph after the one that marks it. */
  #plainGraph(count: number, number: number, depth: number): Value {
    if (count !== 3 || this.string() !== "directed")
      throw this.malformed("a plain graph whose fields are not in order");
    const graph = emptyGraph(this.value(depth + 1));
    this.references[number] = graph;
    if (this.string() !== "nodes") throw this.malformed("a plain graph whose fields are not in order");
    const nodes = this.value(depth + 1);
    if (this.string() !== "edges") throw this.malformed("a plain graph whose fields are not in order");
    fillFromPlain(graph, nodes, this.value(depth + 1));
    return graph;
  }

  #extension(length: number, depth: number): Value {
    this.need(length + 1);
    const type = ((this.bytes[this.at++] as number) << 24) >> 24;
    const outer = this.end;
    this.end = this.at + length;
    const value = this.#body(type, length, depth);
    if (this.at !== this.end) throw this.malformed(`bytes after the end of extension ${type}`);
    this.end = outer;
    return value;
  }

  #body(type: number, length: number, depth: number): Value {
    switch (type) {
      case EXT.timestamp:
        return readTimestamp(this, length);
      case EXT.backReference:
        return this.#backReference();
      case EXT.symbol:
        return Symbol.for(this.string());
      case EXT.bigint:
        return readBigint(this, length);
      case EXT.typedArray:
        return readTypedArray(this, length);
      default:
        this.#enter(depth);
    }
    const number = this.references.push(PENDING) - 1;
    const keep = <T>(container: T): T => {
      this.references[number] = container;
      return container;
    };
    switch (type) {
      case EXT.map: {
        const count = this.arrayHead();
        if (count % 2 !== 0) throw this.malformed("a map with a key and no value");
        const map = keep(new Map<Value, Value>());
        this.#entries(map, count / 2, depth);
        return map;
      }
      case EXT.set: {
        const set = keep(new Set<Value>());
        const count = this.arrayHead();
        for (let i = 0; i < count; i++) set.add(this.value(depth + 1));
        if (set.size !== count) throw this.malformed("a set with an item a second time");
        return set;
      }
      case EXT.record: {
        const count = this.arrayHead();
        if (count % 2 !== 0) throw this.malformed("an object with a key and no value");
        const record: Record<string, Value> = keep({});
        for (let i = 0; i < count; i += 2) this.#field(record, this.string(), depth);
        return record;
      }
      case EXT.graph: {
        const graph = keep(new Graph({ type: this.u8() === 1 ? "directed" : "undirected" }));
        return readGraph(this, graph, depth + 1);
      }
      case EXT.ref:
        return keep(this.#ref(depth));
      case EXT.error:
        return this.#error(keep, depth);
      case EXT.custom:
        return keep(this.#custom(depth));
      default:
        throw this.malformed(`the unknown extension type ${type}`);
    }
  }

  #backReference(): Value {
    const number = this.varint();
    if (number >= this.references.length)
      throw this.malformed(`a reference to container ${number}, which has not begun,`);
    const found = this.references[number];
    if (found === PENDING) throw this.malformed(`a reference to container ${number}, which is not finished,`);
    return found as Value;
  }

  #ref(depth: number): Ref {
    const count = this.arrayHead();
    const id = this.string();
    const location = this.value(depth + 1);
    const metadata = this.value(depth + 1);
    const plain =
      typeof metadata === "object" && metadata !== null && Object.getPrototypeOf(metadata) === Object.prototype;
    if (!plain || (count !== 3 && count !== 4)) throw this.malformed("a reference that is not one");
    const data: RefData = { id, location, metadata: metadata as PlainRecord };
    return this.settings.createRef(count === 3 ? data : { ...data, incarnation: this.string() });
  }

  #error(keep: (error: Error) => Error, depth: number): Value {
    const count = this.arrayHead();
    if (count !== 5 && count !== 6) throw this.malformed("an error that is not one");
    const name = this.string();
    const message = this.string();
    const code = this.optionalString(depth + 1, "the code of an error");
    const stack = this.optionalString(depth + 1, "the stack of an error");
    // An error of ours always has details, so whether some follow tells which class to make.
    const isOurs = this.bytes[this.at] !== 0xc0 && code !== null;
    const error = keep(isOurs ? new GraphoidError(code, message) : new Error(message));
    const define = (key: string, value: unknown): void =>
      void Object.defineProperty(error, key, { value, writable: true, configurable: true });
    define("name", name);
    define("stack", stack ?? `${name}: ${message}`);
    const details = this.value(depth + 1);
    if (isOurs) Object.assign(error, { details });
    else if (code !== null) Object.assign(error, { code });
    if (count === 6) define("cause", this.value(depth + 1));
    return error;
  }

  #custom(depth: number): Value {
    const tag = this.string();
    const codec = this.settings.registry.codecByTag(tag);
    if (!codec)
      throw new CodecError(`serialize: no class is registered under ${JSON.stringify(tag)}`, { details: { tag } });
    const data = this.value(depth + 1);
    try {
      return codec.decode(data) as Value;
    } catch (cause) {
      throw new CodecError(`serialize: the codec of ${JSON.stringify(tag)} failed to decode`, {
        cause,
        details: { tag },
      });
    }
  }
}

/** A 64-bit integer as a number where that is exact, else as a bigint. */
function exact(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
