import type { Contender, Measure, Probe } from "../../harness/workload.ts";
import { DGRAM, NATS, OURS, OURS_SINGLY, OURS_TLS, OURS_UDP, RAW, RAW_BY_FRAME, WS, ZEROMQ } from "./names.ts";
import { PeerProcess } from "./peer.ts";
import type { Link } from "./system.ts";
import { packageNames, systemNamed } from "./systems.ts";

/** What goes over one connection between two processes. */
export interface Traffic {
  readonly kind: "request/response" | "one-way";
  readonly messageBytes: number;
  /** Requests that wait for their answer at a time. */
  readonly inFlight: number;
  readonly messages: number;
}

interface State extends Traffic {
  readonly system: string;
  readonly peer: PeerProcess;
}

const nanoseconds = 1e6;
const largeBytes = 8192;

/** Requests, a new one for each answer. Returns the median time to an answer in milliseconds. */
async function exchange(state: State, link: Link, handlerOf: { handle: () => void }): Promise<number> {
  const { messages, inFlight, messageBytes } = state;
  const message = new Uint8Array(messageBytes).fill(7);
  const times = new Float64Array(inFlight === 1 ? messages : 0);
  await new Promise<void>((resolve) => {
    let sent = 0;
    let received = 0;
    let at = performance.now();
    const request = (): void => {
      sent++;
      void link.send(message);
    };
    handlerOf.handle = () => {
      if (inFlight === 1) {
        const now = performance.now();
        times[received] = now - at;
        at = now;
      }
      if (++received === messages) resolve();
      else if (sent < messages) request();
    };
    for (let i = 0; i < inFlight; i++) request();
  });
  return times.sort()[times.length >> 1] ?? 0;
}

async function sendAll({ messages, messageBytes, peer }: State, link: Link): Promise<void> {
  const message = new Uint8Array(messageBytes).fill(7);
  const counted = peer.counted();
  if (link.sendAll) {
    const list = Array.from({ length: messageBytes > largeBytes ? 4 : 64 }, () => message);
    for (let left = messages; left > 0; left -= list.length) {
      await link.sendAll(left < list.length ? list.slice(0, left) : list);
    }
  } else {
    for (let i = 0; i < messages; i++) {
      const sent = link.send(message);
      if (sent !== undefined) await sent;
    }
  }
  await counted;
}

const run: Measure<State> = {
  async run(state, probe: Probe) {
    const { kind, messages, peer } = state;
    const system = await systemNamed(state.system);
    const handlerOf = { handle: (): void => {} };
    const link = await system.open(peer.address, () => void handlerOf.handle());
    await peer.setTask(kind === "one-way" ? { kind: "count", messages } : { kind: "echo" });
    const cpuBefore = await peer.cpuMs();
    const start = performance.now();
    probe.start();
    const p50 = kind === "one-way" ? await sendAll(state, link) : await exchange(state, link, handlerOf);
    probe.stop();
    const wallMs = performance.now() - start;
    const cpuMs = (await peer.cpuMs()) - cpuBefore;
    probe.operations(messages);
    probe.record("cpu", (cpuMs * nanoseconds) / messages);
    probe.record("wall", (wallMs * nanoseconds) / messages);
    if (p50 !== undefined) probe.record("p50", p50 * nanoseconds);
    await link.close();
    return messages;
  },
  expected: ({ messages }) => messages,
};

/** Systems that take tens of times as long send fewer messages: the result is per message. */
const share: { readonly [system: string]: number } = {
  [WS]: 0.1,
  [ZEROMQ]: 0.1,
  [NATS]: 0.1,
  [DGRAM]: 0.1,
  [OURS_UDP]: 0.1,
};

const peers = new Map<string, Promise<PeerProcess>>();

function contender(system: string): Contender<State, Traffic> {
  const packageName = packageNames[system];
  return {
    ...(packageName === undefined ? {} : { packageName }),
    async setup(traffic) {
      let peer = peers.get(system);
      if (peer === undefined) {
        peer = PeerProcess.start(system);
        peers.set(system, peer);
      }
      const messages = Math.ceil(traffic.messages * (share[system] ?? 1));
      return { ...traffic, messages, system, peer: await peer };
    },
    measures: { run },
  };
}

export const contenders: { readonly [name: string]: Contender<State, Traffic> } = Object.fromEntries(
  [OURS, OURS_SINGLY, OURS_TLS, OURS_UDP, RAW, RAW_BY_FRAME, WS, ZEROMQ, NATS, DGRAM].map((name) => [
    name,
    contender(name),
  ]),
);
