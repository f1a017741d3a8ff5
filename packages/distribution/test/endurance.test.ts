import { getEventListeners, setMaxListeners } from "node:events";
import { Socket } from "node:net";
import { isDeepStrictEqual } from "node:util";
import { queryObjects, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { isGraphoidError, type Value } from "@graphoid/core";
import { describe, expect, it } from "vitest";
import { createDistribution, type Distribution, type HostEndpoint } from "../src/index.ts";

/**
 * How often each thing is done. The tests do little; for the real measure, a million:
 * `GRAPHOID_ENDURANCE=1000000 npx vitest run packages/distribution/test/endurance.test.ts`
 */
const COUNT = Number(process.env["GRAPHOID_ENDURANCE"] ?? 2_000);
const LIMIT_MS = 60_000 + COUNT;
const MEGABYTE = 2 ** 20;
const IN_FLIGHT = 64;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** What is alive in the whole process after a collection, timers that do not keep it alive included. */
interface Alive {
  readonly timers: number;
  readonly sockets: number;
  readonly unsettled: number;
  readonly listeners: number;
}

const probe = setTimeout(() => {}, 0);
const Timeout = probe.constructor;
clearTimeout(probe);

function alive(): Alive {
  const promises = queryObjects(Promise, { format: "summary" });
  const names = process.eventNames();
  return {
    timers: queryObjects(Timeout, { format: "count" }),
    sockets: queryObjects(Socket, { format: "count" }),
    unsettled: promises.filter((text) => text.includes("<pending>")).length,
    listeners: names.reduce((sum, name) => sum + process.listenerCount(name), 0),
  };
}

interface Call {
  readonly signal: AbortSignal;
}

async function far(handlers: object): Promise<Distribution> {
  const host = await createDistribution({ identity: "far", listen: { host: "127.0.0.1", port: 0 } });
  host.remote.expose("x", handlers);
  return host;
}

const near = (host: Distribution): Promise<Distribution> =>
  createDistribution({ identity: "near", peers: [{ id: "far", ...(host.address as HostEndpoint) }] });

/** Does `one(0)` to `one(count - 1)`, so many at a time. */
async function each(count: number, one: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  const chain = async (): Promise<void> => {
    while (next < count) await one(next++);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, chain));
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("R3: cancel against reply, over TCP", () => {
  it(
    "each call has exactly one outcome, and its handler's signal fires",
    async () => {
      const cancelledAt = new Float64Array(COUNT);
      const delays: number[] = [];
      await using host = await far({
        race: async (i: number, { signal }: Call) => {
          signal.addEventListener("abort", () => delays.push(performance.now() - (cancelledAt[i] as number)));
          for (let waits = i % 4; waits > 0; waits--) await turn();
          return i;
        },
      });
      await using caller = await near(host);
      const ref = caller.remote.ref({ id: "x", location: "far" });
      const outcomes = new Uint8Array(COUNT);
      let answered = 0;
      await each(COUNT, async (i) => {
        const controller = new AbortController();
        const settled = ref.request("race", i, { signal: controller.signal }).then(
          (value: Value) => {
            outcomes[i]!++;
            if (value === i) answered++;
          },
          (error: unknown) => {
            if (isGraphoidError(error, "CANCELLED")) outcomes[i]!++;
          },
        );
        for (let waits = (i >> 2) % 5; waits > 0; waits--) await turn();
        cancelledAt[i] = performance.now();
        controller.abort();
        await settled;
      });
      // A request behind them all: what was on its way has arrived.
      await ref.request("race", 0);
      expect(outcomes.every((count) => count === 1)).toBe(true);
      expect(answered).toBeGreaterThan(COUNT / 20);
      expect(delays.length).toBeGreaterThan(COUNT / 20);
      expect([caller.remote.stats().inFlight, host.remote.stats().serving]).toEqual([0, 0]);
      delays.sort((a, b) => a - b);
      const p99 = delays[Math.floor(delays.length * 0.99)] as number;
      if (COUNT > 100_000) console.log(`${answered} answered, signals after ${p99.toFixed(2)} ms (99 of 100)`);
    },
    LIMIT_MS,
  );
});

describe("calls, cancels and reconnects", () => {
  const settledBytes = async (): Promise<number> => {
    for (let i = 0; i < 4; i++) {
      await turn();
      collect();
    }
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };

  /** What a program has for as long as it runs, given to every call. */
  const lasting = new AbortController();
  setMaxListeners(0, lasting.signal);

  const host = (): Promise<Distribution> =>
    far({
      echo: (payload: Value) => payload,
      wait: () => new Promise(() => {}),
      *count() {
        for (let i = 0; ; i++) yield i;
      },
    });

  /** Connects, makes calls that end in every way, and disconnects while some wait. */
  const connect = async (to: Distribution, calls: number): Promise<void> => {
    const caller = await near(to);
    const ref = caller.remote.ref({ id: "x", location: "far" });
    const outer = caller.context.create({ signal: lasting.signal });
    await each(calls, async (i) => {
      if (i % 8 === 0) {
        const controller = new AbortController();
        const waiting = ref.request("wait", null, { signal: controller.signal }).catch(() => {});
        controller.abort();
        await waiting;
      } else if (i % 8 === 1) {
        for await (const item of ref.stream("count")) if (item === 2) break;
      } else if (i % 8 === 2) {
        await ref.send("echo", i);
      } else if (i % 8 === 3) {
        const context = caller.context.create({ timeoutMs: 60_000, trace: true });
        await ref.request("echo", i, { context });
        context.end();
      } else if (i % 8 === 4) {
        await ref.request("echo", i, { signal: lasting.signal });
      } else if (i % 8 === 5) {
        await ref.request("echo", i, { context: outer });
      } else {
        await ref.request("echo", { i });
      }
    });
    expect(getEventListeners(lasting.signal, "abort")).toHaveLength(0);
    // Calls that wait when the connection goes away.
    const lost = Array.from({ length: 10 }, () => ref.request("wait").catch((error: { code: string }) => error.code));
    await caller.close();
    expect(new Set(await Promise.all(lost))).toEqual(new Set(["CLOSED"]));
    expect(caller.remote.stats().inFlight).toBe(0);
  };

  const close = async (closing: Distribution): Promise<void> => {
    while (closing.remote.stats().serving > 0) await turn();
    await closing.close();
  };

  it(
    "leave nothing behind: no memory, timers, sockets, listeners, unsettled promises or open calls",
    async () => {
      // What is made once for the process is there already.
      const first = await host();
      await connect(first, 100);
      await close(first);
      await settledBytes();
      const before = alive();
      const kept = await host();
      const rounds = 20;
      for (let round = 0; round < rounds; round++) await connect(kept, COUNT / rounds);
      const start = await settledBytes();
      for (let round = 0; round < rounds; round++) await connect(kept, COUNT / rounds);
      let grown = (await settledBytes()) - start;
      // What the engine compiles meanwhile is no leak, and does not go on growing.
      for (let again = 0; again < 5 && grown > MEGABYTE; again++) {
        const base = await settledBytes();
        for (let round = 0; round < rounds; round++) await connect(kept, COUNT / rounds);
        grown = (await settledBytes()) - base;
      }
      expect(grown).toBeLessThanOrEqual(MEGABYTE);
      await close(kept);
      let after = alive();
      for (let again = 0; again < 50 && !isDeepStrictEqual(after, before); again++) {
        await settledBytes();
        after = alive();
      }
      expect(after).toEqual(before);
      if (COUNT > 100_000) console.log(`grown by ${grown} bytes; before and after: ${JSON.stringify([before, after])}`);
    },
    LIMIT_MS,
  );
});
