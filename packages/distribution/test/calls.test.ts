import { Socket } from "node:net";
import { Graph, type Ref, redirect, type Value } from "@graphoid/core";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createDistribution, type Distribution, type HostEndpoint } from "../src/index.ts";

const open: Distribution[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const host of open.splice(0).reverse()) await host.close();
});

async function host(identity: string, peers: Distribution[] = []): Promise<Distribution> {
  const addresses = peers.map((peer) => ({ id: peer.identity, ...(peer.address as HostEndpoint) }));
  const listen = { host: "127.0.0.1", port: 0 };
  const distribution = await createDistribution({ identity, listen, peers: addresses });
  open.push(distribution);
  return distribution;
}

describe("calls over TCP", () => {
  it("that are made in one turn leave in one write, and so do their answers", async () => {
    const far = await host("far");
    const near = await host("near", [far]);
    far.remote.expose("x", { echo: (payload: Value) => payload });
    const ref = near.remote.ref({ id: "x", location: "far" });
    await ref.request("echo", 0);
    const writes: (number | undefined)[] = [];
    for (const method of ["_write", "_writev"] as const) {
      const write = Socket.prototype[method] as (...given: unknown[]) => void;
      vi.spyOn(Socket.prototype, method).mockImplementation(function (this: Socket, ...given: unknown[]): void {
        writes.push(this.remotePort);
        write.apply(this, given);
      } as never);
    }
    const answers = Promise.all(Array.from({ length: 200 }, (_, i) => ref.request("echo", i)));
    await new Promise((resolve) => setImmediate(resolve));
    expect(writes.filter((port) => port === (far.address as HostEndpoint).port)).toHaveLength(1);
    expect(await answers).toEqual(Array.from({ length: 200 }, (_, i) => i));
    expect(writes.filter((port) => port !== (far.address as HostEndpoint).port).length).toBeLessThanOrEqual(2);
  });

  it("R5: that hosts send to each other in a circle end with RedirectLimit", async () => {
    const a = await host("a");
    const b = await host("b", [a]);
    const caller = await host("caller", [a, b]);
    a.remote.expose("x", () => redirect(a.remote.ref({ id: "x", location: "b" })));
    b.remote.expose("x", () => redirect(b.remote.ref({ id: "x", location: "a" })));
    await expect(caller.remote.ref({ id: "x", location: "a" }).request("m")).rejects.toMatchObject({
      code: "REDIRECT_LIMIT",
      details: { limit: 8 },
    });
    // Out of the circle.
    b.remote.expose("y", { where: () => "at b" });
    a.remote.expose("y", () => redirect(a.remote.ref({ id: "y", location: "b" })));
    expect(await caller.remote.ref({ id: "y", location: "a" }).request("where")).toBe("at b");
  });

  it("can be made through a reference that came as a node's value", async () => {
    const far = await host("far");
    const near = await host("near", [far]);
    far.remote.expose("counter", { next: (n: number) => n + 1 });
    far.remote.expose("map", {
      get: () => {
        const graph = new Graph();
        graph.addNode("counter", far.remote.ref({ id: "counter", location: "far" }));
        return graph;
      },
    });
    const graph = (await near.remote.ref({ id: "map", location: "far" }).request("get")) as Graph;
    expect(await (graph.getNode("counter") as Ref).request("next", 1)).toBe(2);
  });

  it("are refused for a host that has restarted since its reference was made", async () => {
    const listen = { host: "127.0.0.1", port: 0 };
    const first = await createDistribution({ identity: "far", listen });
    const { port } = first.address as HostEndpoint;
    const near = await host("near", [first]);
    const thing = first.remote.expose("thing", { say: () => "hi" });
    first.remote.expose("lobby", { find: () => thing.ref });
    const ref = (await near.remote.ref({ id: "lobby", location: "far" }).request("find")) as Ref;
    expect(await ref.request("say")).toBe("hi");
    await first.close();
    const second = await createDistribution({ identity: "far", listen: { ...listen, port } });
    open.push(second);
    second.remote.expose("thing", { say: () => "a stranger" });
    const state = () => near.reflect.universe().distribution().peers()[0]?.state;
    await vi.waitFor(() => expect(state()).not.toBe("connected"), 10_000);
    await expect(ref.request("say")).rejects.toMatchObject({ code: "STALE_REF" });
    expect(await near.remote.ref({ id: "thing", location: "far" }).request("say")).toBe("a stranger");
  });

  it("say on which host the time went", async () => {
    const deep = await host("deep");
    const front = await host("front", [deep]);
    const caller = await host("caller", [front]);
    deep.remote.expose("slow", { dig: () => new Promise(() => {}) });
    front.remote.expose("desk", {
      ask: (_: Value, call: { context: never }) =>
        front.remote.ref({ id: "slow", location: "deep" }).request("dig", null, { context: call.context }),
    });
    const asked = caller.remote.ref({ id: "desk", location: "front" }).request("ask", null, { timeoutMs: 800 });
    await expect(asked).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED" });
    const error = (await asked.catch((reason: unknown) => reason)) as { message: string };
    // A machine that is busy for 20 ms at the wrong moment hears nothing in time; what is said is never wrong.
    expect(error.message).toMatch(
      /ms at "front" in "ask" of "desk"(, of these \d+ ms at "deep" in "dig" of "slow")?$|no word from "front"/,
    );
  });
});
