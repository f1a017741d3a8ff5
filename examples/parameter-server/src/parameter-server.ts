import { type Call, type Distribution, InvalidArgumentError, NotFoundError } from "@graphoid/distribution";

/** A process that computes says nothing meanwhile, and is not lost. One that has ended is noticed at once all the same. */
export const PATIENCE = { failAfterMs: 60_000 };
/** What the server exposes its parameters as. */
export const PARAMETERS = "parameters";

/** Named vectors: parameters, or gradients of them. */
export interface Vectors {
  readonly [name: string]: Float64Array;
}

export interface ParameterServerOptions {
  /** The hosts that take part. One that is lost does no longer, and nobody waits for it. */
  readonly workers: readonly string[];
  /** How many rounds a worker may be ahead of the slowest: 0 for rounds that all make together. */
  readonly staleness: number;
  /** How far a step goes along the gradient. */
  readonly rate: number;
}

/** A worker as the server sees it. */
interface Worker {
  /** How many rounds it has made. */
  clock: number;
  /** Its last gradients. */
  gradients: Vectors;
}

/**
 * Holds vectors that workers pull, and improves them by the gradients that they push (Ho and others, "More Effective
 * Distributed ML via a Stale Synchronous Parallel Parameter Server", 2013). Each push is a step along the sum of the last
 * gradients of all workers: so it comes to rest where that sum is zero, however late some of them are.
 */
export class ParameterServer {
  readonly #options: ParameterServerOptions;
  readonly #workers: Map<string, Worker>;
  #waiting: (() => void)[] = [];
  readonly parameters: Vectors;
  /** The most rounds that a worker that was given parameters was ahead of the slowest. */
  furthestAhead = 0;
  steps = 0;

  constructor(distribution: Distribution, parameters: Vectors, options: ParameterServerOptions) {
    this.#options = options;
    this.#workers = new Map(options.workers.map((identity) => [identity, { clock: 0, gradients: {} }]));
    const { remote } = distribution;
    for (const identity of options.workers) {
      remote.monitor(remote.ref({ id: "worker", location: identity }), () => {
        this.#workers.delete(identity);
        this.#wake();
      });
    }
    this.parameters = Object.fromEntries(Object.entries(parameters).map(([name, vector]) => [name, vector.slice()]));
    remote.expose(PARAMETERS, {
      pull: (_: null, call: Call) => this.#pull(call),
      push: (gradients: Vectors, call: Call) => this.#push(gradients, call),
    });
  }

  /** Answers with the parameters, once no worker is further behind the caller than it may be. */
  async #pull(call: Call): Promise<Vectors> {
    const worker = this.#worker(call);
    while (worker.clock - this.#slowest() > this.#options.staleness) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.furthestAhead = Math.max(this.furthestAhead, worker.clock - this.#slowest());
    return this.parameters;
  }

  #push(gradients: Vectors, call: Call): void {
    for (const [name, vector] of Object.entries(this.parameters)) {
      if (gradients[name]?.length !== vector.length) {
        throw new InvalidArgumentError(`push: expected ${vector.length} numbers as the gradient of ${name}`);
      }
    }
    const worker = this.#worker(call);
    worker.gradients = gradients;
    worker.clock++;
    this.steps++;
    for (const [name, vector] of Object.entries(this.parameters)) {
      for (const { gradients } of this.#workers.values()) {
        const gradient = gradients[name];
        if (gradient) for (let i = 0; i < vector.length; i++) vector[i]! -= this.#options.rate * gradient[i]!;
      }
    }
    this.#wake();
  }

  #worker({ from }: Call): Worker {
    const worker = this.#workers.get(String(from.identity));
    if (!worker) throw new NotFoundError(`${from.identity} takes no part`);
    return worker;
  }

  #slowest(): number {
    return Math.min(...Array.from(this.#workers.values(), ({ clock }) => clock));
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
