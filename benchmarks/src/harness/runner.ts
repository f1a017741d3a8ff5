import { ContenderExhausted, ContenderHandle } from "./contender.ts";
import { versionOf } from "./package-version.ts";
import { makeRow, type Row, type Sample, type Samples } from "./row.ts";
import type { Area, MeasureInfo, Workload, WorkloadModule } from "./workload.ts";

export interface RunOptions {
  readonly quick: boolean;
  readonly rounds: number;
  /** Only rows whose name contains this text. */
  readonly filter?: string;
  /** Directory for CPU profiles of our side. */
  readonly profileDirectory?: string;
  /** Told what is being done, for a person who waits. */
  readonly progress?: (text: string) => void;
}

/** Runs an area's workloads one after the other and returns its rows. */
export async function runArea(area: Area, options: RunOptions): Promise<Row[]> {
  const rows: Row[] = [];
  for (const workload of area.workloads({ quick: options.quick })) {
    const infos = workload.measures.filter((info) => rowName(info, workload).includes(options.filter ?? ""));
    if (infos.length > 0) rows.push(...(await runWorkload(area.name, workload, infos, options)));
  }
  return rows;
}

function rowName(info: MeasureInfo, workload: Workload): string {
  return `${info.name}, ${workload.label}`;
}

interface Entrant {
  readonly name: string;
  readonly handle: ContenderHandle;
  readonly version: string;
  /** What it takes part in. */
  readonly measures: readonly string[];
  failure: string | undefined;
  readonly samples: Map<string, Sample[]>;
}

async function runWorkload(
  area: string,
  workload: Workload,
  infos: readonly MeasureInfo[],
  options: RunOptions,
): Promise<Row[]> {
  const measures = [...new Set(infos.map((info) => info.measure))];
  const { contenders } = (await import(workload.module)) as WorkloadModule<object>;
  const entrants: Entrant[] = [];
  const progress = (text: string): void => options.progress?.(`${area}: ${workload.label}: ${text}`);
  try {
    for (const name of [workload.ours, ...workload.peers]) {
      const contender = contenders[name];
      if (contender === undefined) throw new Error(`${area}: ${workload.module} has no contender "${name}"`);
      const entrant: Entrant = {
        name,
        handle: startProcess(name, workload, options),
        version: versionOf(contender.packageName),
        measures: measures.filter((measure) => contender.measures[measure] !== undefined),
        failure: undefined,
        samples: new Map(),
      };
      entrants.push(entrant);
      progress(`setting up ${name}`);
      await attempt(entrant, workload, () => {
        const { module, parameters, warmUpParameters } = workload;
        return entrant.handle.setUp({
          module,
          contender: name,
          measures: entrant.measures,
          parameters,
          warmUpParameters,
        });
      });
    }
    for (const measure of measures) await runMeasure(measure, entrants, workload, options.rounds, progress);
  } finally {
    for (const entrant of entrants) await entrant.handle.close();
  }
  return rowsOf(area, workload, infos, entrants);
}

function startProcess(name: string, workload: Workload, options: RunOptions): ContenderHandle {
  const isOurs = name === workload.ours;
  return new ContenderHandle({
    name,
    heapMegabytes: workload.heapMegabytes ?? 4096,
    limitMs: workload.sampleLimitMs ?? 15 * 60_000,
    ...(isOurs && options.profileDirectory !== undefined ? { profileDirectory: options.profileDirectory } : {}),
  });
}

/** The sides take turns within each round, and the order turns too, so that a slow minute of the machine hits all. */
async function runMeasure(
  measure: string,
  entrants: readonly Entrant[],
  workload: Workload,
  rounds: number,
  progress: (text: string) => void,
): Promise<void> {
  const warmUps = workload.warmUps ?? 1;
  for (let round = -warmUps; round < rounds; round++) {
    for (let turn = 0; turn < entrants.length; turn++) {
      const entrant = entrants[(turn + round + warmUps) % entrants.length]!;
      if (entrant.failure !== undefined || !entrant.measures.includes(measure)) continue;
      progress(`${measure}: ${round < 0 ? "warm-up" : `round ${round + 1} of ${rounds}`}: ${entrant.name}`);
      await attempt(entrant, workload, async () => {
        const sample = await entrant.handle.sample(measure);
        if (round < 0) return;
        const samples = entrant.samples.get(measure);
        if (samples === undefined) entrant.samples.set(measure, [sample]);
        else samples.push(sample);
      });
    }
  }
}

/** A peer that runs out of memory or time is a result; anything else, or the same on our side, fails the bench. */
async function attempt(entrant: Entrant, workload: Workload, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ContenderExhausted) || entrant.name === workload.ours) throw error;
    entrant.failure = error.message;
  }
}

function rowsOf(area: string, workload: Workload, infos: readonly MeasureInfo[], entrants: readonly Entrant[]): Row[] {
  const [ours, ...peers] = entrants as [Entrant, ...Entrant[]];
  const rows: Row[] = [];
  for (const info of infos) {
    for (const peer of peers) {
      if (!peer.measures.includes(info.measure)) continue;
      rows.push(
        makeRow({
          area,
          name: rowName(info, workload),
          unit: info.unit,
          quantity: info.quantity ?? "time",
          target: info.targets?.[peer.name],
          ours: samplesOf(ours, info.measure),
          peer: peer.name,
          theirs: samplesOf(peer, info.measure),
        }),
      );
    }
  }
  return rows;
}

function samplesOf(entrant: Entrant, measure: string): Samples {
  const samples = entrant.samples.get(measure) ?? [];
  // What was measured before a later measure failed still stands.
  const failure = samples.length === 0 ? entrant.failure : undefined;
  return { version: entrant.version, samples, ...(failure === undefined ? {} : { failure }) };
}
