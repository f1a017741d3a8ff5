import type { Graph } from "./graph.ts";
import type { Ref } from "./ref.ts";

/** Any typed array that travels with its element type. */
export type TypedArray =
  | Uint8Array
  | Int8Array
  | Uint8ClampedArray
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

/**
 * Anything that a node can hold and a message can carry. See `docs/wire-format.md` for the kinds and their limits.
 *
 * `object` stands for instances of classes that a serializer knows through `register`; TypeScript cannot name them.
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | symbol
  | TypedArray
  | Date
  | readonly Value[]
  | { readonly [key: string]: Value | undefined }
  | ReadonlyMap<Value, Value>
  | ReadonlySet<Value>
  | Graph
  | Ref
  | Error
  | object;

/** Plain data with string keys: properties, metadata, headers. */
export interface PlainRecord {
  readonly [key: string]: Value;
}
