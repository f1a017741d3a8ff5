import { type GraphoidError, InvalidArgumentError, isGraphoidError } from "@graphoid/core";
import {
  AddressInUseError,
  AddressUnavailableError,
  ConnectionLostError,
  ConnectionRefusedError,
  HostNotFoundError,
  NetworkError,
  ProtocolError,
  ResourceExhaustedError,
  UnauthorizedError,
  type UnauthorizedReason,
  UnreachableError,
} from "./errors.ts";

/** The code of a Node error; with several addresses tried, the one of the first attempt. */
export function errorCode(error: unknown): string {
  if (typeof error !== "object" || error === null) return "";
  const { code, errors } = error as { code?: unknown; errors?: unknown };
  if (typeof code === "string") return code;
  return Array.isArray(errors) ? errorCode(errors[0]) : "";
}

// OpenSSL's verification results, and the alerts by which a TLS peer refuses ours.
const certificateReasons: Readonly<Record<string, UnauthorizedReason>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "self-signed",
  SELF_SIGNED_CERT_IN_CHAIN: "self-signed",
  CERT_HAS_EXPIRED: "expired",
  CERT_NOT_YET_VALID: "not-yet-valid",
  CERT_REVOKED: "revoked",
  ERR_TLS_CERT_ALTNAME_INVALID: "wrong-host",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "untrusted",
  UNABLE_TO_GET_ISSUER_CERT: "untrusted",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "untrusted",
  CERT_SIGNATURE_FAILURE: "untrusted",
  CERT_UNTRUSTED: "untrusted",
  CERT_REJECTED: "untrusted",
  INVALID_CA: "untrusted",
  INVALID_PURPOSE: "untrusted",
  PATH_LENGTH_EXCEEDED: "untrusted",
};

const alertReasons: Readonly<Record<string, UnauthorizedReason>> = {
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: "missing",
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: "expired",
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED: "revoked",
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: "untrusted",
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: "untrusted",
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: "untrusted",
};

/** Why OpenSSL did not accept a certificate, from its code. */
export function certificateReason(code: string): UnauthorizedReason {
  return certificateReasons[code] ?? "untrusted";
}

/**
 * Turns an error of Node's sockets into the typed one that tells a caller what to do about it. `doing` begins the
 * message: `net.connect: cannot connect to db:5432`.
 */
export function systemError(doing: string, error: unknown): GraphoidError {
  if (isGraphoidError(error)) return error;
  const code = errorCode(error);
  const make = (
    Kind: new (message: string, options: { cause: unknown; details: { code: string } }) => GraphoidError,
    why: string,
  ): GraphoidError => new Kind(`${doing}: ${why}`, { cause: error, details: { code } });
  switch (code) {
    case "EADDRINUSE":
      return make(AddressInUseError, "the address is in use");
    case "EADDRNOTAVAIL":
      return make(AddressUnavailableError, "this machine does not have the address");
    case "EACCES":
    case "EPERM":
      return make(AddressUnavailableError, "permission denied");
    case "ENOTFOUND":
    case "EAI_AGAIN":
    case "EAI_NONAME":
      return make(HostNotFoundError, "the host name does not resolve");
    case "ECONNREFUSED":
      return make(ConnectionRefusedError, "nothing listens there");
    case "ENOENT":
      return make(ConnectionRefusedError, "there is no such socket");
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "EHOSTDOWN":
    case "ENETDOWN":
    case "ETIMEDOUT":
      return make(UnreachableError, "there is no way to the host");
    case "EMFILE":
    case "ENFILE":
      return make(ResourceExhaustedError, "no file descriptors are left");
    case "ENOBUFS":
    case "ENOMEM":
      return make(ResourceExhaustedError, "the system is out of memory for sockets");
    case "ERR_SSL_WRONG_VERSION_NUMBER":
    case "ERR_SSL_PACKET_LENGTH_TOO_LONG":
    case "ERR_SSL_HTTP_REQUEST":
      return make(ProtocolError, "the peer does not speak TLS");
  }
  const ours = certificateReasons[code];
  const theirs = alertReasons[code];
  const reason = ours ?? theirs;
  if (reason) {
    const refusedBy = ours ? "us" : "peer";
    const message = ours
      ? `the peer's certificate is not accepted (${reason}: ${messageOf(error)})`
      : `the peer does not accept our certificate (${reason})`;
    return new UnauthorizedError(`${doing}: ${message}`, { cause: error, details: { code, reason, refusedBy } });
  }
  return make(NetworkError, messageOf(error));
}

/** What to throw for what a transport threw before it began: a certificate that is none, a key of another. */
export function unusableOptions(call: string, error: unknown): GraphoidError {
  if (isGraphoidError(error)) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new InvalidArgumentError(`${call}: expected \`tls\` to be usable: ${why}`, {
    cause: error,
    details: { call, argument: "tls" },
  });
}

/** The error of a connection that was open: whatever the system says, it is lost. */
export function lostError(peer: string, error: unknown): GraphoidError {
  if (isGraphoidError(error)) return error;
  const code = errorCode(error);
  // With TLS 1.3 a server refuses our certificate only after the connection is up on our side.
  if (alertReasons[code]) return systemError(`net: the connection to ${peer} is lost`, error);
  const reset = code === "ECONNRESET" || code === "EPIPE" || code === "ECONNABORTED";
  const why = reset ? "the peer reset it" : error === undefined ? "it was closed" : messageOf(error);
  return new ConnectionLostError(`net: the connection to ${peer} is lost: ${why}`, {
    ...(error === undefined ? {} : { cause: error }),
    details: { reason: reset ? "reset" : error === undefined ? "ended" : "failed", peer, ...(code ? { code } : {}) },
  });
}

/** The error of a connection whose peer has not been heard for too long. */
export function silenceError(peer: string, silentMs: number): GraphoidError {
  return new ConnectionLostError(`net: the connection to ${peer} is lost: nothing was heard for ${silentMs} ms`, {
    details: { reason: "silent", peer },
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error && error.message !== "" ? error.message : errorCode(error) || String(error);
}
