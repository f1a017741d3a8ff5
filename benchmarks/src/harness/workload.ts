/**
 * The vocabulary of a benchmark.
 *
 * An *area* (one package) has *workloads*. A workload names a module that exports its *contenders* (ours and the peers),
 * and lists the *measures* to take. The runner starts one child process per contender, and the processes take turns.
 */

/** What a contender's measure uses to say which part of its work counts. */
export interface Probe {
  /** Starts, or resumes, the clocks. */
  start(): void;
  /** Pauses the clocks. Work outside `start` … `stop` (making input, checking the result) is not counted. */
  stop(): void;
  /** The number of operations done, for a measure per operation. Default 1. */
  operations(count: number): void;
  /** A quantity other than time, in the unit that the measure states. */
  record(quantity: string, value: number): void;
  /** Collects all garbage, then returns the bytes still in use: JavaScript heap plus external memory. */
  settledBytes(): Promise<number>;
}

/** One thing that a contender can do with its state. */
export interface Measure<State> {
  /** Does the work once, and returns a digest of the result. */
  run(state: State, probe: Probe): Digest | Promise<Digest>;
  /** The digest of a correct result, worked out without the code under test. Another digest fails the bench. */
  expected(state: State): Digest;
}

export type Digest = string | number;

/** One side of a comparison. Its `setup` runs once per process, untimed, before any measure. */
export interface Contender<State, Parameters> {
  /** The npm package whose version the results name; without it, the version is that of the JavaScript engine. */
  readonly packageName?: string;
  setup(parameters: Parameters): State | Promise<State>;
  /** A contender may lack a measure; the results then have no row for it. */
  readonly measures: { readonly [measure: string]: Measure<State> };
}

/** What a workload's module exports. */
export interface WorkloadModule<Parameters> {
  // biome-ignore lint/suspicious/noExplicitAny: each contender has a state of its own that only its own measures see.
  readonly contenders: { readonly [name: string]: Contender<any, Parameters> };
}

/**
 * Of times and sizes less is better, of the others more. The last two turn what should be small into what should be
 * large: edges of a graph for each that a cut crosses, and the best possible value ÷ the one reached.
 */
export type Unit = "ms" | "ns/op" | "MB" | "bytes" | "ops/s" | "MB/s" | "edges per cut edge" | "ideal ÷ reached";

/** One line of the results for each peer. */
export interface MeasureInfo {
  /** Key in the contenders' `measures`. Two infos may share one, to report two quantities of the same run. */
  readonly measure: string;
  /** Without the size, which the workload adds. */
  readonly name: string;
  readonly unit: Unit;
  /** What to report: the time between `start` and `stop`, or a quantity recorded under this name. Default `"time"`. */
  readonly quantity?: string;
  /** The ratio asked for, by peer. */
  readonly targets?: { readonly [peer: string]: number };
}

export interface Workload {
  /** A size or data set, shown after the name of every row. */
  readonly label: string;
  /** URL of the module that exports `contenders`. */
  readonly module: string;
  /** Handed to every contender's `setup`; plain data, because it crosses a process boundary. */
  readonly parameters: object;
  /** A smaller set of parameters with which each process first runs everything twice, so that code is compiled. */
  readonly warmUpParameters?: object;
  /** Untimed runs of each measure with the real parameters. Default 1; 0 for a measure of minutes. */
  readonly warmUps?: number;
  readonly measures: readonly MeasureInfo[];
  /** Which contender is ours; all others are peers. */
  readonly ours: string;
  /** The peers that take part, in the order of the rows. */
  readonly peers: readonly string[];
  /** Old-space limit of each process. Default 4096. */
  readonly heapMegabytes?: number;
  /** A process that needs longer for one sample is ended, and a peer's row says so. Default 15 minutes. */
  readonly sampleLimitMs?: number;
}

export interface Area {
  readonly name: string;
  /** The workloads of a full run, or of a quick one with small sizes only. */
  workloads(options: { readonly quick: boolean }): readonly Workload[];
}
