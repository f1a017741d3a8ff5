import { DepthLimitError, type Graph, type Ref, type RefData, type Value } from "@graphoid/core";
import { ByteReader, NOTHING } from "./byte-reader.ts";
import { TYPE_KEY } from "./format.ts";
import type { KeyCache } from "./key-cache.ts";
import { COST, type MemoryBudget } from "./memory-budget.ts";
import { emptyGraph, fillFromPlain } from "./plain-graph.ts";
import type { KnownKeys, RecordCache } from "./record-cache.ts";
import { addField, EmptyRecord, isPlainRecord } from "./record-fields.ts";
import { type FieldReader, recordMaker, USES_BEFORE_MAKER } from "./record-maker.ts";
import type { Registry } from "./registry.ts";
import type { ReadShapes } from "./shapes.ts";

/** What a decoder is set to. */
export interface DecoderSettings {
  readonly registry: Registry;
  readonly maxDepth: number;
  readonly createRef: (data: RefData) => Ref;
  readonly keys: KeyCache;
  readonly records: RecordCache;
}

/** Reads objects and maps, the part of decoding where the time goes; {@link ValueDecoder} reads everything else. */
export abstract class RecordDecoder extends ByteReader implements FieldReader {
  readonly settings: DecoderSettings;
  readonly budget: MemoryBudget;
  /** The containers so far, in the order in which they began. */
  references: unknown[] = [];
  /** The numbers of those that a reference led to. */
  protected readonly followed: Set<number> = new Set();
  /** Whether containers are remembered, so that references to them can be followed. */
  hasReferences = true;
  /** The shapes of the session that this reads for. */
  shapes: ReadShapes | undefined;
  /** Whether maps that are marked as graphs are taken for graphs. */
  plainGraphs = false;
  /** Whether the object that was read last had other keys than it was taken to have. */
  #surprised = false;

  constructor(settings: DecoderSettings, budget: MemoryBudget, bytes?: Uint8Array) {
    super(bytes);
    this.settings = settings;
    this.budget = budget;
  }

  /** Makes the decoder as new, with nothing of what it read kept. */
  reset(): void {
    this.open(NOTHING);
    this.budget.reset();
    if (this.references.length > 0) this.references = [];
    if (this.followed.size > 0) this.followed.clear();
    this.hasReferences = true;
    this.shapes = undefined;
    this.plainGraphs = false;
    this.#surprised = false;
  }

  abstract value(depth: number): Value;

  protected enter(depth: number): void {
    const { maxDepth } = this.settings;
    if (depth < maxDepth) return;
    throw new DepthLimitError(`serialize: the bytes nest deeper than ${maxDepth} levels`, { details: { maxDepth } });
  }

  /** Remembers a container that begins, and returns its number. */
  protected begin(container: unknown): number {
    return this.hasReferences ? this.references.push(container) - 1 : -1;
  }

  /** Remembers another object, or the finished one, for a container that began. */
  protected replace(number: number, container: unknown): void {
    if (number >= 0) this.references[number] = container;
  }

  protected map(count: number, depth: number): Value {
    this.enter(depth);
    this.need(count * 2);
    if (count === 0 || this.hasReferences || this.plainGraphs) {
      const record: Record<string, Value> = count === 0 ? new EmptyRecord() : {};
      return this.#fields(record, count, this.begin(record), depth);
    }
    const { records } = this.settings;
    const start = this.at;
    const known = records.find(count, this.bytes, start);
    let value: Value;
    if (known === undefined) value = this.#fields({}, count, -1, depth);
    else if (known.maker !== undefined) value = known.maker(this, known, depth + 1);
    else {
      if (++known.uses === USES_BEFORE_MAKER) known.maker = recordMaker(known.keys, true);
      value = this.#knownFields(known, depth + 1);
    }
    if (known === undefined || this.#surprised) {
      this.#surprised = false;
      if (isPlainRecord(value)) records.meet(Object.keys(value), this.bytes, start);
    } else if (known.doubt > 0) known.doubt--;
    return value;
  }

