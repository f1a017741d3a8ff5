import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createRemote, type Remote } from "@graphoid/remote";
import { createLoopback, createRouting, loopbackRouter, type Routing } from "@graphoid/routing";
import {
  COMPLIANCE_TARGET,
  type CompliancePair,
  complianceCases,
  complianceTarget,
  plainRef,
  routerCases,
} from "@graphoid/routing/testing";
import { createSerializer } from "@graphoid/serialize";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Certificate, makeCertificate } from "../../../scripts/testing/certificates.ts";
import { createDistribution, type Distribution, type HostEndpoint, type TcpRouter, tcpRouter } from "../src/index.ts";

const loopback = { host: "127.0.0.1", port: 0 };

/** A pair whose far host is in this process. */
function pairOf(near: Remote, far: Remote, close: () => Promise<unknown>, killFar?: () => void): CompliancePair {
  far.expose(COMPLIANCE_TARGET, complianceTarget());
  return {
    near,
    toFar: (id) => near.ref({ id, location: far.identity }),
    toNowhere: () => near.ref({ id: "x", location: "nowhere" }),
    ...(killFar === undefined ? {} : { killFar }),
    close: async () => void (await close()),
  };
}

describe("the router in one process", () => {
  const cases = complianceCases(async () => {
    const hub = createLoopback();
    const [near, far] = ["near", "far"].map((identity) => {
      const routing = createRouting();
      const remote = createRemote({ identity, route: routing.route });
      routing.onDeliver(remote.deliver);
      routing.register("loopback", loopbackRouter({ hub, identity, deliver: routing.deliver }));
      routing.use("loopback");
      hub.onLeave((left) => remote.peerLost(left));
      return { remote, routing, close: async () => void (await Promise.all([remote.close(), routing.close()])) };
    }) as [Host, Host];
    return pairOf(
      near.remote,
      far.remote,
      () => Promise.all([near.close(), far.close()]),
      () => void far.routing.close(),
    );
  });
  for (const { name, run } of cases) it(name, run);
});

interface Host {
  readonly remote: Remote;
  readonly routing: Routing;
  close(): Promise<void>;
}

describe("the router over TCP", () => {
  const cases = complianceCases(async () => {
    const far = await createDistribution({ identity: "far", listen: loopback });
    const peers = [{ id: "far", ...(far.address as HostEndpoint) }];
    const near = await createDistribution({ identity: "near", peers });
    const close = (): Promise<unknown> => Promise.all([near.close(), far.close()]);
    return pairOf(near.remote, far.remote, close, () => void far.routing.close());
  });
  for (const { name, run } of cases) it(name, run);

  // The way back is the connection, so that the path of answers need not be carried.
  const envelopes = routerCases(async () => {
    const [near, far] = [bare("near"), bare("far")];
    await far.routing.init({ listen: loopback });
    await near.routing.init({ peers: [{ id: "far", ...(far.router.address as HostEndpoint) }] });
    return {
      near: near.routing,
      far: far.routing,
      refToFar: (id) => plainRef(id, "far"),
      refToNowhere: () => plainRef("t", "nowhere"),
      close: async () => void (await Promise.all([near.routing.close(), far.routing.close()])),
    };
  }).filter(({ name }) => name !== "carries every part of an envelope");
  for (const { name, run } of envelopes) it(name, run);
});

/** A host with a router over TCP and no remote. */
function bare(identity: string): { readonly routing: Routing; readonly router: TcpRouter } {
  const routing = createRouting();
  const serializer = createSerializer();
  const router = tcpRouter({ identity, incarnation: "1", serializer, deliver: routing.deliver });
  routing.register("tcp", router);
  routing.use("tcp");
  return { routing, router };
}

describe("two processes on TLS, each with a certificate", () => {
  const authority = makeCertificate({ name: "authority", isAuthority: true });
  const certificate = (name: string): Certificate =>
    makeCertificate({ name, hosts: ["127.0.0.1", name], issuer: authority });
  const pem = ({ key, cert }: Certificate) => ({ key, cert, ca: authority.cert });
  let child: ChildProcess;
  let port = 0;
  let near: Distribution;

  beforeAll(async () => {
    child = fork(new URL("./compliant-host.mjs", import.meta.url), [JSON.stringify(pem(certificate("far")))], {
      // Not the conditions that tests run with: the child is plain Node on the built packages.
      execArgv: [],
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    [port] = (await once(child, "message")) as [number];
    const tls = pem(certificate("near"));
    const peers = [{ id: "far", host: "127.0.0.1", port }];
    near = await createDistribution({ identity: "near", peers, tcp: { connectOptions: { tls } } });
  });

  afterAll(async () => {
    await near.close();
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
  });

  it("know each other by their certificates", async () => {
    const [peer] = near.reflect.universe().distribution().peers();
    expect(peer).toMatchObject({ id: "far", state: "connected" });
    const caller = near.remote.ref({ id: COMPLIANCE_TARGET, location: "far" });
    expect(await caller.request("caller")).toBe("near");
  });

  it("N17: a host without a certificate is refused", async () => {
    const peers = [{ id: "far", host: "127.0.0.1", port }];
    const connectOptions = { tls: { ca: authority.cert } };
    await expect(createDistribution({ identity: "x", peers, tcp: { connectOptions } })).rejects.toMatchObject({
      code: "UNAUTHORIZED",
    });
  });

  const cases = complianceCases(async () => ({
    near: near.remote,
    toFar: (id) => near.remote.ref({ id, location: "far" }),
    toNowhere: () => near.remote.ref({ id: "x", location: "nowhere" }),
    killFar: () => void child.kill("SIGKILL"),
    // One pair for all cases, the last of which ends it.
    close: async () => {},
  }));
  for (const { name, run } of cases) it(name, run);
});
