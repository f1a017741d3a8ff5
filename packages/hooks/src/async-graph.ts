import {
  type BulkOperation,
  type CallOptions,
  type Clock,
  checkFunction,
  checkOptions,
  type EdgeAttributes,
  type EdgeInit,
  type Graph,
  type Interception,
  invalidArgument,
  isGraph,
  type NodeInit,
  type NodeOptions,
  type Operation,
  type Query,
  type QueryRow,
  systemClock,
  type Value,
} from "@graphoid/core";
import { sendParts } from "./async-bulk.ts";
import { applyAllowed } from "./bulk-parts.ts";
import { HookResultError } from "./errors.ts";
import { isAnswerTo } from "./hook-answer.ts";
import { OperationTime } from "./operation-time.ts";
import { checkTimeout } from "./timeout.ts";

/** Options of {@link asyncGraph}. */
export interface AsyncGraphOptions {
  /**
   * How long an operation may take where neither the call nor its context says: milliseconds, its hooks and all that it
   * is redirected to included. `Infinity` for ever. Default: 30,000.
   */
  readonly timeoutMs?: number;
  /** Where time comes from. Default: the machine's clock. */
  readonly clock?: Clock;
}

/** Options of one operation: those of a call, as it may become one. */
export type OperationCall = Omit<CallOptions, "items">;

/** Options of an operation on many elements, which may become many calls. */
export type BulkCall = Omit<OperationCall, "idempotencyKey">;

/**
 * The operations of a graph for those who can wait: they take asynchronous hooks, and follow a hook's `redirect(ref)` to
 * where the operation belongs. Otherwise they return and throw what the graph's own do.
 *
 * Hooks are asked first; then the operation happens at once, on the graph as it then is. Of operations under way at the
 * same time, the one whose hooks answer first happens first.
 *
 * All of them fail with `HookTimeoutError` for a hook that never settles, `DeadlineExceededError` when the time is up,
 * `CancelledError` for your signal; redirected ones with what `ref.request` fails with, such as `RedirectLimitError` for
 * hosts that send it to each other in a circle.
 */
export interface AsyncGraph {
  /** The graph that it works on. */
  readonly graph: Graph;
  addNode(id: string, value?: Value, options?: NodeOptions, call?: OperationCall): Promise<Value>;
  updateNode(id: string, value: Value, options?: NodeOptions, call?: OperationCall): Promise<Value>;
  removeNode(id: string, call?: OperationCall): Promise<Value>;
  addEdge(from: string, to: string, label?: string, attributes?: EdgeAttributes, call?: OperationCall): Promise<Value>;
  removeEdge(from: string, to: string, label?: string, call?: OperationCall): Promise<Value>;
  /**
   * Adds or updates many nodes, wherever they belong. Hooks are asked about each before the first is added; one that
   * refuses, and nothing is added anywhere. What belongs here is added here, all of it or nothing; then each host that
   * others belong to gets those in one request, and adds all of them or nothing. Those that hooks dealt with are left out.
   *
   * Returns how many are new. Fails with `BulkIncompleteError`, once all have answered, when a part failed elsewhere.
   */
  addNodes(nodes: Iterable<NodeInit>, call?: BulkCall): Promise<number>;
  /** Adds or updates many edges; see `addNodes`. */
  addEdges(edges: Iterable<EdgeInit>, call?: BulkCall): Promise<number>;
  /** All rows, as they may come from elsewhere. */
  query(query: Query, call?: OperationCall): Promise<readonly QueryRow[]>;
  /** Any of them, as data. */
  perform(operation: Operation, call?: OperationCall): Promise<Value>;
}

/**
 * The asynchronous operations of a graph.
 *
 * @throws InvalidArgumentError for arguments that are not as described.
 * @example
 * ```ts
 * import { Graph } from "@graphoid/core";
 * import { asyncGraph, createHooks, handled } from "@graphoid/hooks";
 *
 * const graph = new Graph();
 * const hooks = createHooks();
 * hooks.onAddNode(async (_, nodeId) => (await Promise.resolve(nodeId === "bob")) ? handled("elsewhere") : "continue", { graph });
 * const friends = asyncGraph(graph);
 * console.log(await friends.addNode("alice")); // true
 * console.log(await friends.addNode("bob")); // elsewhere
 * ```
 */
export function asyncGraph(graph: Graph, options: AsyncGraphOptions = {}): AsyncGraph {
  const call = "asyncGraph";
  if (!isGraph(graph)) throw invalidArgument(call, "graph", "a Graph", graph);
  checkOptions(call, options, ["timeoutMs", "clock"]);
  const { timeoutMs = 30_000, clock = systemClock } = options;
  checkTimeout(call, timeoutMs);
  checkFunction(call, "clock.after", clock?.after);
  return new WaitingGraph(graph, timeoutMs, clock);
}

