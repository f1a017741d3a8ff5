import process from "node:process";
import type { TlsOptions } from "node:tls";
import {
  ClosedError,
  checkBoolean,
  checkFunction,
  checkOptions,
  type GraphoidError,
  InvalidArgumentError,
  invalidArgument,
  isGraphoidError,
  OverloadedError,
  type Registration,
  registration,
} from "@graphoid/core";
import { ChannelConnection } from "./channel-connection.ts";
import type { Connection } from "./connection.ts";
import { describeEndpoint, type Endpoint, isLocalEndpoint, toEndpoint } from "./endpoint.ts";
import { HandshakeTimeoutError } from "./errors.ts";
import {
  type ConnectionOptions,
  type ConnectionSettings,
  connectionOptionNames,
  integer,
  toSettings,
} from "./options.ts";
import { errorCode, systemError, unusableOptions } from "./system-errors.ts";
import type { ByteChannel, TransportServer } from "./transport.ts";
import { socketTransport } from "./transport-socket.ts";

/** Options of {@link listen}. */
export interface ListenOptions extends ConnectionOptions {
  /**
   * Encrypts connections: the options of node:tls, with `key` and `cert` at least. With `requestCert: true` a peer
   * needs a certificate that `ca` accepts, and is refused with the reason unless `rejectUnauthorized` is `false`.
   */
  readonly tls?: TlsOptions;
  /** Allows to listen off loopback without TLS. Default: false. */
  readonly allowPlaintext?: boolean;
  /** How many connections may be open at once; further ones are refused. Default: 16,384. */
  readonly maxConnections?: number;
  /**
   * How many connections may be about to say hello. When there are more, the oldest of them is dropped: a peer that
   * means it is through in milliseconds, so those that only hold a place make room. With TLS, as many again may be in
   * its handshake. Default: 1024.
   */
  readonly maxHandshakes?: number;
  /** How many connections the system may hold back while this process is busy. Default: 511. */
  readonly backlog?: number;
}

/** Counters of a {@link Server}. */
export interface ServerMetrics {
  /** Connections that were opened so far. */
  readonly opened: number;
  /** Attempts that came to nothing so far: garbage, certificates, limits, time. */
  readonly failed: number;
  /** Attempts under way. */
  readonly handshaking: number;
}

/** A listener. It stops with `close()`, or at the end of an `await using` block. */
export interface Server extends AsyncDisposable {
  readonly address: Endpoint;
  /** The port, chosen by the system where 0 was asked for. 0 on a Unix socket. */
  readonly port: number;
  /** The connections that are open. */
  readonly connections: ReadonlySet<Connection>;
  readonly metrics: ServerMetrics;
  /**
   * Calls `fn` for every connection that opens from now on. If it throws or rejects, the connection is closed and the
   * error goes to {@link Server.onError}, unless it is what ended the connection anyway. The connection stays open
   * when `fn` returns.
   */
  onConnection(fn: (connection: Connection) => void | Promise<void>): Registration;
  /**
   * Calls `fn` with what goes wrong beside open connections: handlers that fail, attempts that come to nothing,
   * a system that is out of descriptors. With nobody registered, attempts that fail are only counted, and everything
   * else becomes a warning of the process.
   */
  onError(fn: (error: unknown) => void): Registration;
  /** Stops listening and closes every connection in order. Resolves once nothing is left. */
  close(): Promise<void>;
}

const optionNames: readonly string[] = [
  ...connectionOptionNames,
  "tls",
  "allowPlaintext",
  "maxConnections",
  "maxHandshakes",
  "backlog",
];

/**
 * Listens for connections. Port 0 asks the system for a free one.
 *
 * @throws AddressInUseError, AddressUnavailableError, HostNotFoundError: cannot listen there.
 * @throws InvalidArgumentError off loopback without `tls` or `allowPlaintext`.
 *
 * @example
 * ```ts
 * import { listen } from "@graphoid/net";
 *
 * const server = await listen("127.0.0.1", 0);
 * server.onConnection(async (conn) => {
 *   for await (const message of conn) await conn.send(message);
 * });
 * ```
 */
export function listen(host: string, port: number, options?: ListenOptions): Promise<Server>;
export function listen(endpoint: Endpoint, options?: ListenOptions): Promise<Server>;
export async function listen(
  hostOrEndpoint: string | Endpoint,
  portOrOptions?: number | ListenOptions,
  options?: ListenOptions,
): Promise<Server> {
  const call = "net.listen";
  const isName = typeof hostOrEndpoint === "string";
  const endpoint = toEndpoint(call, hostOrEndpoint, portOrOptions, 0);
  const given = (isName ? options : (portOrOptions as ListenOptions | undefined)) ?? {};
  checkOptions(call, given, optionNames);
  const { tls, allowPlaintext = false } = given;
  checkBoolean(call, "allowPlaintext", allowPlaintext);
  if (tls !== undefined && (typeof tls !== "object" || tls === null)) {
    throw invalidArgument(call, "tls", "options of node:tls", tls);
  }
  const settings = toSettings(call, given, socketTransport);
  const limits = {
    maxConnections: integer(call, "maxConnections", given.maxConnections, 16_384, 1),
    maxHandshakes: integer(call, "maxHandshakes", given.maxHandshakes, 1024, 1),
  };
  const backlog = integer(call, "backlog", given.backlog, 511, 1);
  if (!tls && !allowPlaintext && !settings.transport.inProcess && !isLocalEndpoint(endpoint)) {
    throw new InvalidArgumentError(
      `${call}: ${describeEndpoint(endpoint)} can be reached from other machines: pass \`tls\`, or \`allowPlaintext: true\` if the network is trusted`,
      { details: { call, argument: "tls" } },
    );
  }
  const server = new ChannelServer(settings, limits);
  try {
    await server.start(endpoint, tls, backlog);
  } catch (error) {
    throw unusableOptions(call, error);
  }
  return server;
}

