import type { Registration, Value, ValueCodec } from "@graphoid/core";
import type {
  AsyncBytesOptions,
  BytesOptions,
  GraphBatch,
  JsonOptions,
  MsgpackOptions,
  Serializer,
  Session,
  StreamOptions,
} from "./api.ts";
import type { Class } from "./registry.ts";
import { createSerializer } from "./serializer.ts";

/** The serializer behind the functions of this module. */
const serializer: Serializer = createSerializer();

/** {@link Serializer.toBytes} of the default serializer. */
export function toBytes(value: Value, options?: BytesOptions): Uint8Array {
  return serializer.toBytes(value, options);
}

/** {@link Serializer.fromBytes} of the default serializer. */
export function fromBytes(bytes: Uint8Array): Value {
  return serializer.fromBytes(bytes);
}

/** {@link Serializer.toBytesAsync} of the default serializer. */
export function toBytesAsync(value: Value, options?: AsyncBytesOptions): Promise<Uint8Array> {
  return serializer.toBytesAsync(value, options);
}

/** {@link Serializer.fromBytesAsync} of the default serializer. */
export function fromBytesAsync(bytes: Uint8Array): Promise<Value> {
  return serializer.fromBytesAsync(bytes);
}

/** {@link Serializer.toJson} of the default serializer. */
export function toJson(value: Value, options?: JsonOptions): string {
  return serializer.toJson(value, options);
}

/** {@link Serializer.fromJson} of the default serializer. */
export function fromJson(text: string): Value {
  return serializer.fromJson(text);
}

/** {@link Serializer.toMsgpack} of the default serializer. */
export function toMsgpack(value: Value, options?: MsgpackOptions): Uint8Array {
  return serializer.toMsgpack(value, options);
}

/** {@link Serializer.fromMsgpack} of the default serializer. */
export function fromMsgpack(bytes: Uint8Array): Value {
  return serializer.fromMsgpack(bytes);
}

/** {@link Serializer.stream} of the default serializer. */
export function stream(value: Value, options?: StreamOptions): Generator<Uint8Array, void, undefined> {
  return serializer.stream(value, options);
}

/** {@link Serializer.fromStream} of the default serializer. */
export function fromStream(chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<Value> {
  return serializer.fromStream(chunks);
}

/** {@link Serializer.batches} of the default serializer. */
export function batches(
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncGenerator<GraphBatch, void, undefined> {
  return serializer.batches(chunks);
}

/** {@link Serializer.register} of the default serializer. */
export function register<T>(type: Class<T>, codec: ValueCodec<T>): Registration {
  return serializer.register(type, codec);
}

/** {@link Serializer.session} of the default serializer. */
export function session(): Session {
  return serializer.session();
}
