import type { SyntheticGraphParameters } from "../datasets/synthetic-graph.ts";
import type { Area, Workload } from "../harness/workload.ts";
import { GRAPHOLOGY, LIMIT, ONE, TWO } from "./pregel/names.ts";

const MODULE = new URL("./pregel/pagerank.js", import.meta.url).href;
const HEAP_MEGABYTES = 8192;

function workloads(parameters: SyntheticGraphParameters): readonly Workload[] {
  const { nodeCount, edgeCount } = parameters;
  const common = {
    label: `${nodeCount.toLocaleString("en-US")} nodes / ${edgeCount.toLocaleString("en-US")} edges`,
    module: MODULE,
    parameters,
    heapMegabytes: HEAP_MEGABYTES,
  };
  return [
    {
      ...common,
      ours: ONE,
      peers: [GRAPHOLOGY],
      measures: [
        {
          measure: "run",
          name: "PageRank from a graph in memory, one worker",
          unit: "ms",
          quantity: "job",
          targets: { [GRAPHOLOGY]: 3 },
        },
      ],
    },
    {
      ...common,
      ours: TWO,
      peers: [ONE, LIMIT],
      measures: [
        {
          measure: "run",
          name: "a superstep, two workers",
          unit: "ms",
          quantity: "superstep",
          targets: { [ONE]: 1.5 },
        },
        { measure: "run", name: "PageRank from a graph in memory, two workers", unit: "ms", quantity: "job" },
        {
          measure: "wire",
          name: "bytes on the wire, a message between two workers",
          unit: "bytes",
          quantity: "message",
          targets: { [LIMIT]: 1 },
        },
        {
          measure: "wire",
          name: "bytes on the wire, a superstep of two workers",
          unit: "bytes",
          quantity: "superstep",
        },
      ],
    },
  ];
}

/** PageRank by vertex programs over worker processes, against one process, and against two. */
export const pregel: Area = {
  name: "pregel",
  workloads({ quick }) {
    return quick
      ? workloads({ nodeCount: 20_000, edgeCount: 200_000, seed: 1 })
      : workloads({ nodeCount: 100_000, edgeCount: 3_000_000, seed: 1 });
  },
};
