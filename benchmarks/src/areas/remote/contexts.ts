import { AsyncLocalStorage } from "node:async_hooks";
import { createContexts } from "@graphoid/context";
import { createDistribution } from "@graphoid/distribution";
import type { Contender, Measure } from "../../harness/workload.ts";
import { CONTEXT, LIMIT, PLAIN } from "./names.ts";

/** How often each thing is done, and what it may cost where there is no peer to measure against. */
export interface ContextsParameters {
  readonly operations: number;
  readonly limits: { readonly [measure: string]: number };
}

/** Operations before the next context: a trace holds no more than 1,024 spans. */
const BATCH = 1_000;

function timed(what: (operations: number) => number | Promise<number>): Measure<ContextsParameters> {
  return {
    async run({ operations }, probe) {
      probe.start();
      const start = process.cpuUsage();
      const digest = await what(operations);
      const { user, system } = process.cpuUsage(start);
      probe.stop();
      probe.operations(operations);
      probe.record("cpu", ((user + system) * 1_000) / operations);
      return digest;
    },
    expected: ({ operations }) => operations,
  };
}

const contexts = createContexts();

function derive(operations: number): number {
  const root = contexts.create({ timeoutMs: 60_000, metadata: { requestId: "abc123" } });
  let derived = 0;
  // `withTimeout` would add the promise that it returns; a detached context is the same derivation.
  for (let i = 0; i < operations; i++) if (root.detach() !== root) derived++;
  root.end();
  return derived;
}

function spans(operations: number): number {
  let ended = 0;
  while (ended < operations) {
    const root = contexts.create({ trace: true });
    for (let i = 0; i < BATCH && ended < operations; i++, ended++) root.startSpan("step").end();
  }
  return ended;
}

async function awaits(operations: number): Promise<number> {
  let done = 0;
  for (; done < operations; done++) await undefined;
  return done;
}

const limit = (measure: string): Measure<ContextsParameters> => ({
  run({ operations, limits }, probe) {
    probe.operations(1);
    probe.record("cpu", limits[measure] as number);
    return operations;
  },
  expected: ({ operations }) => operations,
});

const keep = (parameters: ContextsParameters): ContextsParameters => parameters;

/** Serves and makes calls with deadlines first, and never asks for the ambient context. */
async function callAndServe(parameters: ContextsParameters): Promise<ContextsParameters> {
  const far = await createDistribution({ identity: "far", listen: { host: "127.0.0.1", port: 0 } });
  const { port } = far.address as { port: number };
  const near = await createDistribution({ identity: "near", peers: [{ id: "far", host: "127.0.0.1", port }] });
  far.remote.expose("peer", { echo: (payload: object) => payload });
  const context = near.context.create({ timeoutMs: 60_000, trace: true });
  const ref = near.remote.ref({ id: "peer", location: "far" });
  for (let i = 0; i < 1_000; i++) await ref.request("echo", { i }, { context });
  context.end();
  await near.close();
  await far.close();
  return parameters;
}

export const contenders: { readonly [name: string]: Contender<ContextsParameters, ContextsParameters> } = {
  [CONTEXT]: {
    packageName: "@graphoid/context",
    setup: callAndServe,
    measures: { derive: timed(derive), span: timed(spans), await: timed(awaits) },
  },
  [LIMIT]: { setup: keep, measures: { derive: limit("derive"), span: limit("span") } },
  [PLAIN]: {
    setup(parameters) {
      // Loaded, as many programs have it by way of a dependency, and not running.
      if (typeof AsyncLocalStorage !== "function") throw new Error("no AsyncLocalStorage");
      return parameters;
    },
    measures: { await: timed(awaits) },
  },
};
