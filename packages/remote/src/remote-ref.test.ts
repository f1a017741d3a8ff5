import { isRef } from "@graphoid/core";
import { describe, expect, it } from "vitest";
import { failure, settle, Wire } from "../test/wire.ts";
import { createRemote } from "./remote.ts";

describe("ref", () => {
  it("is a value: data in, equal data out, unchanged by what happens to the data", () => {
    const remote = createRemote({ identity: "a" });
    const data = { id: "x", location: { rack: [1, 2] }, metadata: { type: "user", tags: ["a"] }, incarnation: "7" };
    const ref = remote.ref(data);
    expect(isRef(ref)).toBe(true);
    expect(ref.toData()).toEqual(data);
    data.location.rack.push(3);
    data.metadata.tags.push("b");
    expect(ref.location()).toEqual({ rack: [1, 2] });
    expect(ref.metadata).toEqual({ type: "user", tags: ["a"] });
    expect(Object.isFrozen(ref.metadata)).toBe(true);
    expect(remote.ref(ref.toData()).toData()).toEqual(ref.toData());
    expect(remote.ref({ id: "x" }).toData()).toEqual({ id: "x", location: null, metadata: {} });
  });

  it("knows whether it is local", () => {
    const remote = createRemote({ identity: "a", isLocal: (location) => location === 2 });
    const exposure = remote.expose("here", 1);
    const local = (init: Parameters<typeof remote.ref>[0]): boolean => {
      const ref = remote.ref(init);
      expect(ref.isRemote()).toBe(!ref.isLocal());
      return ref.isLocal();
    };
    expect(local({ id: "anything", location: "a" })).toBe(true);
    expect(local({ id: "anything", location: "b" })).toBe(false);
    expect(local({ id: "anything", location: 2 })).toBe(true);
    expect(local({ id: "anything", location: 3 })).toBe(false);
    expect(local({ id: "here" })).toBe(true);
    expect(local({ id: "elsewhere" })).toBe(false);
    expect(local({ id: "here", location: "b" })).toBe(false);
    exposure.dispose();
    expect(local({ id: "here" })).toBe(false);
  });

  it("refuses what is not a reference", () => {
    const remote = createRemote({ identity: "a" });
    const ref = remote.ref as (init: unknown) => unknown;
    for (const bad of [
      null,
      "x",
      {},
      { id: "" },
      { id: 1 },
      { id: "x", metadata: null },
      { id: "x", metadata: [] },
      { id: "x", incarnation: 1 },
      { id: "x", place: 1 },
    ]) {
      expect(() => ref.call(remote, bad)).toThrow("remote.ref");
    }
    expect(() => remote.ref({ id: "x", location: () => {} })).toThrow("cloneValue");
  });
});

describe("a local call", () => {
  it("takes the same path as a remote one: shares nothing, runs later, fails the same way", async () => {
    const remote = createRemote({ identity: "a" });
    const kept: object[] = [];
    let running = false;
    remote.expose("x", {
      keep(payload: object) {
        running = true;
        kept.push(payload);
        return kept[0];
      },
      fails() {
        throw new TypeError("x");
      },
      async *items() {
        yield kept[0];
      },
    });
    const ref = remote.ref({ id: "x" });
    const payload = { list: [1] };
    const asked = ref.request("keep", payload);
    expect(running).toBe(false);
    payload.list.push(2);
    const answer = (await asked) as typeof payload;
    expect([kept[0], answer]).toEqual([{ list: [1] }, { list: [1] }]);
    expect(answer).not.toBe(kept[0]);
    for await (const item of ref.stream("items")) expect(item).not.toBe(kept[0]);
    expect(await failure(ref.request("fails"))).toMatchObject({ name: "TypeError", code: "REMOTE", peer: "a" });
    expect((await failure(ref.request("keep", () => {}))).code).toBe("NOT_SERIALIZABLE");
    expect((await failure(ref.send("keep", Symbol("x")))).code).toBe("NOT_SERIALIZABLE");
    expect((await failure(remote.ref({ id: "y", location: "a" }).request("m"))).code).toBe("NOT_FOUND");
    expect((await failure(remote.ref({ id: "x", location: "a", incarnation: "old" }).request("m"))).code).toBe(
      "STALE_REF",
    );
  });

  it("is told apart, and cancelled", async () => {
    const remote = createRemote({ identity: "a" });
    let signal: AbortSignal | undefined;
    const from: unknown[] = [];
    const exposure = remote.expose("x", (_, __, call) => {
      signal = call.signal;
      from.push(call.from);
      return new Promise(() => {});
    });
    const controller = new AbortController();
    const cancelled = failure(remote.ref({ id: "x" }).request("m", null, { signal: controller.signal }));
    await settle();
    // The way of a call is settled when it is made.
    exposure.dispose();
    controller.abort();
    expect((await cancelled).code).toBe("CANCELLED");
    await settle();
    expect([signal?.aborted, from, remote.stats().serving]).toEqual([
      true,
      [{ identity: "a", authenticated: true }],
      0,
    ]);
  });

  it("keeps the order of sends and requests", async () => {
    const remote = createRemote({ identity: "a" });
    const order: unknown[] = [];
    remote.expose("x", (_, payload) => order.push(payload));
    const ref = remote.ref({ id: "x" });
    await Promise.all([ref.send("m", 1), ref.request("m", 2), ref.send("m", 3), ref.request("m", 4)]);
    expect(order).toEqual([1, 2, 3, 4]);
  });
});

