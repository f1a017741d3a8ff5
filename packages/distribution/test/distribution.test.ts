import { fork } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import {
  createDistribution,
  type Distribution,
  type Envelope,
  type HostEndpoint,
  type Router,
  type RouterHost,
  type Value,
} from "../src/index.ts";

const loopback = { host: "127.0.0.1", port: 0 };

function at(d: Distribution) {
  return { id: d.identity, ...(d.address as HostEndpoint) };
}

describe("createDistribution", () => {
  it("connects two hosts whichever of them calls", async () => {
    await using a = await createDistribution({ identity: "a", listen: loopback });
    await using b = await createDistribution({ identity: "b", peers: [at(a)] });
    a.remote.expose("x", { twice: (n: number) => 2 * n });
    b.remote.expose("y", { thrice: (n: number) => 3 * n });
    expect(await b.remote.ref({ id: "x", location: "a" }).request("twice", 4)).toBe(8);
    // a has no address for b, and uses the connection that b made.
    expect(await a.remote.ref({ id: "y", location: "b" }).request("thrice", 4)).toBe(12);
  });

  it("keeps the order of what one host sends to another, also while connecting", async () => {
    await using a = await createDistribution({ identity: "a", listen: loopback });
    await using b = await createDistribution({ identity: "b", listen: loopback });
    const seen: number[] = [];
    const all = new Promise<void>((resolve) => {
      a.remote.expose("log", (_message: string, n: Value) => {
        if (seen.push(n as number) === 200) resolve();
      });
    });
    const log = b.remote.ref({ id: "log", location: "a" });
    // Both sides dial at once, and messages leave before, while and after.
    const dialling = [b.routing.init({ peers: [at(a)] }), a.routing.init({ peers: [at(b)] })];
    const sends = Array.from({ length: 100 }, (_, i) => log.send("n", i));
    await Promise.all(dialling);
    for (let i = 100; i < 200; i++) sends.push(log.send("n", i));
    await Promise.all(sends);
    await all;
    expect(seen).toEqual(Array.from({ length: 200 }, (_, i) => i));
  });

  it("sends references that can be called where they arrive", async () => {
    await using a = await createDistribution({ identity: "a", listen: loopback });
    await using b = await createDistribution({ identity: "b", peers: [at(a)] });
    a.remote.expose("counter", { next: (n: number) => n + 1 });
    a.remote.expose("lobby", { find: () => a.remote.ref({ id: "counter", location: "a" }) });
    const found = (await b.remote.ref({ id: "lobby", location: "a" }).request("find")) as {
      request(message: string, payload: Value): Promise<Value>;
    };
    expect(await found.request("next", 1)).toBe(2);
  });

  it("ends calls when the peer closes", async () => {
    const a = await createDistribution({ identity: "a", listen: loopback });
    await using b = await createDistribution({ identity: "b", peers: [at(a)] });
    let asked = (): void => {};
    const asking = new Promise<void>((resolve) => {
      asked = resolve;
    });
    a.remote.expose("slow", {
      wait: () => {
        asked();
        return new Promise(() => {});
      },
    });
    const call = b.remote.ref({ id: "slow", location: "a" }).request("wait");
    call.catch(() => {});
    await asking;
    await a.close();
    await expect(call).rejects.toMatchObject({ code: expect.stringMatching(/PEER_LOST|CLOSED/) });
  });

  it("R1: a peer that is killed ends the calls that wait for it, and the universe shows it", async () => {
    await using a = await createDistribution({ identity: "a", listen: loopback });
    const child = fork(new URL("./silent-host.mjs", import.meta.url), [String((a.address as HostEndpoint).port)], {
      // Not the conditions that tests run with: the child is plain Node on the built packages.
      execArgv: [],
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    const joined = new Promise<void>((resolve) => {
      a.remote.expose("lobby", { join: () => resolve() });
    });
    await joined;
    const peer = () =>
      a.reflect
        .universe()
        .distribution()
        .peers()
        .find(({ id }) => id === "child");
    expect(peer()?.state).toBe("connected");
    const call = a.remote.ref({ id: "silent", location: "child" }).request("wait");
    call.catch(() => {});
    await a.remote.ref({ id: "silent", location: "child" }).request("ready");
    child.kill("SIGKILL");
    await expect(call).rejects.toMatchObject({ code: "PEER_LOST", maybeExecuted: true });
    expect(peer()?.state).toBe("failed");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  });

  it("fails clearly when nobody listens at a peer's address, and leaves nothing open", async () => {
    const a = await createDistribution({ identity: "a", listen: loopback });
    const gone = at(a);
    await a.close();
    await expect(createDistribution({ identity: "b", peers: [gone] })).rejects.toMatchObject({
      code: "CONNECTION_REFUSED",
    });
  });

  it("refuses a peer that is not who it was taken for", async () => {
    await using a = await createDistribution({ identity: "a", listen: loopback });
    await expect(createDistribution({ identity: "b", peers: [{ ...at(a), id: "c" }] })).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringContaining('expected "c"'),
    });
  });

  it("takes routers of others, which are given what they need of the host", async () => {
    const hosts = new Map<string, RouterHost>();
    const router = (host: RouterHost): Router<undefined> => ({
      route(ref, envelope) {
        const other = hosts.get(String(ref.location()));
        const reply = (answer: Envelope): Promise<void> => host.deliver(answer, { identity: "b" }) as Promise<void>;
        return other?.deliver(other.decode(host.encode(envelope)), { identity: host.identity, reply }) as undefined;
      },
      init: () => {
        hosts.set(host.identity, host);
        host.reportPeer({ id: "other", state: "connected" });
      },
      close: () => void hosts.delete(host.identity),
    });
    const start = (identity: string): Promise<Distribution> =>
      createDistribution({ identity, router: "mine", routers: { mine: router } });
    await using a = await start("a");
    await using b = await start("b");
    expect(a.routing.list().map(({ name, active }) => [name, active])).toEqual([
      ["tcp", false],
      ["mine", true],
    ]);
    expect(a.host).toMatchObject({ identity: "a", incarnation: a.incarnation });
    expect(a.universe.peer("other")?.state).toBe("connected");
    b.remote.expose("x", { twice: (n: number) => 2 * n });
    expect(await a.remote.ref({ id: "x", location: "b" }).request("twice", 4)).toBe(8);
    await expect(createDistribution({ identity: "c", router: "other" })).rejects.toThrow(/one of `routers`/);
    await expect(
      createDistribution({ identity: "c", router: "mine", routers: { mine: router }, listen: loopback }),
    ).rejects.toThrow(/"tcp" for `listen`/);
  });

  it("refuses unknown options and bad values", async () => {
    await expect(createDistribution({ identity: "" })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    await expect(createDistribution({ identity: "a", prot: 1 } as never)).rejects.toThrow(/unknown option "prot"/);
    await expect(createDistribution({ identity: "a", router: "udp" as never })).rejects.toThrow(
      /"tcp", "none" or one of `routers`/,
    );
    await expect(createDistribution({ identity: "a", listen: loopback, router: "none" })).rejects.toThrow(/router/);
  });

  it("fails calls at once when no router is in use", async () => {
    await using a = await createDistribution({ identity: "a", router: "none" });
    await expect(a.remote.ref({ id: "x", location: "b" }).request("m")).rejects.toMatchObject({
      code: "NO_ACTIVE_ROUTER",
    });
  });
});

describe("the module-level objects", () => {
  it("are one distribution", async () => {
    const { context, defaultDistribution, hooks, partition, reflect, remote, routing, serialize } = await import(
      "../src/index.ts"
    );
    expect(remote.identity).toBe(defaultDistribution().identity);
    remote.expose("thing", { say: () => "hi" });
    expect(await remote.ref({ id: "thing" }).request("say")).toBe("hi");
    expect(routing.list().map(({ name }) => name)).toContain("tcp");
    expect(serialize.fromBytes(serialize.toBytes([1]))).toEqual([1]);
    expect(partition.strategy("hash", { partitions: 2 }).partitions).toEqual([0, 1]);
    expect(context.create({ timeoutMs: 1000 }).remainingMs()).toBeGreaterThan(0);
    expect(reflect.universe().distribution().peers()).toEqual([]);
    expect(typeof hooks.onAddNode).toBe("function");
    await defaultDistribution().close();
  });
});
