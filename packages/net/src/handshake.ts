import type { GraphoidError } from "@graphoid/core";
import type { Peer } from "./connection.ts";
import { describeEndpoint } from "./endpoint.ts";
import { HandshakeTimeoutError, UnauthorizedError } from "./errors.ts";
import { goodbyeCode, goodbyeError, goodbyeFor } from "./goodbye.ts";
import { agreeOnVersion, encodeHello, type Hello, HelloReader, supportedVersions } from "./hello.ts";
import { type ConnectionSettings, windowOf } from "./options.ts";
import type { ByteChannel, ChannelSecurity } from "./transport.ts";

/** One side's part in the greeting: the dialler says hello first, the listener answers or refuses. */
export class Handshake {
  readonly #settings: ConnectionSettings;
  readonly #reader = new HelloReader();

  constructor(settings: ConnectionSettings) {
    this.#settings = settings;
  }

  /** Our hello, as bytes; with `error`, one that refuses the peer for it. */
  ownHello(error?: GraphoidError): Uint8Array {
    const { maxMessageBytes, heartbeat, identity, incarnation } = this.#settings;
    const refusal = error ? goodbyeFor(error) : { code: goodbyeCode.closed, text: "" };
    return encodeHello({
      versions: supportedVersions,
      // The peer finds a mismatch of versions by itself, from ours.
      refusal: refusal.code,
      refusalText: refusal.text.slice(0, 256),
      features: 0,
      maxMessageBytes,
      heartbeatMs: heartbeat?.intervalMs ?? 0,
      windowBytes: windowOf(this.#settings),
      identity,
      incarnation,
    });
  }

  /** Takes bytes of the peer's hello; see {@link HelloReader.push}. */
  push(bytes: Uint8Array): { readonly hello: Hello; readonly taken: number } | undefined {
    return this.#reader.push(bytes);
  }

  /** Why the peer's hello is not good: its versions do not suit, or it refuses us. */
  objection(hello: Hello, peer: string): GraphoidError | undefined {
    try {
      agreeOnVersion(supportedVersions, hello.versions);
    } catch (error) {
      return error as GraphoidError;
    }
    return hello.refusal === goodbyeCode.closed ? undefined : goodbyeError(hello.refusal, hello.refusalText, peer);
  }
}

/** The error of a peer that did not say hello in time. */
export function noHelloError(peer: string, timeoutMs: number): GraphoidError {
  return new HandshakeTimeoutError(`net: no hello from ${peer} within ${timeoutMs} ms`, { details: { timeoutMs } });
}

/** Who the peer is, from what it said and what TLS proved. */
export function peerOf(hello: Hello | undefined, security: ChannelSecurity | undefined): Peer {
  const names = security?.names ?? [];
  const identity = hello?.identity || names[0];
  return {
    identity,
    authenticated: identity !== undefined && names.includes(identity),
    incarnation: hello?.incarnation || undefined,
    certificateNames: names,
    certificateFingerprint: security?.fingerprint,
  };
}

/** The error with which to refuse a peer whose certificate is required and was not accepted. */
export function certificateRefusal(channel: ByteChannel): UnauthorizedError | undefined {
  const reason = channel.security?.refusal;
  if (reason === undefined) return undefined;
  const peer = describeEndpoint(channel.remote);
  const why = reason === "missing" ? "it has no certificate" : `its certificate is not accepted (${reason})`;
  return new UnauthorizedError(`net: ${peer} is refused: ${why}`, { details: { reason, refusedBy: "us" } });
}
