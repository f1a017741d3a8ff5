export type { Context, ContextOptions, Contexts, Metadata, Span, SpanSnapshot, Trace } from "@graphoid/context";
export * from "@graphoid/core";
export type {
  AsyncGraph,
  AsyncGraphOptions,
  BulkCall,
  GraphHandler,
  GraphHandlerOptions,
  HookAnswer,
  HookDecision,
  HookOptions,
  HookResult,
  Hooks,
  OnHook,
  OperationCall,
} from "@graphoid/hooks";
export { asyncGraph, BulkIncompleteError, graphHandler } from "@graphoid/hooks";
export type {
  Connection,
  Datagram,
  Endpoint,
  HostEndpoint,
  PathEndpoint,
  Pool,
  Server,
  UdpSocket,
} from "@graphoid/net";
export * as net from "@graphoid/net";
export type {
  CrossEdge,
  HashOptions,
  MaglevOptions,
  MultilevelOptions,
  Partitioning,
  PartitionRange,
  PartitionReport,
  Plan,
  PlannedStrategy,
  RangeOptions,
  RendezvousOptions,
  Strategy,
  StrategyFunction,
  StreamingOptions,
  VertexCut,
  VertexCutOptions,
  VertexCutStrategy,
} from "@graphoid/partition";
export { MAX_PARTITIONS } from "@graphoid/partition";
export type {
  Call,
  CallerIdentity,
  ExposeOptions,
  Exposure,
  Handler,
  Hop,
  MessageOf,
  RefInit,
  Remote,
  RemoteErrorOptions,
  RemoteOptions,
  RemoteStats,
  RequestOf,
  StreamOf,
} from "@graphoid/remote";
export {
  AlreadyExistsError,
  ForbiddenError,
  isRemoteError,
  PeerLostError,
  RedirectLimitError,
  RemoteError,
  StaleRefError,
  StreamError,
  UNREADABLE_HEADER,
} from "@graphoid/remote";
export type { RouterInfo, RouterRequirements, Routing } from "@graphoid/routing";
export type { JsonOptions, MsgpackOptions, Serializer, SerializerOptions, StreamOptions } from "@graphoid/serialize";
export type {
  BridgeNode,
  DistributionView,
  PeerSnapshot,
  PeerState,
  Reflection,
  Universe,
  UniverseGraph,
} from "@graphoid/universe";
export { context, defaultDistribution, hooks, partition, reflect, remote, routing, serialize } from "./default.ts";
export { createDistribution, type Distribution, type DistributionOptions } from "./distribution.ts";
export { decodeEnvelope, encodeEnvelope } from "./envelope-codec.ts";
export type { PeerAddress, PeerEvent, TcpTraffic } from "./peer-event.ts";
export type { Ref } from "./ref.ts";
export { type TcpConfig, type TcpRouter, type TcpRouterOptions, tcpRouter } from "./tcp-router.ts";
