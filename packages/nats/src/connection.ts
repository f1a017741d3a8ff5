import { type Clock, checkOptions, checkString, GraphoidError, invalidArgument } from "@graphoid/core";
import { connect, type NatsConnection, type NodeConnectionOptions } from "@nats-io/transport-node";
import { UnavailableError } from "./errors.ts";

/** How to reach the servers of NATS. */
export interface NatsAccess {
  /** One server or several of a cluster, each `host:port` or an URL; the others are learned. Default: 127.0.0.1:4222. */
  readonly servers?: string | readonly string[];
  /**
   * Everything else that `connect` of `@nats-io/transport-node` takes: TLS, credentials, timeouts. Reconnecting goes on for
   * ever unless `maxReconnectAttempts` says otherwise.
   */
  readonly nats?: Omit<NodeConnectionOptions, "servers">;
  /** A connection that is open, to be shared: it is left open. Default: one is made of `servers` and `nats`. */
  readonly connection?: NatsConnection;
  /** What keeps programs apart that share servers: the first part of every subject. Default: `"graphoid"`. */
  readonly namespace?: string;
}

/** A connection, and whether it is to be closed by whom it was reached for. */
export interface Reached {
  readonly connection: NatsConnection;
  readonly isOwn: boolean;
}

export const ACCESS_OPTIONS: readonly string[] = ["servers", "nats", "connection", "namespace"];
export const DEFAULT_NAMESPACE = "graphoid";
const NAMESPACE = /^[\w-]+$/;

/** Throws `InvalidArgumentError` unless `access` is as described. */
export function checkAccess(call: string, { servers, nats, connection, namespace }: NatsAccess): void {
  if (nats !== undefined) checkOptions(`${call}: nats`, nats, Object.keys(nats));
  if (connection !== undefined && (servers !== undefined || nats !== undefined)) {
    throw invalidArgument(call, "connection", "absent where `servers` or `nats` are given", connection);
  }
  for (const server of typeof servers === "string" ? [servers] : (servers ?? [])) {
    checkString(call, "servers", server);
  }
  if (namespace !== undefined && !(typeof namespace === "string" && NAMESPACE.test(namespace))) {
    throw invalidArgument(call, "namespace", "letters, digits, `_` and `-`", namespace);
  }
}

/**
 * The connection that `access` tells of.
 *
 * @throws UnavailableError when no server can be reached, or none lets this program in.
 */
export async function reach(call: string, { servers, nats, connection }: NatsAccess): Promise<Reached> {
  if (connection !== undefined) return { connection, isOwn: false };
  const list = typeof servers === "string" ? [servers] : servers;
  try {
    const own = await connect({
      maxReconnectAttempts: -1,
      reconnectTimeWait: 100,
      ...nats,
      ...(list === undefined ? {} : { servers: [...list] }),
    });
    return { connection: own, isOwn: true };
  } catch (cause) {
    if (cause instanceof GraphoidError) throw cause;
    const where = list?.join(", ") ?? "127.0.0.1:4222";
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UnavailableError(`${call}: no connection to NATS at ${where}: ${why}`, { cause });
  }
}

/** Waits until `work` is done, whatever comes of it, but no longer than that. */
export function within(ms: number, clock: Clock, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.after(ms, resolve);
    const end = (): void => {
      timer.cancel();
      resolve();
    };
    work.then(end, end);
  });
}
