import {
  checkInteger,
  checkNumber,
  checkOptions,
  checkString,
  type Graph,
  type GraphColumns,
  InvalidArgumentError,
} from "@graphoid/core";
import type { StrategyDefinition } from "./definition.ts";
import { type EdgeRule, type PlacedEdges, placeByDegree, placeByReplicas } from "./edge-placing.ts";
import { Random } from "./multilevel/random.ts";
import { needsPlan } from "./needs-plan.ts";
import { numberedPartitions } from "./partition-id.ts";
import { checkUnknown, copyOf, createPlan, type Plan, type UnknownPolicy } from "./plan.ts";
import { stepper } from "./plan-options.ts";
import type { PlannedStrategy, PlanOptions } from "./strategy.ts";

/** The options of the strategies `hdrf` and `dbh`. */
export interface VertexCutOptions {
  /**
   * How many partitions there are, numbered from 0: an integer from 1 to {@link MAX_PARTITIONS}. A plan takes a bit for
   * each node and partition, of which there may be 2³⁴: 65,536 partitions are refused for more than 262,144 nodes.
   */
  readonly partitions: number;
  /** `hdrf` only: no partition holds more than ⌊(1 + epsilon) ⌈edges / partitions⌉⌋ edges. Default 0.03; from 0 to 2. */
  readonly epsilon?: number;
  /** `hdrf` only: how much balance counts against copies. Default 0.5. */
  readonly lambda?: number;
  /** `hdrf` only: the same seed gives the same plan, on every machine. Default 0. */
  readonly seed?: number;
  /** Where the plan puts ids that the graph did not hold. Default `"error"`. */
  readonly unknown?: UnknownPolicy;
}

/** What a {@link VertexCut} has beyond any plan. */
export interface EdgePlacement {
  /** For each edge, in the order of `graph.edges()`, its partition. Not to be changed. */
  readonly edgePartitions: Int32Array;
  /** How many edges each partition holds. */
  readonly edgeCounts: readonly number[];
  /** Mean number of partitions that a node with edges is in: 1 is best. 1 for a graph without edges. */
  readonly replicationFactor: number;
  /** Edges in the largest partition ÷ the mean: 1 is perfect. 1 for a graph without edges. */
  readonly edgeBalance: number;
  /**
   * The partitions that hold an edge of the node, in ascending order; its own for a node without edges.
   *
   * @throws StrategyError for a node that the plan does not hold, when `unknown` is `"error"`.
   */
  replicas(nodeId: string): number[];
}

/**
 * A plan that gives edges, not nodes, to partitions: every edge is in one, and a node is in all that hold an edge of it.
 * As a strategy it places a node in one of these, the one that holds most of its edges; one without edges in partition 0.
 */
export type VertexCut = Plan & EdgePlacement;

/** A strategy whose plans are {@link VertexCut | vertex cuts}. */
export interface VertexCutStrategy extends PlannedStrategy {
  plan(graph: Graph, options?: PlanOptions): VertexCut;
}

/** Which partitions a node is in is a bit for each; the sets of all nodes take this many bytes at most. */
const MAX_REPLICA_BYTES = 2 ** 31;

function checkReplicaRoom(call: string, nodes: number, partitions: number): void {
  const most = 32 * Math.floor(MAX_REPLICA_BYTES / 4 / nodes);
  if (partitions <= most) return;
  throw new InvalidArgumentError(
    `${call}: expected \`partitions\` to be at most ${most} for a graph of ${nodes} nodes, got ${partitions}; ` +
      "vertex cuts keep a bit for each node and partition",
    { details: { call, argument: "partitions" } },
  );
}

function vertexCutStrategy(rule: EdgeRule): StrategyDefinition {
  const known = rule === "hdrf" ? ["partitions", "unknown", "epsilon", "lambda", "seed"] : ["partitions", "unknown"];
  return {
    create(options, call) {
      checkOptions(call, options, known);
      const partitions = numberedPartitions(call, options.partitions);
      const { epsilon = 0.03, lambda = 0.5, seed = 0 } = options as Partial<VertexCutOptions>;
      checkNumber(call, "epsilon", epsilon, 0, 2);
      checkNumber(call, "lambda", lambda, 0, 1e6);
      checkInteger(call, "seed", seed, 0, 2 ** 32 - 1);
      const count = partitions.length;
      const unknown = checkUnknown(call, options["unknown"], count);
      return {
        partitions,
        partitionFor: needsPlan,
        plan(graph, runOptions): VertexCut {
          const onStep = stepper("strategy.plan", runOptions);
          checkReplicaRoom("strategy.plan", graph.nodeCount, count);
          const limit = Math.floor((1 + epsilon) * Math.ceil(graph.edgeCount / count));
          const placed =
            rule === "hdrf"
              ? placeByReplicas(graph.columns, count, limit, lambda, new Random(seed))
              : placeByDegree(graph.columns, count);
          onStep(1, 1);
          return vertexCut(rule, graph.columns, unknown, placed);
        },
      };
    },
  };
}

function vertexCut(
  name: string,
  columns: GraphColumns,
  unknown: UnknownPolicy,
  { edgeParts, replicas, loads }: PlacedEdges,
): VertexCut {
  let copies = 0;
  let connected = 0;
  for (let node = 0; node < columns.nodeCount; node++) {
    const count = replicas.count(node);
    copies += count;
    if (count > 0) connected++;
  }
  const ids = copyOf(columns.ids);
  const { edgeCount } = columns;
  const plan: VertexCut = createPlan(name, loads.length, unknown, ids, masters(columns, edgeParts, loads.length), {
    edgePartitions: edgeParts,
    edgeCounts: Object.freeze(Array.from(loads)),
    replicationFactor: connected === 0 ? 1 : copies / connected,
    edgeBalance: edgeCount === 0 ? 1 : loads.reduce((a, b) => Math.max(a, b), 0) / (edgeCount / loads.length),
    replicas(nodeId: string): number[] {
      checkString("plan.replicas", "nodeId", nodeId);
      const row = ids.indexOf(nodeId);
      const parts = row < 0 ? [] : replicas.of(row);
      return parts.length > 0 ? parts : [plan.partitionFor(nodeId)];
    },
  });
  return plan;
}

/** For each node the first partition that has most of its edges. */
function masters(columns: GraphColumns, edgeParts: Int32Array, partitions: number): Int32Array {
  const { nodeCount } = columns;
  const best = new Int32Array(nodeCount);
  const counts = new Int32Array(partitions);
  const sides = columns.directed ? [columns.out, columns.in] : [columns.out];
  for (let node = 0; node < nodeCount; node++) {
    let master = 0;
    for (const { offsets, edges } of sides) {
      for (let i = offsets[node]!; i < offsets[node + 1]!; i++) {
        const part = edgeParts[edges[i]!]!;
        const count = ++counts[part]!;
        if (count > counts[master]! || (count === counts[master] && part < master)) master = part;
      }
    }
    best[node] = master;
    for (const { offsets, edges } of sides) {
      for (let i = offsets[node]!; i < offsets[node + 1]!; i++) counts[edgeParts[edges[i]!]!] = 0;
    }
  }
  return best;
}

/** High-degree replicated first. */
export const hdrfStrategy: StrategyDefinition = /* @__PURE__ */ vertexCutStrategy("hdrf");

/** Degree-based hashing. */
export const dbhStrategy: StrategyDefinition = /* @__PURE__ */ vertexCutStrategy("dbh");
