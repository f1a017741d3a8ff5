import {
  DepthLimitError,
  describe,
  type Graph,
  isGraphoidError,
  kindOf,
  NotSerializableError,
  type Ref,
  type TypedArray,
  typedArrayName,
  type ValueCodec,
  valueCodec,
} from "@graphoid/core";
import { ByteWriter } from "./byte-writer.ts";
import { EXT, TYPE_KEY, TYPED_ARRAYS } from "./format.ts";
import { writeGraph } from "./graph-encoder.ts";
import { plainGraph } from "./plain-graph.ts";
import { References } from "./references.ts";
import { encodeWith, type Registry } from "./registry.ts";

/** What an encoder is set to. */
export interface EncoderSettings {
  readonly registry: Registry;
  readonly maxDepth: number;
}

/** Writes values as MessagePack with the extensions of the format, in one pass. */
export class ValueEncoder extends ByteWriter {
  readonly settings: EncoderSettings;
  readonly references: References = new References();
  /** Whether a back reference was written. */
  hasReferences = false;
  /** Write graphs as maps and arrays that any MessagePack reader understands, rather than as columns. */
  plainGraphs = false;
  /** Write objects that look like such a map so that they are told apart from one. */
  escapeGraphs = false;
  /** Room for a column of strings to note which codes it uses; all 0 in between. */
  usedCodes: Uint32Array = new Uint32Array(0);
  /** The instances of registered classes around what is being written: they cannot be referred to. */
  readonly #open = new Set<object>();

  constructor(settings: EncoderSettings) {
    super();
    this.settings = settings;
  }

  /** Makes the encoder as new, with its buffer kept. */
  reset(): void {
    this.at = 0;
    this.references.clear();
    this.hasReferences = false;
    this.plainGraphs = false;
    this.escapeGraphs = false;
    this.#open.clear();
  }

  value(value: unknown, depth: number): void {
    switch (typeof value) {
      case "string":
        return this.string(value);
      case "number":
        return this.number(value);
      case "boolean":
        return this.u8(value ? 0xc3 : 0xc2);
      case "object":
        return value === null ? this.u8(0xc0) : this.#object(value, depth);
      case "bigint":
        return this.#bigint(value);
      case "symbol":
        return this.#symbol(value);
      default:
        throw refused(value);
    }
  }

