import type { Graph } from "./graph.ts";
import { isRef } from "./ref.ts";
import type { PlainRecord, TypedArray, Value } from "./values.ts";

/** Under this symbol a class can carry its {@link ValueCodec}, and a Graphoid value of it compares by content. */
export const valueCodec: unique symbol = Symbol.for("graphoid.codec") as never;

/** How instances of a class turn into plain values and back. */
export interface ValueCodec<T = unknown> {
  /** Names the class on the wire; class names do not survive minifying. */
  readonly tag: string;
  encode(value: T): Value;
  decode(data: Value): T;
}

const graphBrand: unique symbol = Symbol.for("graphoid.graph") as never;

/** The name of a value's kind. `custom` has a {@link ValueCodec}; `opaque` is everything that is not a value. */
export type KindName =
  | "null"
  | "boolean"
  | "number"
  | "bigint"
  | "string"
  | "symbol"
  | "typed-array"
  | "date"
  | "list"
  | "record"
  | "map"
  | "set"
  | "graph"
  | "ref"
  | "error"
  | "custom"
  | "opaque";

/** Tells what kind of value `value` is. */
export function kindOf(value: unknown): KindName {
  switch (typeof value) {
    case "string":
      return "string";
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "bigint":
      return "bigint";
    case "symbol":
      return Symbol.keyFor(value) === undefined ? "opaque" : "symbol";
    case "object":
      return value === null ? "null" : objectKind(value);
    default:
      return "opaque";
  }
}

function objectKind(value: object): KindName {
  if (Array.isArray(value)) return "list";
  // Before records, as a reference may be a plain object with methods.
  if (isRef(value)) return "ref";
  const prototype: unknown = Object.getPrototypeOf(value);
  // The prototype of plain objects, of this realm or another, is the one that inherits from nothing.
  if (prototype === null || Object.getPrototypeOf(prototype) === null) return "record";
  if (isGraph(value)) return "graph";
  if (ArrayBuffer.isView(value)) return value instanceof DataView ? "opaque" : "typed-array";
  if (value instanceof Map) return "map";
  if (value instanceof Set) return "set";
  if (value instanceof Date) return "date";
  if (codecOf(value)) return "custom";
  return value instanceof Error ? "error" : "opaque";
}

/** Tells whether `value` is a {@link Graph}, whichever copy of the package made it. */
export function isGraph(value: unknown): value is Graph {
  return typeof value === "object" && value !== null && graphBrand in value;
}

/** The codec that the class of `value` carries, if any. */
export function codecOf(value: object): ValueCodec | undefined {
  const codec: unknown = (value as { constructor?: { [valueCodec]?: unknown } }).constructor?.[valueCodec];
  return typeof codec === "object" && codec !== null ? (codec as ValueCodec) : undefined;
}

/** The name of a typed array's class, such as `"Float32Array"`; Node's `Buffer` is a `Uint8Array`. */
export function typedArrayName(array: TypedArray): string {
  return Object.prototype.toString.call(array).slice(8, -1);
}

/** The bytes under a typed array, as they lie in memory: little-endian on every platform that runs this code. */
export function bytesOf(array: TypedArray): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** What of an error counts as its content. The stack does not. */
export function errorFields(error: Error): PlainRecord {
  const { name, message, cause, code, details } = error as Error & { code?: Value; details?: Value };
  return {
    name,
    message,
    ...(code === undefined ? {} : { code }),
    ...(details === undefined ? {} : { details }),
    ...(cause === undefined ? {} : { cause: cause as Value }),
  };
}
