import type { Sample } from "./row.ts";
import type { Probe } from "./workload.ts";

declare const gc: (() => void) | undefined;

/**
 * Collects garbage until the heap settles, then returns the bytes in use.
 *
 * `external` already includes array buffers. The pauses let V8's concurrent sweeper give array buffers back.
 */
async function settledBytes(): Promise<number> {
  for (let pass = 0; pass < 3; pass++) {
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

export function collectGarbage(): void {
  if (gc === undefined) throw new Error("benchmarks need node --expose-gc");
  gc();
}

/** Measures wall and CPU time of the parts of a run that count. */
export class Stopwatch implements Probe {
  #wallMs = 0;
  #cpuMs = 0;
  #operations = 1;
  #running: { readonly wall: number; readonly cpu: NodeJS.CpuUsage } | undefined;
  readonly #quantities: { [name: string]: number } = {};

  start(): void {
    if (this.#running !== undefined) throw new Error("the stopwatch runs already");
    this.#running = { cpu: process.cpuUsage(), wall: performance.now() };
  }

  stop(): void {
    const wall = performance.now();
    if (this.#running === undefined) throw new Error("the stopwatch does not run");
    const cpu = process.cpuUsage(this.#running.cpu);
    this.#wallMs += wall - this.#running.wall;
    this.#cpuMs += (cpu.user + cpu.system) / 1e3;
    this.#running = undefined;
  }

  operations(count: number): void {
    this.#operations = count;
  }

  record(quantity: string, value: number): void {
    this.#quantities[quantity] = value;
  }

  settledBytes(): Promise<number> {
    return settledBytes();
  }

  read(): Sample {
    if (this.#running !== undefined) throw new Error("the stopwatch still runs");
    return {
      wallMs: this.#wallMs,
      cpuMs: this.#cpuMs,
      operations: this.#operations,
      quantities: this.#quantities,
    };
  }
}
