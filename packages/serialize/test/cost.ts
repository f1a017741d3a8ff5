import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** What the outcome of a call holds in memory, in bytes, and the processor time that it took. */
export interface Cost {
  readonly bytes: number;
  readonly milliseconds: number;
  readonly outcome: unknown;
}

/** The least of several rounds of running `run`: others may keep the machine busy. */
export function costOf(run: () => unknown, rounds = 3): Cost {
  let least: Cost | undefined;
  for (let round = 0; round < rounds; round++) {
    collect();
    const before = memory();
    const start = process.cpuUsage();
    let outcome: unknown;
    try {
      outcome = run();
    } catch (error) {
      outcome = error;
    }
    const { user, system } = process.cpuUsage(start);
    const milliseconds = (user + system) / 1000;
    collect();
    const bytes = memory() - before;
    least = {
      bytes: Math.min(bytes, least?.bytes ?? bytes),
      milliseconds: Math.min(milliseconds, least?.milliseconds ?? milliseconds),
      outcome,
    };
  }
  return least as Cost;
}

function memory(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
