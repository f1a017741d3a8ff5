import { checkOneOf, checkOptions, hash, mix32 } from "@graphoid/core";
import type { StrategyDefinition } from "./definition.ts";
import { jumpHash } from "./jump-hash.ts";
import { numberedPartitions } from "./partition-id.ts";

/** The options of the `hash` strategy. */
export interface HashOptions {
  /** How many partitions there are, numbered from 0: an integer from 1 to {@link MAX_PARTITIONS}. */
  readonly partitions: number;
  /**
   * `"jump"` (default): jump consistent hash. Going from n to n + 1 partitions moves only the nodes that the new
   * partition receives, one in n + 1. Partitions can be added and removed at the upper end only.
   * `"modulo"`: the hash of the id modulo the number of partitions. Going from n to n + 1 moves nearly every node.
   */
  readonly method?: "jump" | "modulo";
}

/** Places nodes by the published hash of their ids, alike on every machine. */
export const hashStrategy: StrategyDefinition = {
  create(options, call) {
    checkOptions(call, options, ["partitions", "method"]);
    const partitions = numberedPartitions(call, options.partitions);
    const method = options["method"] ?? "jump";
    checkOneOf(call, "method", method, ["jump", "modulo"]);
    const count = partitions.length;
    const partitionFor = method === "jump" ? (id: string) => jumpFor(id, count) : (id: string) => hash(id) % count;
    return { partitions, partitionFor };
  },
};

/**
 * The 64-bit key that jump hashing wants has the 32-bit hash as its low half, and as its high half the same hash mixed
 * once more after an exclusive or with 2³² divided by the golden ratio. Equal hashes are thus equal keys: such ids
 * share their partition, which at 32 bits unbalances nothing.
 */
function jumpFor(nodeId: string, count: number): number {
  const h = hash(nodeId);
  return jumpHash(mix32(h ^ 0x9e3779b9), h, count);
}
