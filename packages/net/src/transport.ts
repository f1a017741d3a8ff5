import type { ConnectionOptions, TlsOptions } from "node:tls";
import type { Endpoint } from "./endpoint.ts";
import type { UnauthorizedReason } from "./errors.ts";

/** What TLS proved about the other side of a channel. */
export interface ChannelSecurity {
  /** Whether the peer's certificate was verified. */
  readonly verified: boolean;
  /** The names that the verified certificate carries: common name, DNS names, URIs, IP addresses. Else empty. */
  readonly names: readonly string[];
  /** SHA-256 fingerprint of the peer's certificate, verified or not; absent without one. */
  readonly fingerprint?: string;
  /** Why the peer must be refused although the channel is up: its certificate is required and was not accepted. */
  readonly refusal?: UnauthorizedReason;
}

/** What a channel tells its owner. */
export interface ChannelReceiver {
  /** Bytes can flow. Comes first, and once. */
  onOpen(): void;
  /** Bytes arrived. With `reused`, the memory is only good until this call returns. */
  onBytes(bytes: Uint8Array, reused: boolean): void;
  /** The write that returned `false` has left. */
  onWritten(): void;
  /** The peer sends nothing more. */
  onEnd(): void;
  /** The channel is gone, with the error that ended it if there was one. Comes last, and once. */
  onClose(error: Error | undefined): void;
}

/**
 * A two-way stream of bytes: what a {@link Transport} provides, and all that a connection needs from it. Nothing is
 * reported before {@link ByteChannel.start}, and nothing from within a call that the owner makes.
 */
export interface ByteChannel {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** Facts from TLS, once open; `undefined` on a plain channel. */
  readonly security: ChannelSecurity | undefined;
  /** Begins to report to `receiver`. Called once. */
  start(receiver: ChannelReceiver): void;
  /**
   * Sends the chunks in order. True: they have left and their memory may be used again. False: that will be so when
   * `onWritten` is called, and no other write may come before.
   */
  write(chunks: readonly Uint8Array[]): boolean;
  /** Stops `onBytes` and `onEnd` until {@link ByteChannel.resume}. */
  pause(): void;
  resume(): void;
  /** Ends our half of the stream after what was written. */
  end(): void;
  /** Lets go of the channel now. What was written may still arrive. */
  destroy(): void;
  /** Lets go of the channel now and tells the peer that it broke, where the transport can. */
  abort(): void;
}

/** What {@link Transport.connect} is given beside the endpoint. */
export interface TransportConnectOptions {
  /** TLS settings; absent for a plain channel. */
  readonly tls?: ConnectionOptions;
}

/** What {@link Transport.listen} is given beside the endpoint. */
export interface TransportListenOptions {
  /** TLS settings; absent for plain channels. */
  readonly tls?: TlsOptions;
  /** How many channels the system may hold back while this process is busy. */
  readonly backlog: number;
  /** How many channels may be in a handshake of the transport's own (TLS); over that, the oldest is dropped. */
  readonly maxHandshakes: number;
  /** Milliseconds that such a handshake may take. */
  readonly handshakeTimeoutMs: number;
}

/** What a listening transport tells its owner. */
export interface TransportAcceptor {
  /** A channel came in. */
  onChannel(channel: ByteChannel): void;
  /** A channel did not come about: its handshake failed or took too long. */
  onFailure(error: Error): void;
  /** Accepting failed; the transport goes on listening. */
  onError(error: Error): void;
}

/** A listening transport. */
export interface TransportServer {
  /** Where it listens, with the port that the system chose for port 0. */
  readonly address: Endpoint;
  /** Channels in a handshake of the transport's own. */
  readonly opening: number;
  /** Stops accepting at once, and leaves open channels alone. Resolves once the address is free and they are gone. */
  close(): Promise<void>;
}

/**
 * A way to move bytes between two programs. {@link socketTransport} (TCP, TLS, Unix sockets) is the default,
 * {@link memoryTransport} serves tests; everything above them is the same.
 */
export interface Transport {
  readonly name: string;
  /** Whether bytes never leave the process, so that no encryption is needed. */
  readonly inProcess: boolean;
  /** Starts to connect, and returns at once; the channel reports `onOpen`, or `onClose` with the error. */
  connect(endpoint: Endpoint, options: TransportConnectOptions): ByteChannel;
  /** Listens; rejects with a typed error if it cannot. */
  listen(endpoint: Endpoint, options: TransportListenOptions, acceptor: TransportAcceptor): Promise<TransportServer>;
}
