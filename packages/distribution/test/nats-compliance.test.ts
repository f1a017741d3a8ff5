import { type NatsRouterOptions, natsRouter } from "@graphoid/nats";
import { COMPLIANCE_TARGET, complianceCases, complianceTarget } from "@graphoid/routing/testing";
import { afterAll, beforeAll, describe, it } from "vitest";
import { hasNatsServer, type NatsServer, startNats } from "../../../scripts/testing/nats-server.ts";
import { createDistribution, type Distribution } from "../src/index.ts";

let server: NatsServer;
let namespaces = 0;

type Settings = Omit<NatsRouterOptions, "host" | "servers">;

function host(identity: string, settings: Settings): Promise<Distribution> {
  const nats: NonNullable<Parameters<typeof createDistribution>[0]["routers"]>[string] = (own) =>
    natsRouter({ host: own, servers: server.url, ...settings });
  return createDistribution({ identity, router: "nats", routers: { nats } });
}

describe.skipIf(!hasNatsServer).each([
  ["NATS", {}],
  ["JetStream", { delivery: "at-least-once" }],
] as const)("the router over %s", (name, settings) => {
  beforeAll(async () => {
    server = await startNats({ jetstream: true });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const cases = complianceCases(async () => {
    const namespace = `c${namespaces++}`;
    const [near, far] = (await Promise.all(
      ["near", "far"].map((identity) => host(identity, { namespace, ...settings })),
    )) as [Distribution, Distribution];
    far.remote.expose(COMPLIANCE_TARGET, complianceTarget());
    return {
      near: near.remote,
      toFar: (id) => near.remote.ref({ id, location: "far" }),
      toNowhere: () => near.remote.ref({ id: "x", location: "nowhere" }),
      // What is kept waits for the next run of a host.
      ...(name === "NATS" ? { killFar: () => void far.routing.close() } : {}),
      close: async () => void (await Promise.all([near.close(), far.close()])),
    };
  });
  for (const { name, run } of cases) it(name, run);
});
