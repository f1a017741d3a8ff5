import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Coverage } from "./coverage.ts";
import { type Case, Finding, LIMITS, type Target } from "./target.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** How an execution is measured. */
export interface Measures {
  /** Whether memory is, which takes milliseconds. */
  readonly memory: boolean;
  /** What to stop while time is measured again. */
  readonly coverage?: Coverage | undefined;
}

/** Runs one case with one input. Returns what is wrong, or `undefined`. */
export async function execute(
  target: Target,
  one: Case,
  input: Uint8Array,
  measures: Measures,
): Promise<Finding | undefined> {
  try {
    const prepared = one.prepare(input);
    const outcome = await timed(one, prepared, measures);
    if (!(outcome instanceof Thrown)) await one.check?.(outcome, prepared);
    target.invariant?.();
    if (measures.memory && one.size) await checkMemory(one, prepared, one.size(prepared));
    return undefined;
  } catch (error) {
    return error instanceof Finding ? error : unexpected("unexpected error in a check", error);
  }
}

/** Something that was thrown and may be. */
class Thrown {}

async function outcomeOf(one: Case, prepared: unknown): Promise<unknown> {
  try {
    return await one.read(prepared);
  } catch (error) {
    if (error instanceof Finding) throw error;
    if (one.isExpected(error)) return new Thrown();
    throw unexpected("unexpected error", error);
  }
}

function unexpected(what: string, error: unknown): Finding {
  const { name, stack } = error instanceof Error ? error : { name: typeof error, stack: undefined };
  const place = stack?.split("\n").find((line) => /^\s+at /.test(line)) ?? "";
  // Two errors are one finding when they are thrown at the same place.
  return new Finding(`${what}: ${name}${place.replace(/ \(.*/, "")}`, String(error).slice(0, 500), { cause: error });
}

async function timed(one: Case, prepared: unknown, { coverage }: Measures): Promise<unknown> {
  const start = performance.now();
  const outcome = await outcomeOf(one, prepared);
  const milliseconds = performance.now() - start;
  if (!one.size) return outcome;
  const size = one.size(prepared);
  const limit = LIMITS.milliseconds + (size * LIMITS.nanosecondsPerByte) / 1e6;
  if (milliseconds <= limit) return outcome;
  // Others may keep the machine busy, and code is slow at first: it is the least of several rounds that counts.
  coverage?.stop();
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 6 && least > limit; round++) {
    const before = process.cpuUsage();
    await outcomeOf(one, prepared);
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  coverage?.start();
  if (least <= limit) return outcome;
  throw new Finding("time", `${least.toFixed(1)} ms for ${size} bytes, over ${limit.toFixed(1)} ms`);
}

async function checkMemory(one: Case, prepared: unknown, size: number): Promise<void> {
  const limit = LIMITS.memory + size * LIMITS.memoryPerByte;
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3 && least > limit; round++) {
    collect();
    const before = memory();
    const outcome = await outcomeOf(one, prepared);
    collect();
    least = Math.min(least, memory() - before);
    keep(outcome);
  }
  if (least > limit) throw new Finding("memory", `${least} bytes are held for ${size} bytes of input, over ${limit}`);
}

/** Uses a value, so that it is not collected before. */
function keep(outcome: unknown): void {
  if (outcome === collect) throw new Error("never");
}

function memory(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
