import type { SyntheticGraphParameters } from "../datasets/synthetic-graph.ts";
import type { Area, MeasureInfo, Workload } from "../harness/workload.ts";
import { GRAPHOLOGY, OURS, PLAIN_ARRAYS, PLAIN_MAPS } from "./core/subjects.ts";

const PEERS = [GRAPHOLOGY, PLAIN_MAPS, PLAIN_ARRAYS];

const SMALL: SyntheticGraphParameters = { nodeCount: 100_000, edgeCount: 500_000, seed: 1 };
const LARGE: SyntheticGraphParameters = { nodeCount: 1_000_000, edgeCount: 5_000_000, seed: 1 };
const WARM_UP: SyntheticGraphParameters = { nodeCount: 20_000, edgeCount: 100_000, seed: 2 };

const BUILD: readonly MeasureInfo[] = [
  { measure: "parsed", name: "build, new id strings", unit: "ms", targets: { [GRAPHOLOGY]: 5 } },
  { measure: "parsed", name: "memory, built", unit: "MB", quantity: "memory", targets: { [GRAPHOLOGY]: 8 } },
  { measure: "parsed", name: "memory, after a traversal", unit: "MB", quantity: "memory after traversal" },
  { measure: "held", name: "build, held id strings", unit: "ms", targets: { [GRAPHOLOGY]: 5 } },
];

const READ: readonly MeasureInfo[] = [
  { measure: "lookupHeld", name: "hasNode, held id strings", unit: "ns/op", targets: { [PLAIN_MAPS]: 1 } },
  { measure: "lookupParsed", name: "hasNode, new id strings", unit: "ns/op", targets: { [PLAIN_MAPS]: 1 } },
  { measure: "value", name: "node value by id", unit: "ns/op" },
  { measure: "forEachNeighbor", name: "forEachNeighbor, all nodes", unit: "ns/op", targets: { [GRAPHOLOGY]: 5 } },
  { measure: "neighborArrays", name: "neighbors() arrays, all nodes", unit: "ns/op" },
];

function workloads(parameters: SyntheticGraphParameters): readonly Workload[] {
  const { nodeCount, edgeCount } = parameters;
  const shared = {
    label: `${nodeCount.toLocaleString("en-US")} nodes / ${edgeCount.toLocaleString("en-US")} edges`,
    parameters,
    warmUpParameters: WARM_UP,
    ours: OURS,
    peers: PEERS,
    // graphology needs 2 GB for the large graph, and more while it grows.
    heapMegabytes: 8192,
    sampleLimitMs: 60 * 60_000,
  };
  const build = new URL("./core/build.js", import.meta.url).href;
  const read = new URL("./core/read.js", import.meta.url).href;
  // A large build takes graphology minutes, and from held strings it differs no more than with the small graph.
  const builds = parameters === LARGE ? BUILD.filter(({ measure }) => measure === "parsed") : BUILD;
  return [
    { ...shared, module: build, measures: builds, warmUps: 0 },
    { ...shared, module: read, measures: READ },
  ];
}

/** The graph of `@graphoid/core` against graphology and plain Maps. */
export const core: Area = {
  name: "core",
  workloads: ({ quick }) => [...workloads(SMALL), ...(quick ? [] : workloads(LARGE))],
};
