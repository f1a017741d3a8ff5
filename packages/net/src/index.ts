export { type ConnectOptions, connect } from "./connect.ts";
export type {
  CloseOptions,
  Connection,
  ConnectionMetrics,
  Peer,
  SendOptions,
} from "./connection.ts";
export type { Pool, PoolStatistics } from "./connection-pool.ts";
export type { Endpoint, HostEndpoint, PathEndpoint } from "./endpoint.ts";
export * from "./errors.ts";
export type { Lane } from "./frame-format.ts";
export {
  type Framing,
  type FramingChoice,
  type FramingDecoder,
  type FramingLimits,
  lengthPrefixed,
} from "./framing.ts";
export type { HeartbeatOptions } from "./heartbeat.ts";
export type { VersionRange } from "./hello.ts";
export type { PooledConnection } from "./lease.ts";
export type { ConnectionOptions } from "./options.ts";
export { type PoolOptions, pool } from "./pool.ts";
export type { RateLimitOptions } from "./rate-limit.ts";
export { type ListenOptions, listen, type Server, type ServerMetrics } from "./server.ts";
export type { ConnectionState, ConnectionStatus } from "./status.ts";
export type { ClientTls } from "./tls.ts";
export type {
  ByteChannel,
  ChannelReceiver,
  ChannelSecurity,
  Transport,
  TransportAcceptor,
  TransportConnectOptions,
  TransportListenOptions,
  TransportServer,
} from "./transport.ts";
export { memoryTransport } from "./transport-memory.ts";
export { socketTransport } from "./transport-socket.ts";
export { type Datagram, maxDatagramBytes, type UdpMetrics, type UdpOptions, type UdpSocket, udpSocket } from "./udp.ts";
export type { WaitOptions } from "./wait.ts";
