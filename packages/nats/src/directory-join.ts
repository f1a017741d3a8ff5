import {
  type Clock,
  checkFunction,
  checkInteger,
  checkOneOf,
  checkOptions,
  type RouterHost,
  systemClock,
} from "@graphoid/core";
import { ACCESS_OPTIONS, checkAccess, DEFAULT_NAMESPACE, type NatsAccess, reach } from "./connection.ts";
import type { NatsDirectory } from "./directory.ts";
import { type Bucket, bucketsOf, openBucket } from "./directory-bucket.ts";
import { LiveDirectory } from "./directory-live.ts";
import { checkName } from "./directory-record.ts";
import { checkJetStream } from "./server-version.ts";

/** Options of {@link joinDirectory}. */
export interface DirectoryOptions extends NatsAccess {
  /** The host that joins, and that is told of the others: `distribution.host` is one. */
  readonly host: Pick<RouterHost, "identity" | "incarnation" | "reportPeer">;
  /** How others reach this host, such as `"10.0.1.100:9000"`. The directory only passes it on. Default: nothing. */
  readonly address?: string;
  /**
   * A host that is silent for so many milliseconds is gone, and others may take over what it owns. It renews its record
   * four times in that time. All hosts of a namespace need the same. Servers of a cluster take up to 9 seconds to go on
   * without one of them, and who could not renew for that long has to claim again. Default: 10,000.
   */
  readonly ttlMs?: number;
  /** How many servers keep the records, 1 to 5: the first host of a namespace decides. Default: 1. */
  readonly replicas?: number;
  /** Where they keep them: the first host decides. With `"memory"` fences begin anew when all servers do. Default: `"file"`. */
  readonly storage?: "file" | "memory";
  /** Where time comes from. Default: the machine's clock. */
  readonly clock?: Clock;
}

const CALL = "joinDirectory";
const OPTIONS = [...ACCESS_OPTIONS, "host", "address", "ttlMs", "replicas", "storage", "clock"];

/**
 * Joins the directory of a namespace, kept in two key-value buckets of JetStream: `<namespace>_peers` has a record of each
 * host, which the servers delete unless it is renewed, and `<namespace>_owners` one of each partition that is owned. Other
 * hosts are reported to `host`, and so appear in its universe. Resolves when all that are there are known.
 *
 * A host that has just crashed may join again under its name: that waits until the record of its earlier run is gone.
 *
 * @throws InvalidArgumentError for options that are not as described, or a `ttlMs` that is not that of the namespace.
 * @throws IdentityTakenError when a host that is there goes by the same identity.
 * @throws UnsupportedServerError when the server is too old, or runs without JetStream.
 * @throws UnavailableError when no server answers.
 * @example
 * ```ts no-run
 * import { createDistribution } from "@graphoid/distribution";
 * import { joinDirectory } from "@graphoid/nats";
 *
 * await using d = await createDistribution({ identity: "node_a", listen: { host: "127.0.0.1", port: 9000 } });
 * await using directory = await joinDirectory({ host: d.host, address: "127.0.0.1:9000", servers: "127.0.0.1:4222" });
 * const { fence, signal } = await directory.claim(3);
 * ```
 */
export async function joinDirectory(options: DirectoryOptions): Promise<NatsDirectory> {
  checkOptions(CALL, options, OPTIONS);
  checkAccess(CALL, options);
  const { host, address, ttlMs = 10_000, replicas = 1, storage = "file", clock = systemClock } = options;
  checkName(CALL, "host.identity", host?.identity);
  checkName(CALL, "host.incarnation", host.incarnation);
  checkFunction(CALL, "host.reportPeer", host.reportPeer);
  if (address !== undefined) checkName(CALL, "address", address);
  checkInteger(CALL, "ttlMs", ttlMs, 500, 2 ** 31 - 1);
  checkInteger(CALL, "replicas", replicas, 1, 5);
  checkOneOf(CALL, "storage", storage, ["file", "memory"]);
  checkFunction(CALL, "clock.now", clock?.now);

  const { namespace = DEFAULT_NAMESPACE } = options;
  const reached = await reach(CALL, options);
  const { connection } = reached;
  // Two buckets, as the servers delete what is old by bucket (by key only from 2.11 on): in one, every host would have to
  // renew each record of a partition. So only its own is, and that of a partition holds while the owner's is there.
  const shape = { replicas, storage };
  const buckets = bucketsOf(namespace);
  const openPeers = (): Promise<Bucket> => openBucket(CALL, connection, { ...shape, name: buckets.peers, ttlMs });
  const openOwners = (): Promise<Bucket> => openBucket(CALL, connection, { ...shape, name: buckets.owners });
  try {
    await checkJetStream(CALL, connection);
    const directory = new LiveDirectory({
      self: { identity: host.identity, incarnation: host.incarnation, ...(address === undefined ? {} : { address }) },
      report: (report) => host.reportPeer(report),
      reached,
      ttlMs,
      clock,
      peers: await openPeers(),
      owners: await openOwners(),
      reopen: async () => {
        await openPeers();
        await openOwners();
      },
    });
    await directory.join(CALL);
    return directory;
  } catch (error) {
    if (reached.isOwn) await connection.close();
    throw error;
  }
}
