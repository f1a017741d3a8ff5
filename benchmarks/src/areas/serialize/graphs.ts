import type { Contender, Measure } from "../../harness/workload.ts";
import { arrow } from "./arrow-codec.ts";
import type { GraphCodec } from "./graph-codec.ts";
import { type GraphInput, type GraphParameters, graphInput, visitRows } from "./graph-input.ts";
import { copying, graphoid } from "./graphoid-codec.ts";
import { graphology } from "./graphology-codec.ts";
import { ARROW, CBOR_X, GRAPHOLOGY, JSON_TEXT, MEMORY_COPY, MESSAGE_PACK, MSGPACKR, OURS, V8 } from "./names.ts";
import { cborX, json, messagePack, msgpackr, v8Serialize } from "./row-codecs.ts";

/** What a process holds on to: a reader has only the bytes, as it would in reality, and a smaller heap to collect. */
export type GraphBenchParameters = GraphParameters & { readonly side: "writer" | "reader" };

interface GraphState {
  readonly codec: GraphCodec;
  readonly kind: GraphInput["kind"];
  readonly held: unknown;
  readonly bytes: Uint8Array;
  readonly checksum: number;
}

function setUp(codec: GraphCodec, parameters: GraphBenchParameters): GraphState {
  const input = graphInput(parameters);
  const held = codec.hold(input);
  const bytes = codec.encode(held);
  const { kind } = input;
  const checksum = visitRows(input.rows, kind);
  const found = codec.visit(codec.decode(bytes), kind);
  if (found !== checksum) throw new Error(`wrong result of the setup: expected ${checksum}, got ${found}`);
  return { codec, kind, held: parameters.side === "writer" ? held : undefined, bytes, checksum };
}

const expected = ({ checksum }: GraphState): number => checksum;

const encode: Measure<GraphState> = {
  run({ codec, kind, held, bytes, checksum }, probe) {
    probe.start();
    const encoded = codec.encode(held);
    probe.stop();
    // Equal bytes were read back in the setup.
    return Buffer.compare(encoded, bytes) === 0 ? checksum : codec.visit(codec.decode(encoded), kind);
  },
  expected,
};

const decode: Measure<GraphState> = {
  run({ codec, kind, bytes }, probe) {
    probe.start();
    const decoded = codec.decode(bytes);
    probe.stop();
    return codec.visit(decoded, kind);
  },
  expected,
};

const visit: Measure<GraphState> = {
  run({ codec, kind, bytes }, probe) {
    probe.start();
    const sum = codec.visit(codec.decode(bytes), kind);
    probe.stop();
    return sum;
  },
  expected,
};

const size: Measure<GraphState> = {
  run({ bytes, checksum }, probe) {
    probe.record("bytes", bytes.length / 1e6);
    return checksum;
  },
  expected,
};

type Measures = Contender<GraphState, GraphBenchParameters>["measures"];

function contender(codec: GraphCodec, measures: Measures): Contender<GraphState, GraphBenchParameters> {
  const { packageName } = codec;
  return {
    ...(packageName === undefined ? {} : { packageName }),
    setup: (parameters) => setUp(codec, parameters),
    measures,
  };
}

const ALL: Measures = { encode, decode, visit, size };

export const contenders: { readonly [name: string]: Contender<GraphState, GraphBenchParameters> } = {
  [OURS]: contender(graphoid, ALL),
  [MSGPACKR]: contender(msgpackr, ALL),
  [MESSAGE_PACK]: contender(messagePack, ALL),
  [CBOR_X]: contender(cborX, ALL),
  [V8]: contender(v8Serialize, ALL),
  [JSON_TEXT]: contender(json, ALL),
  [ARROW]: contender(arrow, ALL),
  [GRAPHOLOGY]: contender(graphology, { encode, decode, size }),
  [MEMORY_COPY]: contender(copying, { encode, decode }),
};
