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

/**
 * The least of several rounds of running `run`: others may keep the machine busy, and what an earlier round or test made may
 * be let go at any time.
 */
export function costOf(run: () => unknown, rounds = 3): Cost {
  let before = Number.POSITIVE_INFINITY;
  let after = Number.POSITIVE_INFINITY;
  let milliseconds = Number.POSITIVE_INFINITY;
  let outcome: unknown;
  for (let round = 0; round < rounds; round++) {
    outcome = undefined;
    before = Math.min(before, memory());
    const start = process.cpuUsage();
    outcome = outcomeOf(run);
    const { user, system } = process.cpuUsage(start);
    milliseconds = Math.min(milliseconds, (user + system) / 1000);
    after = Math.min(after, memory());
  }
  return { bytes: after - before, milliseconds, outcome };
}

function outcomeOf(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

function memory(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
