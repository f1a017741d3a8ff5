import { checkInteger, checkNumber, checkOneOf, checkOptions, invalidArgument } from "@graphoid/core";
import { numberedPartitions } from "./partition-id.ts";
import { limitsFor } from "./plan-options.ts";
import { placeBuffer, type StreamedNode } from "./stream-buffer.ts";
import { StreamPlacer, type StreamRule } from "./stream-placer.ts";

/** The options of {@link partitionStream}. */
export interface StreamOptions {
  readonly rule?: StreamRule;
  /** How many partitions there are: an integer from 1 to {@link MAX_PARTITIONS}. */
  readonly partitions: number;
  /** How many nodes come; they are numbered from 0. */
  readonly nodes: number;
  /** About how many edges come, for `fennel`. Default: ten for each node. */
  readonly edges?: number;
  /** No partition takes more than ⌊(1 + epsilon) ⌈nodes / partitions⌉⌋ nodes. Default 0.03. */
  readonly epsilon?: number;
  /**
   * How often to go through the stream, each time moving nodes to where their neighbours went the last time (Nishimura
   * and Ugander, "Restreaming Graph Partitioning", 2013). Default 1.
   */
  readonly passes?: number;
  /** How many nodes to hold and place together, with their neighbours; only the first pass does. Default: none. */
  readonly buffer?: number;
  /** For buffers. Default 0. */
  readonly seed?: number;
}

/**
 * Partitions a stream of nodes without ever holding the graph: each node comes with the numbers of its neighbours, is
 * placed at once, and forgotten but for its partition, which takes 2 bytes (4 from 65,535 partitions on).
 *
 * With several passes `stream` is iterated several times, so it must be an array or another object that can be.
 *
 * @returns For each node its partition plus one; 0 for nodes that did not come.
 * @throws InvalidArgumentError on bad options, a node that is out of range, or one that comes twice.
 * @example
 * ```ts
 * import { partitionStream } from "@graphoid/partition";
 *
 * function* ring(size: number) {
 *   for (let node = 0; node < size; node++) yield { node, neighbors: [(node + size - 1) % size, (node + 1) % size] };
 * }
 * const placed = partitionStream(ring(100), { partitions: 4, nodes: 100, edges: 100, rule: "ldg" });
 * console.log(Math.max(...placed)); // 4
 * ```
 */
export function partitionStream(stream: Iterable<StreamedNode>, options: StreamOptions): Uint16Array | Int32Array {
  const call = "partition.partitionStream";
  checkOptions(call, options, ["rule", "partitions", "nodes", "edges", "epsilon", "passes", "buffer", "seed"]);
  const { rule = "fennel", nodes, epsilon = 0.03, passes = 1, buffer = 0, seed = 0 } = options;
  checkOneOf(call, "rule", rule, ["ldg", "fennel"]);
  const partitions = numberedPartitions(call, options.partitions);
  checkInteger(call, "nodes", nodes, 0, 2 ** 29);
  const { edges = nodes * 10 } = options;
  checkNumber(call, "edges", edges, 0);
  checkNumber(call, "epsilon", epsilon, 0, 2);
  checkInteger(call, "passes", passes, 1, 1000);
  checkInteger(call, "buffer", buffer, 0, 2 ** 24);
  checkInteger(call, "seed", seed, 0, 2 ** 32 - 1);
  const { limits } = limitsFor(nodes, { partitions, epsilon, partWeights: undefined });
  const placer = new StreamPlacer(rule, limits, nodes, nodes, edges);

  let came = 0;
  let held: StreamedNode[] = [];
  const flush = (): void => {
    if (held.length > 0) placeBuffer(placer, held, limits, came / nodes, seed);
    held = [];
  };
  const known = new Uint8Array(nodes);
  for (let pass = 0; pass < passes; pass++) {
    for (const item of stream) {
      const { node, neighbors } = checkNode(call, item, nodes);
      if (known[node] !== pass % 2)
        throw invalidArgument(call, "stream", `a stream in which node ${node} comes once`, item);
      known[node] = 1 - (pass % 2);
      if (pass > 0 || buffer === 0) {
        placer.place(node, 1, neighbors, 0, neighbors.length);
      } else {
        came++;
        held.push(item);
        if (held.length === buffer) flush();
      }
    }
    flush();
  }
  return placer.placed;
}

function checkNode(call: string, item: StreamedNode, nodes: number): StreamedNode {
  const { node, neighbors } = item;
  if (!Number.isInteger(node) || node < 0 || node >= nodes) {
    throw invalidArgument(call, "stream", `a stream of nodes from 0 to ${nodes - 1}`, node);
  }
  for (let i = 0; i < neighbors.length; i++) {
    const neighbor = neighbors[i]!;
    if (!(neighbor >= 0 && neighbor < nodes) || neighbor % 1 !== 0) {
      throw invalidArgument(call, "stream", `a stream of neighbours from 0 to ${nodes - 1}`, neighbor);
    }
  }
  return item;
}
