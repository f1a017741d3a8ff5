import { TransformStream, type WritableStreamDefaultWriter } from "node:stream/web";
import { type Call, type Distribution, NotFoundError, type Value } from "@graphoid/distribution";
import { type Member, meet } from "@graphoid/example-network";
import { type Job, type Jobs, type Pair, Table } from "./job.ts";

/** What every worker exposes. */
export const SERVICE = "map-reduce";

/** How many items of a stream may be under way. Each is a chunk, so it takes few to keep everybody busy. */
export const STREAM_WINDOW = 4;
/** A process that computes says nothing meanwhile, and is not lost. One that has ended is noticed at once all the same. */
export const PATIENCE = { failAfterMs: 60_000 };

/** How many pairs a reducer puts into one item of its results. */
const RESULT_PAIRS = 500;

/** Names one execution of a job. */
export interface RunId {
  readonly run: string;
  readonly job: string;
}

export interface MapTask extends RunId {
  /** The workers that reduce: one for each partition of the keys. */
  readonly reducers: readonly string[];
}

/** What a mapper did. */
export interface MapReport {
  readonly chunks: number;
  /** What `map` gave. */
  readonly mapped: number;
  /** What was left of that to send, combined. */
  readonly sent: number;
}

/** The way from a mapper to one reducer. */
interface Route {
  /** Takes a batch when the reducer has taken those before it. */
  readonly writer: WritableStreamDefaultWriter<Pair[]>;
  /** Settled when the reducer has taken all, or is not going to. */
  readonly taken: Promise<unknown>;
}

/** Maps what the coordinator hands out, and reduces what the mappers find. */
export class WorkerService {
  readonly #d: Distribution;
  readonly #jobs: Jobs;
  readonly #tables = new Map<string, Table<Value>>();

  constructor(distribution: Distribution, jobs: Jobs) {
    this.#d = distribution;
    this.#jobs = jobs;
  }

  meet(others: readonly Member[]): Promise<void> {
    return meet(this.#d, others);
  }

  /** A reducer gets ready. */
  begin({ run, job }: RunId): void {
    this.#tables.set(run, new Table(this.#job(job)));
  }

  /** Maps the chunks of lines that come as items, as fast as the slowest of the reducers takes what is found. */
  async map({ run, job: name, reducers }: MapTask, call: Call): Promise<MapReport> {
    const job = this.#job(name);
    const { partitionFor } = this.#d.partition.strategy("hash", { partitions: reducers.length });
    const routes = reducers.map((reducer) => this.#routeTo(reducer, run, call));
    const report = { chunks: 0, mapped: 0, sent: 0 };
    const mapAll = async (): Promise<void> => {
      for await (const lines of call.items as AsyncIterable<string[]>) {
        const combined = new Table(job);
        for (const line of lines) {
          for (const pair of job.map(line)) {
            report.mapped++;
            combined.add(pair);
          }
        }
        const batches = routes.map((): Pair[] => []);
        for (const pair of combined.pairs) batches[Number(partitionFor(pair[0]))]?.push(pair);
        for (const [partition, batch] of batches.entries()) {
          if (batch.length > 0) await settle(routes[partition] as Route, (writer) => writer.write(batch));
          report.sent += batch.length;
        }
        report.chunks++;
      }
      await Promise.all(routes.map((route) => settle(route, (writer) => writer.close())));
    };
    await Promise.all([mapAll(), ...routes.map(({ taken }) => taken)]);
    return report;
  }

  /** Reduces the batches of pairs that a mapper sends as items. */
  async take(run: string, { items }: Pick<Call, "items">): Promise<void> {
    const table = this.#table(run);
    for await (const pairs of items as AsyncIterable<Pair[]>) for (const pair of pairs) table.add(pair);
  }

  /** All that was reduced, in batches. */
  *results(run: string): Generator<Pair[]> {
    let batch: Pair[] = [];
    for (const pair of this.#table(run).pairs) {
      batch.push(pair);
      if (batch.length < RESULT_PAIRS) continue;
      yield batch;
      batch = [];
    }
    yield batch;
  }

  /** The run is over, one way or the other. */
  forget(run: string): void {
    this.#tables.delete(run);
  }

  /** The call belongs to that of the coordinator: when that ends, so does this. */
  #routeTo(location: string, run: string, { context }: Call): Route {
    const { readable, writable } = new TransformStream<Pair[], Pair[]>();
    const options = { items: readable, timeoutMs: Number.POSITIVE_INFINITY, ...(context && { context }) };
    const taken = this.#d.remote.ref({ id: SERVICE, location }).request("take", run, options);
    return { writer: writable.getWriter(), taken };
  }

  #job(name: string): Job {
    const job = this.#jobs[name];
    if (!job) throw new NotFoundError(`there is no job ${name} at ${this.#d.identity}`);
    return job;
  }

  #table(run: string): Table<Value> {
    const table = this.#tables.get(run);
    if (!table) throw new NotFoundError(`${this.#d.identity} does not reduce in ${run}`);
    return table;
  }
}

/** Writes. Where that fails because nobody reads any longer, throws what the reducer's call says of it. */
async function settle({ writer, taken }: Route, write: (writer: Route["writer"]) => Promise<void>): Promise<void> {
  try {
    await write(writer);
  } catch (error) {
    await taken;
    throw error;
  }
}