  #object(value: object, depth: number): void {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype) return this.#record(value as Record<string, unknown>, depth);
    if (prototype === Array.prototype) return this.#list(value as unknown[], depth);
    if (prototype === Uint8Array.prototype) return this.bin(value as Uint8Array);
    const codec = this.settings.registry.codecFor(value);
    if (codec) return this.#custom(value, codec, depth);
    switch (kindOf(value)) {
      case "list":
        return this.#list(value as unknown[], depth);
      case "record":
        return this.#record(value as Record<string, unknown>, depth);
      case "date":
        return this.#date(value as Date);
      case "typed-array":
        return this.#typedArray(value as TypedArray);
      case "map":
        return this.#map(value as Map<unknown, unknown>, depth);
      case "set":
        return this.#set(value as Set<unknown>, depth);
      case "graph":
        return this.#graph(value as Graph, depth);
      case "ref":
        return this.#ref(value as Ref, depth);
      case "custom":
        return this.#custom(value, carriedCodec(value), depth);
      case "error":
        return this.#error(value as Error, depth);
      default:
        throw refused(value);
    }
  }

  /** After a failure, the outermost instance of a registered class in which it happened. */
  get carrier(): object | undefined {
    return this.#open.values().next().value;
  }

  /** Checks the depth and numbers a container. True when it was a back reference, which is then written. */
  #known(container: object, depth: number): boolean {
    if (depth >= this.settings.maxDepth) {
      throw new DepthLimitError(`serialize: the value nests deeper than ${this.settings.maxDepth} levels`, {
        details: { maxDepth: this.settings.maxDepth },
      });
    }
    const number = this.references.find(container);
    if (number < 0) return false;
    if (this.#open.size > 0 && this.#open.has(container)) throw refused(container, SELF);
    this.hasReferences = true;
    const body = this.beginExtension();
    this.varint(number);
    this.endExtension(body, EXT.backReference);
    return true;
  }

  #record(record: Record<string, unknown>, depth: number): void {
    if (this.#known(record, depth)) return;
    const keys = Object.keys(record);
    let count = keys.length;
    for (const key of keys) if (record[key] === undefined) count--;
    if (this.escapeGraphs && Object.hasOwn(record, TYPE_KEY) && record[TYPE_KEY] === "graph") {
      const body = this.beginExtension();
      this.array(count * 2);
      this.#fields(record, keys, count, depth);
      this.endExtension(body, EXT.record);
      return;
    }
    this.map(count);
    this.#fields(record, keys, count, depth);
  }

  /** Writes `count` fields: those of `keys` that are not `undefined`. */
  #fields(record: Record<string, unknown>, keys: readonly string[], count: number, depth: number): void {
    let left = count;
    for (const key of keys) {
      const value = record[key];
      if (value === undefined) continue;
      left--;
      this.string(key);
      this.value(value, depth + 1);
    }
    if (left !== 0) throw refused(record, CHANGED);
  }

  #list(list: readonly unknown[], depth: number): void {
    if (this.#known(list, depth)) return;
    const { length } = list;
    this.array(length);
    for (let i = 0; i < length; i++) this.value(list[i], depth + 1);
  }

  #map(map: Map<unknown, unknown>, depth: number): void {
    if (this.#known(map, depth)) return;
    let left = map.size;
    const body = this.beginExtension();
    this.array(left * 2);
    for (const [key, value] of map) {
      if (--left < 0) break;
      this.value(key, depth + 1);
      this.value(value, depth + 1);
    }
    if (left !== 0) throw refused(map, CHANGED);
    this.endExtension(body, EXT.map);
  }

  #set(set: Set<unknown>, depth: number): void {
    if (this.#known(set, depth)) return;
    let left = set.size;
    const body = this.beginExtension();
    this.array(left);
    for (const item of set) {
      if (--left < 0) break;
      this.value(item, depth + 1);
    }
    if (left !== 0) throw refused(set, CHANGED);
    this.endExtension(body, EXT.set);
  }

  #graph(graph: Graph, depth: number): void {
    if (this.plainGraphs) {
      if (this.references.find(graph) >= 0) {
        throw new NotSerializableError(
          "serialize.toMsgpack: a graph stands in the value twice, which only the compact form can tell",
          { details: { value: graph } },
        );
      }
      const plain = plainGraph(graph) as unknown as Record<string, unknown>;
      const keys = Object.keys(plain);
      this.map(keys.length);
      this.#fields(plain, keys, keys.length, depth);
      return;
    }
    if (this.#known(graph, depth)) return;
    const body = this.beginExtension();
    writeGraph(this, graph, depth + 2);
    this.endExtension(body, EXT.graph);
  }

  #ref(ref: Ref, depth: number): void {
    if (this.#known(ref, depth)) return;
    const { id, location, metadata, incarnation } = ref.toData();
    const body = this.beginExtension();
    this.array(incarnation === undefined ? 3 : 4);
    this.string(id);
    this.value(location, depth + 1);
    this.value(metadata, depth + 1);
    if (incarnation !== undefined) this.string(incarnation);
    this.endExtension(body, EXT.ref);
  }

  #error(error: Error, depth: number): void {
    if (this.#known(error, depth)) return;
    const { name, message, stack, cause } = error;
    const { code, details } = error as { code?: unknown; details?: unknown };
    const body = this.beginExtension();
    this.array(cause === undefined ? 5 : 6);
    this.string(String(name));
    this.string(String(message));
    this.value(typeof code === "string" ? code : null, depth + 1);
    this.value(typeof stack === "string" ? stack : null, depth + 1);
    this.value(isGraphoidError(error) ? details : null, depth + 1);
    if (cause !== undefined) this.value(cause, depth + 1);
    this.endExtension(body, EXT.error);
  }

  #custom(value: object, codec: ValueCodec, depth: number): void {
    if (this.#known(value, depth)) return;
    const encoded = encodeWith(codec, value);
    const body = this.beginExtension();
    this.string(codec.tag);
    this.#open.add(value);
    this.value(encoded, depth + 1);
    this.#open.delete(value);
    this.endExtension(body, EXT.custom);
  }

  #date(date: Date): void {
    const time = date.getTime();
    if (Number.isNaN(time)) throw refused(date, INVALID_DATE);
    const seconds = Math.floor(time / 1000);
    const nanoseconds = (time - seconds * 1000) * 1_000_000;
    const body = this.beginExtension();
    this.reserve(12);
    if (seconds >= 0 && seconds <= 0xffffffff && nanoseconds === 0) {
      this.view.setUint32(this.at, seconds);
      this.at += 4;
    } else if (seconds >= 0 && seconds < 2 ** 34) {
      this.view.setUint32(this.at, nanoseconds * 4 + Math.floor(seconds / 2 ** 32));
      this.view.setUint32(this.at + 4, seconds % 2 ** 32);
      this.at += 8;
    } else {
      this.view.setUint32(this.at, nanoseconds);
      this.view.setBigInt64(this.at + 4, BigInt(seconds));
      this.at += 12;
    }
    this.endExtension(body, EXT.timestamp);
  }

  #bigint(value: bigint): void {
    // 64-bit integers that no number holds exactly are bigints for every reader; the others need saying so.
    const wide = value > BigInt(Number.MAX_SAFE_INTEGER) || value < BigInt(Number.MIN_SAFE_INTEGER);
    if (wide && (BigInt.asIntN(64, value) === value || BigInt.asUintN(64, value) === value)) return this.int64(value);
    const body = this.beginExtension();
    this.u8(value < 0n ? 1 : 0);
    const hex = (value < 0n ? -value : value).toString(16);
    const digits = hex.length % 2 === 0 ? hex : `0${hex}`;
    this.reserve(digits.length / 2);
    for (let i = digits.length - 2; i >= 0; i -= 2) this.bytes[this.at++] = Number.parseInt(digits.slice(i, i + 2), 16);
    this.endExtension(body, EXT.bigint);
  }

  #symbol(value: symbol): void {
    const key = registeredKey(value);
    const body = this.beginExtension();
    this.string(key);
    this.endExtension(body, EXT.symbol);
  }

  #typedArray(array: TypedArray): void {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    // By name, as the array may come from another realm; the name of a Buffer is that of its base.
    const name = typedArrayName(array);
    if (name === "Uint8Array") return this.bin(bytes);
    const type = TYPED_ARRAYS.findIndex((one) => one.name === name);
    if (type < 0) throw refused(array, `a ${name}`);
    const body = this.beginExtension();
    this.u8(type);
    this.raw(bytes);
    this.endExtension(body, EXT.typedArray);
  }
}

/** Why instances of registered classes cannot contain themselves: there is nothing to refer to before `decode` ran. */
export const SELF = "an instance of a registered class that contains itself";
const CHANGED = "a container that changed while it was written";
export const INVALID_DATE = "an invalid date";

/** The key of a symbol, which is all that can travel of it. */
export function registeredKey(symbol: symbol): string {
  const key = Symbol.keyFor(symbol);
  if (key === undefined) throw refused(symbol, "a symbol that is not registered (use Symbol.for)");
  return key;
}

/** The codec that the class of an object of kind `custom` carries. */
export function carriedCodec(value: object): ValueCodec {
  return (value.constructor as unknown as { [valueCodec]: ValueCodec })[valueCodec];
}

/** The error for something that is not a value; the serializer adds the path to it. */
export function refused(value: unknown, what: string = describe(value)): NotSerializableError {
  return new NotSerializableError(`serialize: ${what} cannot be serialized`, { details: { value, what } });
}
