import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import type { ConnectionOptions, TLSSocket } from "node:tls";
import { invalidArgument } from "@graphoid/core";
import type { Endpoint } from "./endpoint.ts";
import type { UnauthorizedReason } from "./errors.ts";
import { certificateReason } from "./system-errors.ts";
import type { ChannelSecurity } from "./transport.ts";

/** TLS options that the endpoint and the other options decide. */
type Decided = "host" | "port" | "path" | "socket" | "onread" | "lookup" | "timeout" | "allowHalfOpen";

/**
 * TLS for `connect`: the options of node:tls, or `true` for its defaults (the system's authorities). The server's
 * name is checked against `servername`, by default the host; `cert` and `key` are shown to a server that asks.
 */
export type ClientTls = true | Omit<ConnectionOptions, Decided>;

/**
 * The options of `tls.connect` for an endpoint. A Unix socket has no host name, so `servername` must say which name
 * the certificate is to carry.
 */
export function clientTlsOptions(call: string, tls: ClientTls, endpoint: Endpoint): ConnectionOptions {
  if (tls !== true && (typeof tls !== "object" || tls === null)) {
    throw invalidArgument(call, "tls", "true or options of node:tls", tls);
  }
  const given: ConnectionOptions = tls === true ? {} : tls;
  if (given.servername !== undefined) return given;
  if ("path" in endpoint) {
    if (given.checkServerIdentity || given.rejectUnauthorized === false) return given;
    throw invalidArgument(call, "tls.servername", "the name on the certificate behind the Unix socket", undefined);
  }
  // An IP address is checked against the certificate too, but may not be sent as a server name (RFC 6066).
  return isIP(endpoint.host) ? given : { ...given, servername: endpoint.host };
}

/** What the handshake of a TLS socket proved. `required`: the peer must have a certificate that is accepted. */
export function securityOf(socket: TLSSocket, required: boolean): ChannelSecurity {
  const certificate = peerCertificate(socket);
  const verified = socket.authorized && certificate !== undefined;
  let refusal: UnauthorizedReason | undefined;
  if (required && !verified) {
    // Node's types say Error; it is the code of the verification.
    const code: unknown = socket.authorizationError;
    refusal = certificate ? certificateReason(typeof code === "string" ? code : "") : "missing";
  }
  return {
    verified,
    names: verified ? certificateNames(certificate) : [],
    ...(certificate ? { fingerprint: certificate.fingerprint256 } : {}),
    ...(refusal ? { refusal } : {}),
  };
}

function peerCertificate(socket: TLSSocket): X509Certificate | undefined {
  // Bun and Deno do not have getPeerX509Certificate everywhere; the raw certificate they all give.
  const raw = socket.getPeerCertificate()?.raw;
  return raw ? new X509Certificate(raw) : undefined;
}

/** Common name, then the alternative names, without repeats. */
function certificateNames(certificate: X509Certificate): string[] {
  const names = new Set<string>();
  const commonName = /^CN=(.*)$/m.exec(certificate.subject)?.[1];
  if (commonName) names.add(commonName);
  // Names that hold a comma or quote come as JSON strings, so that they cannot pass for two.
  for (const match of (certificate.subjectAltName ?? "").matchAll(/(DNS|URI|IP Address):("(?:[^"\\]|\\.)*"|[^,]*)/g)) {
    const name = match[2]!;
    names.add(name.startsWith('"') ? String(JSON.parse(name)) : name);
  }
  return [...names];
}
