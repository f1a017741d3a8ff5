export const OURS = "@graphoid/net";
export const OURS_SINGLY = "@graphoid/net, each message awaited";
export const OURS_TLS = "@graphoid/net, TLS";
export const RAW = "node:net, batched";
export const RAW_BY_FRAME = "node:net, a write each";
export const WS = "ws";
export const ZEROMQ = "zeromq";
export const NATS = "NATS core";
export const OURS_UDP = "@graphoid/net, UDP";
export const DGRAM = "node:dgram";
export const GENERIC_POOL = "generic-pool";
export const TARN = "tarn";
export const ALONE = "@graphoid/net, bulk alone";
export const LIMIT = "limit";

/** Options of connections that only count. */
export const PATIENT = {
  handshakeTimeoutMs: 60_000,
  heartbeat: { intervalMs: 60_000, failAfterMs: 300_000 },
} as const;
