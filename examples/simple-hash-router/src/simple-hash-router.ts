import { type Connection, type Distribution, type Envelope, hash, type Router } from "@graphoid/distribution";

/** Where the partitions listen: what `routing.init` is given. */
export interface SimpleHashConfig {
  readonly partitions: readonly { readonly id: number; readonly host: string; readonly port: number }[];
}

/**
 * The router of the specification's "Building a Simple Router": a message goes to the partition that the hash of its
 * target's id says. Answers go to a reference that says where it is, and need no hash.
 */
export function simpleHashRouter({ net, routing, serialize }: Distribution): Router<SimpleHashConfig> {
  const partitions: Connection[] = []; // partition id -> connection

  return {
    async init(config) {
      for (const p of config.partitions) {
        partitions[p.id] = await net.connect(p.host, p.port);
      }
    },

    async route(ref, message) {
      const partitionId = partitionOf(ref.location()) ?? hash(ref.id) % partitions.length;
      const conn = partitions[partitionId] as Connection;
      const bytes = serialize.toBytes({
        target: ref.id,
        payload: { ...message },
      });
      await conn.send(bytes);
    },

    receive(bytes, source) {
      const msg = serialize.fromBytes(bytes) as unknown as { readonly target: string; readonly payload: Envelope };
      // Deliver to the local handler.
      routing.deliver(msg.payload, source);
    },

    async close() {
      await Promise.all(partitions.map((conn) => conn.close()));
    },
  };
}

/** The number in the identity of a host, `node_2`: what a reference that a host made of itself has as its location. */
function partitionOf(location: unknown): number | undefined {
  const found = typeof location === "string" ? /^node_(\d+)$/.exec(location) : null;
  return found ? Number(found[1]) : undefined;
}
