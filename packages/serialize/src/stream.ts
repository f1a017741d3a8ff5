import { Graph, type GraphColumns, isGraph, type Value } from "@graphoid/core";
import { ByteQueue } from "./byte-queue.ts";
import { ByteReader } from "./byte-reader.ts";
import { ChunkReader, ChunkWriter } from "./chunks.ts";
import { FormatError, LimitError, TrailingDataError, TruncatedError } from "./errors.ts";
import { GraphAssembler } from "./graph-decoder.ts";
import { writeEdges, writeEnd, writeNames, writeNodes } from "./graph-encoder.ts";
import { MemoryBudget } from "./memory-budget.ts";
import { type DecoderSettings, ValueDecoder } from "./value-decoder.ts";
import type { ValueEncoder } from "./value-encoder.ts";

/** What a stream is of: its first byte. */
const KIND = { value: 0, undirected: 1, directed: 2 } as const;
/** How deep the values of the graph are: as deep as those of a graph that is not inside anything. */
const DEPTH = 2;
/** Rows of the first part; later ones are as many as fill a chunk. */
const FIRST_ROWS = 64;

/** Yields the chunks of a value, or of a graph part by part. */
export function* writeStream(
  value: Value,
  chunkBytes: number,
  encoder: ValueEncoder,
): Generator<Uint8Array, void, undefined> {
  const chunks = new ChunkWriter(chunkBytes);
  if (!isGraph(value)) {
    encoder.u8(KIND.value);
    encoder.value(value, 0);
    yield* chunks.write(encoder.take());
  } else {
    yield* chunks.write(Uint8Array.of(value.type === "directed" ? KIND.directed : KIND.undirected));
    for (const part of graphParts(value, chunkBytes, encoder)) yield* chunks.write(part);
  }
  yield chunks.end();
}

/**
 * The parts of a graph, each of about `target` bytes behind its length. References reach as far as a part, so that
 * neither side has to remember more than one.
 */
function* graphParts(graph: Graph, target: number, encoder: ValueEncoder): Generator<Uint8Array, void, undefined> {
  const { columns } = graph;
  const part = (write: () => void): Uint8Array => {
    encoder.reset();
    encoder.references.find(graph);
    // Room for the length, which is known afterwards.
    encoder.u8(0);
    encoder.at = 4;
    encoder.reserve(4);
    write();
    encoder.view.setUint32(0, encoder.at - 4);
    return encoder.take();
  };
  let names = 0;
  const namesTo = function* (end: number): Generator<Uint8Array, void, undefined> {
    if (end > names) yield part(() => writeNames(encoder, columns, names, end));
    names = Math.max(names, end);
  };
  for (const table of ["nodes", "edges"] as const) {
    const count = table === "nodes" ? columns.nodeCount : columns.edgeCount;
    let rows = FIRST_ROWS;
    for (let from = 0; from < count; ) {
      const to = Math.min(count, from + rows);
      yield* namesTo(namesUsed(columns, table, from, to));
      const bytes = part(() => (table === "nodes" ? writeNodes : writeEdges)(encoder, columns, from, to, DEPTH));
      yield bytes;
      // Grow at most fourfold a step: the next rows may be larger than these.
      rows = Math.max(1, Math.min(Math.floor(((to - from) * target) / bytes.length), (to - from) * 4));
      from = to;
    }
  }
  yield part(() => writeEnd(encoder, columns));
}

/** One past the last name that these rows refer to. */
function namesUsed(columns: GraphColumns, table: "nodes" | "edges", from: number, to: number): number {
  let end = 0;
  if (table === "nodes") for (let i = from; i < to; i++) end = Math.max(end, columns.nodeTypes[i] as number);
  else for (let i = from; i < to; i++) end = Math.max(end, (columns.labels[i] as number) + 1);
  return end;
}

/** Limits on what a stream may hold back. */
export interface StreamLimits {
  readonly maxChunkBytes: number;
  readonly maxPartBytes: number;
  readonly maxDecodedBytes: number | undefined;
}

/** Reads a stream as its bytes come. */
export class StreamReader {
  readonly #chunks: ChunkReader;
  readonly #limits: StreamLimits;
  readonly #settings: DecoderSettings;
  readonly #budget: MemoryBudget;
  readonly #queue = new ByteQueue();
  #graph: Graph | undefined;
  #assembler: GraphAssembler | undefined;
  #ended = false;

  constructor(limits: StreamLimits, settings: DecoderSettings) {
    this.#limits = limits;
    this.#settings = settings;
    this.#chunks = new ChunkReader(limits.maxChunkBytes);
    this.#budget = new MemoryBudget(limits.maxDecodedBytes);
  }

  /** Takes the next bytes, cut in any way. */
  push(bytes: Uint8Array): void {
    for (const body of this.#chunks.push(bytes)) {
      this.#budget.give(body.length);
      this.#queue.push(body);
      this.#readParts();
      if (this.#ended && this.#queue.length > 0) {
        throw new TrailingDataError("serialize.fromStream: bytes follow the end of the graph");
      }
      if (this.#queue.length > this.#limits.maxPartBytes) throw this.#tooLarge(this.#queue.length);
    }
  }

  /**
   * The value, once everything has come.
   *
   * @throws TruncatedError when the stream is not complete.
   */
  finish(): Value {
    if (!this.#chunks.startsAsChunk) {
      throw new FormatError("serialize.fromStream: expected a chunk, got other bytes");
    }
    if (!this.#chunks.done || this.#chunks.pending > 0) {
      throw new TruncatedError("serialize.fromStream: the stream ended before its last chunk");
    }
    if (this.#graph && this.#assembler) {
      if (!this.#ended) throw new TruncatedError("serialize.fromStream: the stream ended inside the graph");
      return this.#assembler.finish(this.#graph);
    }
    const decoder = this.#decoder(this.#queue.bytes);
    decoder.u8();
    const value = decoder.value(0);
    if (decoder.at !== decoder.end)
      throw new TrailingDataError("serialize.fromStream: bytes follow the end of the value");
    return value;
  }

  #readParts(): void {
    if (!this.#assembler) {
      const kind = this.#queue.bytes[0];
      if (kind === KIND.value || kind === undefined) return;
      if (kind > KIND.directed) throw new FormatError(`serialize.fromStream: a stream of the unknown kind ${kind}`);
      this.#graph = new Graph({ type: kind === KIND.directed ? "directed" : "undirected" });
      this.#assembler = new GraphAssembler(kind === KIND.directed);
      this.#queue.drop(1);
    }
    while (!this.#ended && this.#queue.length >= 4) {
      const { bytes } = this.#queue;
      const length = new ByteReader(bytes).u32();
      if (length > this.#limits.maxPartBytes) throw this.#tooLarge(length);
      if (bytes.length < 4 + length) return;
      const decoder = this.#decoder(bytes.subarray(4, 4 + length));
      decoder.references.push(this.#graph);
      this.#ended = this.#assembler.readPart(decoder, DEPTH);
      if (decoder.at !== decoder.end) throw decoder.malformed("bytes after the end of a part");
      this.#queue.drop(4 + length);
    }
  }

  /** A decoder of bytes that are all there. */
  #decoder(bytes: Uint8Array): ValueDecoder {
    const decoder = new ValueDecoder(bytes, this.#settings, { budget: this.#budget });
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
