import type { EdgeRecord, NodeRecord, Ref, RefData, Registration, Value, ValueCodec } from "@graphoid/core";
import type { Class } from "./registry.ts";
import type { UnknownValue } from "./unknown-value.ts";

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
  /**
   * What to do with instances of classes that are not registered and with MessagePack extensions of unknown types that are
   * read: refuse them, or keep each as an {@link UnknownValue}. Default: `"refuse"`.
   */
  readonly unknown?: "refuse" | "keep";
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

export interface BytesOptions {
  /**
   * Write equal values (by `equals` of `@graphoid/core`) as equal bytes, to hash, sign or compare them: keys, entries,
   * nodes and edges in one order, and shared values written out each time. What contains itself is refused. Default:
   * false, everything as it stands.
   */
  readonly canonical?: boolean;
}

export interface AsyncBytesOptions extends BytesOptions {
  /**
   * Compress: `"deflate"` (zlib), which every platform reads, or `"zstd"`, smaller and faster, which Node has since 22.15.
   * `true` is `"deflate"`. Default: false.
   */
  readonly compress?: boolean | "deflate" | "zstd";
}

export interface MsgpackOptions {
  /** Write graphs as columns, which only Graphoid reads. Default: false, as maps and arrays for any language. */
  readonly compact?: boolean;
}

export interface StreamOptions {
  /** The length of every chunk but the last, in bytes: 1,024 to 16 MiB. Default: 65,536. */
  readonly chunkBytes?: number;
}

/** Some nodes or edges of a graph that is read in batches. */
export type GraphBatch =
  | { readonly kind: "nodes"; readonly directed: boolean; readonly nodes: readonly NodeRecord[] }
  | { readonly kind: "edges"; readonly directed: boolean; readonly edges: readonly EdgeRecord[] };

/**
 * Turns the messages of one connection into bytes and back, smaller and faster than each alone: the keys of objects travel
 * once in each direction. Both ends need a session each, made together, and every message must arrive, once and in order.
 */
export interface Session {
  /**
   * A value as the next message. A failure leaves the session as it was.
   *
   * @throws As {@link Serializer.toBytes}.
   */
  toBytes(value: Value): Uint8Array;
  /**
   * The value of the next message of the other end. A message whose value is refused counts as read.
   *
   * @throws SequenceError when it is not the next; else as {@link Serializer.fromBytes}.
   */
  fromBytes(bytes: Uint8Array): Value;
}

/** Turns values into bytes and back. See `createSerializer`. */
export interface Serializer {
  /**
   * A value as bytes. Small results share a buffer of 16 KiB (`bytes.buffer` holds others too), as Node's own do.
   *
   * @throws NotSerializableError with the path to anything that is not a value.
   * @throws DepthLimitError when it nests deeper than `maxDepth`.
   * @throws CodecError when the codec of a registered class fails.
   * @throws LimitError when a canonical form grows past 1 GiB.
   */
  toBytes(value: Value, options?: BytesOptions): Uint8Array;
  /**
   * The value that {@link Serializer.toBytes} made these bytes of. The bytes may come from anyone: whatever is wrong
   * with them is an error, and they cannot make the reader allocate far more than they hold.
   *
   * @throws TruncatedError when the bytes are cut off, TrailingDataError when bytes follow, VersionError when they are of
   * a newer format; FormatError, InvalidUtf8Error or IntegrityError when they are wrong in another way; DepthLimitError,
   * LimitError or CodecError.
   */
  fromBytes(bytes: Uint8Array): Value;
  /**
   * A value as bytes, compressed if asked for: in the background, where the platform can.
   *
   * @throws As {@link Serializer.toBytes}; UnimplementedError where the platform cannot compress so.
   */
  toBytesAsync(value: Value, options?: AsyncBytesOptions): Promise<Uint8Array>;
  /**
   * The value of what {@link Serializer.toBytesAsync} or {@link Serializer.toBytes} wrote. Compressed bytes may become 32
   * times as many, and `maxDecodedBytes` (1 MiB by default) more; what we write never needs more.
   *
   * @throws As {@link Serializer.fromBytes}; UnimplementedError where the platform cannot decompress them.
   */
  fromBytesAsync(bytes: Uint8Array): Promise<Value>;
  /**
   * A session for one connection: {@link Session}.
   *
   * @example
   * ```ts
   * import { createSerializer } from "@graphoid/serialize";
   *
   * const [here, there] = [createSerializer().session(), createSerializer().session()];
   * const sizes = [1, 2, 3].map((x) => here.toBytes({ x, y: -x })).map((bytes) => {
   *   there.fromBytes(bytes);
   *   return bytes.length;
   * });
   * console.log(sizes); // [ 10, 10, 5 ]
   * ```
   */
  session(): Session;
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
   * The nodes and edges of a graph that comes as a stream, in batches of about a chunk, nodes before edges: for graphs that
   * are larger than memory. Of what came before, only the ids stay in memory.
   *
   * An end of an edge that is not there, and whatever {@link Serializer.fromStream} would refuse within a part, is an
   * error here too; that an id or an edge stands twice is not noticed. A value that holds the graph itself is refused.
   *
   * @throws FormatError when the stream is not of a graph; else as {@link Serializer.fromStream}.
   * @example
   * ```ts
   * import { Graph } from "@graphoid/core";
   * import * as serialize from "@graphoid/serialize";
   *
   * const graph = new Graph();
   * graph.addNode("a", 1);
   * graph.addNode("b", 2);
   * graph.addEdge("a", "b");
   * for await (const batch of serialize.batches(serialize.stream(graph))) {
   *   if (batch.kind === "nodes") console.log(batch.nodes.map(({ id }) => id)); // [ 'a', 'b' ]
   *   else console.log(batch.edges.map(({ from, to }) => `${from} to ${to}`)); // [ 'a to b' ]
   * }
   * ```
   */
  batches(chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): AsyncGenerator<GraphBatch, void, undefined>;
  /**
   * Makes instances of a class serializable, under a tag that names the class on the wire.
   *
   * @throws InvalidArgumentError when the class or the tag is registered already.
   */
  register<T>(type: Class<T>, codec: ValueCodec<T>): Registration;
}
