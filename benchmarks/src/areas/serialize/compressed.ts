import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { Graph } from "@graphoid/core";
import { createSerializer } from "@graphoid/serialize";
import type { Contender, Measure } from "../../harness/workload.ts";
import type { GraphCodec } from "./graph-codec.ts";
import { type GraphInput, type GraphParameters, graphInput, visitRows } from "./graph-input.ts";
import { graphoid, isUsable } from "./graphoid-codec.ts";
import { GZIPPED, OURS } from "./names.ts";
import { msgpackr } from "./row-codecs.ts";

interface Compression<Held, Decoded> {
  readonly codec: GraphCodec<Held, Decoded>;
  compress(held: Held): Promise<Uint8Array>;
  decompress(bytes: Uint8Array): Promise<Decoded>;
}

interface CompressedState {
  readonly compression: Compression<unknown, unknown>;
  readonly kind: GraphInput["kind"];
  readonly held: unknown;
  readonly bytes: Uint8Array;
  readonly checksum: number;
}

const serializer = createSerializer();
const gzipAsync = promisify(gzip);
const gunzipAsync = promisify(gunzip);

const ours: Compression<Graph, Graph> = {
  codec: graphoid,
  compress: (graph) => serializer.toBytesAsync(graph, { compress: true }),
  async decompress(bytes) {
    const graph = (await serializer.fromBytesAsync(bytes)) as Graph;
    if (!isUsable(graph)) throw new Error("the graph cannot be used");
    return graph;
  },
};

/** Level 6, the default. */
const gzipped: Compression<Parameters<typeof msgpackr.encode>[0], ReturnType<typeof msgpackr.decode>> = {
  codec: msgpackr,
  compress: async (rows) => gzipAsync(msgpackr.encode(rows)),
  decompress: async (bytes) => msgpackr.decode(await gunzipAsync(bytes)),
};

const expected = ({ checksum }: CompressedState): number => checksum;

/** Also records the length. */
const compress: Measure<CompressedState> = {
  async run({ compression, kind, held, bytes, checksum }, probe) {
    probe.start();
    const compressed = await compression.compress(held);
    probe.stop();
    probe.record("bytes", compressed.length / 1e6);
    // Equal bytes were read back in the setup.
    if (Buffer.compare(compressed, bytes) === 0) return checksum;
    return compression.codec.visit(await compression.decompress(compressed), kind);
  },
  expected,
};

const decompress: Measure<CompressedState> = {
  async run({ compression, kind, bytes }, probe) {
    probe.start();
    const decoded = await compression.decompress(bytes);
    probe.stop();
    return compression.codec.visit(decoded, kind);
  },
  expected,
};

function contender<Held, Decoded>(
  compression: Compression<Held, Decoded>,
): Contender<CompressedState, GraphParameters> {
  const { packageName } = compression.codec;
  return {
    ...(packageName === undefined ? {} : { packageName }),
    async setup(parameters) {
      const input = graphInput(parameters);
      const held = compression.codec.hold(input);
      const bytes = await compression.compress(held);
      const checksum = visitRows(input.rows, input.kind);
      const found = compression.codec.visit(await compression.decompress(bytes), input.kind);
      if (found !== checksum) throw new Error(`wrong result of the setup: expected ${checksum}, got ${found}`);
      return { compression: compression as Compression<unknown, unknown>, kind: input.kind, held, bytes, checksum };
    },
    measures: { compress, decompress },
  };
}

export const contenders: { readonly [name: string]: Contender<CompressedState, GraphParameters> } = {
  [OURS]: contender(ours),
  [GZIPPED]: contender(gzipped),
};
