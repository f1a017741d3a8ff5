import type { Value } from "@graphoid/core";
import { readCustom, readError, readRef } from "./container-decoder.ts";
import { EXT, isForeignExtension } from "./format.ts";
import { newGraph, readGraph } from "./graph-decoder.ts";
import { COST } from "./memory-budget.ts";
import { RecordDecoder } from "./record-decoder.ts";
import { readBigint, readTimestamp, readTypedArray } from "./scalar-decoder.ts";
import { symbols } from "./symbols.ts";
import { UnknownValue } from "./unknown-value.ts";

/** Stands for a container that is being read and is not there yet. */
export const PENDING: unique symbol = Symbol("pending");

/** A list of at most this many items is made in its length. */
const SMALL_LIST = 16;

/** Reads what {@link ValueEncoder} writes, and MessagePack from anyone. */
export class ValueDecoder extends RecordDecoder {
  value(depth: number): Value {
    const tag = this.u8();
    if (tag < 0x80) return tag;
    if (tag >= 0xe0) return tag - 0x100;
    if (tag < 0x90) return this.shapes === undefined ? this.map(tag & 0x0f, depth) : this.shaped(tag & 0x0f, depth);
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
        return this.#bin(this.u8());
      case 0xc5:
        return this.#bin(this.u16());
      case 0xc6:
        return this.#bin(this.u32());
      case 0xca:
        this.need(4);
        this.at += 4;
        return this.view.getFloat32(this.at - 4);
      case 0xcb:
        return this.float64();
      case 0xcc:
        return this.u8();
      case 0xcd:
        return this.u16();
      case 0xce:
        return this.u32();
      case 0xcf:
        return this.uint64();
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
        return this.map(this.u16(), depth);
      case 0xdf:
        return this.map(this.u32(), depth);
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

  #bin(count: number): Uint8Array {
    this.budget.take(COST.typedArray, count + 2);
    return this.copy(count);
  }

  #list(count: number, depth: number): Value {
    this.enter(depth);
    this.need(count);
    // Room for what comes, as the first item of an empty array makes room for 17; but lists that only say they are long,
    // one inside the other, must not make much of few bytes.
    const list = count <= SMALL_LIST ? new Array<Value>(count) : [];
    this.begin(list);
    for (let i = 0; i < count; i++) list[i] = this.value(depth + 1);
    return list;
  }

  #extension(length: number, depth: number): Value {
    this.need(length + 1);
    const type = ((this.bytes[this.at++] as number) << 24) >> 24;
    const { end, complete } = this;
    this.end = this.at + length;
    this.complete = true;
    const value = this.#body(type, length, depth);
    if (this.at !== this.end) throw this.malformed(`bytes after the end of extension ${type}`);
    this.end = end;
    this.complete = complete;
    return value;
  }

  #body(type: number, length: number, depth: number): Value {
    switch (type) {
      case EXT.timestamp:
        return readTimestamp(this, length);
      case EXT.backReference:
        return this.#backReference();
      case EXT.symbol:
        return symbols.make(this.string());
      case EXT.bigint:
        return readBigint(this, length);
      case EXT.typedArray:
        this.budget.take(COST.typedArray, length + 2);
        return readTypedArray(this, length);
      default:
        if (isForeignExtension(type)) return this.#foreign(type, length);
        this.enter(depth);
        return this.#container(type, depth);
    }
  }

  #container(type: number, depth: number): Value {
    const number = this.begin(PENDING);
    switch (type) {
      case EXT.map: {
        const count = this.arrayHead();
        if (count % 2 !== 0) throw this.malformed("a map with a key and no value");
        const map = new Map<Value, Value>();
        this.replace(number, map);
        this.entries(map, count / 2, depth);
        return map;
      }
      case EXT.set: {
        const set = new Set<Value>();
        this.replace(number, set);
        const count = this.arrayHead();
        for (let i = 0; i < count; i++) set.add(this.value(depth + 1));
        if (set.size !== count) throw this.malformed("a set with an item a second time");
        return set;
      }
      case EXT.record: {
        const count = this.arrayHead();
        if (count % 2 !== 0) throw this.malformed("an object with a key and no value");
        const record: Record<string, Value> = {};
        this.replace(number, record);
        let sparse = false;
        for (let i = 0; i < count; i += 2) sparse = this.field(record, this.string(), depth, sparse);
        return record;
      }
      case EXT.graph: {
        const graph = newGraph(this, this.end - this.at);
        this.replace(number, graph);
        return readGraph(this, graph, depth + 2);
      }
      case EXT.ref: {
        const ref = readRef(this, depth);
        this.replace(number, ref);
        return ref;
      }
      case EXT.error:
        return readError(this, (error) => this.replace(number, error), depth);
      default: {
        const value = readCustom(this, depth);
        this.replace(number, value);
        return value;
      }
    }
  }

  #foreign(type: number, length: number): Value {
    if (!this.settings.registry.keepsUnknown) throw this.malformed(`the unknown extension type ${type}`);
    this.budget.take(COST.typedArray, length + 2);
    return new UnknownValue(type, this.copy(length));
  }

  #backReference(): Value {
    const number = this.varint();
    if (number >= this.references.length)
      throw this.malformed(`a reference to container ${number}, which has not begun,`);
    const found = this.references[number];
    if (found === PENDING) throw this.malformed(`a reference to container ${number}, which is not finished,`);
    this.followed.add(number);
    return found as Value;
  }
}

/** A 64-bit integer as a number where that is exact, else as a bigint. */
function exact(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
