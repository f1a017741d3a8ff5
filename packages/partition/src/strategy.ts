import {
  checkOptions,
  checkString,
  describe,
  type Graph,
  invalidArgument,
  isGraph,
  isGraphoidError,
  type PartitionId,
  type PartitionStrategy,
} from "@graphoid/core";
import { StrategyError } from "./errors.ts";
import { isPartitionId } from "./partition-id.ts";
import type { Plan } from "./plan.ts";

/** Where nodes go: what a {@link StrategyDefinition} makes from its options. */
export interface Placement {
  /** The ids of all partitions, each once, in the order in which `split` and `report` list them. */
  readonly partitions: readonly PartitionId[];
  /**
   * Lets `partitionFor` name partitions beyond `partitions`, as long as their ids are strings. Default: false, so that
   * a partition which is not listed is an error.
   */
  readonly openNames?: boolean;
  /** The partition of a node. Must give the same answer for the same id, always. */
  partitionFor(nodeId: string): PartitionId;
  /** For a strategy that must see the graph: works out where its nodes go. */
  readonly plan?: (graph: Graph, options: PlanOptions) => Plan;
}

/** The options of {@link PlannedStrategy.plan}. */
export interface PlanOptions {
  /**
   * Ends the work with a `CancelledError` when it is aborted. It is looked at between steps; as nothing else runs
   * meanwhile, what aborts it is `onProgress`, or it was aborted before.
   */
  readonly signal?: AbortSignal;
  /** Called after each step with the share of the work that is done, up to 1. */
  readonly onProgress?: (done: number) => void;
}

/** A strategy that is ready to place nodes. */
export interface Strategy extends PartitionStrategy {
  /** The ids of all partitions, in order. Strategies that may name further ones do not list those. */
  readonly partitions: readonly PartitionId[];
  /**
   * The partition that owns the node.
   *
   * @throws StrategyError when the strategy throws or names no partition of its own.
   */
  partitionFor(nodeId: string): PartitionId;
}

/** A strategy that must see a graph before it can place its nodes. Its own `partitionFor` is a StrategyError. */
export interface PlannedStrategy extends Strategy {
  /**
   * Works out where the nodes of `graph` go.
   *
   * @throws CancelledError when `options.signal` is aborted.
   */
  plan(graph: Graph, options?: PlanOptions): Plan;
}

/** Strategies of {@link checkedStrategy} whose partitions are 0, 1, 2 …, so that an answer is an index. */
const numberedStrategies = new WeakSet<object>();

/** Whether every answer of a strategy has been checked and is the index of its partition. */
export function answersByIndex(strategy: object): boolean {
  return numberedStrategies.has(strategy);
}

/** Makes a strategy that checks every answer of `placement`. */
export function checkedStrategy(name: string, placement: Placement): Strategy {
  const partitions = Object.freeze([...placement.partitions]);
  const known = new Set<unknown>(partitions);
  const openNames = placement.openNames === true;
  const numbered = partitions.every((id, index) => id === index);
  const { plan } = placement;
  const strategy: Strategy = Object.freeze({
    name,
    partitions,
    ...(plan === undefined
      ? {}
      : {
          plan(graph: Graph, options: PlanOptions = {}): Plan {
            checkGraph("strategy.plan", "graph", graph);
            checkOptions("strategy.plan", options, ["signal", "onProgress"]);
            return plan(graph, options);
          },
        }),
    partitionFor(nodeId: string): PartitionId {
      checkString("strategy.partitionFor", "nodeId", nodeId);
      const answer = ask(name, placement, nodeId);
      // The usual answer, before all else: a lookup takes a tenth of a microsecond. −0 becomes 0.
      if (
        numbered &&
        typeof answer === "number" &&
        (answer | 0) === answer &&
        answer >= 0 &&
        answer < partitions.length
      ) {
        return answer | 0;
      }
      const id = checkPlace(name, nodeId, answer);
      if (known.has(id) || (openNames && typeof id === "string")) return id;
      throw strategyError(name, nodeId, `it has no partition ${describe(id)}`);
    },
  });
  if (numbered && !openNames) numberedStrategies.add(strategy);
  return strategy;
}

/**
 * Asks `placement` for the partition of a node, and refuses whatever cannot be one.
 *
 * @throws StrategyError
 */
export function place(name: string, placement: Pick<Placement, "partitionFor">, nodeId: string): PartitionId {
  return checkPlace(name, nodeId, ask(name, placement, nodeId));
}

function ask(name: string, placement: Pick<Placement, "partitionFor">, nodeId: string): unknown {
  try {
    return placement.partitionFor(nodeId);
  } catch (cause) {
    // A checked strategy has said it already.
    if (isGraphoidError(cause, "STRATEGY") && cause.details["strategy"] === name) throw cause;
    throw strategyError(name, nodeId, cause instanceof Error ? cause.message : `it threw ${describe(cause)}`, cause);
  }
}

function checkPlace(name: string, nodeId: string, id: unknown): PartitionId {
  // Adding 0 turns −0, which `hash % n` yields for negative hashes, into 0.
  if (isPartitionId(id)) return typeof id === "number" ? id + 0 : id;
  if (id instanceof Promise) {
    // It is refused whatever becomes of it; a rejection must not end the process.
    id.catch(() => {});
    throw strategyError(name, nodeId, "it returned a promise; a strategy answers at once");
  }
  const expected = "an integer >= 0 or a non-empty string";
  throw strategyError(name, nodeId, `expected it to return ${expected}, got ${describe(id)}`);
}

/** Throws unless `value` is a graph. */
export function checkGraph(call: string, name: string, value: unknown): asserts value is Graph {
  if (!isGraph(value)) throw invalidArgument(call, name, "a Graph", value);
}

function strategyError(name: string, nodeId: string, reason: string, cause?: unknown): StrategyError {
  return new StrategyError(`partition strategy ${describe(name)} cannot place node ${describe(nodeId)}: ${reason}`, {
    ...(cause === undefined ? {} : { cause }),
    details: { strategy: name, nodeId },
  });
}
