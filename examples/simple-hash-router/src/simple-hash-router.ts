import { type Connection, type Distribution, type Envelope, hash, type Ref, type Router } from "@graphoid/distribution";

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
      const conn = partitions[partitionFor(ref, partitions.length)] as Connection;
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

/** The number in the location of a reference that a host, `node_2`, made of itself; of any other, what the hash says. */
export function partitionFor(ref: Ref, count: number): number {
  const found = /^node_(\d+)$/.exec(String(ref.location()));
  return found ? Number(found[1]) : hash(ref.id) % count;
}