interface ServerLimits {
  readonly maxConnections: number;
  readonly maxHandshakes: number;
}

class ChannelServer implements Server {
  readonly #settings: ConnectionSettings;
  readonly #limits: ServerLimits;
  readonly #connections = new Set<ChannelConnection>();
  readonly #handshaking = new Set<ChannelConnection>();
  /** All of which something is left, those that are closed and not gone yet included. */
  readonly #present = new Set<ChannelConnection>();
  readonly #connectionHandlers = new Set<(connection: Connection) => void | Promise<void>>();
  readonly #errorHandlers = new Set<(error: unknown) => void>();
  #transport!: TransportServer;
  #closing: Promise<void> | undefined;
  #opened = 0;
  #failed = 0;

  constructor(settings: ConnectionSettings, limits: ServerLimits) {
    this.#settings = settings;
    this.#limits = limits;
  }

  async start(endpoint: Endpoint, tls: TlsOptions | undefined, backlog: number): Promise<void> {
    const { handshakeTimeoutMs, transport } = this.#settings;
    const options = { backlog, handshakeTimeoutMs, maxHandshakes: this.#limits.maxHandshakes };
    this.#transport = await transport.listen(endpoint, tls ? { ...options, tls } : options, {
      onChannel: (channel) => this.#accept(channel),
      onFailure: (error) => this.#onFailure(handshakeError(error, handshakeTimeoutMs)),
      onError: (error) => this.#report(systemError("net.listen: cannot accept a connection", error)),
    });
  }

  get address(): Endpoint {
    return this.#transport.address;
  }

  get port(): number {
    return "port" in this.address ? this.address.port : 0;
  }

  get connections(): ReadonlySet<Connection> {
    return this.#connections;
  }

  get metrics(): ServerMetrics {
    return {
      opened: this.#opened,
      failed: this.#failed,
      handshaking: this.#handshaking.size + this.#transport.opening,
    };
  }

  onConnection(fn: (connection: Connection) => void | Promise<void>): Registration {
    return register("net.onConnection", this.#connectionHandlers, fn);
  }

  onError(fn: (error: unknown) => void): Registration {
    return register("net.onError", this.#errorHandlers, fn);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #accept(channel: ByteChannel): void {
    const connection: ChannelConnection = new ChannelConnection("accept", channel, this.#settings, {
      admit: () => this.#refusal(),
      onOpened: () => {
        this.#handshaking.delete(connection);
        this.#connections.add(connection);
        this.#opened++;
        for (const handler of [...this.#connectionHandlers]) void this.#handle(handler, connection);
      },
      onClosed: (reason) => {
        this.#connections.delete(connection);
        if (this.#handshaking.delete(connection)) this.#onFailure(reason);
      },
    });
    this.#handshaking.add(connection);
    this.#present.add(connection);
    void connection.closed.then(() => this.#present.delete(connection));
    const limit = this.#limits.maxHandshakes;
    if (this.#closing) connection.fail(new ClosedError("net.listen: closing"));
    else if (this.#handshaking.size > limit) {
      const [oldest] = this.#handshaking;
      oldest?.fail(new OverloadedError("net.listen: dropped for newer connections", { details: { limit } }));
    }
  }

  #onFailure(reason: GraphoidError): void {
    this.#failed++;
    if (this.#closing) return;
    for (const handler of [...this.#errorHandlers]) handler(reason);
  }

  #refusal(): GraphoidError | undefined {
    if (this.#closing) return new ClosedError("net.listen: closing");
    const limit = this.#limits.maxConnections;
    if (this.#connections.size < limit) return undefined;
    return new OverloadedError(`net.listen: ${limit} connections are open, which is \`maxConnections\``, {
      details: { limit },
    });
  }

  async #handle(
    handler: (connection: Connection) => void | Promise<void>,
    connection: ChannelConnection,
  ): Promise<void> {
    try {
      await handler(connection);
    } catch (error) {
      // Loops that serve a connection end with what ended it: that is no fault of the handler.
      if (connection.state === "closed" && isGraphoidError(error)) return;
      this.#report(error);
      await connection.close({ reason: "the handler of the connection failed" });
    }
  }

  #report(error: unknown): void {
    if (this.#errorHandlers.size === 0) process.emitWarning(error instanceof Error ? error : String(error));
    for (const handler of [...this.#errorHandlers]) handler(error);
  }

  async #close(): Promise<void> {
    const stopped = this.#transport.close();
    const closing = new ClosedError("net.listen: closing");
    for (const connection of [...this.#handshaking]) connection.fail(closing);
    for (const connection of [...this.#connections]) void connection.close({ reason: "the listener closes" });
    await Promise.all([...this.#present].map((connection) => connection.closed));
    await stopped;
  }
}

function handshakeError(error: Error, timeoutMs: number): GraphoidError {
  const doing = "net.listen: a TLS handshake failed";
  if (errorCode(error) !== "ERR_TLS_HANDSHAKE_TIMEOUT") return systemError(doing, error);
  return new HandshakeTimeoutError(`${doing}: not done within ${timeoutMs} ms`, {
    cause: error,
    details: { timeoutMs },
  });
}

function register<T>(call: string, handlers: Set<T>, fn: T): Registration {
  checkFunction(call, "fn", fn);
  handlers.add(fn);
  return registration(() => handlers.delete(fn));
}
