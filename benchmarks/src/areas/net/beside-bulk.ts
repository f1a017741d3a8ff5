import { connect } from "@graphoid/net";
import type { Contender, Measure, WorkloadModule } from "../../harness/workload.ts";
import { ALONE, LIMIT, OURS } from "./names.ts";
import { PeerProcess } from "./peer.ts";

/** Pings on a connection that carries bulk as fast as it can. */
export interface BesideBulk {
  readonly seconds: number;
  readonly bulkMessageBytes: number;
  /** What a ping may take, in milliseconds. */
  readonly limitMs: number;
}

interface State extends BesideBulk {
  readonly peer: PeerProcess;
  readonly pings: boolean;
}

/** Pings leave the processor alone for so long that the bulk is hardly disturbed by them. */
const pauseMs = 5;

async function measure({
  seconds,
  bulkMessageBytes,
  peer,
  pings,
}: State): Promise<{ p50Ms: number; megabytes: number }> {
  const { port } = peer.address as { port: number };
  const conn = await connect("127.0.0.1", port);
  // The peer sends pings back, and throws bulk away.
  await peer.setTask({ kind: "echo" });
  const bulk = new Uint8Array(bulkMessageBytes);
  const end = performance.now() + seconds * 1000;
  let sent = 0;
  const sending = (async () => {
    for (; performance.now() < end; sent += bulk.length) await conn.send(bulk, { lane: "bulk" });
  })();
  const times: number[] = [];
  const ping = new Uint8Array(8);
  while (pings && performance.now() < end) {
    const start = performance.now();
    await conn.send(ping, { lane: "control" });
    await conn.receive();
    times.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  await sending;
  await conn.close();
  times.sort((a, b) => a - b);
  return { p50Ms: times[times.length >> 1] ?? 0, megabytes: sent / 1e6 / seconds };
}

const ping: Measure<State> = {
  async run(state, probe) {
    const { p50Ms } = await measure(state);
    probe.record("p50", p50Ms);
    return 1;
  },
  expected: () => 1,
};

const rate: Measure<State> = {
  async run(state, probe) {
    const { megabytes } = await measure(state);
    probe.record("rate", megabytes);
    return 1;
  },
  expected: () => 1,
};

let started: Promise<PeerProcess> | undefined;

async function setup(parameters: BesideBulk, pings: boolean): Promise<State> {
  started ??= PeerProcess.start(OURS);
  return { ...parameters, pings, peer: await started };
}

const limit: Measure<BesideBulk> = {
  run({ limitMs }, probe) {
    probe.record("p50", limitMs);
    return 1;
  },
  expected: () => 1,
};

const packageName = "@graphoid/net";
const ours: Contender<State, BesideBulk> = {
  packageName,
  setup: (parameters) => setup(parameters, true),
  measures: { ping, rate },
};
const alone: Contender<State, BesideBulk> = {
  packageName,
  setup: (parameters) => setup(parameters, false),
  measures: { rate },
};
const limits: Contender<BesideBulk, BesideBulk> = { setup: (parameters) => parameters, measures: { ping: limit } };

export const contenders: WorkloadModule<BesideBulk>["contenders"] = { [OURS]: ours, [ALONE]: alone, [LIMIT]: limits };
