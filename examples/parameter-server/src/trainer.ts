import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createDistribution } from "@graphoid/distribution";
import { type Network, tcpNetwork } from "@graphoid/example-network";
import { share, WIDTH } from "./iris.ts";
import type { Examples } from "./logistic-regression.ts";
import { PATIENCE, ParameterServer } from "./parameter-server.ts";
import type { Work } from "./worker.ts";

export interface TrainingOptions {
  readonly workers: number;
  readonly staleness: number;
  readonly rate: number;
  readonly rounds: number;
  /** How much more the first worker works than the others. */
  readonly toil: number;
  readonly script: URL;
  /** Default: TCP. */
  readonly network?: Network;
  /** Told of the workers when all have begun. */
  readonly onStart?: (workers: readonly ChildProcess[]) => void;
}

export interface Training {
  readonly weights: Float64Array;
  readonly steps: number;
  readonly furthestAhead: number;
}

/** Trains over worker processes, each with a share of the examples; a worker that is lost is left out. */
export async function train(examples: Examples, options: TrainingOptions): Promise<Training> {
  const { workers: count, staleness, rate, rounds, toil, script, network = tcpNetwork() } = options;
  const names = Array.from({ length: count }, (_, i) => `worker_${i}`);
  await using distribution = await createDistribution({ identity: "server", ...network.hostOptions(PATIENCE) });
  const server = new ParameterServer(
    distribution,
    { weights: new Float64Array(WIDTH + 1) },
    { workers: names, staleness, rate },
  );
  const begun = new Set<string>();
  let begin = (): void => {};
  const allBegun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  // A worker that is done stays, so that its last gradient counts until all are.
  let left = count;
  let end = (): void => {};
  const allEnded = new Promise<void>((resolve) => {
    end = resolve;
  });
  const ended = (): void => {
    left--;
    if (left === 0) end();
  };
  distribution.remote.expose("trainer", {
    async join(identity: string): Promise<Work> {
      begun.add(identity);
      if (begun.size === count) begin();
      await allBegun;
      const number = names.indexOf(identity);
      const work = { examples: share(examples, number, count), total: examples.labels.length, rounds };
      return { ...work, toil: number === 0 ? toil : 1 };
    },
    done: () => ended(),
  });
  const invitation = network.invitation(distribution);
  const workers = names.map((name) => fork(fileURLToPath(script), [name, invitation], { execArgv: [] }));
  const exits = workers.map((worker) => once(worker, "exit"));
  await Promise.race([allBegun, ...exits.map(failure)]);
  for (const exit of exits) void exit.then(ended);
  options.onStart?.(workers);
  await allEnded;
  for (const worker of workers) if (worker.connected) worker.disconnect();
  await Promise.all(exits);
  const { steps, furthestAhead } = server;
  return { weights: server.parameters["weights"] as Float64Array, steps, furthestAhead };
}

async function failure(exit: Promise<unknown[]>): Promise<never> {
  const [code, signal] = await exit;
  throw new Error(`a worker ended with ${signal ?? code} before it began`);
}
