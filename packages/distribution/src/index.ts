export * from "@graphoid/core";
export * as net from "@graphoid/net";
export { context, defaultDistribution, hooks, partition, reflect, remote, routing, serialize } from "./default.ts";
export { createDistribution, type Distribution, type DistributionOptions } from "./distribution.ts";
export { decodeEnvelope, encodeEnvelope } from "./envelope-codec.ts";
export type { PeerAddress, PeerEvent, TcpTraffic } from "./peer-event.ts";
export { type TcpConfig, type TcpRouter, type TcpRouterOptions, tcpRouter } from "./tcp-router.ts";
