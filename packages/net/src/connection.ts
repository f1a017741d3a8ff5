import type { GraphoidError } from "@graphoid/core";
import type { Endpoint } from "./endpoint.ts";
import type { Lane } from "./frame-format.ts";
import type { ConnectionState, ConnectionStatus } from "./status.ts";
import type { WaitOptions } from "./wait.ts";

/** Who is at the other end of a connection, as far as it said or proved. */
export interface Peer {
  /**
   * The name that the peer goes by: what its hello claims, else the first name of its verified certificate.
   * `undefined` without either. Believe it only where {@link Peer.authenticated} says so.
   */
  readonly identity: string | undefined;
  /** Whether TLS proved `identity`: the peer's certificate is verified, and carries this very name. */
  readonly authenticated: boolean;
  /** Tells one run of the peer's process from the next. `undefined` without a hello. */
  readonly incarnation: string | undefined;
  /** The names on the peer's verified certificate; empty without one. */
  readonly certificateNames: readonly string[];
  /** SHA-256 fingerprint of the peer's certificate, verified or not. */
  readonly certificateFingerprint: string | undefined;
}

/** Counters of a connection. */
export interface ConnectionMetrics {
  readonly messagesSent: number;
  readonly messagesReceived: number;
  /** Bytes on the wire, headers included, without those of TLS. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Bytes that wait to leave. */
  readonly sendQueueBytes: number;
  /** Messages that arrived and were not received yet, and their bytes with some overhead for each. */
  readonly receiveQueueMessages: number;
  readonly receiveQueueBytes: number;
  /** Milliseconds to the peer and back when last measured; `undefined` before. */
  readonly roundTripMs: number | undefined;
}

/** Options of {@link Connection.send}. */
export interface SendOptions {
  /** The lane to send on. Default: `"normal"`. With another framing than the default one there is one lane. */
  readonly lane?: Lane;
}

/** Options of {@link Connection.close}. */
export interface CloseOptions {
  /** What the peer is told: the message of its `ClosedError`. At most 1 KiB of UTF-8; a longer text is cut. */
  readonly reason?: string;
}

/**
 * A connection that carries whole messages both ways. Every message arrives once and in the order of its lane, or the
 * connection fails and says so. `for await` gives the messages up to an orderly close, and throws on any other end.
 */
export interface Connection extends AsyncDisposable, AsyncIterable<Uint8Array> {
  /** Tells the connections of this process apart. */
  readonly id: string;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly peer: Peer;
  readonly state: ConnectionState;
  /** Resolves, never rejects, once nothing of the connection is left, with the reason as in {@link ConnectionStatus}. */
  readonly closed: Promise<GraphoidError>;
  /** The counters as they are now. */
  readonly metrics: ConnectionMetrics;

  /**
   * Sends one message. Resolves once less than `highWaterBytes` wait to leave, so a sender that awaits it cannot
   * outrun the peer; that says nothing about arrival.
   *
   * Messages over 8 KiB are sent from where they are: do not change them afterwards.
   *
   * @throws MessageTooLargeError over what the peer takes; the connection stays open.
   * @throws OverloadedError while `maxQueuedBytes` wait, for those who do not await; nothing was queued.
   * @throws ClosedError, ConnectionLostError and others once the connection has ended, with what ended it.
   */
  send(message: Uint8Array, options?: SendOptions): Promise<void>;

  /**
   * What {@link Connection.send} would reject a message of so many bytes with, if it were called now; `undefined` where it
   * would take it. For senders whose encoding changes with each message, such as sessions of `@graphoid/serialize`: they
   * must know before they go on whether the last one is on its way.
   */
  refusal(bytes: number): GraphoidError | undefined;

  /**
   * The next message; waits for it. A message is yours to keep and to change. It may be a view of a larger buffer that
   * other messages share (up to 64 KiB), so copy it with `slice()` to keep a small one for long, and do not transfer
   * its `buffer` to a worker. While more than `receiveBufferBytes` wait to be received, the peer is held back.
   *
   * @throws ClosedError after an orderly close, when all that came before it has been received.
   * @throws ConnectionLostError, TruncatedFrameError, MessageTooLargeError, ProtocolError: what ended the connection.
   * @throws CancelledError, DeadlineExceededError by `signal` and `timeoutMs`; no message is lost by that.
   */
  receive(options?: WaitOptions): Promise<Uint8Array>;

  /**
   * Sends many messages in order, for one promise: with small messages, promises cost more than all the rest. Waits as
   * {@link Connection.send} does wherever it is in the list; resolves once less than `highWaterBytes` wait.
   *
   * @throws as {@link Connection.send}; the messages before the one that failed are sent.
   */
  sendAll(messages: Iterable<Uint8Array>, options?: SendOptions): Promise<void>;

  /**
   * The messages in lists, each of all that had come, for the same reason. Like `for await` over the connection, this
   * ends at an orderly close and throws on any other end.
   *
   * @example
   * ```ts
   * import { connect, listen } from "@graphoid/net";
   *
   * await using server = await listen("127.0.0.1", 0);
   * server.onConnection(async (conn) => {
   *   for await (const messages of conn.batches()) await conn.sendAll(messages);
   * });
   * await using conn = await connect("127.0.0.1", server.port);
   * await conn.sendAll([new Uint8Array([1]), new Uint8Array([2])]);
   * console.log((await conn.receive())[0], (await conn.receive())[0]); // 1 2
   * ```
   */
  batches(): AsyncIterable<Uint8Array[]>;

  /** The current status, then every further one, up to `closed`. */
  status(): AsyncIterable<ConnectionStatus>;

  /**
   * Ends the connection in order: no more is sent or received, what was sent leaves, and the peer sees `ClosedError`.
   * Resolves once nothing is left of it, at the latest after `closeTimeoutMs`. Calling it again waits for the same.
   */
  close(options?: CloseOptions): Promise<void>;
}
