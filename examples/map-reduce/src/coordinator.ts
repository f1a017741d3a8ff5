import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import {
  type Context,
  createDistribution,
  type Distribution,
  PeerLostError,
  type Ref,
  type Value,
} from "@graphoid/distribution";
import { type Member, memberOf, type Network, tcpNetwork } from "@graphoid/example-network";
import type { Pair } from "./job.ts";
import { type MapReport, PATIENCE, type RunId, SERVICE, STREAM_WINDOW, type WorkerService } from "./worker-service.ts";

export const COORDINATOR = "coordinator";

/** Where workers say that they are there. */
export const LOBBY = "lobby";

/** Options of {@link Coordinator.run}. */
export interface RunOptions {
  /** Which workers map. Default: all. */
  readonly mappers?: readonly string[];
  /** Which workers reduce: one for each partition of the keys. Default: all. */
  readonly reducers?: readonly string[];
  /** How many lines are handed to a mapper at a time. Default 100. */
  readonly chunkLines?: number;
}

export interface Outcome<V> {
  readonly results: Map<string, V>;
  /** What each mapper did. */
  readonly mappers: ReadonlyMap<string, MapReport>;
}

/** Starts workers, and runs jobs on them. */
export class Coordinator implements AsyncDisposable {
  readonly distribution: Distribution;
  readonly #processes = new Map<string, ChildProcess>();
  #runs = 0;

  private constructor(distribution: Distribution) {
    this.distribution = distribution;
  }

  /** Starts `count` processes that run `script` with a name and an invitation, and waits until all have met. */
  static async start(count: number, script: URL, network: Network = tcpNetwork()): Promise<Coordinator> {
    const remote = { streamWindow: STREAM_WINDOW };
    const options = { identity: COORDINATOR, remote, ...network.hostOptions(PATIENCE) };
    const coordinator = new Coordinator(await createDistribution(options));
    await coordinator.#start(count, fileURLToPath(script), network);
    return coordinator;
  }

  /** The processes of the workers, by name. */
  get workers(): ReadonlyMap<string, ChildProcess> {
    return this.#processes;
  }

  /**
   * Runs a job over lines, which are read as fast as they are mapped and reduced.
   *
   * @throws PeerLostError when a worker is lost: what it had is lost with it, so there is no result.
   * @throws RemoteError with what the job threw.
   */
  async run<V extends Value>(
    job: string,
    lines: Iterable<string> | AsyncIterable<string>,
    options: RunOptions = {},
  ): Promise<Outcome<V>> {
    const all = [...this.#processes.keys()];
    const { mappers = all, reducers = all, chunkLines = 100 } = options;
    const id: RunId = { run: `run_${this.#runs++}`, job };
    const context = this.distribution.context.create();
    try {
      for (const reducer of reducers) await this.#service(reducer).request("begin", { ...id }, { context });
      // One iterator for all mappers: who is fast gets more.
      const call = { context, items: chunksOf(lines, chunkLines), timeoutMs: Number.POSITIVE_INFINITY };
      const task = { ...id, reducers };
      const reports = await Promise.all(mappers.map((mapper) => this.#service(mapper).request("map", task, call)));
      const results = await this.#collect<V>(id, reducers, context);
      await this.#forget(id, reducers);
      return { results, mappers: new Map(mappers.map((mapper, i) => [mapper, reports[i] as MapReport])) };
    } catch (error) {
      // Ends all calls of the run, wherever they were made.
      context.end();
      // Of a worker that is gone each of the others learns in its own way; whoever cannot be asked any longer is.
      const [gone] = await this.#forget(id, [...mappers, ...reducers]);
      throw gone === undefined ? error : new PeerLostError(`${gone} is gone`, { peer: gone, cause: error });
    }
  }

  /** Ends the workers. */
  async close(): Promise<void> {
    const running = [...this.#processes.values()].filter((child) => child.connected);
    const ends = running.map((child) => once(child, "exit"));
    for (const child of running) child.disconnect();
    await Promise.all(ends);
    await this.distribution.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #start(count: number, script: string, network: Network): Promise<void> {
    const joined: Member[] = [];
    const allJoined = new Promise<void>((resolve) => {
      this.distribution.remote.expose(LOBBY, {
        join: (worker: Member) => {
          joined.push(worker);
          if (joined.length === count) resolve();
        },
      });
    });
    const invitation = network.invitation(this.distribution);
    for (let i = 0; i < count; i++) {
      const name = `worker_${i}`;
      this.#processes.set(name, fork(script, [name, invitation], { execArgv: [] }));
    }
    await Promise.race([allJoined, ...Array.from(this.#processes, failure)]);
    const self = memberOf(this.distribution);
    for (const { id } of joined) {
      await this.#service(id).request(
        "meet",
        [self, ...joined].filter((peer) => peer.id !== id),
      );
    }
  }

  /** Reads what the reducers have, side by side. No key is at two of them. */
  async #collect<V extends Value>(
    { run }: RunId,
    reducers: readonly string[],
    context: Context,
  ): Promise<Map<string, V>> {
    const results = new Map<string, V>();
    const collectFrom = async (reducer: string): Promise<void> => {
      for await (const batch of this.#service(reducer).stream("results", run, { context })) {
        for (const [key, value] of batch as Pair<V>[]) results.set(key, value);
      }
    };
    await Promise.all(reducers.map(collectFrom));
    return results;
  }

  /** Tells workers that a run is over. Returns those that could not be told. */
  async #forget({ run }: RunId, workers: readonly string[]): Promise<string[]> {
    const told = await Promise.allSettled(workers.map((worker) => this.#service(worker).request("forget", run)));
    return workers.filter((_, i) => told[i]?.status === "rejected");
  }

  #service(location: string): Ref<WorkerService> {
    return this.distribution.remote.ref<WorkerService>({ id: SERVICE, location });
  }
}

/** Lines by the chunk. */
async function* chunksOf(lines: Iterable<string> | AsyncIterable<string>, size: number): AsyncGenerator<string[]> {
  let chunk: string[] = [];
  for await (const line of lines) {
    chunk.push(line);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

async function failure([name, child]: readonly [string, ChildProcess]): Promise<never> {
  const [code, signal] = await once(child, "exit");
  throw new Error(`${name} ended with ${signal ?? code} before it joined`);
}