  #knownFields(known: KnownKeys, depth: number): Value {
    const { keys } = known;
    const record: Record<string, Value> = {};
    for (let i = 0; i < keys.length; i++) {
      if (!this.passKey(known, i)) return this.otherFields(record, i, known, depth);
      record[keys[i] as string] = this.value(depth);
    }
    return record;
  }

  passKey(known: KnownKeys, index: number): boolean {
    const { bytes, offsets } = known;
    const { at } = this;
    const from = offsets[index] as number;
    const length = (offsets[index + 1] as number) - from;
    if (length > this.end - at) return false;
    for (let i = 0; i < length; i++) if (bytes[from + i] !== this.bytes[at + i]) return false;
    this.at = at + length;
    return true;
  }

  otherFields(record: Record<string, Value>, read: number, known: KnownKeys, depth: number): Value {
    const value = this.#fields(record, known.keys.length - read, -1, depth - 1);
    this.#surprised = true;
    return value;
  }

  /** What began as an object turns out to be something else, which nothing may have referred to yet. */
  #become(number: number, container: unknown): void {
    if (this.followed.has(number)) throw this.malformed("a map or graph that holds itself before it shows to be one");
    this.replace(number, container);
  }

  /** `count` fields of `record`, or what it turns out to be instead. */
  #fields(record: Record<string, Value>, count: number, number: number, depth: number): Value {
    const start = this.at;
    let sparse = false;
    let graph: Graph | undefined;
    for (let i = 0; i < count; i++) {
      const tag = this.bytes[this.at] as number;
      const isString = (tag >= 0xa0 && tag < 0xc0) || (tag >= 0xd9 && tag <= 0xdb);
      if (!isString) return this.#foreignMap(record, count - i, number, depth);
      const key = this.#key();
      sparse = this.field(record, key, depth, sparse);
      // As soon as it is known what graph this is, as the nodes may hold the graph itself.
      if (this.plainGraphs && key === "directed" && record[TYPE_KEY] === "graph") {
        graph = emptyGraph(record["directed"]);
        this.#become(number, graph);
      }
    }
    if (!this.plainGraphs || record[TYPE_KEY] !== "graph") return record;
    this.budget.take(COST.plainGraph, this.at - start);
    if (graph === undefined) {
      graph = emptyGraph(record["directed"]);
      this.#become(number, graph);
    }
    fillFromPlain(graph, record);
    return graph;
  }

  /** A string that is a key. */
  #key(): string {
    const { bytes, at } = this;
    const length = (bytes[at] as number) & 0x1f;
    if ((bytes[at] as number) >= 0xc0 || length >= this.end - at) return this.string();
    const { keys } = this.settings;
    const found = keys.find(bytes, at + 1, at + 1 + length);
    if (found !== undefined) {
      this.at = at + 1 + length;
      return found;
    }
    const key = this.string();
    keys.keep(key, bytes, at + 1, this.at);
    return key;
  }

  /** An object of a session: its shape, then the values. */
  protected shaped(short: number, depth: number): Value {
    this.enter(depth);
    const number = short < 15 ? short : this.varint() + 15;
    const shape = this.shapes?.at(number);
    if (shape === undefined) throw this.malformed(`the shape ${number}, which was not defined,`);
    const { keys } = shape;
    this.need(keys.length);
    if (keys.length === 0) {
      const empty = new EmptyRecord();
      this.begin(empty);
      return empty;
    }
    if (shape.maker !== undefined && !this.hasReferences) return shape.maker(this, shape, depth + 1);
    if (shape.simple && ++shape.uses === USES_BEFORE_MAKER) shape.maker = recordMaker(keys, false);
    const record: Record<string, Value> = {};
    this.begin(record);
    let sparse = false;
    for (let i = 0; i < keys.length; i++) {
      sparse = addField(record, keys[i] as string, this.value(depth + 1), sparse);
    }
    return record;
  }

  protected field(record: Record<string, Value>, key: string, depth: number, sparse: boolean): boolean {
    if (Object.hasOwn(record, key)) throw this.malformed(`the key ${JSON.stringify(key)} a second time`);
    return addField(record, key, this.value(depth + 1), sparse);
  }

  /** A map with a key that is not a string, which only other programs write: the rest of it, as a `Map`. */
  #foreignMap(record: Record<string, Value>, count: number, number: number, depth: number): Value {
    const map = new Map<Value, Value>(Object.entries(record));
    this.#become(number, map);
    this.entries(map, count, depth);
    return map;
  }

  protected entries(map: Map<Value, Value>, count: number, depth: number): void {
    for (let i = 0; i < count; i++) {
      const key = this.value(depth + 1);
      if (map.has(key)) throw this.malformed("a map key a second time");
      map.set(key, this.value(depth + 1));
    }
  }
}
