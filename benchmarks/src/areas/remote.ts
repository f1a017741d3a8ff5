import { spawnSync } from "node:child_process";
import type { Area, MeasureInfo, Workload } from "../harness/workload.ts";
import type { CallsParameters } from "./remote/calls.ts";
import type { ContextsParameters } from "./remote/contexts.ts";
import { BIRPC, CAPNWEB, CONTEXT, GRPC, LIMIT, NATS, OURS, PLAIN, RAW } from "./remote/names.ts";

type Targets = { readonly [peer: string]: number };

const MODULES = {
  calls: new URL("./remote/calls.js", import.meta.url).href,
  contexts: new URL("./remote/contexts.js", import.meta.url).href,
};

const CALLS = { quick: 100_000, full: 400_000 };
const OPERATIONS = { quick: 1_000_000, full: 4_000_000 };
const limits: ContextsParameters["limits"] = { derive: 150, span: 500 };

function calls(
  quick: boolean,
  shape: Omit<CallsParameters, "calls">,
  name: string,
  peers: readonly string[],
  targets: Targets,
): Workload {
  const count = quick ? CALLS.quick : CALLS.full;
  const measures: readonly MeasureInfo[] = [
    { measure: "run", name: `${name}, CPU of all processes`, unit: "ns/op", quantity: "cpu", targets },
    { measure: "run", name: `${name}, wall`, unit: "ns/op", quantity: "wall" },
  ];
  return {
    label: "objects of 100 B",
    module: MODULES.calls,
    parameters: { ...shape, calls: count } satisfies CallsParameters,
    warmUpParameters: { ...shape, calls: count / 10 } satisfies CallsParameters,
    measures,
    ours: OURS,
    peers,
  };
}

function workloads(quick: boolean): readonly Workload[] {
  const broker = spawnSync("nats-server", ["--version"]).status === 0 ? [NATS] : [];
  const request = { kind: "request", inFlight: 64 } as const;
  const operations: ContextsParameters = { operations: quick ? OPERATIONS.quick : OPERATIONS.full, limits };
  return [
    calls(quick, request, "request, 64 in flight", [RAW, CAPNWEB, BIRPC, ...broker, GRPC], {
      [RAW]: 1 / 3.5,
      [CAPNWEB]: 15,
      [BIRPC]: 8,
      [NATS]: 10,
      [GRPC]: 50,
    }),
    calls(quick, { kind: "send", inFlight: 0 }, "one-way", [CAPNWEB, BIRPC, ...broker], { [NATS]: 5, [CAPNWEB]: 15 }),
    {
      label: "objects of 100 B",
      module: MODULES.calls,
      parameters: { kind: "context", inFlight: 64, calls: quick ? CALLS.quick : CALLS.full } satisfies CallsParameters,
      measures: [
        {
          measure: "run",
          name: "what a traced context adds to a request",
          unit: "ns/op",
          quantity: "added",
          targets: { [LIMIT]: 1 },
        },
      ],
      ours: OURS,
      peers: [LIMIT],
    },
    {
      label: "one process",
      module: MODULES.contexts,
      parameters: operations,
      warmUpParameters: { ...operations, operations: operations.operations / 10 },
      measures: [
        { measure: "derive", name: "derive a context", unit: "ns/op", quantity: "cpu", targets: { [LIMIT]: 1 } },
        { measure: "span", name: "a finished span", unit: "ns/op", quantity: "cpu", targets: { [LIMIT]: 1 } },
        // Equal but for what two runs of the same differ by.
        {
          measure: "await",
          name: "await, ambient context never used",
          unit: "ns/op",
          quantity: "cpu",
          targets: { [PLAIN]: 0.97 },
        },
      ],
      ours: CONTEXT,
      peers: [LIMIT, PLAIN],
    },
  ];
}

/** Calls over the `tcp` router against other systems of calls, and what contexts cost. */
export const remote: Area = { name: "remote", workloads: ({ quick }) => workloads(quick) };
