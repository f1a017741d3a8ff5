export { close, configure, createOn, deliver, expose, monitor, peerLost, ref, stats } from "./default.ts";
export { UNREADABLE_HEADER } from "./envelopes.ts";
export {
  AlreadyExistsError,
  ForbiddenError,
  isRemoteError,
  PeerLostError,
  type PeerLostErrorOptions,
  RedirectLimitError,
  RemoteError,
  type RemoteErrorOptions,
  StaleRefError,
  StreamError,
} from "./errors.ts";
export { type ExposeOptions, type Exposure, type Handler, RESOLVE_MESSAGE } from "./exposure.ts";
export type { Hop } from "./hops.ts";
export type { MessageOf, Ref, RequestOf, StreamOf } from "./protocol.ts";
export { createRemote, type Remote, type RemoteOptions, type RemoteStats } from "./remote.ts";
export type { RefInit } from "./remote-ref.ts";
export type { Call, CallerIdentity } from "./served-call.ts";
