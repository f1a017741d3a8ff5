import { spawnSync } from "node:child_process";
import type { Area, MeasureInfo, Workload } from "../harness/workload.ts";
import type { BesideBulk } from "./net/beside-bulk.ts";
import type { Idle } from "./net/idle.ts";
import {
  ALONE,
  DGRAM,
  GENERIC_POOL,
  LIMIT,
  NATS,
  OURS,
  OURS_SINGLY,
  OURS_TLS,
  OURS_UDP,
  RAW,
  RAW_BY_FRAME,
  TARN,
  WS,
  ZEROMQ,
} from "./net/names.ts";
import type { PoolParameters } from "./net/pools.ts";
import type { Traffic } from "./net/traffic.ts";

type Targets = { readonly [peer: string]: number };

const MODULES = {
  traffic: new URL("./net/traffic.js", import.meta.url).href,
  besideBulk: new URL("./net/beside-bulk.js", import.meta.url).href,
  pools: new URL("./net/pools.js", import.meta.url).href,
  idle: new URL("./net/idle.js", import.meta.url).href,
};

const MESSAGES = { quick: 150_000, full: 600_000 };
/** What is large is fewer. */
const LARGE_SHARE = 50;
/** Nothing gathers when one message is under way. */
const SINGLE_SHARE = 20;

function traffic(
  quick: boolean,
  shape: Omit<Traffic, "messages">,
  peers: readonly string[],
  targets: Targets,
  ours = OURS,
): Workload {
  const { kind, messageBytes, inFlight } = shape;
  const share = messageBytes > 1000 ? LARGE_SHARE : inFlight === 1 ? SINGLE_SHARE : 1;
  const messages = (quick ? MESSAGES.quick : MESSAGES.full) / share;
  const name = kind === "one-way" ? kind : `${kind}, ${inFlight} in flight`;
  const [p50Targets, cpuTargets] = inFlight === 1 ? [targets, {}] : [{}, targets];
  const measures: MeasureInfo[] = [
    { measure: "run", name: `${name}, CPU of all processes`, unit: "ns/op", quantity: "cpu", targets: cpuTargets },
    { measure: "run", name: `${name}, wall`, unit: "ns/op", quantity: "wall" },
  ];
  if (inFlight === 1) {
    measures.push({ measure: "run", name: `${name}, median`, unit: "ns/op", quantity: "p50", targets: p50Targets });
  }
  return {
    label: messageBytes > 1000 ? `${messageBytes / 1024} KiB` : `${messageBytes} B`,
    module: MODULES.traffic,
    parameters: { ...shape, messages } satisfies Traffic,
    warmUpParameters: { ...shape, messages: messages / 10 } satisfies Traffic,
    measures,
    ours,
    peers,
  };
}

const REQUEST = { kind: "request/response", messageBytes: 100 } as const;
const ONE_WAY = { kind: "one-way", inFlight: 0 } as const;
const SMALL_TARGETS: Targets = { [RAW]: 0.65, [WS]: 10, [ZEROMQ]: 10 };

function workloads(quick: boolean): readonly Workload[] {
  const broker = spawnSync("nats-server", ["--version"]).status === 0 ? [NATS] : [];
  const all = [RAW, WS, ZEROMQ, ...broker, OURS_SINGLY];
  const pools: PoolParameters = { acquisitions: quick ? 100_000 : 400_000 };
  const besideBulk: BesideBulk = { seconds: quick ? 1 : 3, bulkMessageBytes: 65_536, limitMs: 0.3 };
  const idle: Idle = { connections: quick ? 2000 : 10_000, limitBytes: 10_000 };
  return [
    traffic(quick, { ...REQUEST, inFlight: 1 }, all, { [RAW]: 1 / 1.1 }),
    traffic(quick, { ...REQUEST, inFlight: 64 }, all, SMALL_TARGETS),
    traffic(quick, { ...REQUEST, inFlight: 256 }, all, SMALL_TARGETS),
    traffic(quick, { ...ONE_WAY, messageBytes: 100 }, all, { [RAW]: 0.65, [WS]: 40, [NATS]: 12 }),
    traffic(quick, { ...ONE_WAY, messageBytes: 65_536 }, [RAW, RAW_BY_FRAME, WS, ZEROMQ, ...broker, OURS_SINGLY], {
      [RAW]: 0.8,
      [RAW_BY_FRAME]: 0.8,
      [WS]: 7,
    }),
    traffic(quick, { ...REQUEST, inFlight: 64 }, [OURS], { [OURS]: 0.75 }, OURS_TLS),
    traffic(quick, { ...ONE_WAY, messageBytes: 100 }, [OURS], { [OURS]: 0.75 }, OURS_TLS),
    traffic(quick, { ...ONE_WAY, messageBytes: 65_536 }, [OURS], { [OURS]: 0.4 }, OURS_TLS),
    traffic(quick, { ...REQUEST, inFlight: 64 }, [DGRAM], { [DGRAM]: 0.95 }, OURS_UDP),
    {
      label: "64 KiB bulk on the same connection",
      module: MODULES.besideBulk,
      parameters: besideBulk,
      measures: [
        { measure: "ping", name: "ping, median", unit: "ms", quantity: "p50", targets: { [LIMIT]: 1 } },
        { measure: "rate", name: "bulk beside pings", unit: "MB/s", quantity: "rate", targets: { [ALONE]: 0.9 } },
      ],
      ours: OURS,
      peers: [ALONE, LIMIT],
    },
    {
      label: "10 connections",
      module: MODULES.pools,
      parameters: pools,
      warmUpParameters: { acquisitions: pools.acquisitions / 10 } satisfies PoolParameters,
      measures: [
        { measure: "uncontended", name: "pool, one user", unit: "ns/op", targets: { [GENERIC_POOL]: 3, [TARN]: 10 } },
        { measure: "contended", name: "pool, 200 users", unit: "ns/op", targets: { [GENERIC_POOL]: 3, [TARN]: 10 } },
      ],
      ours: OURS,
      peers: [GENERIC_POOL, TARN],
    },
    {
      label: `${idle.connections.toLocaleString("en-US")} connections`,
      module: MODULES.idle,
      parameters: idle,
      warmUps: 0,
      measures: [
        {
          measure: "run",
          name: "idle connection, beyond node:net",
          unit: "bytes",
          quantity: "bytes",
          targets: { [LIMIT]: 1 },
        },
      ],
      ours: OURS,
      peers: [LIMIT],
    },
  ];
}

/** `@graphoid/net` against bare sockets and other systems of messages, and its pool against others. */
export const net: Area = { name: "net", workloads: ({ quick }) => workloads(quick) };
