import { Graph, type Value } from "@graphoid/core";
import { ByteQueue } from "./byte-queue.ts";
import { ByteReader } from "./byte-reader.ts";
import { ChunkReader } from "./chunks.ts";
import { FormatError, LimitError, TrailingDataError, TruncatedError } from "./errors.ts";
import { GraphAssembler } from "./graph-decoder.ts";
import { type GraphPart, readPart } from "./graph-parts.ts";
import { MemoryBudget } from "./memory-budget.ts";
import type { DecoderSettings } from "./record-decoder.ts";
import { DEPTH, KIND } from "./stream.ts";
import { ValueDecoder } from "./value-decoder.ts";

/** Limits on what a stream may hold back. */
export interface StreamLimits {
  readonly maxChunkBytes: number;
  readonly maxPartBytes: number;
  readonly maxDecodedBytes: number | undefined;
}

/** Reads the bytes of a stream as they come: the parts of a graph, or all that a value takes. */
export class PartReader {
  readonly #chunks: ChunkReader;
  readonly #limits: StreamLimits;
  readonly #settings: DecoderSettings;
  readonly #openGraph: (directed: boolean) => unknown;
  readonly #budget: MemoryBudget;
  readonly #queue = new ByteQueue();
  #isGraph = false;
  /** What the values of a graph refer to when they refer to the graph. */
  #graph: unknown;
  #ended = false;
  /** The length of the part that was yielded last. */
  #partBytes = 0;

  /** `openGraph` is told of a graph that begins, and gives what stands for it where a value of it holds it. */
  constructor(limits: StreamLimits, settings: DecoderSettings, openGraph: (directed: boolean) => unknown) {
    this.#limits = limits;
    this.#settings = settings;
    this.#openGraph = openGraph;
    this.#chunks = new ChunkReader(limits.maxChunkBytes);
    this.#budget = new MemoryBudget(limits.maxDecodedBytes);
  }

  /** Takes the next bytes, cut in any way, and yields the parts that they complete. */
  *push(bytes: Uint8Array): Generator<GraphPart, void, undefined> {
    for (const body of this.#chunks.push(bytes)) {
      this.#budget.give(body.length);
      this.#queue.push(body);
      yield* this.#parts();
      if (this.#ended && this.#queue.length > 0) {
        throw new TrailingDataError("serialize.fromStream: bytes follow the end of the graph");
      }
      if (this.#queue.length > this.#limits.maxPartBytes) throw this.#tooLarge(this.#queue.length);
    }
  }

  /**
   * Checks that everything has come. Returns a decoder of the value, if the stream is not of a graph.
   *
   * @throws TruncatedError when the stream is not complete.
   */
  finish(): ValueDecoder | undefined {
    if (!this.#chunks.startsAsChunk) {
      throw new FormatError("serialize.fromStream: expected a chunk, got other bytes");
    }
    if (!this.#chunks.done || this.#chunks.pending > 0) {
      throw new TruncatedError("serialize.fromStream: the stream ended before its last chunk");
    }
    if (this.#isGraph) {
      if (!this.#ended) throw new TruncatedError("serialize.fromStream: the stream ended inside the graph");
      return undefined;
    }
    const decoder = this.#decoder(this.#queue.bytes);
    decoder.u8();
    return decoder;
  }

  /**
   * The part that was yielded last is about to become `cost` bytes of memory.
   *
   * @throws LimitError when that is too much for so few bytes.
   */
  charge(cost: number): void {
    this.#budget.take(cost, this.#partBytes);
  }

  *#parts(): Generator<GraphPart, void, undefined> {
    if (!this.#isGraph) {
      const kind = this.#queue.bytes[0];
      if (kind === KIND.value || kind === undefined) return;
      if (kind > KIND.directed) throw new FormatError(`serialize.fromStream: a stream of the unknown kind ${kind}`);
      this.#isGraph = true;
      this.#graph = this.#openGraph(kind === KIND.directed);
      this.#queue.drop(1);
    }
    while (!this.#ended && this.#queue.length >= 4) {
      const { bytes } = this.#queue;
      const length = new ByteReader(bytes).u32();
      if (length > this.#limits.maxPartBytes) throw this.#tooLarge(length);
      if (bytes.length < 4 + length) return;
      const decoder = this.#decoder(bytes.subarray(4, 4 + length));
      decoder.references.push(this.#graph);
      const part = readPart(decoder, DEPTH);
      if (decoder.at !== decoder.end) throw decoder.malformed("bytes after the end of a part");
      this.#queue.drop(4 + length);
      this.#partBytes = length;
      this.#ended = part.kind === "end";
      yield part;
    }
  }

  /** A decoder of bytes that are all there. */
  #decoder(bytes: Uint8Array): ValueDecoder {
    const decoder = new ValueDecoder(this.#settings, this.#budget, bytes);
    decoder.complete = true;
    return decoder;
  }

  #tooLarge(bytes: number): LimitError {
    const { maxPartBytes } = this.#limits;
    return new LimitError(`serialize.fromStream: a part of ${bytes} bytes, over \`maxPartBytes\` (${maxPartBytes})`, {
      details: { limit: "maxPartBytes", value: maxPartBytes },
    });
  }
}

/** Reads a whole stream. */
export async function readStream(
  chunks: AsyncIterable<Uint8Array>,
  limits: StreamLimits,
  settings: DecoderSettings,
): Promise<Value> {
  let graph: Graph | undefined;
  let assembler: GraphAssembler | undefined;
  const reader = new PartReader(limits, settings, (directed) => {
    graph = new Graph({ type: directed ? "directed" : "undirected" });
    assembler = new GraphAssembler(directed);
    return graph;
  });
  for await (const chunk of chunks) for (const part of reader.push(chunk)) assembler?.add(part);
  const decoder = reader.finish();
  if (decoder === undefined) return (assembler as GraphAssembler).finish(graph as Graph);
  const value = decoder.value(0);
  if (decoder.at === decoder.end) return value;
  throw new TrailingDataError("serialize.fromStream: bytes follow the end of the value");
}
