import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os";

/** Where and when an area was measured. */
export interface Environment {
  readonly date: string;
  readonly node: string;
  readonly v8: string;
  readonly platform: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  /** One-minute load average before the run: other work on the machine. */
  readonly load: number;
  readonly rounds: number;
}

/** Describes this machine now. */
export function currentEnvironment(rounds: number): Environment {
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
    v8: process.versions.v8,
    platform: `${process.platform} ${process.arch} ${release()}`,
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    load: Math.round(loadavg()[0]! * 100) / 100,
    rounds,
  };
}
