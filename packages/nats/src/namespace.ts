import { checkOptions } from "@graphoid/core";
import { jetstreamManager } from "@nats-io/jetstream";
import { ACCESS_OPTIONS, checkAccess, DEFAULT_NAMESPACE, type NatsAccess, reach } from "./connection.ts";
import { bucketsOf, streamOf } from "./directory-bucket.ts";
import { isNotFound } from "./kept-stream.ts";
import { checkJetStream, unavailable } from "./server-version.ts";

const CALL = "removeNamespace";

/**
 * Removes what the servers keep for a namespace: the stream of `"at-least-once"` with all that waits in it, and the buckets of
 * the directory. For a namespace that was made for one run, when no host of it is there any more.
 *
 * @throws InvalidArgumentError for options that are not as described.
 * @throws UnavailableError when no server can be reached, or the servers do not do it.
 * @throws UnsupportedServerError without JetStream, where there is nothing to remove.
 * @example
 * ```ts no-run
 * import { removeNamespace } from "@graphoid/nats";
 *
 * await removeNamespace({ servers: "127.0.0.1:4222", namespace: "run_17" });
 * ```
 */
export async function removeNamespace(access: NatsAccess): Promise<void> {
  checkOptions(CALL, access, ACCESS_OPTIONS);
  checkAccess(CALL, access);
  const { namespace = DEFAULT_NAMESPACE } = access;
  const { connection, isOwn } = await reach(CALL, access);
  try {
    await checkJetStream(CALL, connection);
    const manager = await jetstreamManager(connection, { checkAPI: false });
    for (const name of [namespace, ...Object.values(bucketsOf(namespace)).map(streamOf)]) {
      try {
        await manager.streams.delete(name);
      } catch (error) {
        if (!isNotFound(error)) throw unavailable(CALL, error);
      }
    }
  } finally {
    if (isOwn) await connection.close();
  }
}
