import { BIRPC, CAPNWEB, GRPC, HYBRID, JETSTREAM, JETSTREAM_ROUTER, NATS, NATS_ROUTER, OURS, RAW } from "./names.ts";
import type { CallSystem } from "./system.ts";

/** The systems by name, loaded when they are used, so that no process pays for all. */
const systems: { readonly [name: string]: () => Promise<CallSystem> } = {
  [OURS]: async () => (await import("./graphoid-system.ts")).graphoid,
  [RAW]: async () => (await import("./raw-echo.ts")).rawEcho,
  [CAPNWEB]: async () => (await import("./capnweb-system.ts")).capnweb,
  [BIRPC]: async () => (await import("./birpc-system.ts")).birpc,
  [NATS]: async () => (await import("./nats-calls.ts")).nats,
  [NATS_ROUTER]: async () => (await import("./nats-router-system.ts")).atMostOnce,
  [JETSTREAM]: async () => (await import("./jetstream-system.ts")).jetStream,
  [JETSTREAM_ROUTER]: async () => (await import("./nats-router-system.ts")).atLeastOnce,
  [HYBRID]: async () => (await import("./hybrid-system.ts")).hybrid,
  [GRPC]: async () => (await import("./grpc-system.ts")).grpcSystem,
};

/** The npm packages whose versions the results name. */
export const packageNames: { readonly [name: string]: string } = {
  [OURS]: "@graphoid/distribution",
  [CAPNWEB]: "capnweb",
  [BIRPC]: "birpc",
  [NATS]: "@nats-io/transport-node",
  [NATS_ROUTER]: "@graphoid/nats",
  [JETSTREAM]: "@nats-io/jetstream",
  [JETSTREAM_ROUTER]: "@graphoid/nats",
  [HYBRID]: "@graphoid/nats",
  [GRPC]: "@grpc/grpc-js",
};

export function systemNamed(name: string): Promise<CallSystem> {
  const system = systems[name];
  if (system === undefined) throw new Error(`no system is called ${name}`);
  return system();
}
