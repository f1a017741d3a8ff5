import { ManualClock } from "@graphoid/core";
import { Kvm } from "@nats-io/kv";
import { connect } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasNatsServer, type NatsServer, startNats } from "../../../scripts/testing/nats-server.ts";
import { member, SHORT_TTL_MS, until } from "./directory-hosts.ts";
import { startProxy } from "./directory-proxy.ts";

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
    expect(b.reports).toEqual(b.directory.peers());
    await until(() => expect(a.directory.peer("нода.b*>")?.state).toBe("connected"));
    await b.directory.close();
    await until(() => expect(a.states("нода.b*>")).toEqual(["connected", "left"]));
    expect(a.directory.peers()).toEqual([]);
    expect(a.changes.map((change) => change.kind === "peer" && change.peer.state)).toEqual(["connected", "left"]);
  });

  test("keeps namespaces apart", async () => {
    await using a = await member("a", { servers: nats.url, namespace: "one" });
    await using b = await member("a", { servers: nats.url, namespace: "two" });
    expect([...a.directory.peers(), ...b.directory.peers()]).toEqual([]);
  });

  test("takes a host that is silent for long as failed, and lets it come back", async () => {
    const access = { servers: nats.url, namespace: "silent", ttlMs: SHORT_TTL_MS };
    await using a = await member("a", access);
    // Its time stands still, and so it renews nothing.
    const clock = new ManualClock();
    await using b = await member("b", { ...access, clock });
    await until(() => expect(a.states("b").slice(-2)).toEqual(["suspect", "failed"]));
    expect(a.directory.peers()).toEqual([]);
    clock.advance(SHORT_TTL_MS / 4);
    await until(() => expect(a.states("b").slice(-2)).toEqual(["failed", "connected"]));
    await until(() => expect(b.directory.peer("a")?.state).toBe("connected"));
  });

  test("refuses a second host of a name, and lets a host that has crashed start anew", async () => {
    const access = { servers: nats.url, namespace: "names", ttlMs: SHORT_TTL_MS };
    await using a = await member("a", access);
    const clock = new ManualClock();
    await using crashed = await member("b", { ...access, clock, incarnation: "crashed" });
    await expect(member("a", access)).rejects.toMatchObject({
      code: "IDENTITY_TAKEN",
      details: { identity: "a", incarnation: expect.stringMatching(/^run-/) },
    });
    await using again = await member("b", { ...access, incarnation: "again" });
    await until(() => expect(a.directory.peer("b")).toMatchObject({ incarnation: "again", state: "connected" }));
    expect(a.reports.findLast(({ state }) => state === "failed")).toMatchObject({ id: "b", incarnation: "crashed" });
    // The one that was held for gone makes way.
    clock.advance(SHORT_TTL_MS / 4);
    await until(() => expect(crashed.changes).toContainEqual({ kind: "replaced" }));
    await expect(crashed.directory.claim(1)).rejects.toMatchObject({ code: "CLOSED" });
    await until(() => expect(again.directory.peer("a")?.state).toBe("connected"));
  });

  test("suspects nobody wrongly of being gone while this host is cut off", async () => {
    await using proxy = await startProxy(nats.url);
    await using a = await member("a", { servers: proxy.url, namespace: "cut", ttlMs: SHORT_TTL_MS });
    await using b = await member("b", { servers: nats.url, namespace: "cut", ttlMs: SHORT_TTL_MS });
    await using c = await member("c", { servers: nats.url, namespace: "cut", ttlMs: SHORT_TTL_MS });
    await until(() => expect(a.directory.peers().length).toBe(2));
    proxy.cut();
    await until(() => expect(b.states("a")).toContain("failed"));
    expect(a.directory.peers().map(({ state }) => state)).toEqual(["suspect", "suspect"]);
    await c.directory.close();
    await using d = await member("d", { servers: nats.url, namespace: "cut", ttlMs: SHORT_TTL_MS });
    proxy.mend();
    await until(() =>
      expect(a.directory.peers().map(({ id, state }) => `${id} ${state}`)).toEqual(["b connected", "d connected"]),
    );
    expect(a.states("b")).not.toContain("failed");
    await until(() => expect(b.directory.peer("a")?.state).toBe("connected"));
    await until(() => expect(d.directory.peer("a")?.state).toBe("connected"));
  });

  test("makes its buckets again where they are gone with the server", async () => {
    await using own = await startNats({ jetstream: true });
    await using a = await member("a", { servers: own.url, ttlMs: SHORT_TTL_MS });
    await using b = await member("b", { servers: own.url, ttlMs: SHORT_TTL_MS });
    const before = await a.directory.claim("p");
    await own.kill();
    await until(() => expect(before.signal.aborted).toBe(true));
    await own.restart();
    await until(() => expect(a.directory.peer("b")?.state).toBe("connected"));
    await until(() => expect(b.directory.peer("a")?.state).toBe("connected"));
    expect(a.directory.owner("p")).toBe(undefined);
    await until(async () => expect((await b.directory.claim("p")).owner).toBe("b"));
    await until(() => expect(a.directory.owner("p")?.owner).toBe("b"));
  });

  test("is not troubled by records of others", async () => {
    const access = { servers: nats.url, namespace: "foreign" };
    await using a = await member("a", access);
    const connection = await connect({ servers: nats.url });
    const kvm = new Kvm(connection);
    const [peers, owners] = [await kvm.open("foreign_peers"), await kvm.open("foreign_owners")];
    for (const text of ["", "}", '{"identity":"x"}', '{"identity":"x","incarnation":""}']) await peers.put("eA", text);
    await peers.put("eA", '{"identity":"x","incarnation":"\\ud800"}');
    await peers.put("something.else", "1");
    await owners.put("something.else", "1");
    await owners.put("n3", "not even JSON");
    await owners.put("n4", '{"partition":4,"owner":"","incarnation":"\\ud800"}');
    await using b = await member("b", access);
    for (const { directory } of [a, b]) await until(() => expect(directory.peers().length).toBe(1));
    await peers.put("eA", '{"identity":"x","incarnation":"1","address":""}');
    await until(() => expect(a.directory.peer("x")).toEqual({ id: "x", incarnation: "1", state: "connected" }));
    expect(b.directory.owners()).toEqual([]);
    for (const partition of [3, 4]) await a.directory.claim(partition);
    await until(() => expect(b.directory.owners().length).toBe(2));
    await connection.close();
  });

  test("shares a connection and leaves it open", async () => {
    const connection = await connect({ servers: nats.url });
    const a = await member("a", { connection, namespace: "shared" });
    await using b = await member("b", { connection, namespace: "shared" });
    await a.directory.close();
    await a.directory.close();
    await until(() => expect(b.states("a")).toEqual(["connected", "left"]));
    await b.directory.close();
    expect(connection.isClosed()).toBe(false);
    await connection.close();
  });

  test("refuses what it cannot do", async () => {
    const access = { servers: nats.url, namespace: "refused" };
    await using _ = await member("a", access);
    await expect(member("b", { ...access, ttlMs: 3_000 })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringContaining("refused_peers"),
    });
    await expect(member("", access)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    await expect(member("\ud800", access)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    await expect(member("x".repeat(1_025), access)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    await expect(member("b", { ...access, ttlMs: 0 })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    await using plain = await startNats();
    await expect(member("b", { servers: plain.url })).rejects.toMatchObject({
      code: "UNSUPPORTED_SERVER",
      message: expect.stringContaining("nats-server -js"),
    });
    await plain.kill();
    await expect(member("b", { servers: plain.url })).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });
});
