import {
  checkBoolean,
  checkFunction,
  checkInteger,
  checkOneOf,
  checkOptions,
  checkString,
  invalidArgument,
  type Value,
} from "@graphoid/core";
import type { BytesOptions, GraphBatch, Serializer, SerializerOptions } from "./api.ts";
import { readBatches } from "./batches.ts";
import { checkBytes } from "./check-bytes.ts";
import { isPacked, packed, unpacked } from "./compressed.ts";
import { DecoderPool } from "./decoder-pool.ts";
import { detachedRef } from "./detached-ref.ts";
import { FormatError, LimitError } from "./errors.ts";
import { encodingFailure, orDepthLimit } from "./failures.ts";
import { JsonDecoder } from "./json-decoder.ts";
import { type Json, JsonEncoder } from "./json-encoder.ts";
import { exactJson } from "./json-text.ts";
import { KeyCache } from "./key-cache.ts";
import { MemoryBudget } from "./memory-budget.ts";
import { RecordCache } from "./record-cache.ts";
import { Registry } from "./registry.ts";
import { MessageSession } from "./session.ts";
import { writeStream } from "./stream.ts";
import { readStream } from "./stream-reader.ts";
import { decodeWhole, encodeWhole, readHeader } from "./value-bytes.ts";
import type { ValueDecoder } from "./value-decoder.ts";
import { ValueEncoder } from "./value-encoder.ts";

const OPTIONS = ["maxDepth", "maxChunkBytes", "maxPartBytes", "maxDecodedBytes", "unknown", "createRef"] as const;
const MAX_CHUNK_BYTES = 16 * 2 ** 20;

/**
 * Makes a serializer with its own registered classes and limits.
 *
 * @example
 * ```ts
 * import { createSerializer } from "@graphoid/serialize";
 *
 * const serializer = createSerializer({ maxDepth: 100 });
 * const bytes = serializer.toBytes({ hello: new Date(0) });
 * console.log(serializer.fromBytes(bytes)); // { hello: 1970-01-01T00:00:00.000Z }
 * ```
 */
