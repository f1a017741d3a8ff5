import { GraphoidError, type GraphoidErrorOptions } from "@graphoid/core";

/**
 * An open connection went away without an orderly close: a reset, a killed peer, silence for too long.
 * What was sent and not answered may or may not have been handled. `details.reason` is `"reset"`, `"ended"` (the
 * stream ended without the goodbye of an orderly close), `"silent"` (heartbeats failed), `"aborted"` (the peer gave up
 * and said why), or `"failed"` (any other error, in `cause`).
 */
export class ConnectionLostError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("CONNECTION_LOST", message, options);
  }
}

/** The stream ended in the middle of a frame or message. */
export class TruncatedFrameError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("TRUNCATED_FRAME", message, options);
  }
}

/** The peer did not finish its greeting in time. `details.timeoutMs` is what was allowed. */
export class HandshakeTimeoutError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("HANDSHAKE_TIMEOUT", message, options);
  }
}

/** The peer sent bytes that the protocol does not allow: it speaks something else, or is broken. */
export class ProtocolError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("PROTOCOL", message, options);
  }
}

/** No protocol version suits both sides. `details.ours` and `details.theirs` are `[min, max]`. */
export class VersionMismatchError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("VERSION_MISMATCH", message, options);
  }
}

/** A message or frame is longer than the limit. `details` has `bytes` and `limit`. */
export class MessageTooLargeError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("MESSAGE_TOO_LARGE", message, options);
  }
}

/** The peer took nothing for `slowConsumerAfterMs` though messages waited. `details.waitedMs` says how long. */
export class SlowConsumerError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("SLOW_CONSUMER", message, options);
  }
}

/** Another socket already listens at the address. */
export class AddressInUseError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("ADDRESS_IN_USE", message, options);
  }
}

/** The address to listen at is not one of this machine's, or may not be used by this user; `cause` says which. */
export class AddressUnavailableError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("ADDRESS_UNAVAILABLE", message, options);
  }
}

/** The host name does not resolve. */
export class HostNotFoundError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("HOST_NOT_FOUND", message, options);
  }
}

/** The machine answers, but nothing listens there. */
export class ConnectionRefusedError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("CONNECTION_REFUSED", message, options);
  }
}

/** No way to the address: no route, or the network is down. */
export class UnreachableError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("UNREACHABLE", message, options);
  }
}

/** The process or machine has no more of something: file descriptors, buffers. Trying again later may work. */
export class ResourceExhaustedError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("RESOURCE_EXHAUSTED", message, options);
  }
}

/** Any other failure of the network; `details.code` is the system's name for it. */
export class NetworkError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("NETWORK", message, options);
  }
}

/** Why a certificate was not accepted. */
export type UnauthorizedReason =
  | "missing"
  | "self-signed"
  | "expired"
  | "not-yet-valid"
  | "wrong-host"
  | "revoked"
  | "untrusted";

/**
 * One side did not accept the certificate of the other. `details.reason` is an {@link UnauthorizedReason},
 * `details.refusedBy` is `"us"` or `"peer"`.
 */
export class UnauthorizedError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("UNAUTHORIZED", message, options);
  }
}

/** A datagram is longer than UDP, or the system, can carry. `details` has `bytes` and `limit` where it is known. */
export class DatagramTooLargeError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("DATAGRAM_TOO_LARGE", message, options);
  }
}
