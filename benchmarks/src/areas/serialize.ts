import type { MessagesParameters } from "../datasets/messages.ts";
import type { Area, MeasureInfo, Workload } from "../harness/workload.ts";
import type { GraphParameters } from "./serialize/graph-input.ts";
import {
  ARROW,
  CBOR_X,
  GRAPHOLOGY,
  GZIPPED,
  JSON_TEXT,
  MEMORY_COPY,
  MEMORY_LIMIT,
  MESSAGE_PACK,
  MSGPACKR,
  OURS,
  PLAIN,
  V8,
  WHOLE,
} from "./serialize/names.ts";

interface GraphCase {
  readonly label: string;
  readonly parameters: GraphParameters;
  readonly warmUp: GraphParameters;
  readonly peers: readonly string[];
  /** Peers that only write. */
  readonly writersOnly?: readonly string[];
  /** Our bytes against msgpackr's: how many times smaller they should be. */
  readonly bytesTarget?: number;
}

const ROW_PEERS = [MSGPACKR, MESSAGE_PACK, CBOR_X, V8, JSON_TEXT];
const WARM_UP: GraphParameters = { dataset: "synthetic", nodeCount: 20_000, edgeCount: 100_000, seed: 2 };

const SYNTHETIC: GraphCase = {
  label: "100,000 nodes / 500,000 edges",
  parameters: { dataset: "synthetic", nodeCount: 100_000, edgeCount: 500_000, seed: 1 },
  warmUp: WARM_UP,
  peers: [...ROW_PEERS, ARROW, GRAPHOLOGY, MEMORY_COPY],
  bytesTarget: 1 / 0.35,
};

/** The rows with targets, and the limit; to import a graph takes graphology ten seconds, so only full runs have that. */
const QUICK_SYNTHETIC: GraphCase = {
  ...SYNTHETIC,
  peers: [MSGPACKR, GRAPHOLOGY, MEMORY_COPY],
  writersOnly: [GRAPHOLOGY],
};

const DEBIAN: GraphCase = {
  label: "Debian packages",
  parameters: { dataset: "debian" },
  warmUp: { dataset: "debian", limit: 15_000 },
  // Arrow and graphology take part with the synthetic graph: for them it matters little what the properties are.
  peers: [...ROW_PEERS, MEMORY_COPY],
  bytesTarget: 1 / 0.45,
};

const LARGE: GraphCase = {
  label: "1,000,000 nodes / 5,000,000 edges",
  parameters: { dataset: "synthetic", nodeCount: 1_000_000, edgeCount: 5_000_000, seed: 1 },
  warmUp: WARM_UP,
  // JSON cannot: a string would be too long. The others do not get better with size.
  peers: [MSGPACKR, MEMORY_COPY],
};

const ENCODE: readonly MeasureInfo[] = [
  { measure: "encode", name: "encode a graph", unit: "ms", targets: { [MSGPACKR]: 5, [GRAPHOLOGY]: 40 } },
];

function reading({ bytesTarget }: GraphCase): readonly MeasureInfo[] {
  return [
    { measure: "decode", name: "decode a graph", unit: "ms", targets: { [MSGPACKR]: 8, [GRAPHOLOGY]: 100 } },
    { measure: "visit", name: "decode and visit everything", unit: "ms", targets: { [MSGPACKR]: 3 } },
    {
      measure: "size",
      name: "bytes of a graph",
      unit: "MB",
      quantity: "bytes",
      ...(bytesTarget === undefined ? {} : { targets: { [MSGPACKR]: bytesTarget } }),
    },
  ];
}

function graphWorkloads(graph: GraphCase): readonly Workload[] {
  const shared = {
    label: graph.label,
    module: new URL("./serialize/graphs.js", import.meta.url).href,
    ours: OURS,
    peers: graph.peers,
    heapMegabytes: 8192,
    // Each sample is one call: it takes several until all of what it runs is compiled.
    warmUps: 4,
  };
  const side = (name: "writer" | "reader") => ({
    parameters: { ...graph.parameters, side: name },
    warmUpParameters: { ...graph.warmUp, side: name },
  });
  return [
    { ...shared, ...side("writer"), measures: ENCODE },
    {
      ...shared,
      ...side("reader"),
      measures: reading(graph),
      peers: graph.peers.filter((peer) => !graph.writersOnly?.includes(peer)),
    },
  ];
}

const STREAM_WRITE: readonly MeasureInfo[] = [
  { measure: "write", name: "stream a graph out", unit: "ms", targets: { [WHOLE]: 0.7 } },
  {
    measure: "writeMemory",
    name: "extra memory, streaming out",
    unit: "MB",
    quantity: "memory",
    targets: { [MEMORY_LIMIT]: 1 },
  },
];

