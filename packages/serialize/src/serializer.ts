import {
  checkBoolean,
  checkFunction,
  checkInteger,
  checkOptions,
  checkString,
  invalidArgument,
  type Ref,
  type RefData,
  type Registration,
  type Value,
  type ValueCodec,
} from "@graphoid/core";
import { detachedRef } from "./detached-ref.ts";
import { FormatError, LimitError, TrailingDataError, VersionError } from "./errors.ts";
import { encodingFailure, orDepthLimit } from "./failures.ts";
import { MAGIC, REFERENCES, VERSION } from "./format.ts";
import { JsonDecoder } from "./json-decoder.ts";
import { type Json, JsonEncoder } from "./json-encoder.ts";
import { exactJson } from "./json-text.ts";
import { MemoryBudget } from "./memory-budget.ts";
import { type Class, Registry } from "./registry.ts";
import { StreamReader, writeStream } from "./stream.ts";
import { ValueDecoder } from "./value-decoder.ts";
import { ValueEncoder } from "./value-encoder.ts";

export interface SerializerOptions {
  /** How many levels values may nest, when written and when read. Default: 1,000. */
  readonly maxDepth?: number;
  /** The longest chunk of a stream that is accepted, in bytes. Default: 16 MiB. */
  readonly maxChunkBytes?: number;
  /** How many bytes of a value or a part of a graph a stream reader holds until it is complete. Default: 256 MiB. */
  readonly maxPartBytes?: number;
  /**
   * About how much memory may be taken, in bytes, by what is far larger than the input that it is made of: columns that
   * give one value to all rows, or one to few rows, and graphs and references of a few bytes. Default: 32 times the
   * length of the input and 1 MiB, so that decoding takes no more than about twice that.
   */
  readonly maxDecodedBytes?: number;
  /** Makes the references that are read. Default: references that can be inspected but not called. */
  readonly createRef?: (data: RefData) => Ref;
}

export interface JsonOptions {
  /**
   * Write for people: no tags, dates as text, maps as objects, bytes as numbers. What that would lose without a word
   * (NaN, -0, cycles) is refused. Default: false, lossless.
   */
  readonly plain?: boolean;
  /** Spaces to indent by. Default: 0, all on one line. */
  readonly indent?: number;
}

export interface MsgpackOptions {
  /** Write graphs as columns, which only Graphoid reads. Default: false, as maps and arrays for any language. */
  readonly compact?: boolean;
}

export interface StreamOptions {
  /** The length of every chunk but the last, in bytes: 1,024 to 16 MiB. Default: 65,536. */
  readonly chunkBytes?: number;
}

