import {
  createDistribution,
  type Distribution,
  type Graph,
  isGraphoidError,
  type Ref,
  type Value,
} from "@graphoid/distribution";
import { type Member, memberOf, type Network, placeOf } from "@graphoid/example-network";
import { Inspection } from "./inspection.ts";
import { type Part, partsOf, strategyFor } from "./partition-graph.ts";
import { COORDINATOR, PATIENCE, type RanksReply, SERVICE, workerName } from "./protocol.ts";
import { WorkerProcesses } from "./worker-processes.ts";

export interface DistributedOptions {
  readonly partitions: number;
  /** The name of the strategy that cuts the graph. */
  readonly strategy: string;
  /** How the processes reach each other. */
  readonly network: Network;
  readonly damping: number;
  /** Stop when a superstep changes the ranks by no more than this, summed over all nodes. */
  readonly tolerance: number;
  readonly maxSupersteps: number;
  /** Told how the work goes on. */
  readonly progress: Progress;
  /** Whether to serve the inspector, and to stay when all is done, or when something has failed. Default: false. */
  readonly inspect?: boolean;
  /** What to do with the result while the workers still run. */
  readonly finish?: (result: DistributedResult) => Promise<void>;
}

/** Where the run tells how far it is. */
export interface Progress {
  /** A phase begins. */
  phase(name: string): void;
  /** A worker runs. */
  worker(name: string, pid: number | undefined, address: string): void;
  /** Says something that stays. */
  line(text: string): void;
  /** `done` of `total` steps of the phase are over; `note` says how it stands. */
  step(done: number, total: number | undefined, note: string): void;
}

/** A strategy as it cuts the graph. */
export interface Comparison {
  readonly name: string;
  readonly crossEdges: number;
  readonly balance: number;
  readonly nodes: readonly number[];
}

/** One worker as the run saw it. */
export interface WorkerSummary {
  readonly partition: number;
  readonly address: string;
  readonly state: string;
  readonly nodes: number;
  readonly innerEdges: number;
  readonly crossEdges: number;
  /** Contributions to other partitions: messages and bytes of their payload. */
  readonly sent: RanksReply["sent"];
  /** Everything that left the worker, protocol and all. */
  readonly wire: RanksReply["wire"];
}

export interface DistributedResult {
  /** The rank of every node by its row in `graph.columns`. */
  readonly ranks: Float64Array;
  /** The partition of every node by its row. */
  readonly partitionOf: Uint32Array;
  /** By how much each superstep changed the ranks. */
  readonly changes: readonly number[];
  readonly converged: boolean;
  readonly workers: readonly WorkerSummary[];
  readonly comparisons: readonly Comparison[];
  readonly address: string;
  /** Bytes and messages that carried the graph to the workers. */
  readonly streamed: { readonly chunks: number; readonly bytes: number };
}

/**
 * Computes PageRank over worker processes, which are started for it and gone when it returns or throws.
 *
 * @throws InvalidArgumentError for an unknown strategy; an Error that names the worker when one ends too soon.
 */
export async function distributedPageRank(graph: Graph, options: DistributedOptions): Promise<DistributedResult> {
  const hostOptions = options.network.hostOptions(PATIENCE);
  const distribution = await createDistribution({ identity: COORDINATOR, ...hostOptions });
  const workers = new WorkerProcesses();
  let inspection: Inspection | undefined;
  try {
    if (options.inspect) {
      inspection = await Inspection.open(distribution);
      options.progress.line(`Inspector: ${inspection.url}`);
    }
    const run = new Run(distribution, graph, options, inspection).execute(workers);
    run.catch(() => {}); // It fails too when a worker does, after nobody waits for it.
    const result = await Promise.race([run, workers.failed]);
    await options.finish?.(result);
    if (inspection) await untilInterrupted(options.progress, "done");
    return result;
  } catch (error) {
    const failure = isGraphoidError(error, "PEER_LOST") ? await workers.failure(error) : error;
    if (inspection) await untilInterrupted(options.progress, failure instanceof Error ? failure.message : "failed");
    throw failure;
  } finally {
    await inspection?.close();
    await workers.stop();
    await distribution.close();
  }
}

/** Leaves the page open for those who look: the signal that ends the process ends the wait. */
function untilInterrupted(progress: Progress, how: string): Promise<never> {
  progress.line(`\n${how}; the inspector shows it until Ctrl-C`);
  return new Promise(() => {});
}

class Run {
  readonly #d: Distribution;
  readonly #graph: Graph;
  readonly #options: DistributedOptions;
  readonly #inspection: Inspection | undefined;
  #workers: Ref[] = [];

  constructor(
    distribution: Distribution,
    graph: Graph,
    options: DistributedOptions,
    inspection: Inspection | undefined,
  ) {
    this.#inspection = inspection;
    this.#d = distribution;
    this.#graph = graph;
    this.#options = options;
  }

