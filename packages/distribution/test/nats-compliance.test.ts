import { type NatsRouterOptions, natsRouter } from "@graphoid/nats";
import { createRouting } from "@graphoid/routing";
import { COMPLIANCE_TARGET, complianceCases, complianceTarget, plainRef, routerCases } from "@graphoid/routing/testing";
import { createSerializer } from "@graphoid/serialize";
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

describe.skipIf(!hasNatsServer)("the router over NATS", () => {
  beforeAll(async () => {
    server = await startNats();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const cases = complianceCases(async () => {
    const namespace = `c${namespaces++}`;
    const [near, far] = await Promise.all([host("near", { namespace }), host("far", { namespace })]);
    far.remote.expose(COMPLIANCE_TARGET, complianceTarget());
    return {
      near: near.remote,
      toFar: (id) => near.remote.ref({ id, location: "far" }),
      toNowhere: () => near.remote.ref({ id: "x", location: "nowhere" }),
      killFar: () => void far.routing.close(),
      close: async () => void (await Promise.all([near.close(), far.close()])),
    };
  });
  for (const { name, run } of cases) it(name, run);
});