const STREAM_READ: readonly MeasureInfo[] = [
  { measure: "read", name: "stream a graph in", unit: "ms", targets: { [WHOLE]: 0.7 } },
  {
    measure: "readMemory",
    name: "extra memory, streaming in",
    unit: "MB",
    quantity: "memory",
    targets: { [MEMORY_LIMIT]: 1 },
  },
];

function streamWorkloads({ label, parameters, warmUp }: GraphCase): readonly Workload[] {
  const shared = {
    label,
    module: new URL("./serialize/stream.js", import.meta.url).href,
    ours: OURS,
    peers: [WHOLE, MSGPACKR, MEMORY_LIMIT],
    heapMegabytes: 8192,
  };
  return (["writer", "reader"] as const).map((side) => ({
    ...shared,
    parameters: { ...parameters, side },
    warmUpParameters: { ...warmUp, side },
    measures: side === "writer" ? STREAM_WRITE : STREAM_READ,
  }));
}

const TIMES = { [MSGPACKR]: 0.9, [MESSAGE_PACK]: 1.5 };

const MESSAGES: readonly MeasureInfo[] = [
  { measure: "encode", name: "encode a message", unit: "ns/op", targets: TIMES },
  { measure: "decode", name: "decode a message", unit: "ns/op", targets: TIMES },
  { measure: "size", name: "bytes of a message", unit: "bytes", quantity: "bytes", targets: { [JSON_TEXT]: 1.3 } },
];

function messageWorkload(size: MessagesParameters["size"]): Workload {
  return {
    label: size,
    module: new URL("./serialize/messages.js", import.meta.url).href,
    parameters: { size, count: 1024, seed: 1, passes: size === "100 B" ? 50 : 10 },
    warmUpParameters: { size, count: 1024, seed: 2, passes: size === "100 B" ? 30 : 6 },
    measures: MESSAGES,
    ours: OURS,
    peers: ROW_PEERS,
    warmUps: 2,
  };
}

/** The same messages on one connection, which need to say what fields they have only once. */
function sessionWorkload(size: MessagesParameters["size"]): Workload {
  const targets = { [MSGPACKR]: 0.9 };
  return {
    ...messageWorkload(size),
    module: new URL("./serialize/sessions.js", import.meta.url).href,
    measures: [
      { measure: "encode", name: "encode a message in a session", unit: "ns/op", targets },
      { measure: "decode", name: "decode a message in a session", unit: "ns/op", targets },
      { measure: "size", name: "bytes of a message in a session", unit: "bytes", quantity: "bytes" },
    ],
    peers: [MSGPACKR, CBOR_X],
  };
}

function canonicalWorkloads(): readonly Workload[] {
  const shared = {
    module: new URL("./serialize/canonical.js", import.meta.url).href,
    ours: OURS,
    peers: [PLAIN],
  };
  const targets = { [PLAIN]: 0.4 };
  return [
    {
      ...shared,
      label: SYNTHETIC.label,
      parameters: SYNTHETIC.parameters,
      warmUpParameters: SYNTHETIC.warmUp,
      measures: [{ measure: "graph", name: "encode a graph, canonical", unit: "ms", targets }],
    },
    {
      ...shared,
      label: "100 B",
      parameters: { messages: 1024 },
      warmUps: 4,
      measures: [{ measure: "message", name: "encode a message, canonical", unit: "ns/op", targets }],
    },
  ];
}

function compressedWorkload({ label, parameters, warmUp }: GraphCase): Workload {
  return {
    label,
    module: new URL("./serialize/compressed.js", import.meta.url).href,
    parameters,
    warmUpParameters: warmUp,
    ours: OURS,
    peers: [GZIPPED],
    heapMegabytes: 8192,
    measures: [
      { measure: "compress", name: "compress a graph", unit: "ms" },
      {
        measure: "compress",
        name: "compressed bytes of a graph",
        unit: "MB",
        quantity: "bytes",
        targets: { [GZIPPED]: 1 / 0.6 },
      },
      { measure: "decompress", name: "decompress a graph", unit: "ms" },
    ],
  };
}

/** `@graphoid/serialize`: graphs whole and in streams, and small messages. */
export const serialize: Area = {
  name: "serialize",
  workloads: ({ quick }) => [
    ...graphWorkloads(quick ? QUICK_SYNTHETIC : SYNTHETIC),
    ...graphWorkloads(quick ? { ...DEBIAN, peers: [MSGPACKR, MEMORY_COPY] } : DEBIAN),
    ...streamWorkloads(SYNTHETIC),
    ...canonicalWorkloads(),
    compressedWorkload(SYNTHETIC),
    compressedWorkload(DEBIAN),
    messageWorkload("100 B"),
    messageWorkload("1 kB"),
    sessionWorkload("100 B"),
    sessionWorkload("1 kB"),
    ...(quick ? [] : [...graphWorkloads(LARGE), ...streamWorkloads(LARGE)]),
  ],
};