class WaitingGraph implements AsyncGraph {
  readonly graph: Graph;
  readonly #timeoutMs: number;
  readonly #clock: Clock;

  constructor(graph: Graph, timeoutMs: number, clock: Clock) {
    this.graph = graph;
    this.#timeoutMs = timeoutMs;
    this.#clock = clock;
  }

  addNode(id: string, value: Value = null, options: NodeOptions = {}, call?: OperationCall): Promise<Value> {
    return this.perform({ kind: "addNode", id, value, options }, call);
  }

  updateNode(id: string, value: Value, options: NodeOptions = {}, call?: OperationCall): Promise<Value> {
    return this.perform({ kind: "updateNode", id, value, options }, call);
  }

  removeNode(id: string, call?: OperationCall): Promise<Value> {
    return this.perform({ kind: "removeNode", id }, call);
  }

  addEdge(
    from: string,
    to: string,
    label = "edge",
    attributes: EdgeAttributes = {},
    call?: OperationCall,
  ): Promise<Value> {
    return this.perform({ kind: "addEdge", from, to, label, attributes }, call);
  }

  removeEdge(from: string, to: string, label = "edge", call?: OperationCall): Promise<Value> {
    return this.perform({ kind: "removeEdge", from, to, label }, call);
  }

  addNodes(nodes: Iterable<NodeInit>, call?: BulkCall): Promise<number> {
    return this.#performBulk(() => ({ kind: "addNodes", nodes: listed("nodes", nodes) }), call);
  }

  addEdges(edges: Iterable<EdgeInit>, call?: BulkCall): Promise<number> {
    return this.#performBulk(() => ({ kind: "addEdges", edges: listed("edges", edges) }), call);
  }

  query(query: Query, call?: OperationCall): Promise<readonly QueryRow[]> {
    return this.perform({ kind: "query", query }, call) as unknown as Promise<readonly QueryRow[]>;
  }

  async perform(operation: Operation, call: OperationCall = {}): Promise<Value> {
    const time = this.#timeOf(operation.kind, call, ["signal", "timeoutMs", "context", "idempotencyKey"]);
    const outcome = await time.limit(this.graph.consider(operation), call.signal);
    if (outcome === "continue") return result(operation, this.graph.apply(operation));
    if ("handled" in outcome) return result(operation, outcome.handled);
    const options = { ...call, ...time.left() };
    const answer = await outcome.redirect.request(operation.kind, operation as unknown as Value, options);
    if (isAnswerTo(operation.kind, answer)) return result(operation, answer);
    throw new HookResultError(
      `asyncGraph: ${JSON.stringify(outcome.redirect.id)} must answer \`${operation.kind}\` with rows`,
      { details: { operation: operation.kind } },
    );
  }

  async #performBulk(makeOperation: () => BulkOperation, call: BulkCall = {}): Promise<number> {
    const operation = makeOperation();
    const time = this.#timeOf(operation.kind, call, ["signal", "timeoutMs", "context"]);
    const outcomes = await time.limit(this.#outcomes(operation, time), call.signal);
    const here = applyAllowed(this.graph, operation, outcomes);
    return sendParts(operation, here, () => ({ ...call, ...time.left() }));
  }

  async #outcomes(operation: BulkOperation, time: OperationTime): Promise<Interception[]> {
    const outcomes: Interception[] = [];
    for await (const outcome of this.graph.considerEach(operation)) {
      // Nobody waits any more: hooks are not asked about the rest.
      if (time.isOver) break;
      outcomes.push(outcome);
    }
    return outcomes;
  }

  #timeOf(kind: string, call: OperationCall, keys: readonly string[]): OperationTime {
    checkOptions("asyncGraph", call, keys);
    const { context, timeoutMs = this.#timeoutMs } = call;
    checkTimeout("asyncGraph", timeoutMs);
    return new OperationTime(
      kind,
      Math.min(timeoutMs, context?.remainingMs() ?? Number.POSITIVE_INFINITY),
      this.#clock,
    );
  }
}

function listed<T>(name: string, items: Iterable<T>): readonly T[] {
  if (typeof items === "object" && items !== null && Symbol.iterator in items) return [...items];
  throw invalidArgument("asyncGraph", name, "an iterable", items);
}

/** What the caller gets: all rows of a query, which otherwise are found as they are asked for. */
function result({ kind }: Operation, value: Value | Iterable<QueryRow>): Value {
  if (kind !== "query") return value as Value;
  return (value === null ? [] : [...(value as Iterable<QueryRow>)]) as unknown as Value;
}
