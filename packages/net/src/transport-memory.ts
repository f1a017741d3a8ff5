import { InvalidArgumentError } from "@graphoid/core";
import { describeEndpoint, type Endpoint } from "./endpoint.ts";
import { AddressInUseError, ConnectionRefusedError } from "./errors.ts";
import type {
  ByteChannel,
  ChannelReceiver,
  Transport,
  TransportAcceptor,
  TransportConnectOptions,
  TransportListenOptions,
  TransportServer,
} from "./transport.ts";

/** What a channel holds for a reader that has paused, before writes wait: the part of a system's socket buffer. */
const bufferBytes = 64 * 1024;

const firstFreePort = 49_152;

/**
 * A network inside the process, for tests: `connect` and `listen` with the same transport meet, and nothing else does.
 * Bytes arrive in later turns of the event loop, in the chunks in which they were written.
 *
 * @example
 * ```ts
 * import { connect, listen, memoryTransport } from "@graphoid/net";
 *
 * const transport = memoryTransport();
 * await using server = await listen("here", 1, { transport });
 * await using conn = await connect("here", 1, { transport });
 * console.log(conn.state); // open
 * ```
 */
export function memoryTransport(): Transport {
  const listeners = new Map<string, MemoryListener>();
  let nextPort = firstFreePort;
  return {
    name: "memory",
    inProcess: true,
    connect(endpoint, options) {
      refuseTls(options);
      const local = "path" in endpoint ? { path: "" } : { host: endpoint.host, port: nextPort++ };
      return new MemoryChannel(local, endpoint, listeners.get(describeEndpoint(endpoint)));
    },
    async listen(endpoint, options, acceptor) {
      refuseTls(options);
      const address = "path" in endpoint || endpoint.port !== 0 ? endpoint : { ...endpoint, port: nextPort++ };
      const key = describeEndpoint(address);
      if (listeners.has(key)) throw new AddressInUseError(`net.listen: cannot listen at ${key}: the address is in use`);
      const listener = new MemoryListener(address, acceptor, () => listeners.delete(key));
      listeners.set(key, listener);
      return listener;
    },
  };
}

class MemoryListener implements TransportServer {
  readonly address: Endpoint;
  readonly opening = 0;
  readonly acceptor: TransportAcceptor;
  readonly #free: () => void;
  readonly #channels = new Set<MemoryChannel>();
  #closed: (() => void) | undefined;
  open = true;

  constructor(address: Endpoint, acceptor: TransportAcceptor, free: () => void) {
    this.address = address;
    this.acceptor = acceptor;
    this.#free = free;
  }

  accept(channel: MemoryChannel): void {
    this.#channels.add(channel);
    channel.onGone = () => this.#forget(channel);
    this.acceptor.onChannel(channel);
  }

  close(): Promise<void> {
    if (this.open) this.#free();
    this.open = false;
    return new Promise((resolve) => {
      this.#closed = resolve;
      if (this.#channels.size === 0) resolve();
    });
  }

  #forget(channel: MemoryChannel): void {
    this.#channels.delete(channel);
    if (this.#channels.size === 0) this.#closed?.();
  }
}

class MemoryChannel implements ByteChannel {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly security = undefined;
  onGone: () => void = () => {};
  readonly #listener: MemoryListener | undefined;
  #peer: MemoryChannel | undefined;
  #receiver: ChannelReceiver | undefined;
  /** What the peer wrote and the receiver has not got yet. */
  #incoming: Uint8Array[] = [];
  #incomingBytes = 0;
  #paused = false;
  #writeWaits = false;
  #ended = false;
  #peerEnded = false;
  #endTold = false;
  #gone = false;

  constructor(local: Endpoint, remote: Endpoint, listener: MemoryListener | undefined, peer?: MemoryChannel) {
    this.local = local;
    this.remote = remote;
    this.#listener = listener;
    this.#peer = peer;
  }

  start(receiver: ChannelReceiver): void {
    this.#receiver = receiver;
    if (this.#peer) setImmediate(() => this.#open());
    else setImmediate(() => this.#dial());
  }

  write(chunks: readonly Uint8Array[]): boolean {
    const peer = this.#peer;
    if (!peer || peer.#gone || this.#gone) return true;
    for (const chunk of chunks) {
      const copy = new Uint8Array(chunk);
      peer.#incoming.push(copy);
      peer.#incomingBytes += copy.length;
    }
    setImmediate(() => peer.#deliver());
    this.#writeWaits = peer.#incomingBytes > bufferBytes;
    return !this.#writeWaits;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    setImmediate(() => this.#deliver());
  }

  end(): void {
    if (this.#ended || this.#gone) return;
    this.#ended = true;
    const peer = this.#peer;
    if (peer) {
      peer.#peerEnded = true;
      setImmediate(() => peer.#deliver());
    }
    this.#closeIfBothEnded();
  }

  destroy(): void {
    this.#close(undefined);
    // Like a system socket: gone after both ends ended is in order, gone before that is noticed by the next to use it.
    const peer = this.#peer;
    if (peer) setImmediate(() => peer.#onPeerGone());
  }

  abort(): void {
    this.destroy();
  }

  #dial(): void {
    if (this.#gone) return;
    const listener = this.#listener;
    if (!listener?.open) {
      const at = describeEndpoint(this.remote);
      this.#close(new ConnectionRefusedError(`net: no connection with ${at}: nothing listens there`));
      return;
    }
    this.#peer = new MemoryChannel(this.remote, this.local, undefined, this);
    listener.accept(this.#peer);
    this.#open();
  }

  #open(): void {
    if (!this.#gone) this.#receiver?.onOpen();
    this.#deliver();
  }

  #deliver(): void {
    while (!this.#paused && !this.#gone && this.#receiver && this.#incoming.length > 0) {
      const bytes = this.#incoming.shift()!;
      this.#incomingBytes -= bytes.length;
      const peer = this.#peer!;
      if (peer.#writeWaits && this.#incomingBytes <= bufferBytes) {
        peer.#writeWaits = false;
        setImmediate(() => peer.#gone || peer.#receiver?.onWritten());
      }
      this.#receiver.onBytes(bytes, false);
    }
    if (this.#peerEnded && !this.#endTold && !this.#paused && !this.#gone && this.#incoming.length === 0) {
      this.#endTold = true;
      this.#receiver?.onEnd();
      this.#closeIfBothEnded();
    }
  }

  #closeIfBothEnded(): void {
    if (this.#ended && this.#endTold) this.#close(undefined);
  }

  #onPeerGone(): void {
    if (this.#gone || this.#peerEnded) return;
    this.#incoming = [];
    this.#close(Object.assign(new Error("the other end is gone"), { code: "ECONNRESET" }));
  }

  #close(error: Error | undefined): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#incoming = [];
    setImmediate(() => {
      this.#receiver?.onClose(error);
      this.onGone();
    });
  }
}

function refuseTls(options: TransportConnectOptions | TransportListenOptions): void {
  if (options.tls) throw new InvalidArgumentError("net: the memory transport has no TLS; leave `tls` out");
}