/** Turns values into bytes and back. See {@link createSerializer}. */
export interface Serializer {
  /**
   * A value as bytes.
   *
   * @throws NotSerializableError with the path to anything that is not a value.
   * @throws DepthLimitError when it nests deeper than `maxDepth`.
   * @throws CodecError when the codec of a registered class fails.
   */
  toBytes(value: Value): Uint8Array;
  /**
   * The value that {@link Serializer.toBytes} made these bytes of. The bytes may come from anyone: whatever is wrong
   * with them is an error, and they cannot make the reader allocate far more than they hold.
   *
   * @throws TruncatedError when the bytes are cut off, TrailingDataError when bytes follow, VersionError when they are of
   * a newer format; FormatError, InvalidUtf8Error or IntegrityError when they are wrong in another way; DepthLimitError,
   * LimitError or CodecError.
   */
  fromBytes(bytes: Uint8Array): Value;
  /** A value as JSON. Throws as {@link Serializer.toBytes}. */
  toJson(value: Value, options?: JsonOptions): string;
  /**
   * The value of JSON that {@link Serializer.toJson} wrote with tags, or of any other JSON. Integers past 2⁵³ become
   * bigints, and an object that has a key twice is refused.
   *
   * @throws FormatError when the text is not JSON; else as {@link Serializer.fromBytes}.
   */
  fromJson(text: string): Value;
  /** A value as MessagePack without our header. Throws as {@link Serializer.toBytes}. */
  toMsgpack(value: Value, options?: MsgpackOptions): Uint8Array;
  /**
   * The value of MessagePack from {@link Serializer.toMsgpack} or from any other program. A map with keys that are not
   * strings becomes a `Map`; a 64-bit integer that no number holds exactly becomes a bigint.
   *
   * @throws As {@link Serializer.fromBytes}.
   */
  fromMsgpack(bytes: Uint8Array): Value;
  /**
   * A value as chunks, made as they are asked for. Of a graph, only about one chunk is in memory at a time. Do not change
   * it in between. In a graph, an object that is shared stays shared only between values that are close together.
   *
   * @throws As {@link Serializer.toBytes}, from the first step of the iteration on.
   */
  stream(value: Value, options?: StreamOptions): Generator<Uint8Array, void, undefined>;
  /**
   * The value of a stream, whose bytes may arrive cut in any way.
   *
   * @throws SequenceError when a chunk is missing, repeated or out of order; ChecksumError when one is not what was
   * sent; TruncatedError when the stream ends too soon; and whatever {@link Serializer.fromBytes} throws.
   */
  fromStream(chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<Value>;
  /**
   * Makes instances of a class serializable, under a tag that names the class on the wire.
   *
   * @throws InvalidArgumentError when the class or the tag is registered already.
   */
  register<T>(type: Class<T>, codec: ValueCodec<T>): Registration;
}

const OPTIONS = ["maxDepth", "maxChunkBytes", "maxPartBytes", "maxDecodedBytes", "createRef"] as const;
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
    createRef = detachedRef,
  } = options;
  checkInteger(call, "maxDepth", maxDepth, 1, 2000);
  checkInteger(call, "maxChunkBytes", maxChunkBytes, 1024, 2 ** 30);
  checkInteger(call, "maxPartBytes", maxPartBytes, 1024, 2 ** 31);
  if (maxDecodedBytes !== undefined) checkInteger(call, "maxDecodedBytes", maxDecodedBytes, 0);
  checkFunction(call, "createRef", createRef);
  const registry = new Registry();
  const settings = { registry, maxDepth, createRef };
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
      // A buffer that one large value has grown is not kept for small ones.
      idle = encoder.bytes.length > 2 ** 20 ? new ValueEncoder(settings) : encoder;
    }
  };

  const budgetFor = (length: number): MemoryBudget => {
    const budget = new MemoryBudget(maxDecodedBytes);
    budget.give(length);
    return budget;
  };

  return {
    toBytes: (value) =>
      encode(value, (encoder) => {
        encoder.raw(HEADER);
        encoder.value(value, 0);
        if (encoder.hasReferences) encoder.bytes[3] = VERSION | REFERENCES;
        return encoder.take();
      }),

    fromBytes(bytes) {
      checkBytes("serialize.fromBytes", bytes);
      const decoder = new ValueDecoder(bytes, settings, { budget: budgetFor(bytes.length) });
      decoder.hasReferences = readHeader(decoder);
      return decodeWhole(decoder);
    },

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
      const decoder = new JsonDecoder(settings, budgetFor(text.length));
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
      return decodeWhole(new ValueDecoder(bytes, settings, { budget: budgetFor(bytes.length), plainGraphs: true }));
    },

    stream(value, streamOptions = {}) {
      checkOptions("serialize.stream", streamOptions, ["chunkBytes"]);
      const { chunkBytes = 65_536 } = streamOptions;
      checkInteger("serialize.stream", "chunkBytes", chunkBytes, 1024, MAX_CHUNK_BYTES);
      return streamWithPaths(value, chunkBytes, new ValueEncoder(settings));
    },

    async fromStream(chunks) {
      checkIterable("serialize.fromStream", chunks);
      const reader = new StreamReader({ maxChunkBytes, maxPartBytes, maxDecodedBytes }, settings);
      try {
        for await (const chunk of chunks) {
          checkBytes("serialize.fromStream", chunk);
          reader.push(chunk);
        }
        return reader.finish();
      } catch (error) {
        throw orDepthLimit(error);
      }
    },

    register: (type, codec) => registry.register(type, codec),
  };
}

const HEADER = Uint8Array.of(...MAGIC, VERSION);

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

function checkBytes(call: string, bytes: unknown): void {
  if (!(bytes instanceof Uint8Array)) throw invalidArgument(call, "bytes", "a Uint8Array", bytes);
}

function checkIterable(call: string, chunks: unknown): void {
  const iterable = Object(chunks) as Partial<Iterable<unknown> & AsyncIterable<unknown>>;
  if (typeof (iterable[Symbol.asyncIterator] ?? iterable[Symbol.iterator]) === "function") return;
  throw invalidArgument(call, "chunks", "an iterable of Uint8Arrays", chunks);
}

/** Reads the header, which tells whether the value has back references. */
function readHeader(decoder: ValueDecoder): boolean {
  for (const byte of MAGIC) {
    if (decoder.u8() !== byte)
      throw new FormatError("serialize.fromBytes: the bytes do not begin with the header of the format");
  }
  const flags = decoder.u8();
  const found = flags & ~REFERENCES;
  if (found !== VERSION) {
    throw new VersionError(`serialize.fromBytes: expected version ${VERSION} of the format, got ${found}`, {
      details: { found, supported: VERSION },
    });
  }
  return (flags & REFERENCES) !== 0;
}

function decodeWhole(decoder: ValueDecoder): Value {
  let value: Value;
  try {
    value = decoder.value(0);
  } catch (error) {
    throw orDepthLimit(error);
  }
  if (decoder.at === decoder.end) return value;
  throw new TrailingDataError(`serialize: ${decoder.end - decoder.at} bytes follow the end of the value`, {
    details: { offset: decoder.at },
  });
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
