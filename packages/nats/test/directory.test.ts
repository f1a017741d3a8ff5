import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasNatsServer, type NatsServer, startNats } from "../../../scripts/testing/nats-server.ts";
import { member, until } from "./directory-hosts.ts";

describe.skipIf(!hasNatsServer)("a directory", { timeout: 120_000 }, () => {
  let nats: NatsServer;
  beforeAll(async () => {
    nats = await startNats({ jetstream: true });
  });
  afterAll(() => nats[Symbol.asyncDispose]());

  test("tells each host of the others, and when they leave", async () => {
    const access = { servers: nats.url, namespace: "others" };
    await using a = await member("node a", { ...access, address: "10.0.1.100:9000", incarnation: "first" });
    await using b = await member("нода.b*>", access);
    expect(b.directory.peers()).toEqual([
      { id: "node a", incarnation: "first", address: "10.0.1.100:9000", state: "connected" },
    ]);
    await until(() => expect(a.directory.peer("нода.b*>")?.state).toBe("connected"));
    await b.directory.close();
    await until(() => expect(a.states("нода.b*>")).toEqual(["connected", "left"]));
    expect(a.directory.peers()).toEqual([]);
    expect(a.changes.map((change) => change.kind === "peer" && change.peer.state)).toEqual(["connected", "left"]);
  });

  test("claims", async () => {
    const access = { servers: nats.url, namespace: "claims" };
    await using a = await member("a", access);
    await using b = await member("b", access);
    const one = await a.directory.claim(3);
    await expect(b.directory.claim(3)).rejects.toMatchObject({ code: "OWNED", details: { owner: "a" } });
    await until(() => expect(b.directory.owner(3)?.owner).toBe("a"));
    await a.directory.release(3);
    expect(one.signal.aborted).toBe(true);
    const two = await b.directory.claim(3);
    expect(two.fence).toBeGreaterThan(one.fence);
  });
});