  async execute(processes: WorkerProcesses): Promise<DistributedResult> {
    const { partitions, strategy: name, progress } = this.#options;
    const strategy = strategyFor(this.#d.partition, name, this.#graph, partitions);
    progress.phase("cut");
    const comparisons = this.#compare(strategy);
    const parts = partsOf(this.#d.partition, this.#graph, strategy, partitions);
    progress.phase("start");
    const peers = await this.#startWorkers(processes);
    this.#inspection?.showPartitions(name, parts);
    this.#inspection?.follow(this.#workers);
    progress.phase("stream");
    const streamed = await this.#load(parts);
    await this.#all("connect", { peers, nodes: this.#graph.nodeCount });
    await this.#all("link");
    progress.phase("compute");
    const { changes, converged } = await this.#compute();
    const replies = (await this.#all("ranks")) as unknown as RanksReply[];
    const { ranks, partitionOf } = this.#collect(parts, replies);
    const states = new Map(
      this.#d.reflect
        .universe()
        .distribution()
        .peers()
        .map((peer) => [peer.id, peer.state]),
    );
    const workers = parts.map(({ nodes, innerEdges, crossEdges }, partition) => {
      const { sent, wire } = replies[partition] as RanksReply;
      const state = states.get(workerName(partition)) ?? "unknown";
      const address = placeOf(peers[partition] as Member);
      return { partition, address, state, nodes, innerEdges, crossEdges, sent, wire };
    });
    const address = placeOf(memberOf(this.#d));
    return { ranks, partitionOf, changes, converged, workers, comparisons, streamed, address };
  }

  /** What every strategy that takes no more than a number of partitions would cost. */
  #compare(chosen: ReturnType<typeof strategyFor>): Comparison[] {
    const { partitions, strategy } = this.#options;
    const names = new Set(["hash", "range", strategy]);
    return [...names].map((name) => {
      const other = (): typeof chosen => strategyFor(this.#d.partition, name, this.#graph, partitions);
      const report = this.#d.partition.report(this.#graph, name === strategy ? chosen : other());
      return {
        name,
        crossEdges: report.cut,
        balance: report.balance,
        nodes: report.partitions.map(({ nodes }) => nodes),
      };
    });
  }

  async #startWorkers(processes: WorkerProcesses): Promise<Member[]> {
    const { network, partitions, progress } = this.#options;
    const pids = new Map<string, number | undefined>();
    const joined = new Map<string, Member>();
    const everyone = new Promise<void>((resolve) => {
      this.#d.remote.expose(SERVICE, {
        join: (peer: Member) => {
          joined.set(peer.id, peer);
          progress.worker(peer.id, pids.get(peer.id), placeOf(peer));
          if (joined.size === partitions) resolve();
        },
      });
    });
    const invitation = network.invitation(this.#d);
    for (let partition = 0; partition < partitions; partition++) {
      pids.set(workerName(partition), processes.start(partition, invitation));
    }
    await everyone;
    const names = Array.from({ length: partitions }, (_, partition) => workerName(partition));
    this.#workers = names.map((name) => this.#d.remote.ref({ id: SERVICE, location: name }));
    return names.map((name) => joined.get(name) as Member);
  }

  /** Streams each part to its worker, as fast as the workers take it. */
  async #load(parts: readonly Part[]): Promise<{ chunks: number; bytes: number }> {
    const streamed = { chunks: 0, bytes: 0 };
    let done = 0;
    await Promise.all(
      parts.map(async ({ graph, crossing }, partition) => {
        const worker = this.#workers[partition] as Ref;
        for (const [of, value] of [
          ["graph", graph],
          ["crossing", crossing],
        ] as const) {
          for (const bytes of this.#d.serialize.stream(value)) {
            await worker.send("chunk", { of, bytes });
            streamed.chunks++;
            streamed.bytes += bytes.length;
          }
        }
        await worker.request("loaded");
        this.#options.progress.step(
          ++done,
          parts.length,
          `${(streamed.bytes / 1e6).toFixed(1)} MB in ${streamed.chunks} chunks`,
        );
      }),
    );
    return streamed;
  }

  async #compute(): Promise<{ changes: number[]; converged: boolean }> {
    const { damping, tolerance, maxSupersteps, progress } = this.#options;
    const nodes = this.#graph.nodeCount;
    const changes: number[] = [];
    let change = nodes === 0 ? 0 : Number.POSITIVE_INFINITY;
    while (change > tolerance && changes.length < maxSupersteps) {
      const step = changes.length;
      const superstep = async (): Promise<number> => {
        const dangling = sum(await this.#all("scatter", { step }));
        const base = (1 - damping + damping * dangling) / nodes;
        return sum(await this.#all("gather", { step, base, damping }));
      };
      change = await (this.#inspection ? this.#inspection.traced(superstep) : superstep());
      changes.push(change);
      progress.step(changes.length, undefined, `change ${change.toExponential(2)}`);
    }
    return { changes, converged: change <= tolerance };
  }

  /** The same request to every worker at once; the answers in the order of the partitions. */
  #all(message: string, payload: object = {}): Promise<Value[]> {
    return Promise.all(this.#workers.map((worker) => worker.request(message, payload, { timeoutMs: 600_000 })));
  }

  #collect(parts: readonly Part[], replies: readonly RanksReply[]): { ranks: Float64Array; partitionOf: Uint32Array } {
    const { ids, nodeCount } = this.#graph.columns;
    const ranks = new Float64Array(nodeCount);
    const partitionOf = new Uint32Array(nodeCount);
    parts.forEach(({ graph }, partition) => {
      const values = (replies[partition] as RanksReply).ranks;
      graph.nodes().forEach((id, i) => {
        const row = ids.indexOf(id);
        ranks[row] = values[i] as number;
        partitionOf[row] = partition;
      });
    });
    return { ranks, partitionOf };
  }
}

function sum(values: readonly Value[]): number {
  return (values as number[]).reduce((total, value) => total + value, 0);
}
