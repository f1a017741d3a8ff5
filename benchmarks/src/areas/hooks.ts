import type { Area, MeasureInfo, Workload } from "../harness/workload.ts";
import { HOOKABLE, LIMIT, OURS } from "./hooks/names.ts";
import type { Parameters } from "./hooks/operations.ts";

const PARAMETERS: Parameters = { nodeCount: 2_000, edgeCount: 10_000, seed: 1, graphs: 300 };

/** The processor time of a graph that knows no interception, over that of ours. */
function share(measure: string, name: string): MeasureInfo {
  return { measure, name, unit: "ideal ÷ reached", quantity: "rate", targets: { [LIMIT]: 1 } };
}

const operations: Workload = {
  label: "2,000 nodes / 10,000 edges",
  module: new URL("./hooks/operations.js", import.meta.url).href,
  parameters: PARAMETERS,
  warmUpParameters: PARAMETERS,
  ours: OURS,
  peers: [LIMIT],
  measures: [
    share("addNodeWithout", "bare graph ÷ no hooks, addNode"),
    share("addEdgeWithout", "bare graph ÷ no hooks, addEdge"),
    share("addNodeHooked", "bare graph ÷ one hook that continues, addNode"),
    share("addEdgeHooked", "bare graph ÷ one hook that continues, addEdge"),
  ],
};

const calls: Workload = {
  label: "one listener",
  module: new URL("./hooks/calls.js", import.meta.url).href,
  parameters: { calls: 1_000_000 },
  warmUpParameters: { calls: 100_000 },
  ours: OURS,
  peers: [HOOKABLE],
  measures: [{ measure: "call", name: "asking a hook", unit: "ns/op", targets: { [HOOKABLE]: 50 } }],
};

/** What hooks cost a graph, and against those of hookable. */
export const hooks: Area = {
  name: "hooks",
  workloads: () => [operations, calls],
};
