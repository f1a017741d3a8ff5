import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import {
  createDistribution,
  type Distribution,
  type Graph,
  InvalidArgumentError,
  type Ref,
  type Strategy,
  type Value,
} from "@graphoid/distribution";
import { type Member, type Network, tcpNetwork } from "@graphoid/example-network";
import type { PartData } from "./part.ts";
import {
  COORDINATOR,
  type JoinMessage,
  PATIENCE,
  type RunMessage,
  type RunReply,
  SERVICE,
  type StepSummary,
} from "./protocol.ts";

/** What a run came to. */
export interface PregelResult {
  /** The value of each vertex, in the order of `graph.nodes()`. */
  readonly values: Float64Array;
  /** For each superstep the sums over all workers. */
  readonly steps: readonly StepSummary[];
  /** All bytes between the workers in supersteps, protocol and all. */
  readonly wireBytes: number;
  /** What the slowest worker took for the supersteps. */
  readonly milliseconds: number;
}

/** Worker processes that hold a graph together and run vertex programs on it. */
export class Pregel implements AsyncDisposable {
  readonly #d: Distribution;
  readonly #children: ChildProcess[] = [];
  readonly #workers: Ref[];
  #parts: readonly Uint32Array[] = [];
  #nodeCount = 0;
  #runs = 0;

  private constructor(distribution: Distribution, workers: number) {
    this.#d = distribution;
    this.#workers = Array.from({ length: workers }, (_, i) =>
      distribution.remote.ref({ id: SERVICE, location: `worker_${i}` }),
    );
  }

  /** Starts worker processes: `script` calls `servePregel`. They reach each other by `network`. Default: TCP. */
  static async start(options: {
    readonly workers: number;
    readonly script: URL;
    readonly network?: Network;
  }): Promise<Pregel> {
    const { network = tcpNetwork() } = options;
    const distribution = await createDistribution({ identity: COORDINATOR, ...network.hostOptions(PATIENCE) });
    const pregel = new Pregel(distribution, options.workers);
    try {
      const joined = pregel.#join(options.workers);
      const invitation = network.invitation(distribution);
      for (let i = 0; i < options.workers; i++) {
        const args = [`worker_${i}`, invitation];
        pregel.#children.push(fork(fileURLToPath(options.script), args, { execArgv: [] }));
      }
      const workers = await Promise.race([joined, ...pregel.#children.map(ended)]);
      await pregel.#all("connect", () => ({ workers }));
      return pregel;
    } catch (error) {
      await pregel.close();
      throw error;
    }
  }

  get processIds(): (number | undefined)[] {
    return this.#children.map(({ pid }) => pid);
  }

  /** Cuts a graph by a strategy with a partition for each worker, and gives each worker its part. */
  async load(graph: Graph, strategy: Strategy): Promise<void> {
    const parts = [...this.#d.partition.splitWithHalo(graph, strategy).values()];
    if (parts.length !== this.#workers.length) {
      throw new InvalidArgumentError(`expected ${this.#workers.length} partitions, one a worker, got ${parts.length}`);
    }
    this.#nodeCount = graph.nodeCount;
    this.#parts = parts.map(({ globalRows, ownCount }) => globalRows.subarray(0, ownCount));
    // For each vertex of the graph who has it, and where.
    const ownerOf = new Uint16Array(graph.nodeCount);
    const placeOf = new Uint32Array(graph.nodeCount);
    for (const [partition, rows] of this.#parts.entries()) {
      for (let place = 0; place < rows.length; place++) {
        ownerOf[rows[place]!] = partition;
        placeOf[rows[place]!] = place;
      }
    }
    await this.#all(
      "load",
      (partition) => {
        const { globalRows: rows, ownCount: own } = parts[partition]!;
        const ghosts = rows.subarray(own);
        const owners = Uint16Array.from(ghosts, (row) => ownerOf[row]!);
        const places = ghosts.map((row) => placeOf[row]!);
        return { own, rows, owners, places, nodeCount: graph.nodeCount } satisfies PartData;
      },
      (partition) => this.#d.serialize.stream(parts[partition]!.graph),
    );
  }

  /**
   * Runs a program, by the name that the workers know it by, on the graph that they hold.
   *
   * @throws RemoteError when a worker has none of that name, or it throws; PeerLostError when a worker is gone.
   */
  async run(
    program: string,
    parameters: Value = null,
    { maxSupersteps = Number.MAX_SAFE_INTEGER }: { readonly maxSupersteps?: number } = {},
  ): Promise<PregelResult> {
    const message: RunMessage = { run: this.#runs++, program, parameters, maxSupersteps };
    const replies = (await this.#all("run", () => message)) as RunReply[];
    const values = new Float64Array(this.#nodeCount);
    for (const [partition, reply] of replies.entries()) {
      const rows = this.#parts[partition]!;
      for (let place = 0; place < rows.length; place++) values[rows[place]!] = reply.values[place]!;
    }
    const steps = replies[0]!.steps.map((_, number) => {
      const sum = (of: keyof StepSummary): number =>
        replies.reduce((total, { steps }) => total + (steps[number]?.[of] ?? 0), 0);
      return { awake: sum("awake"), messages: sum("messages"), bytes: sum("bytes") };
    });
    const wireBytes = replies.reduce((total, reply) => total + reply.wireBytes, 0);
    return { values, steps, wireBytes, milliseconds: Math.max(...replies.map((reply) => reply.milliseconds)) };
  }

  async close(): Promise<void> {
    const running = this.#children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
    const ends = running.map((child) => once(child, "exit"));
    for (const child of running) if (child.connected) child.disconnect();
    await Promise.all(ends);
    await this.#d.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #join(count: number): Promise<Member[]> {
    const joined = new Map<string, Member>();
    return new Promise((resolve) => {
      const join = (worker: JoinMessage): void => {
        joined.set(worker.id, worker);
        if (joined.size === count) {
          resolve(Array.from({ length: count }, (_, i) => joined.get(`worker_${i}`) as Member));
        }
      };
      this.#d.remote.expose(SERVICE, { join });
    });
  }

  /** The same request to every worker at once; the answers in the order of the partitions. */
  #all(
    message: string,
    payload: (partition: number) => Value,
    items?: (partition: number) => Iterable<Value>,
  ): Promise<Value[]> {
    return Promise.all(
      this.#workers.map((worker, i) =>
        worker.request(message, payload(i), { timeoutMs: Infinity, ...(items && { items: items(i) }) }),
      ),
    );
  }
}

/** Fails when a process ends. */
async function ended(child: ChildProcess): Promise<never> {
  const [code, signal] = await once(child, "exit");
  throw new Error(`worker process ${child.pid} ended with ${signal ?? code}`);
}
