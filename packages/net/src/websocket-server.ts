import { createServer, type IncomingMessage, type Server, STATUS_CODES } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { WebSocketServer } from "ws";
import { describeEndpoint, type HostEndpoint } from "./endpoint.ts";
import { HandshakeTimeoutError, ProtocolError, UnauthorizedError } from "./errors.ts";
import { systemError } from "./system-errors.ts";
import { securityOf } from "./tls.ts";
import type { TransportAcceptor, TransportListenOptions, TransportServer } from "./transport.ts";
import { maxWebSocketBytes, WebSocketChannel, type WebSocketLike } from "./websocket-channel.ts";

interface WebSocketListenOptions extends TransportListenOptions {
  readonly path: string;
  readonly origins: readonly string[] | undefined;
}

/** Listens for WebSockets, by an HTTP server that serves nothing else. */
export async function listenForWebSockets(
  endpoint: HostEndpoint,
  options: WebSocketListenOptions,
  acceptor: TransportAcceptor,
): Promise<TransportServer> {
  const { tls } = options;
  const http = tls ? createTlsServer({ ...tls, rejectUnauthorized: false }) : createServer();
  const opening = new OpeningSockets(options, acceptor);
  const upgrader = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: 4 * maxWebSocketBytes,
    clientTracking: false,
  });
  const required = tls?.requestCert === true && tls.rejectUnauthorized !== false;
  let address = endpoint;
  http.on("connection", (socket: Socket) => {
    socket.setNoDelay(true);
    opening.add(socket);
  });
  http.on("tlsClientError", (error) => acceptor.onFailure(error));
  http.on("request", (_request, response) => response.writeHead(426, { connection: "close" }).end());
  http.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refusal = objection(request, options);
    if (refusal) {
      const [status, error] = refusal;
      socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\n\r\n`);
      acceptor.onFailure(error);
      return;
    }
    upgrader.handleUpgrade(request, socket, head, (webSocket) => {
      const { remoteAddress = "", remotePort = 0, localAddress = "", localPort = 0 } = request.socket;
      opening.remove(request.socket);
      const security = tls ? securityOf(request.socket as TLSSocket, required) : undefined;
      let failure: Error | undefined;
      webSocket.on("error", (error) => {
        failure = error;
      });
      acceptor.onChannel(
        new WebSocketChannel(
          webSocket as unknown as WebSocketLike,
          { host: localAddress, port: localPort },
          { host: remoteAddress, port: remotePort },
          () => security,
          () => failure,
        ),
      );
    });
  });
  await listenOn(http, endpoint, options.backlog);
  http.on("error", (error) => acceptor.onError(error));
  const bound = http.address();
  if (bound !== null && typeof bound === "object") address = { host: bound.address, port: bound.port };
  return {
    address,
    get opening() {
      return opening.size;
    },
    close: () =>
      new Promise((resolve) => {
        // The callback waits for all that was accepted; those that are no WebSocket yet are let go.
        http.close(() => resolve());
        opening.destroy();
      }),
  };
}

function listenOn(http: Server, endpoint: HostEndpoint, backlog: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error): void =>
      reject(systemError(`net.listen: cannot listen at ${describeEndpoint(endpoint)}`, error));
    http.once("error", onError);
    http.listen({ ...endpoint, backlog }, () => {
      http.off("error", onError);
      resolve();
    });
  });
}

/** Why a request is not answered with a WebSocket, if so. */
function objection(
  { url = "", headers }: IncomingMessage,
  { path, origins }: WebSocketListenOptions,
): [status: number, error: Error] | undefined {
  if (url.split("?", 1)[0] !== path) return [404, new ProtocolError(`net: a request for ${url.slice(0, 100)}`)];
  const { origin, host } = headers;
  if (origin === undefined) return undefined;
  const allowed = origins ? origins.includes(origin) : URL.canParse(origin) && new URL(origin).host === host;
  if (allowed) return undefined;
  // Else any page that someone visits could talk to listeners that only this person reaches.
  return [403, new UnauthorizedError(`net: pages from ${origin.slice(0, 100)} may not connect; see \`origins\``)];
}

/** The sockets of a server that are no WebSocket yet. */
class OpeningSockets {
  readonly #options: WebSocketListenOptions;
  readonly #acceptor: TransportAcceptor;
  readonly #timers = new Map<string, { readonly socket: Socket; readonly timer: NodeJS.Timeout }>();

  constructor(options: WebSocketListenOptions, acceptor: TransportAcceptor) {
    this.#options = options;
    this.#acceptor = acceptor;
  }

  get size(): number {
    return this.#timers.size;
  }

  /** Counts a socket, for as long as a handshake may take. Over the limit, the oldest is dropped. */
  add(socket: Socket): void {
    const { maxHandshakes, handshakeTimeoutMs } = this.#options;
    const timer = setTimeout(() => {
      socket.destroy();
      const message = `net: no WebSocket within ${handshakeTimeoutMs} ms`;
      this.#acceptor.onFailure(new HandshakeTimeoutError(message, { details: { timeoutMs: handshakeTimeoutMs } }));
    }, handshakeTimeoutMs);
    const key = keyOf(socket);
    this.#timers.set(key, { socket, timer });
    socket.on("error", () => {});
    socket.once("close", () => this.#forget(key));
    if (this.#timers.size <= maxHandshakes) return;
    const [oldest] = this.#timers.values();
    oldest?.socket.destroy();
  }

  remove(socket: Socket): void {
    this.#forget(keyOf(socket));
  }

  destroy(): void {
    for (const { socket } of [...this.#timers.values()]) socket.destroy();
  }

  #forget(key: string): void {
    clearTimeout(this.#timers.get(key)?.timer);
    this.#timers.delete(key);
  }
}

/** A TLS socket is another object than the one that was accepted, with the same addresses. */
function keyOf({ localAddress, remoteAddress, remotePort }: Socket): string {
  return `${localAddress} ${remoteAddress} ${remotePort}`;
}
