import type { Buffer } from "node:buffer";
import { createServer, type NetConnectOpts, connect as netConnect, type Server, type Socket } from "node:net";
import process from "node:process";
import { createServer as createTlsServer, connect as tlsConnect } from "node:tls";
import { describeEndpoint, type Endpoint } from "./endpoint.ts";
import { systemError } from "./system-errors.ts";
import { securityOf } from "./tls.ts";
import type {
  ByteChannel,
  ChannelReceiver,
  ChannelSecurity,
  Transport,
  TransportAcceptor,
  TransportConnectOptions,
  TransportListenOptions,
  TransportServer,
} from "./transport.ts";

/** TCP, TLS over TCP, and Unix sockets (named pipes on Windows): the sockets of node:net and node:tls. */
export const socketTransport: Transport = {
  name: "socket",
  inProcess: false,
  connect: (endpoint, options) => new DialledChannel(endpoint, options),
  listen: listenOnSocket,
};

let sharedReadBuffer: Uint8Array | undefined;

/**
 * The buffer that all dialled sockets read into, which is several times faster for large messages than a fresh one for
 * each read. That is safe where a read and its callback happen in one go; on Windows, reads stay under way.
 */
function readBuffer(): Uint8Array | undefined {
  if (process.platform === "win32") return undefined;
  sharedReadBuffer ??= new Uint8Array(256 * 1024);
  return sharedReadBuffer;
}

abstract class SocketChannel implements ByteChannel {
  #receiver: ChannelReceiver | undefined;
  #socket: Socket | undefined;
  #writes = 0;
  #written = 0;
  #waiting = false;
  security: ChannelSecurity | undefined = undefined;

  abstract readonly local: Endpoint;
  abstract readonly remote: Endpoint;
  /** Whether this is plain TCP. */
  protected abstract readonly canReset: boolean;
  /** Makes the socket if it does not exist yet, and calls `opened` once bytes can flow. */
  protected abstract begin(onRead: (bytes: Uint8Array) => void, opened: () => void): Socket;

  start(receiver: ChannelReceiver): void {
    this.#receiver = receiver;
    let failure: Error | undefined;
    const socket = this.begin(
      (bytes) => receiver.onBytes(bytes, true),
      () => receiver.onOpen(),
    );
    this.#socket = socket;
    socket.on("data", (bytes: Buffer) => receiver.onBytes(bytes, false));
    socket.on("end", () => receiver.onEnd());
    socket.on("error", (error) => {
      failure = error;
    });
    socket.on("close", () => receiver.onClose(failure));
  }

