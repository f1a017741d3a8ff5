import type { Endpoint } from "./endpoint.ts";
import { ConnectionRefusedError, ProtocolError } from "./errors.ts";
import { nextTurn } from "./host.ts";
import { joined } from "./slab.ts";
import type { ByteChannel, ChannelReceiver, ChannelSecurity } from "./transport.ts";

/** What a channel needs of a WebSocket: that of browsers, or of the package `ws`, which can do a little more. */
export interface WebSocketLike {
  binaryType: string;
  readonly readyState: number;
  /** Bytes that were given to `send` and have not left. */
  readonly bufferedAmount: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null;
  onerror: ((event: never) => void) | null;
  send(data: Uint8Array): void;
  close(code?: number, reason?: string): void;
  pause?(): void;
  resume?(): void;
  terminate?(): void;
}

/** The longest WebSocket message that a channel sends; what is received may be a view of it. */
export const maxWebSocketBytes: number = 64 * 1024;

/** While more than this waits in the WebSocket, writes wait. */
const bufferedHighWater = 256 * 1024;

/** How often to look whether it has left: a WebSocket does not tell. */
const pollMs = 2;

const isOpen = 1;
const isClosed = 3;
/** Of the codes that a program may choose (RFC 6455, 7.4.2). */
const abortedCode = 4000;

/**
 * The stream of bytes over a WebSocket (RFC 6455): the payloads of its binary messages one after the other. An empty
 * message ends the sender's half of the stream, since a WebSocket has no half-close.
 */
export class WebSocketChannel implements ByteChannel {
  local: Endpoint;
  readonly remote: Endpoint;
  readonly #socket: WebSocketLike;
  readonly #securityNow: () => ChannelSecurity | undefined;
  readonly #failure: () => Error | undefined;
  #receiver: ChannelReceiver | undefined;
  #opened = false;
  /** What came while the channel was paused, where the WebSocket itself cannot pause. */
  #held: Uint8Array[] = [];
  #paused = false;
  #ended = false;
  #peerEnded = false;
  #endTold = false;
  #gone = false;
  #poll: ReturnType<typeof setTimeout> | undefined;

  /** `failure` says why a WebSocket did not open or broke, where that is known. */
  constructor(
    socket: WebSocketLike,
    local: Endpoint,
    remote: Endpoint,
    security: () => ChannelSecurity | undefined,
    failure: () => Error | undefined,
  ) {
    this.#socket = socket;
    this.local = local;
    this.remote = remote;
    this.#securityNow = security;
    this.#failure = failure;
    // Before anything can come: messages that came before `start` would be lost.
    socket.onmessage = ({ data }) => this.#onMessage(data);
  }

  get security(): ChannelSecurity | undefined {
    return this.#securityNow();
  }

  start(receiver: ChannelReceiver): void {
    this.#receiver = receiver;
    const socket = this.#socket;
    socket.onopen = () => this.#open();
    socket.onclose = ({ code }) => this.#onClosed(code);
    // What follows is `onclose`, which knows no more than this; but without a listener `ws` would throw.
    socket.onerror = () => {};
    if (socket.readyState === isOpen) nextTurn(() => this.#open());
    else if (socket.readyState === isClosed) nextTurn(() => this.#onClosed(1006));
  }

  write(chunks: readonly Uint8Array[]): boolean {
    if (this.#gone || this.#socket.readyState !== isOpen) return true;
    // One copy into memory of its own: a message has its costs, and when `send` is done with its argument nobody says.
    const bytes = joined(chunks);
    for (let at = 0; at < bytes.length; at += maxWebSocketBytes) {
      this.#socket.send(bytes.length <= maxWebSocketBytes ? bytes : bytes.subarray(at, at + maxWebSocketBytes));
    }
    if (this.#socket.bufferedAmount <= bufferedHighWater) return true;
    this.#waitUntilWritten();
    return false;
  }

  pause(): void {
    this.#paused = true;
    this.#socket.pause?.();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    if (this.#socket.readyState === isOpen) this.#socket.resume?.();
    nextTurn(() => this.#deliver());
  }

  end(): void {
    if (this.#ended || this.#gone) return;
    this.#ended = true;
    if (this.#socket.readyState === isOpen) this.#socket.send(new Uint8Array(0));
    this.#closeIfBothEnded();
  }

  destroy(): void {
    this.#letGo(undefined);
  }

  abort(): void {
    this.#letGo(abortedCode);
  }

  #open(): void {
    if (this.#gone || this.#opened) return;
    this.#opened = true;
    this.#receiver?.onOpen();
    this.#deliver();
  }

  #onMessage(data: unknown): void {
    if (this.#gone) return;
    const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
    if (!(bytes instanceof Uint8Array)) {
      this.#letGo(1003, new ProtocolError("net: the peer sent a WebSocket message of text"));
      return;
    }
    if (bytes.length === 0) this.#peerEnded = true;
    else if (!this.#peerEnded) this.#held.push(bytes);
    if (this.#opened) this.#deliver();
  }

  #deliver(): void {
    while (!this.#paused && !this.#gone && this.#held.length > 0) this.#receiver?.onBytes(this.#held.shift()!, false);
    if (!this.#peerEnded || this.#endTold || this.#paused || this.#gone) return;
    this.#endTold = true;
    this.#receiver?.onEnd();
    this.#closeIfBothEnded();
  }

  #closeIfBothEnded(): void {
    if (this.#ended && this.#endTold && this.#socket.readyState === isOpen) this.#socket.close(1000);
  }

  #onClosed(code: number): void {
    if (this.#gone) return;
    const orderly = (this.#peerEnded && this.#ended) || code === 1000 || code === 1001;
    if (orderly && !this.#peerEnded) {
      // A peer that has no notion of halves closes like this.
      this.#peerEnded = true;
      this.#paused = false;
      this.#deliver();
    }
    if (this.#opened) this.#report(orderly ? undefined : (this.#failure() ?? brokenBy(code)));
    else this.#report(this.#failure() ?? new ConnectionRefusedError("net: the WebSocket did not open"));
  }

  /** Closes without waiting for the peer. */
  #letGo(code: number | undefined, error?: Error): void {
    if (this.#gone) return;
    const socket = this.#socket;
    if (code !== undefined && socket.readyState === isOpen) socket.close(code);
    else if (!socket.terminate) socket.close();
    nextTurn(() => {
      // `ws` would wait for the peer to close too.
      socket.terminate?.();
      this.#report(error);
    });
  }

  #report(error: Error | undefined): void {
    if (this.#gone) return;
    this.#gone = true;
    clearTimeout(this.#poll);
    this.#held = [];
    this.#receiver?.onClose(error);
  }

  #waitUntilWritten(): void {
    this.#poll = setTimeout(() => {
      if (this.#socket.bufferedAmount <= bufferedHighWater / 2) this.#receiver?.onWritten();
      else if (this.#socket.readyState === isOpen) this.#waitUntilWritten();
    }, pollMs);
  }
}

/** What the connection above makes its error of. */
function brokenBy(code: number): Error | undefined {
  return code === abortedCode ? Object.assign(new Error("the peer aborted"), { code: "ECONNRESET" }) : undefined;
}
