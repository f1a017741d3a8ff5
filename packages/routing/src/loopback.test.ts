import { isGraphoidError, ManualClock } from "@graphoid/core";
import { describe, expect, it } from "vitest";
import { createLoopback, type Loopback, loopbackRouter } from "./loopback.ts";
import { createRouting, type Routing } from "./routing.ts";
import { plainRef } from "./testing/plain-ref.ts";
import { routerCases } from "./testing/router-cases.ts";

function join(hub: Loopback, identity: string): Routing {
  const routing = createRouting();
  routing.register("loopback", loopbackRouter({ hub, identity, deliver: routing.deliver }));
  routing.use("loopback", { order: "sender", delivery: "at-most-once", maxMessageBytes: 2 ** 40 });
  return routing;
}

const send = { kind: "send", id: 0, target: "t", message: "m", payload: null, headers: {} } as const;

describe("what every router does", () => {
  const cases = routerCases(async () => {
    const hub = createLoopback();
    const near = join(hub, "near");
    const far = join(hub, "far");
    return {
      near,
      far,
      refToFar: (id) => plainRef(id, "far"),
      refToNowhere: () => plainRef("t", "nowhere"),
      close: async () => {
        await near.close();
        await far.close();
      },
    };
  });
  for (const { name, run } of cases) it(name, run);
});

describe("loopback", () => {
  it("names the hosts that are joined when it cannot find one", async () => {
    const hub = createLoopback();
    const near = join(hub, "near");
    for (const [location, at] of [
      ["far", 'no host at "far"; joined: "near"'],
      [null, "no host at a location that is not a string"],
    ] as const) {
      const error = await near.route(plainRef("t", location), send).catch((reason: unknown) => reason);
      expect(isGraphoidError(error, "ROUTE")).toBe(true);
      expect(isGraphoidError((error as Error).cause, "NOT_FOUND")).toBe(true);
      expect((error as Error).message).toContain(at);
    }
  });

  it("finds the host of a location that is not a string by `hostOf`", async () => {
    const hub = createLoopback();
    const far = join(hub, "far");
    const arrived: unknown[] = [];
    far.onDeliver((envelope) => arrived.push(envelope.payload));
    const near = createRouting();
    const hostOf = (ref: ReturnType<typeof plainRef>) => (ref.location() === 2 ? "far" : null);
    near.register("loopback", loopbackRouter({ hub, identity: "near", deliver: near.deliver, hostOf }));
    near.use("loopback");
    await near.route(plainRef("t", 2), { ...send, payload: "hi" });
    expect(arrived).toEqual(["hi"]);
  });

  it("tells the receiver who sent, and vouches for it", async () => {
    const hub = createLoopback();
    const near = join(hub, "near");
    const far = join(hub, "far");
    const sources: unknown[] = [];
    far.onDeliver((_, source) => sources.push(source));
    await near.route(plainRef("t", "far"), send);
    expect(sources).toMatchObject([{ identity: "near", authenticated: true }]);
  });

  it("does not deliver while the sender is still on the stack", async () => {
    const hub = createLoopback();
    const near = join(hub, "near");
    let arrived = false;
    near.onDeliver(() => {
      arrived = true;
    });
    const routed = near.route(plainRef("t", "near"), send);
    expect(arrived).toBe(false);
    await routed;
    expect(arrived).toBe(true);
  });

  it("refuses a second host of one name, and lets the name be taken again after the first left", async () => {
    const hub = createLoopback();
    const near = join(hub, "near");
    expect(() => join(hub, "near")).toThrow('a host named "near" is joined already');
    const left: string[] = [];
    const listening = hub.onLeave((identity) => left.push(identity));
    await near.close();
    expect(left).toEqual(["near"]);
    expect(hub.hosts()).toEqual([]);
    const again = join(hub, "near");
    expect(hub.hosts()).toEqual(["near"]);
    listening.dispose();
    await again.close();
    expect(left).toEqual(["near"]);
  });

  it("loses what is on its way to a host that leaves, and refuses a sender that left", async () => {
    const hub = createLoopback();
    const near = join(hub, "near");
    const far = join(hub, "far");
    let arrived = 0;
    far.onDeliver(() => arrived++);
    const routed = near.route(plainRef("t", "far"), send);
    const closed = far.close();
    await Promise.all([routed, closed]);
    expect(arrived).toBe(0);
    const router = loopbackRouter({ hub, identity: "gone", deliver: () => {} });
    router.close();
    await expect(router.route(plainRef("t", "near"), send)).rejects.toMatchObject({ code: "CLOSED" });
  });

  it("rejects with what the receiver threw, and goes on with the next envelope", async () => {
    const hub = createLoopback();
    const near = join(hub, "near");
    const far = join(hub, "far");
    const arrived: unknown[] = [];
    far.onDeliver((envelope) => {
      if (envelope.payload === 1) throw new Error("not today");
      arrived.push(envelope.payload);
    });
    const results = await Promise.allSettled(
      [1, 2].map((payload) => near.route(plainRef("t", "far"), { ...send, payload })),
    );
    expect(results.map((result) => result.status)).toEqual(["rejected", "fulfilled"]);
    expect(arrived).toEqual([2]);
  });

  it("refuses a payload that cannot be copied, by its own name", async () => {
    const hub = createLoopback();
    const near = join(hub, "near");
    join(hub, "far");
    const payload = { handler: () => {} };
    await expect(near.route(plainRef("t", "far"), { ...send, payload })).rejects.toMatchObject({
      code: "NOT_SERIALIZABLE",
    });
  });

  it("checks its options", () => {
    const hub = createLoopback();
    const deliver = () => {};
    expect(() => loopbackRouter({ hub: { hosts: () => [] } as never, identity: "a", deliver })).toThrow("`hub`");
    expect(() => loopbackRouter({ hub, identity: 1 as never, deliver })).toThrow("`identity`");
    expect(() => loopbackRouter({ hub, identity: "a", deliver: 1 as never })).toThrow("`deliver`");
    expect(() => loopbackRouter({ hub, identity: "a", deliver, hostOf: 1 as never })).toThrow("`hostOf`");
    expect(() => loopbackRouter({ hub, identity: "a", deliver, clock: new ManualClock() } as never)).toThrow("clock");
    expect(() => hub.onLeave(1 as never)).toThrow("`fn`");
    expect(hub.hosts()).toEqual([]);
  });
});
