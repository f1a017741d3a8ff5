import { checkFunction, checkOptions } from "@graphoid/core";
import type { Connection } from "./connection.ts";
import { type Dialler, dial } from "./dial.ts";
import { type Endpoint, toEndpoint } from "./endpoint.ts";
import { type ConnectionOptions, connectionOptionNames, toSettings } from "./options.ts";
import { type ClientTls, clientTlsOptions } from "./tls.ts";
import { socketTransport } from "./transport-socket.ts";
import { checkWaitValues, type WaitOptions } from "./wait.ts";

/** Options of {@link connect}. */
export interface ConnectOptions extends ConnectionOptions, WaitOptions {
  /** Encrypts the connection and checks the server's certificate. Default: plain. */
  readonly tls?: ClientTls;
  /** Gives the attempt up. It has no effect on the connection once open. */
  readonly signal?: AbortSignal;
  /** Milliseconds for the whole attempt, name lookup and greeting included. Default: 10,000. */
  readonly timeoutMs?: number;
  /** Called once the other side is reached, before both greet each other. Default: nothing. */
  readonly onReached?: () => void;
}

const optionNames: readonly string[] = [...connectionOptionNames, "tls", "signal", "timeoutMs", "onReached"];

/**
 * Connects to a listener and greets it. The promise resolves with an open connection.
 *
 * @throws ConnectionRefusedError, HostNotFoundError, UnreachableError, NetworkError: there is no connection.
 * @throws UnauthorizedError: one side does not accept the certificate of the other; `details.reason` says why.
 * @throws HandshakeTimeoutError, ProtocolError, VersionMismatchError: there is one, but not to a peer we understand.
 * @throws OverloadedError: the listener takes no more connections.
 * @throws DeadlineExceededError, CancelledError: `timeoutMs` and `signal`.
 *
 * @example
 * ```ts
 * import { connect } from "@graphoid/net";
 *
 * const conn = await connect("127.0.0.1", 9000);
 * const local = await connect({ path: "/run/app.sock" });
 * ```
 */
export function connect(host: string, port: number, options?: ConnectOptions): Promise<Connection>;
export function connect(endpoint: Endpoint, options?: ConnectOptions): Promise<Connection>;
export async function connect(
  hostOrEndpoint: string | Endpoint,
  portOrOptions?: number | ConnectOptions,
  options?: ConnectOptions,
): Promise<Connection> {
  const call = "net.connect";
  const isName = typeof hostOrEndpoint === "string";
  const endpoint = toEndpoint(call, hostOrEndpoint, portOrOptions, 1);
  const given = (isName ? options : (portOrOptions as ConnectOptions | undefined)) ?? {};
  return dial(toDialler(call, endpoint, given), given.signal);
}

/** Checks the options of {@link connect} and fills in the defaults. */
export function toDialler(call: string, endpoint: Endpoint, options: ConnectOptions): Dialler {
  checkOptions(call, options, optionNames);
  checkWaitValues(call, options);
  if (options.onReached !== undefined) checkFunction(call, "onReached", options.onReached);
  const settings = toSettings(call, options, socketTransport);
  const tls = options.tls === undefined ? undefined : clientTlsOptions(call, options.tls, endpoint);
  return {
    call,
    endpoint,
    settings,
    transportOptions: tls ? { tls } : {},
    timeoutMs: options.timeoutMs ?? 10_000,
    onReached: options.onReached,
  };
}
