import {
  checkBoolean,
  checkFunction,
  checkInteger,
  checkOptions,
  checkString,
  Graph,
  invalidArgument,
  isGraph,
  isGraphoidError,
  NotSerializableError,
  type Ref,
  type RefData,
  type Registration,
  type Value,
  type ValueCodec,
} from "@graphoid/core";
import { CHUNK_HEADER } from "./chunks.ts";
import { detachedRef } from "./detached-ref.ts";
import { FormatError, TrailingDataError, VersionError } from "./errors.ts";
import { MAGIC, REFERENCES, VERSION } from "./format.ts";
import { JsonDecoder } from "./json-decoder.ts";
import { type Json, JsonEncoder } from "./json-encoder.ts";
import { type Class, Registry } from "./registry.ts";
import { StreamReader, writeStream } from "./stream.ts";
import { ValueDecoder } from "./value-decoder.ts";
import { ValueEncoder } from "./value-encoder.ts";
import { pathTo } from "./value-path.ts";

export interface SerializerOptions {
  /** How many levels values may nest, when written and when read. Default: 1,000. */
  readonly maxDepth?: number;
  /** The longest chunk of a stream that is accepted, in bytes. Default: 16 MiB. */
  readonly maxChunkBytes?: number;
  /** How many bytes of a value or a part of a graph a stream reader holds until it is complete. Default: 256 MiB. */
  readonly maxPartBytes?: number;
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
   * @throws TruncatedError, TrailingDataError, FormatError, VersionError, InvalidUtf8Error, IntegrityError,
   * DepthLimitError or CodecError
   */
  fromBytes(bytes: Uint8Array): Value;
  /** A value as JSON. Throws as {@link Serializer.toBytes}. */
  toJson(value: Value, options?: JsonOptions): string;
  /** The value of JSON that {@link Serializer.toJson} wrote with tags, or of any other JSON. */
  fromJson(text: string): Value;
  /** A value as MessagePack without our header. Throws as {@link Serializer.toBytes}. */
  toMsgpack(value: Value, options?: MsgpackOptions): Uint8Array;
  /** The value of MessagePack from {@link Serializer.toMsgpack} or from any other program. */
  fromMsgpack(bytes: Uint8Array): Value;
  /** A value as chunks, made as they are asked for. Of a graph, only about one chunk is in memory at a time. */
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

const OPTIONS = ["maxDepth", "maxChunkBytes", "maxPartBytes", "createRef"] as const;
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
    createRef = detachedRef,
  } = options;
  // Deeper values could exhaust the stack, which no limit could then report.
  checkInteger(call, "maxDepth", maxDepth, 1, 2000);
  checkInteger(call, "maxChunkBytes", maxChunkBytes, 1024, 2 ** 30);
  checkInteger(call, "maxPartBytes", maxPartBytes, 1024, 2 ** 31);
  checkFunction(call, "createRef", createRef);
  const registry = new Registry();
  const settings = { registry, maxDepth, createRef };
  let idle: ValueEncoder | undefined = new ValueEncoder(settings);

  /** Encodes with the one encoder kept for it, or with another when a codec calls the serializer again. */
  const encode = (value: Value, write: (encoder: ValueEncoder) => Uint8Array): Uint8Array => {
    const encoder = idle ?? new ValueEncoder(settings);
    idle = undefined;
    encoder.reset();
    try {
      return write(encoder);
    } catch (error) {
      throw withPath(error, value);
    } finally {
      // A buffer that one large value has grown is not kept for small ones.
      idle = encoder.bytes.length > 2 ** 20 ? new ValueEncoder(settings) : encoder;
    }
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
      const decoder = new ValueDecoder(bytes, settings);
      checkHeader(decoder);
      return decodeWhole(decoder);
    },

    toJson(value, jsonOptions = {}) {
      checkOptions("serialize.toJson", jsonOptions, ["plain", "indent"]);
      const { plain = false, indent = 0 } = jsonOptions;
      checkBoolean("serialize.toJson", "plain", plain);
      checkInteger("serialize.toJson", "indent", indent, 0, 10);
      try {
        return JSON.stringify(new JsonEncoder(settings, plain).value(value, 0), null, indent);
      } catch (error) {
        throw withPath(error, value);
      }
    },

    fromJson(text) {
      checkString("serialize.fromJson", "text", text);
      let json: Json;
      try {
        json = JSON.parse(text) as Json;
      } catch (cause) {
        throw new FormatError("serialize.fromJson: the text is not JSON", { cause });
      }
      return new JsonDecoder(settings).value(json, 0);
    },

    toMsgpack(value, msgpackOptions = {}) {
      checkOptions("serialize.toMsgpack", msgpackOptions, ["compact"]);
      const { compact = false } = msgpackOptions;
      checkBoolean("serialize.toMsgpack", "compact", compact);
      return encode(value, (encoder) => {
        encoder.plainGraphs = !compact;
        encoder.value(value, 0);
        return encoder.take();
      });
    },

    fromMsgpack(bytes) {
      checkBytes("serialize.fromMsgpack", bytes);
      return decodeWhole(new ValueDecoder(bytes, settings, { plainGraphs: true }));
    },

    stream(value, streamOptions = {}) {
      checkOptions("serialize.stream", streamOptions, ["chunkBytes"]);
      const { chunkBytes = 65_536 } = streamOptions;
      checkInteger("serialize.stream", "chunkBytes", chunkBytes, 1024, MAX_CHUNK_BYTES);
      return streamWithPaths(value, chunkBytes, new ValueEncoder(settings));
    },

    async fromStream(chunks) {
      const reader = new StreamReader(
        { maxChunkBytes: Math.max(maxChunkBytes, CHUNK_HEADER), maxPartBytes },
        (bytes) => new ValueDecoder(bytes, settings),
        (directed) => new Graph({ type: directed ? "directed" : "undirected" }),
      );
      for await (const chunk of chunks) {
        checkBytes("serialize.fromStream", chunk);
        reader.push(chunk);
      }
      return reader.finish();
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
    throw withPath(error, value);
  }
}

function checkBytes(call: string, bytes: unknown): void {
  if (!(bytes instanceof Uint8Array)) throw invalidArgument(call, "bytes", "a Uint8Array", bytes);
}

function checkHeader(decoder: ValueDecoder): void {
  for (const byte of MAGIC) {
    if (decoder.u8() !== byte)
      throw new FormatError("serialize.fromBytes: the bytes do not begin with the header of the format");
  }
  const found = decoder.u8() & ~REFERENCES;
  if (found !== VERSION) {
    throw new VersionError(`serialize.fromBytes: expected version ${VERSION} of the format, got ${found}`, {
      details: { found, supported: VERSION },
    });
  }
}

function decodeWhole(decoder: ValueDecoder): Value {
  const value = decoder.value(0);
  if (decoder.at === decoder.end) return value;
  throw new TrailingDataError(`serialize: ${decoder.end - decoder.at} bytes follow the end of the value`, {
    details: { offset: decoder.at },
  });
}

/** Says where in `root` the thing is that cannot be serialized. */
function withPath(error: unknown, root: Value): unknown {
  if (!isGraphoidError(error, "NOT_SERIALIZABLE") || !("value" in error.details)) return error;
  const way = pathTo(root, error.details["value"]);
  if (way === undefined) return error;
  const path = (isGraph(root) ? way.replace(/^\./, "") : `value${way}`) || "value";
  return new NotSerializableError(`${error.message} (at ${path})`, { details: { path } });
}
