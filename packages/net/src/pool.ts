import { checkOptions, InvalidArgumentError, invalidArgument } from "@graphoid/core";
import { type ConnectOptions, toDialler } from "./connect.ts";
import { ConnectionPool, type Pool } from "./connection-pool.ts";
import { toEndpoint } from "./endpoint.ts";
import { integer } from "./options.ts";
import { maxDelayMs } from "./wait.ts";

/** Options of {@link pool}: where to, as `host` and `port` or as `path`, and how. */
export interface PoolOptions {
  readonly host?: string;
  readonly port?: number;
  readonly path?: string;
  /** Connections to keep open though nobody needs them. Default: 0. */
  readonly minConnections?: number;
  /** The most connections to have at once. Default: 10. */
  readonly maxConnections?: number;
  /** How many may wait for a connection; `acquire` refuses further ones. Default: 1000. */
  readonly maxWaiters?: number;
  /** Milliseconds that `acquire` waits unless its own options say otherwise. Default: 10,000. */
  readonly acquireTimeoutMs?: number;
  /** Milliseconds after which an unused connection above the minimum is closed. Default: 30,000. */
  readonly idleTimeoutMs?: number;
  /** How to connect: the options of `connect`. `signal` has no place here. */
  readonly connection?: Omit<ConnectOptions, "signal" | "onReached">;
}

const optionNames: readonly string[] = [
  "host",
  "port",
  "path",
  "minConnections",
  "maxConnections",
  "maxWaiters",
  "acquireTimeoutMs",
  "idleTimeoutMs",
  "connection",
];

/**
 * Makes a pool of connections. It returns at once; the minimum is connected in the background, again and again with
 * growing pauses if need be.
 *
 * @example
 * ```ts
 * import { pool } from "@graphoid/net";
 *
 * await using db = pool({ host: "127.0.0.1", port: 9000, minConnections: 5, maxConnections: 20 });
 * await using conn = await db.acquire();
 * await conn.send(new Uint8Array([1]));
 * const reply = await conn.receive();
 * ```
 */
export function pool(options: PoolOptions): Pool {
  const call = "net.pool";
  checkOptions(call, options, optionNames);
  const { host, port, path, connection = {} } = options;
  if (path !== undefined && (host !== undefined || port !== undefined)) {
    throw new InvalidArgumentError(`${call}: expected either \`host\` and \`port\`, or \`path\`, got both`);
  }
  const endpoint =
    path === undefined ? toEndpoint(call, host ?? "", port, 1) : toEndpoint(call, { path }, undefined, 1);
  if ((connection as ConnectOptions).signal !== undefined) {
    throw invalidArgument(call, "connection.signal", "absent", (connection as ConnectOptions).signal);
  }
  const maxConnections = integer(call, "maxConnections", options.maxConnections, 10, 1);
  return new ConnectionPool(toDialler(call, endpoint, connection), {
    maxConnections,
    minConnections: integer(call, "minConnections", options.minConnections, 0, 0, maxConnections),
    maxWaiters: integer(call, "maxWaiters", options.maxWaiters, 1000, 0),
    acquireTimeoutMs: integer(call, "acquireTimeoutMs", options.acquireTimeoutMs, 10_000, 0, maxDelayMs),
    idleTimeoutMs: integer(call, "idleTimeoutMs", options.idleTimeoutMs, 30_000, 1, maxDelayMs),
  });
}
