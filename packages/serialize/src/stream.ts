import { type Graph, type GraphColumns, isGraph, type Value } from "@graphoid/core";
import { ChunkWriter } from "./chunks.ts";
import { writeEdges, writeEnd, writeNames, writeNodes } from "./graph-encoder.ts";
import type { ValueEncoder } from "./value-encoder.ts";

/** What a stream is of: its first byte. */
export const KIND = { value: 0, undirected: 1, directed: 2 } as const;
/** How deep the values of the graph are: as deep as those of a graph that is not inside anything. */
export const DEPTH = 2;
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
    encoder.reserve(4);
    encoder.at += 4;
    write();
    encoder.view.setUint32(encoder.start, encoder.at - encoder.start - 4);
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
      if (names < columns.names.length) yield* namesTo(namesUsed(columns, table, from, to));
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
