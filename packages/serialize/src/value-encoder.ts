import {
  DepthLimitError,
  type Graph,
  isGraphoidError,
  kindOf,
  NotSerializableError,
  type Ref,
  type TypedArray,
  type ValueCodec,
} from "@graphoid/core";
import { ByteWriter } from "./byte-writer.ts";
import { canonicalColumns } from "./canonical-graph.ts";
import { compareText } from "./canonical-order.ts";
import { LimitError } from "./errors.ts";
import { EXT, TYPE_KEY } from "./format.ts";
import { writeGraph } from "./graph-encoder.ts";
import { plainGraph } from "./plain-graph.ts";
import { References } from "./references.ts";
import { CHANGED, refused, SELF } from "./refused.ts";
import { carriedCodec, encodeWith, type Registry } from "./registry.ts";
import { writeBigint, writeDate, writeExtension, writeSymbol, writeTypedArray } from "./scalar-encoder.ts";
import { MAX_KEYS, type WrittenShapes } from "./shapes.ts";
import { UnknownValue } from "./unknown-value.ts";

/** What an encoder is set to. */
export interface EncoderSettings {
  readonly registry: Registry;
  readonly maxDepth: number;
}

/** A value that is shared is written out each time in canonical form, which few objects could make endless. */
const MAX_CANONICAL_BYTES = 2 ** 30;

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
  /** Write equal values as equal bytes: everything in one order, and nothing as a reference to another. */
  canonical = false;
  /** The shapes of the session that this writes for: objects are written as theirs. */
  shapes: WrittenShapes | undefined;
  /** Room for a column of strings to note which codes it uses; all 0 in between. */
  usedCodes: Uint32Array = new Uint32Array(0);
  /** The references and instances of registered classes around what is being written: they cannot be referred to. */
  readonly #open = new Set<object>();
  /** In canonical form, the containers around what is being written. */
  readonly #around = new Set<object>();

  constructor(settings: EncoderSettings) {
    super();
    this.settings = settings;
  }

  /** Makes the encoder as new, with its buffer kept. */
  reset(): void {
    this.discard();
    this.references.clear();
    this.hasReferences = false;
    this.plainGraphs = false;
    this.escapeGraphs = false;
    this.canonical = false;
    if (this.#open.size > 0) this.#open.clear();
    if (this.#around.size > 0) this.#around.clear();
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
        return writeBigint(this, value);
      case "symbol":
        return writeSymbol(this, value);
      default:
        throw refused(value);
    }
  }

  #object(value: object, depth: number): void {
    if (!this.canonical) return this.#byPrototype(value, depth);
    if (this.#around.has(value)) throw refused(value, "a value that contains itself, in canonical form,");
    this.#around.add(value);
    this.#byPrototype(value, depth);
    this.#around.delete(value);
    if (this.at > MAX_CANONICAL_BYTES) {
      throw new LimitError(`serialize: a canonical form of over ${MAX_CANONICAL_BYTES} bytes`, {
        details: { limit: "MAX_CANONICAL_BYTES", value: MAX_CANONICAL_BYTES },
      });
    }
  }

  #byPrototype(value: object, depth: number): void {
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
        return writeDate(this, value as Date);
      case "typed-array":
        return writeTypedArray(this, value as TypedArray);
      case "map":
        return this.#map(value as Map<unknown, unknown>, depth);
      case "set":
        return this.#set(value as Set<unknown>, depth);
      case "graph":
        return this.#graph(value as Graph, depth);
      case "ref":
        return this.#ref(value as Ref, depth);
      case "custom":
        if (value instanceof UnknownValue && typeof value.tag === "number") return writeExtension(this, value);
        return this.#custom(value, carriedCodec(value), depth);
      case "error":
        return this.#error(value as Error, depth);
      default:
        throw refused(value);
    }
  }

  /** After a failure, the outermost reference or instance of a registered class in which it happened. */
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
    if (this.canonical) return false;
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
    if (this.shapes !== undefined ? this.#shaped(record, this.shapes, depth) : this.#short(record, depth)) return;
    const keys = Object.keys(record);
    if (this.canonical) keys.sort(compareText);
    let count = keys.length;
    for (const key of keys) if (record[key] === undefined) count--;
    if (this.escapeGraphs && Object.hasOwn(record, TYPE_KEY) && record[TYPE_KEY] === "graph") {
      const body = this.beginExtension();
      this.array(count * 2);
      this.#fields(record, keys, count, depth);
      this.endExtension(body, EXT.record);
      return;
    }
    // In a session, a short map stands for a shape.
    if (this.shapes !== undefined) this.head(count, 0, 0, 0, 0xde);
    else this.map(count);
    this.#fields(record, keys, count, depth);
  }

  /**
   * Writes an object of at most 15 fields of its own, most objects, without a list of its keys. False when it is another
   * object, of which nothing is then written.
   */
  #short(record: Record<string, unknown>, depth: number): boolean {
    if (this.canonical || this.escapeGraphs) return false;
    let keys = 0;
    for (const key in record) {
      if (!Object.hasOwn(record, key)) return false;
      keys++;
    }
    if (keys > 15) return false;
    const head = this.at;
    this.u8(0);
    let count = 0;
    for (const key in record) {
      if (--keys < 0) break;
      const value = record[key];
      if (value === undefined) continue;
      count++;
      this.string(key);
      this.value(value, depth + 1);
    }
    if (keys !== 0) throw refused(record, CHANGED);
    this.bytes[head] = 0x80 | count;
    return true;
  }

  /**
   * Writes an object of a session as its shape and its values. The number of the shape stands where the count of a short
   * map does: 15 and more behind it. False when the object has no shape.
   */
  #shaped(record: Record<string, unknown>, shapes: WrittenShapes, depth: number): boolean {
    let node = shapes.root;
    let keys = 0;
    for (const key in record) {
      if (++keys > MAX_KEYS || record[key] === undefined || !Object.hasOwn(record, key)) return false;
      node = shapes.next(node, key);
    }
    const shape = shapes.numberOf(node);
    if (shape < 0) return false;
    if (shape < 15) this.u8(0x80 | shape);
    else {
      this.u8(0x8f);
      this.varint(shape - 15);
    }
    for (const key in record) {
      if (--keys < 0) break;
      this.value(record[key], depth + 1);
    }
    if (keys !== 0) throw refused(record, CHANGED);
    return true;
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
    const starts: number[] = [];
    for (const [key, value] of map) {
      if (--left < 0) break;
      if (this.canonical) starts.push(this.at);
      this.value(key, depth + 1);
      this.value(value, depth + 1);
    }
    if (left !== 0) throw refused(map, CHANGED);
    this.sortStretches(starts);
    this.endExtension(body, EXT.map);
  }

  #set(set: Set<unknown>, depth: number): void {
    if (this.#known(set, depth)) return;
    let left = set.size;
    const body = this.beginExtension();
    this.array(left);
    const starts: number[] = [];
    for (const item of set) {
      if (--left < 0) break;
      if (this.canonical) starts.push(this.at);
      this.value(item, depth + 1);
    }
    if (left !== 0) throw refused(set, CHANGED);
    this.sortStretches(starts);
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
    writeGraph(this, this.canonical ? canonicalColumns(graph) : graph.columns, depth + 2);
    this.endExtension(body, EXT.graph);
  }

  #ref(ref: Ref, depth: number): void {
    if (this.#known(ref, depth)) return;
    const { id, location, metadata, incarnation } = ref.toData();
    const body = this.beginExtension();
    this.array(incarnation === undefined ? 3 : 4);
    this.string(id);
    this.#open.add(ref);
    this.value(location, depth + 1);
    this.value(metadata, depth + 1);
    this.#open.delete(ref);
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
}
