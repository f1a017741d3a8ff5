import { fork } from "node:child_process";
import { once } from "node:events";
import { isGraphoidError, type PartitionId } from "@graphoid/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { hasNatsServer, type NatsServer, startNats } from "../../../scripts/testing/nats-server.ts";
import type { Ownership } from "../src/ownership.ts";
import { type Member, member, SHORT_TTL_MS, until } from "./directory-hosts.ts";
import { startProxy } from "./directory-proxy.ts";

/** Claims a partition, whoever has it: `undefined` when another does. */
async function attempt({ directory }: Member, partition: PartitionId): Promise<Ownership | undefined> {
  return directory.claim(partition).catch((error: unknown) => {
    if (!isGraphoidError(error, "OWNED")) throw error;
    return undefined;
  });
}

describe.skipIf(!hasNatsServer)("ownership", { timeout: 120_000 }, () => {
  let nats: NatsServer;
  beforeAll(async () => {
    nats = await startNats({ jetstream: true });
  });
  afterAll(() => nats[Symbol.asyncDispose]());

  test("is told, released, and claimed by another with a greater fence", async () => {
    const access = { servers: nats.url, namespace: "one-by-one" };
    await using a = await member("a", { ...access, incarnation: "of-a" });
    await using b = await member("b", access);
    const first = await a.directory.claim(3);
    expect(first).toMatchObject({ partition: 3, owner: "a", incarnation: "of-a" });
    expect(a.directory.owner(3)).toMatchObject({ owner: "a", fence: first.fence });
    expect(await a.directory.claim(3)).toBe(first);
    const { fence } = first;
    await expect(b.directory.claim(3)).rejects.toMatchObject({ code: "OWNED", details: { owner: "a", fence } });
    await until(() => expect(b.directory.owners()).toEqual([{ partition: 3, owner: "a", incarnation: "of-a", fence }]));

    await b.directory.release(3);
    expect(first.signal.aborted).toBe(false);
    await a.directory.release(3);
    expect(first.signal.reason).toMatchObject({ code: "OWNERSHIP_LOST", details: { partition: 3, why: "released" } });
    expect(a.directory.owner(3)).toBe(undefined);
    const second = await b.directory.claim(3);
    expect(second.fence).toBeGreaterThan(fence);
    await until(() => expect(a.directory.owner(3)?.owner).toBe("b"));
    const told = b.changes.flatMap((change) => (change.kind === "owner" ? [change.owner?.owner] : []));
    expect(told).toEqual(["a", undefined, "b"]);
    expect(a.changes.filter(({ kind }) => kind === "owner-lost")).toEqual([]);
  });

  test("keeps a number and the same number as text apart, and takes any text", async () => {
    const access = { servers: nats.url, namespace: "names-of-partitions" };
    await using a = await member("a", access);
    await using b = await member("b", access);
    const names: PartitionId[] = [3, "3", "n3", "a.b.>", "ü *", "\u0000", "x".repeat(1_024)];
    for (const name of names) await a.directory.claim(name);
    await until(() => expect(b.directory.owners().map(({ partition }) => partition)).toEqual(names));
    for (const name of ["", "\ud800", "x".repeat(1_025), -1, 1.5, Number.NaN]) {
      await expect(a.directory.claim(name)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    }
  });

  test("can be transferred to a host that is there", async () => {
    const access = { servers: nats.url, namespace: "transfers" };
    await using a = await member("a", access);
    await using b = await member("b", access);
    const first = await a.directory.claim("p");
    await expect(a.directory.transfer("p", "nobody")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(b.directory.transfer("p", "a")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await a.directory.transfer("p", "a");
    expect(first.signal.aborted).toBe(false);
    await a.directory.transfer("p", "b");
    expect(first.signal.reason).toMatchObject({ details: { why: "transferred" } });
    expect(a.directory.owner("p")?.owner).toBe("b");
    await until(() => expect(b.directory.owner("p")?.owner).toBe("b"));
    await expect(a.directory.claim("p")).rejects.toMatchObject({ code: "OWNED", details: { owner: "b" } });
    const second = await b.directory.claim("p");
    expect(second.fence).toBeGreaterThan(first.fence);
    expect(second.fence).toBe(a.directory.owner("p")?.fence);
  });

  test("ends when a host leaves, and all see that at once", async () => {
    const access = { servers: nats.url, namespace: "leaving" };
    const a = await member("a", access);
    await using b = await member("b", access);
    const owned = await Promise.all([1, 2, 3].map((partition) => a.directory.claim(partition)));
    await until(() => expect(b.directory.owners().length).toBe(3));
    const claiming = a.directory.claim(4).catch((error: unknown) => error);
    await a.directory.close();
    expect(owned.map(({ signal }) => signal.aborted)).toEqual([true, true, true]);
    expect(isGraphoidError(await claiming)).toBe(true);
    await until(() => expect(b.directory.owners()).toEqual([]));
    for (const partition of [1, 2, 3, 4]) await b.directory.claim(partition);
  });

  test("is given to one of many who claim at once", async () => {
    const access = { servers: nats.url, namespace: "race" };
    const members = await Promise.all(["a", "b", "c", "d", "e"].map((id) => member(id, access)));
    const greatest = new Map<PartitionId, number>();
    const claims = fc.array(fc.tuple(fc.nat(4), fc.nat(7)), { minLength: 20, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(claims, async (wanted) => {
        const made = await Promise.all(wanted.map(([who, partition]) => attempt(members[who] as Member, partition)));
        const winners = new Map<PartitionId, Ownership>();
        for (const [i, ownership] of made.entries()) {
          const [who, partition] = wanted[i] as [number, number];
          if (ownership === undefined) continue;
          const winner = winners.get(partition) ?? ownership;
          winners.set(partition, winner);
          expect(ownership).toBe(winner);
          expect(ownership.owner).toBe("abcde"[who]);
        }
        expect(new Set(winners.keys())).toEqual(new Set(wanted.map(([, partition]) => partition)));
        for (const [partition, { owner, fence }] of winners) {
          expect(fence).toBeGreaterThan(greatest.get(partition) ?? 0);
          greatest.set(partition, fence);
          await members["abcde".indexOf(owner)]?.directory.release(partition);
        }
      }),
      { numRuns: 10 },
    );
    for (const { directory } of members) await directory.close();
  });

  test("passes on when hosts are cut off, and is never with two who both may rely on it", async () => {
    const [ids, partitions] = [
      ["a", "b", "c"],
      [0, 1, 2, 3, 4, 5],
    ];
    const proxies = await Promise.all(ids.map(() => startProxy(nats.url)));
    const members = await Promise.all(
      proxies.map(({ url }, i) =>
        member(ids[i] as string, { servers: url, namespace: "passing", ttlMs: SHORT_TTL_MS }),
      ),
    );
    const owned = new Map<PartitionId, Ownership>();
    const claimAll = async (of: readonly Member[]): Promise<void> => {
      const claim = async (by: Member, partition: PartitionId): Promise<void> => {
        const ownership = await attempt(by, partition);
        const before = owned.get(partition);
        if (ownership === undefined || ownership === before) return;
        expect(before?.signal.aborted ?? true).toBe(true);
        expect(ownership.fence).toBeGreaterThan(before?.fence ?? 0);
        owned.set(partition, ownership);
      };
      await Promise.all(of.flatMap((by) => partitions.map((partition) => claim(by, partition))));
      const relied = [...owned.values()].filter(({ signal }) => !signal.aborted);
      const present = of.map((by) => ids[members.indexOf(by)]);
      expect(relied.filter(({ owner }) => present.includes(owner)).length).toBe(partitions.length);
    };
    await until(() => claimAll(members));
    for (const [i, proxy] of proxies.slice(0, 2).entries()) {
      const cut = members[i] as Member;
      const others = members.filter((one) => one !== cut);
      const had = [...owned.values()].filter(({ owner }) => owner === ids[i]);
      proxy.cut();
      await until(() => claimAll(others));
      for (const { signal } of had) expect(signal.reason).toMatchObject({ details: { why: "lapsed" } });
      expect(cut.changes.filter(({ kind }) => kind === "owner-lost").length).toBeGreaterThanOrEqual(had.length);
      await expect(cut.directory.claim(0)).rejects.toMatchObject({ code: "UNAVAILABLE" });
      proxy.mend();
      await until(() => expect(cut.directory.owners().map(({ owner }) => owner)).not.toContain(ids[i]));
      await until(() => expect(cut.directory.owners().length).toBe(partitions.length));
    }
    for (const { directory } of members) await directory.close();
    for (const proxy of proxies) await proxy[Symbol.asyncDispose]();
  });

  test("ends with a lapse though nobody takes it over, and can be claimed again", async () => {
    await using proxy = await startProxy(nats.url);
    await using a = await member("a", { servers: proxy.url, namespace: "lapse", ttlMs: SHORT_TTL_MS });
    await using b = await member("b", { servers: nats.url, namespace: "lapse", ttlMs: SHORT_TTL_MS });
    const first = await a.directory.claim("p");
    await until(() => expect(b.directory.owner("p")?.owner).toBe("a"));
    proxy.cut();
    await until(() => expect(a.changes.find(({ kind }) => kind === "owner-lost")).toMatchObject({ why: "lapsed" }));
    expect(a.directory.owner("p")).toBe(undefined);
    await until(() => expect(b.directory.owner("p")).toBe(undefined));
    proxy.mend();
    const second = await until(() => a.directory.claim("p"));
    expect(second.fence).toBeGreaterThan(first.fence);
    await until(() => expect(b.directory.owner("p")?.fence).toBe(second.fence));
  });

  test("of a process that is killed is taken over", async () => {
    const access = { servers: nats.url, namespace: "killed", ttlMs: SHORT_TTL_MS };
    await using a = await member("a", access);
    const args = ["b", nats.url, "killed", String(SHORT_TTL_MS), "p", "q"];
    const child = fork(new URL("./directory-child.mjs", import.meta.url), args, { execArgv: [] });
    onTestFinished(() => void child.kill("SIGKILL"));
    const [fences] = (await once(child, "message")) as [number[]];
    await expect(a.directory.claim("p")).rejects.toMatchObject({ code: "OWNED", details: { owner: "b" } });
    child.kill("SIGKILL");
    await until(() => expect(a.directory.owners()).toEqual([]));
    expect(a.states("b").at(-1)).toBe("failed");
    const [p, q] = await until(() => Promise.all([a.directory.claim("p"), a.directory.claim("q")]));
    expect(Math.min(p.fence, q.fence)).toBeGreaterThan(Math.max(...fences));
  });
});