  write(chunks: readonly Uint8Array[]): boolean {
    const socket = this.#socket!;
    const last = chunks.length - 1;
    this.#writes++;
    if (last > 0) {
      socket.cork();
      for (let i = 0; i < last; i++) socket.write(chunks[i]!);
      socket.write(chunks[last]!, this.#onWritten);
      socket.uncork();
    } else {
      socket.write(chunks[0]!, this.#onWritten);
    }
    // Node hands small writes to the system in the call itself; nothing refers to the chunks then.
    if (socket.writableLength === 0) return true;
    this.#waiting = true;
    return false;
  }

  pause(): void {
    this.#socket?.pause();
  }

  resume(): void {
    this.#socket?.resume();
  }

  end(): void {
    this.#socket?.end();
  }

  destroy(): void {
    this.#socket?.destroy();
  }

  abort(): void {
    const socket = this.#socket;
    if (!socket || socket.destroyed) return;
    // A reset waits for the connection and for what is being written, which may never come; and only plain TCP has it.
    if (this.#waiting || socket.connecting || !this.canReset) socket.destroy();
    else socket.resetAndDestroy();
  }

  readonly #onWritten = (error?: Error | null): void => {
    this.#written++;
    if (error || !this.#waiting || this.#written < this.#writes) return;
    this.#waiting = false;
    this.#receiver?.onWritten();
  };
}

class DialledChannel extends SocketChannel {
  readonly remote: Endpoint;
  protected readonly canReset: boolean;
  readonly #options: TransportConnectOptions;
  #local: Endpoint = { host: "", port: 0 };

  constructor(endpoint: Endpoint, options: TransportConnectOptions) {
    super();
    this.remote = endpoint;
    this.canReset = !options.tls && !("path" in endpoint);
    this.#options = options;
  }

  get local(): Endpoint {
    return this.#local;
  }

  protected begin(onRead: (bytes: Uint8Array) => void, opened: () => void): Socket {
    const { tls } = this.#options;
    const buffer = readBuffer();
    const onread = buffer && {
      buffer,
      callback(length: number): boolean {
        onRead(buffer.subarray(0, length));
        return true;
      },
    };
    const shared = { allowHalfOpen: true, ...(onread ? { onread } : {}) };
    const target: NetConnectOpts =
      "path" in this.remote ? { path: this.remote.path, ...shared } : { ...this.remote, noDelay: true, ...shared };
    if (!tls) {
      const socket = netConnect(target);
      socket.on("connect", () => {
        this.#local = localOf(socket, this.remote);
        opened();
      });
      return socket;
    }
    const socket = tlsConnect({ ...tls, ...target });
    // tls.connect does not pass `noDelay` on.
    if (!("path" in this.remote)) socket.setNoDelay(true);
    socket.on("secureConnect", () => {
      this.#local = localOf(socket, this.remote);
      this.security = securityOf(socket, false);
      opened();
    });
    return socket;
  }
}

class AcceptedChannel extends SocketChannel {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  protected readonly canReset: boolean;
  readonly #accepted: Socket;

  constructor(accepted: Socket, at: Endpoint, security: ChannelSecurity | undefined) {
    super();
    this.#accepted = accepted;
    this.security = security;
    this.canReset = !security && !("path" in at);
    this.local = localOf(accepted, at);
    this.remote = "path" in at ? { path: "" } : { host: accepted.remoteAddress ?? "", port: accepted.remotePort ?? 0 };
  }

  protected begin(_onRead: (bytes: Uint8Array) => void, opened: () => void): Socket {
    queueMicrotask(opened);
    return this.#accepted;
  }
}

async function listenOnSocket(
  endpoint: Endpoint,
  options: TransportListenOptions,
  acceptor: TransportAcceptor,
): Promise<TransportServer> {
  const { tls, backlog } = options;
  const noDelay = !("path" in endpoint);
  let address = endpoint;
  const opening = new OpeningSockets(options.maxHandshakes);
  let server: Server;
  if (tls) {
    const required = tls.requestCert === true && tls.rejectUnauthorized !== false;
    server = createTlsServer(
      // The certificate is judged by us: a refusal can then be told to the peer, where Node would just hang up.
      { ...tls, noDelay, rejectUnauthorized: false, handshakeTimeout: options.handshakeTimeoutMs },
      (socket) => {
        opening.remove(socket);
        // Not before: a peer that hangs up in the middle of its handshake would be waited for.
        socket.allowHalfOpen = true;
        acceptor.onChannel(new AcceptedChannel(socket, address, securityOf(socket, required)));
      },
    );
    server.on("connection", (socket) => opening.add(socket));
    server.on("tlsClientError", (error, socket) => {
      opening.remove(socket);
      socket.destroy();
      acceptor.onFailure(error);
    });
  } else {
    server = createServer({ allowHalfOpen: true, noDelay }, (socket) =>
      acceptor.onChannel(new AcceptedChannel(socket, address, undefined)),
    );
  }
  await new Promise<void>((resolve, reject) => {
    const onError = (error: Error): void =>
      reject(systemError(`net.listen: cannot listen at ${describeEndpoint(endpoint)}`, error));
    server.once("error", onError);
    server.listen({ ...endpoint, backlog }, () => {
      server.off("error", onError);
      resolve();
    });
  });
  server.on("error", (error) => acceptor.onError(error));
  const bound = server.address();
  if (bound !== null && typeof bound === "object") address = { host: bound.address, port: bound.port };
  return {
    address,
    get opening() {
      return opening.size;
    },
    close: () => {
      const closed = closeServer(server);
      opening.destroy();
      return closed;
    },
  };
}

/**
 * The sockets of a TLS server that have not finished their handshake. Node does not say which socket a TLS socket
 * came from, but their addresses do. Unix sockets have none; those who use them are on this machine, and not counted.
 */
class OpeningSockets {
  readonly #limit: number;
  readonly #sockets = new Map<string, Socket>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#sockets.size;
  }

  /** Counts a socket; over the limit, the oldest is dropped. */
  add(socket: Socket): void {
    const key = keyOf(socket);
    if (key === undefined) return;
    this.#sockets.set(key, socket);
    socket.once("close", () => {
      if (this.#sockets.get(key) === socket) this.#sockets.delete(key);
    });
    if (this.#sockets.size <= this.#limit) return;
    const [oldest] = this.#sockets.values();
    oldest?.destroy();
  }

  remove(socket: Socket): void {
    const key = keyOf(socket);
    if (key !== undefined) this.#sockets.delete(key);
  }

  destroy(): void {
    for (const socket of [...this.#sockets.values()]) socket.destroy();
  }
}

function keyOf(socket: Socket): string | undefined {
  const { localAddress, remoteAddress, remotePort } = socket;
  return remotePort === undefined ? undefined : `${localAddress} ${remoteAddress} ${remotePort}`;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // The callback waits for accepted sockets too, and says so with an error if the server was closed before.
    server.close(() => resolve());
  });
}

function localOf(socket: Socket, remote: Endpoint): Endpoint {
  if ("path" in remote) return remote;
  return { host: socket.localAddress ?? "", port: socket.localPort ?? 0 };
}
