import { checkNumber, checkOptions, hash, invalidArgument, mix32 } from "@graphoid/core";
import type { StrategyDefinition } from "./definition.ts";
import { numberedPartitions } from "./partition-id.ts";

/** The options of the `rendezvous` strategy. */
export interface RendezvousOptions {
  /** How many partitions there are, numbered from 0: an integer from 1 to {@link MAX_PARTITIONS}. */
  readonly partitions: number;
  /**
   * The share of the nodes that each partition receives, relative to the others: one number >= 0 for each partition,
   * at least one of them above 0. Default: equal shares.
   */
  readonly weights?: readonly number[];
}

/**
 * Places a node in the partition with the highest score, where a score is a hash of node and partition (Thaler and
 * Ravishankar, "Using Name-Based Mappings to Increase Hit Rates", 1998; weighted as in Schindelhauer and Schomaker,
 * "Weighted Distributed Hash Tables", 2005: the lowest −ln(u) / weight wins, u being the score scaled to 0 … 1).
 * Changing one weight moves nodes only to or from that partition. Time is linear in the number of partitions.
 */
export const rendezvousStrategy: StrategyDefinition = {
  create(options, call) {
    checkOptions(call, options, ["partitions", "weights"]);
    const partitions = numberedPartitions(call, options.partitions);
    const weights = checkWeights(call, options["weights"], partitions.length);
    const seeds = Int32Array.from(partitions, (id) => hash(String(id)));
    return { partitions, partitionFor: weights ? (id) => lightest(id, seeds, weights) : (id) => highest(id, seeds) };
  },
};

function checkWeights(call: string, weights: unknown, count: number): Float64Array | undefined {
  if (weights === undefined) return undefined;
  if (!Array.isArray(weights) || weights.length !== count) {
    throw invalidArgument(call, "weights", `an array of ${count} numbers, one for each partition`, weights);
  }
  for (let i = 0; i < count; i++) checkNumber(call, `weights[${i}]`, weights[i], 0);
  if (weights.every((weight) => weight === 0)) throw invalidArgument(call, "weights", "not all 0", weights);
  return Float64Array.from(weights);
}

/** The score of a node in a partition: an odd integer from 1 to 2³² − 1. Odd, because 0 has no logarithm. */
function scoreOf(nodeHash: number, seed: number): number {
  return (mix32(nodeHash ^ seed) | 1) >>> 0;
}

function highest(nodeId: string, seeds: Int32Array): number {
  const h = hash(nodeId);
  let best = 0;
  let bestScore = 0;
  for (let i = 0; i < seeds.length; i++) {
    const score = scoreOf(h, seeds[i] as number);
    if (score > bestScore) {
      best = i;
      bestScore = score;
    }
  }
  return best;
}

function lightest(nodeId: string, seeds: Int32Array, weights: Float64Array): number {
  const h = hash(nodeId);
  let best = -1;
  let bestCost = 0;
  for (let i = 0; i < seeds.length; i++) {
    const weight = weights[i] as number;
    if (weight === 0) continue;
    const cost = negativeLog(scoreOf(h, seeds[i] as number)) / weight;
    if (best < 0 || cost < bestCost) {
      best = i;
      bestCost = cost;
    }
  }
  return best;
}

/**
 * −ln(score / 2³²) by basic arithmetic alone, which IEEE 754 makes exact to the bit everywhere: engines differ in the
 * last bit of `Math.log`, and machines that disagree about a node lose it.
 *
 * The argument is m · 2^−e with m from √½ to √2, and ln(m) = 2 artanh(t) with t = (m − 1) / (m + 1), |t| < 0.172;
 * twelve terms of its series leave an error below 10⁻¹⁸.
 */
function negativeLog(score: number): number {
  const zeros = Math.clz32(score);
  let exponent = zeros + 1;
  let mantissa = score / (0x80000000 >>> zeros);
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent--;
  }
  const t = (mantissa - 1) / (mantissa + 1);
  let sum = 0;
  for (let k = 23; k > 0; k -= 2) sum = sum * t * t + 1 / k;
  return exponent * Math.LN2 - 2 * t * sum;
}
