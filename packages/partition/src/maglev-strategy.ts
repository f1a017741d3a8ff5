import { checkOptions, hash, mix32 } from "@graphoid/core";
import type { StrategyDefinition } from "./definition.ts";
import { numberedPartitions } from "./partition-id.ts";

/** The options of the `maglev` strategy. */
export interface MaglevOptions {
  /** How many partitions there are, numbered from 0: an integer from 1 to {@link MAX_PARTITIONS}. */
  readonly partitions: number;
}

/** Slots for each partition, at least: their shares then differ by no more than about 1 %. */
const SLOTS_EACH = 100;
const MIN_SLOTS = 65_537;

/**
 * Places a node by one look into a table that partitions fill in turn, each in an order of its own (Eisenbud et al.,
 * "Maglev: A Fast and Reliable Software Network Load Balancer", 2016). Lookups take the same time for any number of
 * partitions and shares are more even than those of other hashes; one more partition moves a few per cent more nodes than
 * it must, also between the others.
 */
export const maglevStrategy: StrategyDefinition = {
  create(options, call) {
    checkOptions(call, options, ["partitions"]);
    const partitions = numberedPartitions(call, options.partitions);
    const table = fill(partitions.length);
    const slots = table.length;
    // Both unsigned for certain: else the engine divides as with fractions, which takes as long as hashing.
    return { partitions, partitionFor: (id) => table[(hash(id) >>> 0) % (slots >>> 0)]! };
  },
};

function fill(partitions: number): Int32Array {
  const slots = primeFrom(Math.max(MIN_SLOTS, partitions * SLOTS_EACH));
  const next = new Float64Array(partitions);
  const skips = new Float64Array(partitions);
  for (let part = 0; part < partitions; part++) {
    const h = hash(String(part));
    next[part] = h % slots;
    skips[part] = ((mix32(h ^ 0x9e3779b9) >>> 0) % (slots - 1)) + 1;
  }
  const table = new Int32Array(slots);
  /** A bit for each slot that is filled: the table itself does not stay near the processor. */
  const taken = new Int32Array((slots >> 5) + 1);
  for (let filled = 0; ; ) {
    for (let part = 0; part < partitions; part++) {
      let slot = next[part]!;
      const skip = skips[part]!;
      while ((taken[slot >> 5]! >> (slot & 31)) & 1) slot = slot + skip >= slots ? slot + skip - slots : slot + skip;
      taken[slot >> 5]! |= 1 << (slot & 31);
      table[slot] = part;
      next[part] = slot;
      if (++filled === slots) return table;
    }
  }
}

/** The first prime at or above an odd or even number greater than 2. */
function primeFrom(start: number): number {
  for (let candidate = start | 1; ; candidate += 2) {
    let divisor = 3;
    while (divisor * divisor <= candidate && candidate % divisor !== 0) divisor += 2;
    if (divisor * divisor > candidate) return candidate;
  }
}
