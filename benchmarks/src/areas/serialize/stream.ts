import { Graph } from "@graphoid/core";
import { createSerializer } from "@graphoid/serialize";
import { Packr } from "msgpackr";
import type { EdgeRow, GraphRows, NodeRow } from "../../datasets/graph-rows.ts";
import { collectGarbage } from "../../harness/stopwatch.ts";
import type { Contender, Measure, Probe } from "../../harness/workload.ts";
import { type GraphInput, type GraphParameters, graphInput, visitRows } from "./graph-input.ts";
import { graphOf, isUsable, visitGraph } from "./graphoid-codec.ts";
import { MEMORY_LIMIT, MSGPACKR, OURS, WHOLE } from "./names.ts";

/** The side that writes, or the side that reads: a process has only what that side would have. */
export type StreamParameters = GraphParameters & { readonly side: "writer" | "reader" };

/** One way to move a graph in pieces, of which a side needs to hold only a few. */
interface StreamCodec<Held, Decoded> {
  readonly packageName?: string;
  hold(input: GraphInput): Held;
  write(held: Held): Iterable<Uint8Array>;
  read(chunks: AsyncIterable<Uint8Array>): Promise<Decoded>;
  visit(decoded: Decoded, kind: GraphInput["kind"]): number;
}

interface StreamState {
  readonly codec: StreamCodec<unknown, unknown>;
  readonly kind: GraphInput["kind"];
  readonly held: unknown;
  readonly chunks: readonly Uint8Array[];
  readonly length: number;
  readonly checksum: number;
}

const CHUNK_BYTES = 65_536;
/** Rows in a batch of msgpackr's, about as long as our chunks. */
const BATCH_ROWS = 1_500;
const MEGABYTE = 1e6;
/** How often memory is measured while a graph passes. */
const MEMORY_SAMPLES = 8;
/** What counts as no memory at all, so that ratios stay finite. */
const LEAST_MEGABYTES = 0.01;

const serializer = createSerializer();

const streamed: StreamCodec<Graph, Graph> = {
  packageName: "@graphoid/serialize",
  hold: graphOf,
  write: (graph) => serializer.stream(graph, { chunkBytes: CHUNK_BYTES }),
  read: async (chunks) => usable((await serializer.fromStream(chunks)) as Graph),
  visit: visitGraph,
};

const whole: StreamCodec<Graph, Graph> = {
  packageName: "@graphoid/serialize",
  hold: graphOf,
  write: (graph) => [serializer.toBytes(graph)],
  async read(chunks) {
    for await (const bytes of chunks) return usable(serializer.fromBytes(bytes) as Graph);
    throw new Error("no bytes");
  },
  visit: visitGraph,
};

function usable(graph: Graph): Graph {
  if (!isUsable(graph)) throw new Error("the graph cannot be used");
  return graph;
}

const packr = new Packr({ useRecords: true });

/** Arrays of rows in records, each behind its length. The stream classes of msgpackr itself are slower. */
const batches: StreamCodec<GraphRows, GraphRows> = {
  packageName: "msgpackr",
  hold: ({ rows }) => rows,
  *write({ nodes, edges }) {
    for (const rows of [nodes, edges]) {
      for (let at = 0; at < rows.length; at += BATCH_ROWS) yield framed(packr.pack(rows.slice(at, at + BATCH_ROWS)));
    }
  },
  async read(chunks) {
    const nodes: NodeRow[] = [];
    const edges: EdgeRow[] = [];
    for await (const chunk of chunks) {
      const length = (chunk as Buffer).readUInt32BE(0);
      const rows = packr.unpack(chunk.subarray(4, 4 + length)) as (NodeRow | EdgeRow)[];
      for (const row of rows) {
        if ("id" in row) nodes.push(row);
        else edges.push(row);
      }
    }
    return { nodes, edges };
  },
  visit: visitRows,
};

function framed(message: Buffer): Buffer {
  const chunk = Buffer.allocUnsafe(4 + message.length);
  chunk.writeUInt32BE(message.length, 0);
  chunk.set(message, 4);
  return chunk;
}

async function* each(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  yield* chunks;
}

