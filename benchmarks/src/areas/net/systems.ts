import { graphoid, graphoidSingly, graphoidTls } from "./graphoid-system.ts";
import { DGRAM, NATS, OURS, OURS_SINGLY, OURS_TLS, OURS_UDP, RAW, RAW_BY_FRAME, WS, ZEROMQ } from "./names.ts";
import { rawBatched, rawByFrame } from "./raw-system.ts";
import type { System } from "./system.ts";
import { dgram, graphoidUdp } from "./udp-systems.ts";

/** The systems by name. Those of other packages are loaded when they are used, so that no process pays for all. */
const systems: { readonly [name: string]: () => Promise<System> } = {
  [OURS]: async () => graphoid,
  [OURS_SINGLY]: async () => graphoidSingly,
  [OURS_TLS]: async () => graphoidTls,
  [RAW]: async () => rawBatched,
  [RAW_BY_FRAME]: async () => rawByFrame,
  [WS]: async () => (await import("./ws-system.ts")).webSocket,
  [ZEROMQ]: async () => (await import("./zeromq-system.ts")).zeromq,
  [NATS]: async () => (await import("./nats-system.ts")).nats,
  [OURS_UDP]: async () => graphoidUdp,
  [DGRAM]: async () => dgram,
};

/** The npm packages whose versions the results name. */
export const packageNames: { readonly [name: string]: string } = {
  [OURS]: "@graphoid/net",
  [OURS_SINGLY]: "@graphoid/net",
  [OURS_TLS]: "@graphoid/net",
  [OURS_UDP]: "@graphoid/net",
  [WS]: "ws",
  [ZEROMQ]: "zeromq",
  [NATS]: "@nats-io/transport-node",
};

export function systemNamed(name: string): Promise<System> {
  const system = systems[name];
  if (system === undefined) throw new Error(`no system is called ${name}`);
  return system();
}
