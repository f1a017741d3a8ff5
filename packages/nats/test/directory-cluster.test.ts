import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasNatsServer, type NatsServer, startNatsCluster } from "../../../scripts/testing/nats-server.ts";
import { member, until } from "./directory-hosts.ts";

describe.skipIf(!hasNatsServer)("a directory of a cluster", { timeout: 180_000 }, () => {
  let servers: NatsServer[];
  beforeAll(async () => {
    servers = await startNatsCluster({ jetstream: true });
  });
  afterAll(async () => {
    for (const server of servers) await server[Symbol.asyncDispose]();
  });

  test("goes on when a server is killed: hosts stay, and so does what they own", async () => {
    const urls = servers.map(({ url }) => url);
    // Longer than the servers take to go on without one of them.
    const options = { replicas: 3, ttlMs: 30_000, storage: "file" } as const;
    const join = (identity: string, servers: string[]) => member(identity, { ...options, servers });
    // A cluster that has just started takes a while until it makes buckets.
    await using a = await until(() => join("a", urls));
    await using b = await join("b", [...urls].reverse());
    const [p, q] = [await a.directory.claim("p"), await b.directory.claim("q")];
    await until(() => expect(a.directory.owners().length).toBe(2));
    await until(() => expect(b.directory.owners().length).toBe(2));

    await servers[0]?.kill();
    const r = await until(() => a.directory.claim("r"));
    await until(() => expect(b.directory.claim("r")).rejects.toMatchObject({ code: "OWNED" }));
    expect(r.fence).toBeGreaterThan(Math.max(p.fence, q.fence));
    // Without it, the others may take their time until they let anyone watch: they leave that to it now and then.
    await servers[0]?.restart();
    await until(() => expect(b.directory.owner("r")?.owner).toBe("a"));
    await until(() => expect(b.directory.peer("a")?.state).toBe("connected"));
    await until(() => expect(a.directory.peer("b")?.state).toBe("connected"));

    expect([p, q, r].map(({ signal }) => signal.aborted)).toEqual([false, false, false]);
    expect([...a.states("b"), ...b.states("a")]).not.toContain("failed");
  });
});
