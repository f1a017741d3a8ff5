import { spawnSync } from "node:child_process";
import type { Area, MeasureInfo, Workload } from "../harness/workload.ts";
import type { CallsParameters } from "./remote/calls.ts";
import { HYBRID, JETSTREAM, JETSTREAM_ROUTER, NATS, NATS_ROUTER, OURS } from "./remote/names.ts";

/** Of the `tcp` router; of NATS a tenth, of what is kept a twentieth. */
const CALLS = { single: 100_000, requests: 1_000_000, sends: 4_000_000 };

function calls(
  quick: boolean,
  { count: full, ...shape }: Omit<CallsParameters, "calls"> & { readonly count: number },
  name: string,
  ours: string,
  peers: readonly string[],
  targets: { readonly [peer: string]: number },
): Workload {
  const count = quick ? full / 4 : full;
  const measures: readonly MeasureInfo[] = [
    { measure: "run", name, unit: "ops/s", quantity: "rate", targets },
    { measure: "run", name: `${name}, CPU of all processes`, unit: "ns/op", quantity: "cpu" },
  ];
  return {
    label: "objects of 100 B",
    module: new URL("./remote/calls.js", import.meta.url).href,
    parameters: { ...shape, calls: count } satisfies CallsParameters,
    warmUpParameters: { ...shape, calls: count / 10 } satisfies CallsParameters,
    measures,
    ours,
    peers,
  };
}

function workloads(quick: boolean): readonly Workload[] {
  if (spawnSync("nats-server", ["--version"]).status !== 0) throw new Error("this area needs nats-server");
  const request = { kind: "request", inFlight: 64, count: CALLS.requests } as const;
  const single = { kind: "request", inFlight: 1, count: CALLS.single } as const;
  const send = { kind: "send", inFlight: 0, count: CALLS.sends } as const;
  return [
    calls(quick, request, "request, 64 in flight", NATS_ROUTER, [NATS, OURS], { [NATS]: 0.8 }),
    calls(quick, single, "request, one at a time", NATS_ROUTER, [NATS, OURS], {}),
    calls(quick, request, "request, 64 in flight, discovery by NATS", HYBRID, [OURS], { [OURS]: 1 / 1.2 }),
    calls(quick, send, "one-way", NATS_ROUTER, [NATS, OURS], { [NATS]: 0.8 }),
    calls(quick, send, "kept, 256 at a time", JETSTREAM_ROUTER, [JETSTREAM], { [JETSTREAM]: 0.8 }),
  ];
}

/** The router over NATS against plain code of its clients that does the same, and against the `tcp` router. */
export const nats: Area = { name: "nats", workloads: ({ quick }) => workloads(quick) };
