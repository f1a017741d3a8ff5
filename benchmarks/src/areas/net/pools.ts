import { connect, listen, memoryTransport, pool } from "@graphoid/net";
import genericPool from "generic-pool";
import { Pool as TarnPool } from "tarn";
import type { Contender, Measure } from "../../harness/workload.ts";
import { GENERIC_POOL, OURS, TARN } from "./names.ts";

export interface PoolParameters {
  readonly acquisitions: number;
}

interface State extends PoolParameters {
  acquire(): Promise<object>;
  release(resource: object): void;
}

const maxConnections = 10;
const users = 200;
const acquireTimeoutMs = 60_000;

async function use(state: State, times: number): Promise<number> {
  let used = 0;
  for (; used < times; used++) state.release(await state.acquire());
  return used;
}

/** One user at a time. */
const uncontended: Measure<State> = {
  async run(state, probe) {
    await state.acquire().then((first) => state.release(first));
    probe.operations(state.acquisitions);
    probe.start();
    const used = await use(state, state.acquisitions);
    probe.stop();
    return used;
  },
  expected: ({ acquisitions }) => acquisitions,
};

/** Everyone who was served queues up again, so that most of 200 always wait. */
const contended: Measure<State> = {
  async run(state, probe) {
    const each = state.acquisitions / users;
    probe.operations(state.acquisitions);
    probe.start();
    const used = await Promise.all(Array.from({ length: users }, () => use(state, each)));
    probe.stop();
    return used.reduce((sum, count) => sum + count, 0);
  },
  expected: ({ acquisitions }) => acquisitions,
};

const measures = { uncontended, contended };

/** Pools of connections that cost nothing, with a timeout for each acquisition and no validation but their own. */
export const contenders: { readonly [name: string]: Contender<State, PoolParameters> } = {
  [OURS]: {
    packageName: "@graphoid/net",
    async setup(parameters) {
      const transport = memoryTransport();
      const server = await listen("bench", 1, { transport, heartbeat: false });
      const connection = { transport, heartbeat: false } as const;
      await (await connect("bench", 1, connection)).close();
      const ours = pool({ host: "bench", port: server.port, maxConnections, acquireTimeoutMs, connection });
      return {
        ...parameters,
        acquire: () => ours.acquire(),
        release: (lease) => ours.release(lease as Awaited<ReturnType<typeof ours.acquire>>),
      };
    },
    measures,
  },
  [GENERIC_POOL]: {
    packageName: "generic-pool",
    setup(parameters) {
      const generic = genericPool.createPool<object>(
        { create: async () => ({}), destroy: async () => {} },
        { max: maxConnections, acquireTimeoutMillis: acquireTimeoutMs },
      );
      return {
        ...parameters,
        acquire: () => generic.acquire() as Promise<object>,
        release: (resource) => void generic.release(resource),
      };
    },
    measures,
  },
  [TARN]: {
    packageName: "tarn",
    setup(parameters) {
      const tarn = new TarnPool<object>({
        create: async () => ({}),
        destroy: () => {},
        min: 0,
        max: maxConnections,
        acquireTimeoutMillis: acquireTimeoutMs,
      });
      return {
        ...parameters,
        acquire: () => tarn.acquire().promise,
        release: (resource) => void tarn.release(resource),
      };
    },
    measures,
  },
};
