export { close, configure, createOn, deliver, expose, monitor, peerLost, ref, stats } from "./default.ts";
export {
  isRemoteError,
  PeerLostError,
  type PeerLostErrorOptions,
  ProtocolError,
  RemoteError,
  type RemoteErrorOptions,
  StaleRefError,
} from "./errors.ts";
export { type ExposeOptions, type Exposure, type Handler, RESOLVE_MESSAGE } from "./exposure.ts";
export { createRemote, type Remote, type RemoteOptions, type RemoteStats } from "./remote.ts";
export type { RefInit } from "./remote-ref.ts";
export type { Call, CallerIdentity } from "./served-call.ts";