describe("createRemote", () => {
  it("checks its options", () => {
    const create = createRemote as (options: unknown) => unknown;
    for (const [bad, name] of [
      [null, "options"],
      [{}, "`identity`"],
      [{ identity: "" }, "`identity`"],
      [{ identity: "a", incarnation: 1 }, "`incarnation`"],
      [{ identity: "a", route: 1 }, "`route`"],
      [{ identity: "a", router: 1 }, "router"],
      [{ identity: "a", clock: null }, "`clock.now`"],
      [{ identity: "a", contexts: {} }, "`contexts.peek`"],
      [{ identity: "a", contexts: null }, "`contexts.peek`"],
      [{ identity: "a", maxInFlight: 0 }, "`maxInFlight`"],
      [{ identity: "a", maxInFlight: 2 ** 20 + 1 }, "`maxInFlight`"],
      [{ identity: "a", maxServing: 0 }, "`maxServing`"],
      [{ identity: "a", maxCreated: -1 }, "`maxCreated`"],
      [{ identity: "a", streamWindow: 0 }, "`streamWindow`"],
      [{ identity: "a", streamWindow: 65_537 }, "`streamWindow`"],
      [{ identity: "a", defaultTimeoutMs: 0 }, "`defaultTimeoutMs`"],
      [{ identity: "a", defaultTimeoutMs: Number.NaN }, "`defaultTimeoutMs`"],
      [{ identity: "a", sendStacks: "sometimes" }, "`sendStacks`"],
      [{ identity: "a", authorize: 1 }, "`authorize`"],
      [{ identity: "a", isLocal: 1 }, "`isLocal`"],
      [{ identity: "a", peerOf: 1 }, "`peerOf`"],
      [{ identity: "a", onCreate: 1 }, "`onCreate`"],
      [{ identity: "a", onError: 1 }, "`onError`"],
    ] as const) {
      expect(() => create(bad)).toThrow(name);
    }
    create({ identity: "a", route: undefined, clock: undefined, contexts: undefined, authorize: undefined });
  });

  it("makes remotes that share nothing", async () => {
    const [one, two] = [createRemote({ identity: "a" }), createRemote({ identity: "a" })];
    one.expose("x", 1);
    expect([one.ref({ id: "x" }).isLocal(), two.ref({ id: "x" }).isLocal()]).toEqual([true, false]);
    await one.close();
    two.expose("y", 2);
    expect(await two.ref({ id: "y" }).resolve()).toBe(2);
  });

  it("hands on a reference that works at its own host", async () => {
    const wire = new Wire();
    const [a, b] = [wire.join("a"), wire.join("b")];
    a.expose("callback", (_, payload) => `got ${String(payload)}`);
    b.expose("x", async (_, payload) => b.ref(payload as { id: string }).request("m", "from b"));
    const { ref } = a.expose("other", () => 1);
    expect(ref.isLocal()).toBe(true);
    const data = { ...a.ref({ id: "callback", location: "a" }).toData() };
    expect(await a.ref({ id: "x", location: "b" }).request("m", data)).toBe("got from b");
  });
});
