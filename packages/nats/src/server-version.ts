import { JetStreamApiError, JetStreamError, jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { UnavailableError, UnsupportedServerError } from "./errors.ts";

/** The first version of the server that has each. Older ones take the request and silently do something else. */
const NEEDS = {
  jetstream: "2.9.4",
  "several filters of a consumer": "2.10.0",
  "per-key TTL": "2.11.0",
} as const;

/** What only some servers can do. */
export type ServerFeature = keyof typeof NEEDS;

/**
 * Throws unless the server behind `connection` is new enough for `feature`. Of a cluster it is the server that this
 * connection is to: keep all at one version.
 *
 * @throws UnsupportedServerError with `details.required` and `details.version`.
 * @throws UnavailableError when the connection is closed.
 */
export function checkServer(call: string, connection: Pick<NatsConnection, "info">, feature: ServerFeature): void {
  const version = connection.info?.version;
  if (version === undefined) throw new UnavailableError(`${call}: the connection to NATS is closed`);
  const required = NEEDS[feature];
  if (isAtLeast(version, required)) return;
  throw new UnsupportedServerError(
    `${call}: ${feature} needs nats-server ${required} or later, and this one is ${version}: update it`,
    { details: { feature, required, version } },
  );
}

/**
 * Throws unless JetStream can be used through `connection`: the server is new enough, and JetStream is switched on for
 * it and for the account.
 *
 * @throws UnsupportedServerError saying how to switch it on.
 * @throws UnavailableError when no server answers.
 */
export async function checkJetStream(call: string, connection: NatsConnection): Promise<void> {
  checkServer(call, connection, "jetstream");
  try {
    await jetstreamManager(connection);
  } catch (cause) {
    if (!(cause instanceof Error && cause.name === "JetStreamNotEnabled")) throw unavailable(call, cause);
    const how = "start it with `nats-server -js` or `jetstream {}` in its configuration, and allow it to the account";
    throw new UnsupportedServerError(`${call}: this server of NATS runs without JetStream: ${how}`, {
      cause,
      details: { feature: "jetstream", required: "JetStream", version: connection.info?.version },
    });
  }
}

/** What a call throws when the servers did not do what it asked of them. */
export function unavailable(call: string, cause: unknown): UnavailableError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const who = cause instanceof JetStreamApiError || cause instanceof JetStreamError ? "JetStream" : "NATS";
  return new UnavailableError(`${call}: ${who} did not answer as needed: ${why}`, { cause });
}

/** Compares by the numbers; what follows them, such as `-beta.1`, does not count. */
function isAtLeast(version: string, required: string): boolean {
  const [have, want] = [version, required].map((text) => text.split(/[.-]/, 3).map(Number));
  for (const [i, number] of (want as number[]).entries()) {
    const difference = (have?.[i] ?? 0) - number;
    if (difference !== 0) return difference > 0;
  }
  return true;
}
