// A host of its own that claims partitions of a directory, tells its parent which fences it got, and waits to be killed.
import { joinDirectory } from "@graphoid/nats";

const [identity, servers, namespace, ttlMs, ...partitions] = process.argv.slice(2);
const host = { identity, incarnation: String(process.pid), reportPeer: () => {} };
const directory = await joinDirectory({ host, servers, namespace, ttlMs: Number(ttlMs), storage: "memory" });
const ownerships = await Promise.all(partitions.map((partition) => directory.claim(partition)));
process.send(ownerships.map(({ fence }) => fence));
