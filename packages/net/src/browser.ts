/**
 * `@graphoid/net/browser`: what of this package runs in a browser. A page is a peer like any other, over a WebSocket, to a
 * listener with the transport of `@graphoid/net/websocket`. The same works in Bun, Deno and Node from version 22.
 *
 * @module
 */
import { checkOptions, checkString, invalidArgument } from "@graphoid/core";
import type { Connection } from "./connection.ts";
import { dial } from "./dial.ts";
import type { HostEndpoint } from "./endpoint.ts";
import { type ConnectionOptions, connectionOptionNames, toSettings } from "./options.ts";
import type { Transport } from "./transport.ts";
import { checkWaitValues, type WaitOptions } from "./wait.ts";
import { WebSocketChannel, type WebSocketLike } from "./websocket-channel.ts";

export type { CloseOptions, Connection, ConnectionMetrics, Peer, SendOptions } from "./connection.ts";
export type { Endpoint, HostEndpoint, PathEndpoint } from "./endpoint.ts";
export * from "./errors.ts";
export type { Lane } from "./frame-format.ts";
export {
  type Framing,
  type FramingChoice,
  type FramingDecoder,
  type FramingLimits,
  lengthPrefixed,
} from "./framing.ts";
export type { HeartbeatOptions } from "./heartbeat.ts";
export type { ConnectionOptions } from "./options.ts";
export type { RateLimitOptions } from "./rate-limit.ts";
export type { ConnectionState, ConnectionStatus } from "./status.ts";
export type { WaitOptions } from "./wait.ts";

/** Options of {@link connect}. */
export interface BrowserConnectOptions extends Omit<ConnectionOptions, "transport">, WaitOptions {
  /** Gives the attempt up. It has no effect on the connection once open. */
  readonly signal?: AbortSignal;
  /** Milliseconds for the whole attempt. Default: 10,000. */
  readonly timeoutMs?: number;
}

const optionNames: readonly string[] = [
  ...connectionOptionNames.filter((name) => name !== "transport"),
  "signal",
  "timeoutMs",
];

/**
 * Connects to a listener by its URL, `wss:` or `ws:`. A browser does not say why it cannot: then this rejects with
 * ConnectionRefusedError whatever the reason. It cannot hold a peer back either: the default framing does that by credit,
 * with another one the peer must not send more than the page takes.
 *
 * @throws ConnectionRefusedError, and what `connect` of `@graphoid/net` throws once there is a WebSocket.
 *
 * @example
 * ```ts no-run
 * import { connect } from "@graphoid/net/browser";
 *
 * const conn = await connect("wss://graph.example.com/");
 * await conn.send(new TextEncoder().encode("hello"));
 * const reply = await conn.receive();
 * ```
 */
export async function connect(url: string | URL, options: BrowserConnectOptions = {}): Promise<Connection> {
  const call = "net.connect";
  const target = toUrl(call, url);
  checkOptions(call, options, optionNames);
  checkWaitValues(call, options);
  const defaultPort = target.protocol === "wss:" ? 443 : 80;
  const endpoint = { host: target.hostname, port: target.port === "" ? defaultPort : Number(target.port) };
  const transport = webSocketTo(target.href, endpoint);
  const settings = toSettings(call, options, transport);
  return dial(
    { call, endpoint, settings, transportOptions: {}, timeoutMs: options.timeoutMs ?? 10_000 },
    options.signal,
  );
}

function toUrl(call: string, url: string | URL): URL {
  const text = String(url);
  checkString(call, "url", text);
  if (URL.canParse(text)) {
    const parsed = new URL(text);
    if (parsed.protocol === "wss:" || parsed.protocol === "ws:") return parsed;
  }
  throw invalidArgument(call, "url", "a URL that begins with wss: or ws:", text);
}

function webSocketTo(url: string, endpoint: HostEndpoint): Transport {
  return {
    name: "websocket",
    inProcess: false,
    connect() {
      const socket = new WebSocket(url) as unknown as WebSocketLike;
      socket.binaryType = "arraybuffer";
      return new WebSocketChannel(
        socket,
        { host: "", port: 0 },
        endpoint,
        () => undefined,
        () => undefined,
      );
    },
    listen: () => Promise.reject(invalidArgument("net.listen", "transport", "one that can listen", "websocket")),
  };
}
