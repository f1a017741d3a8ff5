/**
 * `@graphoid/net/websocket`: WebSockets for Node, by the package `ws`, which is to be installed beside this one. Browsers
 * connect to such a listener with `@graphoid/net/browser`.
 *
 * @module
 */
import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import { checkOptions, checkString, InvalidArgumentError, invalidArgument } from "@graphoid/core";
import { WebSocket } from "ws";
import type { Endpoint } from "./endpoint.ts";
import { ConnectionRefusedError } from "./errors.ts";
import { securityOf } from "./tls.ts";
import type { ByteChannel, ChannelSecurity, Transport, TransportConnectOptions } from "./transport.ts";
import { maxWebSocketBytes, WebSocketChannel, type WebSocketLike } from "./websocket-channel.ts";
import { listenForWebSockets } from "./websocket-server.ts";

/** Options of {@link webSocketTransport}. */
export interface WebSocketTransportOptions {
  /** The path of the URL. A listener answers others with 404. Default: `"/"`. */
  readonly path?: string;
  /**
   * The origins whose pages may connect to a listener, such as `"https://app.example.com"`. A browser says where a page
   * comes from, other programs say nothing. Default: pages from the listener's own host and port.
   */
  readonly origins?: readonly string[];
}

/**
 * WebSockets as a transport, for `connect` and `listen` of Node. With `tls` it is `wss:`.
 *
 * @example
 * ```ts
 * import { connect, listen } from "@graphoid/net";
 * import { webSocketTransport } from "@graphoid/net/websocket";
 *
 * const transport = webSocketTransport();
 * await using server = await listen("127.0.0.1", 0, { transport });
 * server.onConnection(async (conn) => {
 *   for await (const message of conn) await conn.send(message);
 * });
 * await using conn = await connect("127.0.0.1", server.port, { transport });
 * await conn.send(new Uint8Array([1, 2, 3]));
 * console.log((await conn.receive()).length); // 3
 * ```
 */
export function webSocketTransport(options: WebSocketTransportOptions = {}): Transport {
  const call = "net.webSocketTransport";
  checkOptions(call, options, ["path", "origins"]);
  const { path = "/", origins } = options;
  checkString(call, "path", path);
  if (!path.startsWith("/") || /[?#\s]/.test(path)) {
    throw invalidArgument(call, "path", 'a path that begins with "/", without a query', path);
  }
  if (origins !== undefined && !(Array.isArray(origins) && origins.every((origin) => typeof origin === "string"))) {
    throw invalidArgument(call, "origins", "a list of strings", origins);
  }
  return {
    name: "websocket",
    inProcess: false,
    connect: (endpoint, connectOptions) => dialWebSocket(endpoint, path, connectOptions),
    listen: (endpoint, listenOptions, acceptor) =>
      listenForWebSockets(hostOnly(endpoint), { ...listenOptions, path, origins }, acceptor),
  };
}

function dialWebSocket(endpoint: Endpoint, path: string, { tls }: TransportConnectOptions): ByteChannel {
  const { host, port } = hostOnly(endpoint);
  const authority = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  const socket = new WebSocket(`${tls ? "wss" : "ws"}://${authority}${path}`, {
    ...tls,
    perMessageDeflate: false,
    maxPayload: 4 * maxWebSocketBytes,
  });
  let security: ChannelSecurity | undefined;
  let failure: Error | undefined;
  socket.on("upgrade", ({ socket: raw }: IncomingMessage) => {
    channel.local = { host: raw.localAddress ?? "", port: raw.localPort ?? 0 };
    if (tls) security = securityOf(raw as TLSSocket, false);
  });
  socket.on("unexpected-response", (request, { statusCode }) => {
    failure = new ConnectionRefusedError(`net: no WebSocket at ${authority}${path}: the answer is ${statusCode}`, {
      details: { status: statusCode },
    });
    request.destroy();
    socket.terminate();
  });
  socket.on("error", (error) => {
    failure ??= error;
  });
  const channel = new WebSocketChannel(
    socket as unknown as WebSocketLike,
    { host: "", port: 0 },
    endpoint,
    () => security,
    () => failure,
  );
  return channel;
}

function hostOnly(endpoint: Endpoint): { readonly host: string; readonly port: number } {
  if (!("path" in endpoint)) return endpoint;
  throw new InvalidArgumentError("net: a WebSocket needs a host and a port, not the path of a Unix socket");
}
