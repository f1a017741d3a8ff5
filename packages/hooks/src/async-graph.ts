import {
  type CallOptions,
  CancelledError,
  type Clock,
  checkFunction,
  checkOptions,
  DeadlineExceededError,
  type EdgeAttributes,
  type Graph,
  type Interception,
  invalidArgument,
  isGraph,
  type NodeOptions,
  type Operation,
  type Query,
  type QueryRow,
  systemClock,
  type Value,
} from "@graphoid/core";
import { HookResultError } from "./errors.ts";
import { isAnswerTo } from "./hook-answer.ts";
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

  query(query: Query, call?: OperationCall): Promise<readonly QueryRow[]> {
    return this.perform({ kind: "query", query }, call) as unknown as Promise<readonly QueryRow[]>;
  }

  async perform(operation: Operation, call: OperationCall = {}): Promise<Value> {
    checkOptions("asyncGraph", call, ["signal", "timeoutMs", "context", "idempotencyKey"]);
    const { signal, context } = call;
    if (call.timeoutMs !== undefined) checkTimeout("asyncGraph", call.timeoutMs);
    const timeoutMs = Math.min(call.timeoutMs ?? this.#timeoutMs, context?.remainingMs() ?? Number.POSITIVE_INFINITY);
    const endsAt = this.#clock.now() + timeoutMs;
    const outcome = await this.#considered(operation, timeoutMs, signal);
    if (outcome === "continue") return result(operation, this.graph.apply(operation));
    if ("handled" in outcome) return result(operation, outcome.handled);
    const left = endsAt - this.#clock.now();
    if (left <= 0) throw tooLate(operation, timeoutMs);
    const answer = await outcome.redirect.request(operation.kind, operation as unknown as Value, {
      ...call,
      ...(left === Number.POSITIVE_INFINITY ? {} : { timeoutMs: Math.ceil(left) }),
    });
    if (isAnswerTo(operation.kind, answer)) return result(operation, answer);
    throw new HookResultError(
      `asyncGraph: ${JSON.stringify(outcome.redirect.id)} must answer \`${operation.kind}\` with rows`,
      { details: { operation: operation.kind } },
    );
  }

  /** What the hooks say, unless the time is up or the caller gives up before. */
  #considered(operation: Operation, timeoutMs: number, signal: AbortSignal | undefined): Promise<Interception> {
    const considered = this.graph.consider(operation);
    if (timeoutMs === Number.POSITIVE_INFINITY && signal === undefined) return considered;
    return new Promise((resolve, reject) => {
      const timer =
        timeoutMs === Number.POSITIVE_INFINITY
          ? undefined
          : this.#clock.after(timeoutMs, () => settle(() => reject(tooLate(operation, timeoutMs))));
      const onAbort = (): void => {
        const { reason } = signal as AbortSignal;
        settle(() => reject(new CancelledError(`asyncGraph: \`${operation.kind}\` was cancelled`, { cause: reason })));
      };
      const settle = (end: () => void): void => {
        timer?.cancel();
        signal?.removeEventListener("abort", onAbort);
        end();
      };
      signal?.addEventListener("abort", onAbort);
      if (signal?.aborted) onAbort();
      considered.then(
        (outcome) => settle(() => resolve(outcome)),
        (error: unknown) => settle(() => reject(error)),
      );
    });
  }
}

/** What the caller gets: all rows of a query, which otherwise are found as they are asked for. */
function result({ kind }: Operation, value: Value | Iterable<QueryRow>): Value {
  if (kind !== "query") return value as Value;
  return (value === null ? [] : [...(value as Iterable<QueryRow>)]) as unknown as Value;
}

function tooLate({ kind }: Operation, timeoutMs: number): DeadlineExceededError {
  return new DeadlineExceededError(`asyncGraph: \`${kind}\` took more than ${timeoutMs} ms`, {
    details: { timeoutMs },
  });
}
