/** The first three bytes of value bytes. 0xc1 begins no MessagePack value, so the two cannot be mistaken. */
export const MAGIC = [0xc1, 0x47, 0x44] as const;
/** The version of value bytes: the low seven bits of the fourth byte. */
export const VERSION = 1;
/** The high bit of the fourth byte: the value has back references. */
export const REFERENCES = 0x80;

/** MessagePack extension types. Numbers are part of the format: never change or reuse one. */
export const EXT = {
  timestamp: -1,
  /** A number: the container that was begun so many containers after the first. */
  backReference: 1,
  symbol: 2,
  bigint: 3,
  typedArray: 4,
  map: 5,
  set: 6,
  graph: 7,
  ref: 8,
  error: 9,
  custom: 10,
  /** An object whose own keys would be taken for something else; an array of keys and values in turn. */
  record: 11,
} as const;

const OURS: ReadonlySet<number> = new Set(Object.values(EXT));

/** Whether this is the number of an extension that the format does not define. */
export function isForeignExtension(type: number): boolean {
  return Number.isInteger(type) && type >= -128 && type <= 127 && !OURS.has(type);
}

/** The constructors of the typed arrays that are extensions. */
export type TypedArrayConstructor =
  | Int8ArrayConstructor
  | Uint8ClampedArrayConstructor
  | Int16ArrayConstructor
  | Uint16ArrayConstructor
  | Int32ArrayConstructor
  | Uint32ArrayConstructor
  | BigInt64ArrayConstructor
  | BigUint64ArrayConstructor
  | Float32ArrayConstructor
  | Float64ArrayConstructor;

/** Element types of typed arrays by their number on the wire. */
export const TYPED_ARRAYS: readonly TypedArrayConstructor[] = [
  Int8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  BigInt64Array,
  BigUint64Array,
  Float32Array,
  Float64Array,
];

/** Whether arrays of this name can be written. */
export function isTypedArrayName(name: string): boolean {
  return name === "Uint8Array" || TYPED_ARRAYS.some((one) => one.name === name);
}

/** The key that marks a plain map as a graph, in MessagePack and JSON for other languages. */
export const TYPE_KEY = "$type";