async function setUp(codec: StreamCodec<unknown, unknown>, parameters: StreamParameters): Promise<StreamState> {
  const input = graphInput(parameters);
  const { kind } = input;
  const held = codec.hold(input);
  const chunks = [...codec.write(held)];
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const checksum = visitRows(input.rows, kind);
  const found = codec.visit(await codec.read(each(chunks)), kind);
  if (found !== checksum) throw new Error(`wrong result of the setup: expected ${checksum}, got ${found}`);
  const writes = parameters.side === "writer";
  return { codec, kind, held: writes ? held : undefined, chunks: writes ? [] : chunks, length, checksum };
}

const write: Measure<StreamState> = {
  run({ codec, held }, probe) {
    let length = 0;
    probe.start();
    for (const chunk of codec.write(held)) length += chunk.length;
    probe.stop();
    return length;
  },
  expected: ({ length }) => length,
};

const read: Measure<StreamState> = {
  async run({ codec, kind, chunks }, probe) {
    probe.start();
    const decoded = await codec.read(each(chunks));
    probe.stop();
    return codec.visit(decoded, kind);
  },
  expected: ({ checksum }) => checksum,
};

/** Hands the chunks on, and measures the memory in use at a few of them. */
async function* sampled(
  chunks: Iterable<Uint8Array>,
  every: number,
  probe: Probe,
  seen: number[],
): AsyncGenerator<Uint8Array, void, undefined> {
  let count = 0;
  for (const chunk of chunks) {
    yield chunk;
    if (++count % every === 0) seen.push(await probe.settledBytes());
  }
}

/** Memory beyond the graph that is written. */
const writeMemory: Measure<StreamState> = {
  async run({ codec, held, length }, probe) {
    const before = await probe.settledBytes();
    const seen: number[] = [];
    const every = Math.max(1, Math.floor(length / CHUNK_BYTES / MEMORY_SAMPLES));
    let written = 0;
    for await (const chunk of sampled(codec.write(held), every, probe, seen)) written += chunk.length;
    probe.record("memory", Math.max(LEAST_MEGABYTES, (Math.max(...seen) - before) / MEGABYTE));
    return written;
  },
  expected: ({ length }) => length,
};

/**
 * Runs `read`, and measures the memory in use whenever a graph is put together from its columns: a reader then holds
 * most, and no chunk comes by.
 */
async function sampledAssembly<T>(seen: number[], read: () => Promise<T>): Promise<T> {
  const { fromColumns } = Graph;
  Graph.fromColumns = (...args) => {
    // Twice: what the first finds is freed beside it, and counted when the second begins.
    collectGarbage();
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    seen.push(heapUsed + external);
    return fromColumns(...args);
  };
  try {
    return await read();
  } finally {
    Graph.fromColumns = fromColumns;
  }
}

/** Memory beyond the chunks, which the benchmark holds, and the graph that comes of them. */
const readMemory: Measure<StreamState> = {
  async run({ codec, kind, chunks }, probe) {
    const seen: number[] = [];
    const every = Math.max(1, Math.floor(chunks.length / MEMORY_SAMPLES));
    const decoded = await sampledAssembly(seen, () => codec.read(sampled(chunks, every, probe, seen)));
    const after = await probe.settledBytes();
    probe.record("memory", Math.max(LEAST_MEGABYTES, (Math.max(...seen) - after) / MEGABYTE));
    return codec.visit(decoded, kind);
  },
  expected: ({ checksum }) => checksum,
};

type StreamContender = Contender<StreamState, StreamParameters>;

function contender<Held, Decoded>(
  codec: StreamCodec<Held, Decoded>,
  measures: StreamContender["measures"],
): StreamContender {
  const { packageName } = codec;
  return {
    ...(packageName === undefined ? {} : { packageName }),
    setup: (parameters) => setUp(codec as StreamCodec<unknown, unknown>, parameters),
    measures,
  };
}

const allowed: Measure<null> = {
  run(_, probe) {
    probe.record("memory", (4 * CHUNK_BYTES + MEGABYTE) / MEGABYTE);
    return 0;
  },
  expected: () => 0,
};

// biome-ignore lint/suspicious/noExplicitAny: each contender has a state of its own that only its own measures see.
export const contenders: { readonly [name: string]: Contender<any, StreamParameters> } = {
  [OURS]: contender(streamed, { write, read, writeMemory, readMemory }),
  [WHOLE]: contender(whole, { write, read }),
  [MSGPACKR]: contender(batches, { write, read, writeMemory }),
  [MEMORY_LIMIT]: { setup: () => null, measures: { writeMemory: allowed, readMemory: allowed } },
};
