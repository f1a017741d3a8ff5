import type { Contender, Measure, Probe } from "../../harness/workload.ts";
import { PeerProcess } from "../net/peer.ts";
import type { GraphoidCalls } from "./graphoid-system.ts";
import {
  BIRPC,
  CAPNWEB,
  GRPC,
  HYBRID,
  JETSTREAM,
  JETSTREAM_ROUTER,
  LIMIT,
  NATS,
  NATS_ROUTER,
  OURS,
  RAW,
} from "./names.ts";
import { type Calls, type Payload, payloads } from "./system.ts";
import { packageNames, systemNamed } from "./systems.ts";

/** What is called over one connection between two processes. */
export interface CallsParameters {
  readonly kind: "request" | "send" | "context";
  readonly inFlight: number;
  readonly calls: number;
}

interface State extends CallsParameters {
  readonly system: string;
  readonly peer: PeerProcess;
  readonly payloads: readonly Payload[];
}

/** Node 24 keeps track of ambient contexts without hooks. */
const CONTEXT_LIMIT_NS = Number(process.versions.node.split(".")[0]) >= 24 ? 1_300 : 2_000;
const nanoseconds = 1e6;
const DISTINCT = 1_024;

/** Requests, each of `inFlight` chains making its next when it has its answer. Throws for a wrong answer. */
async function requestAll({ calls, inFlight, payloads: given }: State, request: Calls["request"]): Promise<void> {
  let made = 0;
  const chain = async (): Promise<void> => {
    while (made < calls) {
      const payload = given[made++ % DISTINCT] as Payload;
      const answer = await request(payload);
      if (answer.tick !== payload.tick) throw new Error("the answer is another's");
    }
  };
  await Promise.all(Array.from({ length: inFlight }, chain));
}

async function sendAll({ calls, peer, payloads: given }: State, link: Calls): Promise<void> {
  const counted = peer.counted();
  for (let i = 0; i < calls; i++) {
    const sent = link.send(given[i % DISTINCT] as Payload);
    if (sent !== undefined) await sent;
  }
  await counted;
}

/** What a context with a deadline, metadata and a recorded trace adds to a request: both kinds in turn. */
async function withContext(state: State, link: GraphoidCalls): Promise<number> {
  const { distribution } = link;
  const turns = 10;
  const share = { ...state, calls: state.calls / turns };
  const cost = { plain: 0, context: 0 };
  for (let turn = 0; turn < 2 * turns; turn++) {
    const kind = turn % 2 === 0 ? "plain" : "context";
    const before = await state.peer.cpuMs();
    if (kind === "plain") await requestAll(share, link.request);
    else {
      const context = distribution.context.create({
        timeoutMs: 60_000,
        trace: true,
        metadata: { requestId: "abc123" },
      });
      await context.run(() => requestAll(share, link.request));
      context.end();
    }
    cost[kind] += (await state.peer.cpuMs()) - before;
  }
  return cost.context - cost.plain;
}

const run: Measure<State> = {
  async run(state, probe: Probe) {
    const { kind, calls, peer } = state;
    const link = await (await systemNamed(state.system)).open(peer.address);
    await peer.setTask(kind === "send" ? { kind: "count", messages: calls } : { kind: "echo" });
    const cpuBefore = await peer.cpuMs();
    const start = performance.now();
    probe.start();
    let added: number | undefined;
    if (kind === "request") await requestAll(state, link.request);
    else if (kind === "send") await sendAll(state, link);
    else added = await withContext(state, link as GraphoidCalls);
    probe.stop();
    const wallMs = performance.now() - start;
    const cpuMs = (await peer.cpuMs()) - cpuBefore;
    probe.operations(calls);
    probe.record("cpu", (cpuMs * nanoseconds) / calls);
    probe.record("wall", (wallMs * nanoseconds) / calls);
    probe.record("rate", (calls * 1_000) / wallMs);
    if (added !== undefined) probe.record("added", (added * nanoseconds) / calls);
    await link.close();
    return calls;
  },
  expected: ({ calls }) => calls,
};

/** Systems that take tens of times as long make fewer calls: the result is per call. */
const share: { readonly [system: string]: number } = {
  [CAPNWEB]: 0.1,
  [BIRPC]: 0.1,
  [NATS]: 0.1,
  [NATS_ROUTER]: 0.1,
  [JETSTREAM]: 0.05,
  [JETSTREAM_ROUTER]: 0.05,
  [GRPC]: 0.05,
};

const program = new URL("./peer-process.js", import.meta.url);
const peers = new Map<string, Promise<PeerProcess>>();

function contender(system: string): Contender<State, CallsParameters> {
  const packageName = packageNames[system];
  return {
    ...(packageName === undefined ? {} : { packageName }),
    async setup(parameters) {
      let peer = peers.get(system);
      if (peer === undefined) {
        peer = PeerProcess.start(system, program);
        peers.set(system, peer);
      }
      const calls = Math.ceil(parameters.calls * (share[system] ?? 1));
      return { ...parameters, calls, system, peer: await peer, payloads: payloads(DISTINCT) };
    },
    measures: { run },
  };
}

/** What a context may add to a request, over both processes. */
const limit: Contender<CallsParameters, CallsParameters> = {
  setup: (parameters) => parameters,
  measures: {
    run: {
      run({ calls }, probe) {
        probe.operations(calls);
        probe.record("added", CONTEXT_LIMIT_NS);
        return calls;
      },
      expected: ({ calls }) => calls,
    },
  },
};

// biome-ignore lint/suspicious/noExplicitAny: each contender has a state of its own.
export const contenders: { readonly [name: string]: Contender<any, CallsParameters> } = {
  ...Object.fromEntries(
    [OURS, RAW, CAPNWEB, BIRPC, NATS, NATS_ROUTER, JETSTREAM, JETSTREAM_ROUTER, HYBRID, GRPC].map((name) => [
      name,
      contender(name),
    ]),
  ),
  [LIMIT]: limit,
};