export function createSerializer(options: SerializerOptions = {}): Serializer {
  const call = "createSerializer";
  checkOptions(call, options, OPTIONS);
  const {
    maxDepth = 1000,
    maxChunkBytes = MAX_CHUNK_BYTES,
    maxPartBytes = 256 * 2 ** 20,
    maxDecodedBytes,
    unknown = "refuse",
    createRef = detachedRef,
  } = options;
  checkInteger(call, "maxDepth", maxDepth, 1, 2000);
  checkInteger(call, "maxChunkBytes", maxChunkBytes, 1024, 2 ** 30);
  checkInteger(call, "maxPartBytes", maxPartBytes, 1024, 2 ** 31);
  if (maxDecodedBytes !== undefined) checkInteger(call, "maxDecodedBytes", maxDecodedBytes, 0);
  checkOneOf(call, "unknown", unknown, ["refuse", "keep"]);
  checkFunction(call, "createRef", createRef);
  const registry = new Registry(unknown === "keep");
  const settings = { registry, maxDepth, createRef, keys: new KeyCache(), records: new RecordCache() };
  const limits = { maxChunkBytes, maxPartBytes, maxDecodedBytes };
  const decoders = new DecoderPool(settings, maxDecodedBytes);
  let idle: ValueEncoder | undefined = new ValueEncoder(settings);

  /** Encodes with the one encoder kept for it, or with another when a codec calls the serializer again. */
  const encode = (value: Value, write: (encoder: ValueEncoder) => Uint8Array): Uint8Array => {
    const encoder = idle ?? new ValueEncoder(settings);
    idle = undefined;
    try {
      return write(encoder);
    } catch (error) {
      throw encodingFailure(error, value, encoder.carrier);
    } finally {
      encoder.reset();
      idle = encoder;
    }
  };

  const toBytes = (call: string, value: Value, { canonical = false }: BytesOptions): Uint8Array => {
    checkBoolean(call, "canonical", canonical);
    return encode(value, (encoder) => {
      encoder.canonical = canonical;
      return encodeWhole(encoder, value);
    });
  };
  const fromBytes = (bytes: Uint8Array): Value => decoders.use(bytes, readBytes);

  return {
    toBytes(value, bytesOptions = NONE) {
      if (bytesOptions !== NONE) checkOptions("serialize.toBytes", bytesOptions, ["canonical"]);
      return toBytes("serialize.toBytes", value, bytesOptions);
    },

    fromBytes(bytes) {
      checkBytes("serialize.fromBytes", bytes);
      return fromBytes(bytes);
    },

    async toBytesAsync(value, bytesOptions = {}) {
      const call = "serialize.toBytesAsync";
      checkOptions(call, bytesOptions, ["canonical", "compress"]);
      const { compress: way = false } = bytesOptions;
      if (typeof way !== "boolean") checkOneOf(call, "compress", way, ["deflate", "zstd"]);
      const bytes = toBytes(call, value, bytesOptions);
      return way === false ? bytes : packed(bytes, way === true ? "deflate" : way);
    },

    async fromBytesAsync(bytes) {
      checkBytes("serialize.fromBytesAsync", bytes);
      return fromBytes(isPacked(bytes) ? await unpacked(bytes, maxDecodedBytes) : bytes);
    },

    session: () => new MessageSession(decoders),

    toJson(value, jsonOptions = {}) {
      checkOptions("serialize.toJson", jsonOptions, ["plain", "indent"]);
      const { plain = false, indent = 0 } = jsonOptions;
      checkBoolean("serialize.toJson", "plain", plain);
      checkInteger("serialize.toJson", "indent", indent, 0, 10);
      const encoder = new JsonEncoder(settings, plain);
      try {
        return stringify(encoder.value(value, 0), indent);
      } catch (error) {
        throw encodingFailure(error, value, encoder.carrier);
      }
    },

    fromJson(text) {
      checkString("serialize.fromJson", "text", text);
      const json = parse(text);
      const exact = exactJson(text);
      const budget = new MemoryBudget(maxDecodedBytes);
      budget.give(text.length);
      const decoder = new JsonDecoder(settings, budget);
      try {
        return decoder.value(exact === text ? json : parse(exact), 0);
      } catch (error) {
        throw orDepthLimit(error);
      }
    },

    toMsgpack(value, msgpackOptions = {}) {
      checkOptions("serialize.toMsgpack", msgpackOptions, ["compact"]);
      const { compact = false } = msgpackOptions;
      checkBoolean("serialize.toMsgpack", "compact", compact);
      return encode(value, (encoder) => {
        encoder.plainGraphs = !compact;
        encoder.escapeGraphs = true;
        encoder.value(value, 0);
        return encoder.take();
      });
    },

    fromMsgpack(bytes) {
      checkBytes("serialize.fromMsgpack", bytes);
      return decoders.use(bytes, readMsgpack);
    },

    stream(value, streamOptions = {}) {
      checkOptions("serialize.stream", streamOptions, ["chunkBytes"]);
      const { chunkBytes = 65_536 } = streamOptions;
      checkInteger("serialize.stream", "chunkBytes", chunkBytes, 1024, MAX_CHUNK_BYTES);
      return streamWithPaths(value, chunkBytes, new ValueEncoder(settings));
    },

    async fromStream(chunks) {
      checkIterable("serialize.fromStream", chunks);
      try {
        return await readStream(checkedChunks("serialize.fromStream", chunks), limits, settings);
      } catch (error) {
        throw orDepthLimit(error);
      }
    },

    batches(chunks) {
      checkIterable("serialize.batches", chunks);
      return batchesWithDepth(readBatches(checkedChunks("serialize.batches", chunks), limits, settings));
    },

    register: (type, codec) => registry.register(type, codec),
  };
}

const NONE: BytesOptions = {};

function readBytes(decoder: ValueDecoder): Value {
  decoder.hasReferences = readHeader(decoder);
  return decodeWhole(decoder);
}

function readMsgpack(decoder: ValueDecoder): Value {
  decoder.plainGraphs = true;
  return decodeWhole(decoder);
}

function* streamWithPaths(
  value: Value,
  chunkBytes: number,
  encoder: ValueEncoder,
): Generator<Uint8Array, void, undefined> {
  try {
    yield* writeStream(value, chunkBytes, encoder);
  } catch (error) {
    throw encodingFailure(error, value, encoder.carrier);
  }
}

async function* checkedChunks(
  call: string,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of chunks) {
    checkBytes(call, chunk);
    yield chunk;
  }
}

async function* batchesWithDepth(
  batches: AsyncGenerator<GraphBatch, void, undefined>,
): AsyncGenerator<GraphBatch, void, undefined> {
  try {
    yield* batches;
  } catch (error) {
    throw orDepthLimit(error);
  }
}

function checkIterable(call: string, chunks: unknown): void {
  const iterable = Object(chunks) as Partial<Iterable<unknown> & AsyncIterable<unknown>>;
  if (typeof (iterable[Symbol.asyncIterator] ?? iterable[Symbol.iterator]) === "function") return;
  throw invalidArgument(call, "chunks", "an iterable of Uint8Arrays", chunks);
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new FormatError("serialize.fromJson: the text is not JSON", { cause });
  }
}

function stringify(json: Json, indent: number): string {
  try {
    return JSON.stringify(json, null, indent);
  } catch (error) {
    const cause = orDepthLimit(error);
    throw cause === error
      ? new LimitError("serialize.toJson: the JSON is longer than a string can be", { cause })
      : cause;
  }
}
