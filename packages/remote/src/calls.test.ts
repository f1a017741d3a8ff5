import {
  type Envelope,
  GraphoidError,
  isGraphoidError,
  ManualClock,
  NotSerializableError,
  type Value,
} from "@graphoid/core";
import { describe, expect, it } from "vitest";
import { deferred, failure, settle, Wire } from "../test/wire.ts";
import { isRemoteError, PeerLostError } from "./errors.ts";
import { createRemote } from "./remote.ts";
import type { Call } from "./served-call.ts";

describe("request", () => {
  it("gets the handler's answer, with the payload and the call", async () => {
    for (const replyPath of [true, false]) {
      const wire = new Wire({ replyPath });
      const [a, b] = [wire.join("a"), wire.join("b")];
      const seen: [string, Value, Call][] = [];
      b.expose("user_123", (message, payload, call) => {
        seen.push([message, payload, call]);
        return { found: true };
      });
      const ref = a.ref({ id: "user_123", location: "b", metadata: { type: "user" } });
      expect(await ref.request("getData", { key: "foo" })).toEqual({ found: true });
      const [message, payload, call] = seen[0]!;
      expect([message, payload]).toEqual(["getData", { key: "foo" }]);
      expect([call.id, call.message, call.kind]).toEqual(["user_123", "getData", "request"]);
      expect(call.from).toEqual({ identity: "a", authenticated: false });
      expect(call.headers["timeout-ms"]).toBe(30_000);
      expect(call.remainingMs()).toBeGreaterThan(29_000);
      expect(call.signal.aborted).toBe(false);
      expect([a.stats().inFlight, b.stats().serving]).toEqual([0, 0]);
    }
  });

  it("answers with null where a handler returns nothing, and waits for promises and thenables", async () => {
    const wire = new Wire();
    const [a, b] = [wire.join("a"), wire.join("b")];
    const answers: Record<string, unknown> = {
      nothing: undefined,
      promise: Promise.resolve(1),
      // biome-ignore lint/suspicious/noThenProperty: a thenable is what is tested.
      thenable: { then: (resolve: (value: number) => void) => resolve(2) },
    };
    b.expose("x", (message) => answers[message]);
    const ref = a.ref({ id: "x", location: "b" });
    expect(await ref.request("nothing")).toBeNull();
    expect(await ref.request("promise")).toBe(1);
    expect(await ref.request("thenable")).toBe(2);
  });

  it("keeps many calls apart, whatever the order of their answers", async () => {
    const wire = new Wire();
    const [a, b] = [wire.join("a"), wire.join("b")];
    const gates = Array.from({ length: 100 }, () => deferred());
    b.expose("x", async (_, payload) => {
      await gates[payload as number]!.promise;
      return payload;
    });
    const ref = a.ref({ id: "x", location: "b" });
    const answers = gates.map((_, i) => ref.request("echo", i));
    expect(a.stats().inFlight).toBe(100);
    for (const gate of gates.toReversed()) {
      gate.resolve();
      await Promise.resolve();
    }
    expect(await Promise.all(answers)).toEqual(gates.map((_, i) => i));
  });

  it("hands over handlers in the order of the calls", async () => {
    const wire = new Wire();
    const [a, b] = [wire.join("a"), wire.join("b")];
    const order: Value[] = [];
    b.expose("x", (_, payload) => order.push(payload));
    const ref = a.ref({ id: "x", location: "b" });
    await Promise.all(Array.from({ length: 50 }, (_, i) => (i % 2 ? ref.request("m", i) : ref.send("m", i))));
    expect(order).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });

  it("refuses wrong arguments, and sends nothing", async () => {
    const wire = new Wire();
    const a = wire.join("a");
    const ref = a.ref({ id: "x", location: "b" });
    for (const bad of [
      ref.request(""),
      ref.request(1 as never),
      ref.send("m", null, { timeout: 1 } as never),
      ref.request("m", null, { timeoutMs: -1 }),
      ref.request("m", null, { timeoutMs: Number.NaN }),
      ref.request("m", null, { timeoutMs: "1" as never }),
      ref.request("m", null, { signal: {} as never }),
      ref.request("m", null, { signal: null as never }),
      ref.request("m", null, null as never),
    ]) {
      expect((await failure(bad)).code).toBe("INVALID_ARGUMENT");
    }
    expect(() => ref.stream("")).toThrow("`message`");
    expect(() => ref.stream("m", null, { timeoutMs: -1 })).toThrow("`timeoutMs`");
    expect([wire.log, a.stats().inFlight]).toEqual([[], 0]);
  });
});

describe("send", () => {
  it("delivers and does not wait for the handler", async () => {
    const wire = new Wire();
    const [a, b] = [wire.join("a"), wire.join("b")];
    const never = deferred();
    const seen: Value[] = [];
    b.expose("x", (_, payload) => {
      seen.push(payload);
      return never.promise;
    });
    await a.ref({ id: "x", location: "b" }).send("hello", "payload");
    await settle();
    expect(seen).toEqual(["payload"]);
    expect(wire.kinds).toEqual(["a send"]);
    expect(wire.log[0]?.envelope).toEqual({
      kind: "send",
      id: 0,
      target: "x",
      message: "hello",
      payload: "payload",
      headers: {},
    });
    expect(b.stats().serving).toBe(1);
    never.resolve();
    await settle();
    expect(b.stats().serving).toBe(0);
  });

  it("waits until the router took it", async () => {
    const gate = deferred();
    const remote = createRemote({ identity: "a", route: () => gate.promise });
    let done = false;
    const sent = remote
      .ref({ id: "x", location: "b" })
      .send("m")
      .then(() => {
        done = true;
      });
    await settle();
    expect([done, remote.stats().inFlight]).toEqual([false, 1]);
    gate.resolve();
    await sent;
    expect(remote.stats().inFlight).toBe(0);
  });

  it("tells the host's onError what came to nothing", async () => {
    const wire = new Wire();
    const errors: [string, string][] = [];
    const a = wire.join("a");
    const b = wire.join("b", {
      onError: (error, call) => {
        errors.push([(error as GraphoidError).message, call.message]);
        throw new Error("onError itself fails");
      },
    });
    b.expose("x", async () => {
      throw new Error("broken");
    });
    await a.ref({ id: "x", location: "b" }).send("m1");
    await a.ref({ id: "y", location: "b" }).send("m2");
    await settle();
    expect(errors).toHaveLength(2);
    expect(errors).toContainEqual(["broken", "m1"]);
    expect(errors).toContainEqual([expect.stringContaining("nothing is exposed under that id"), "m2"]);
    expect(b.stats().failedSends).toBe(2);
    expect(wire.kinds).toEqual(["a send", "a send"]);
  });
});

describe("R1: a host that dies", () => {
  it("ends every call that waits for it, with PeerLost, and no other", async () => {
    const wire = new Wire();
    const [a, b, c] = [wire.join("a"), wire.join("b"), wire.join("c")];
    const never = new Promise(() => {});
    b.expose("x", () => never);
    const gate = deferred<string>();
    c.expose("x", () => gate.promise);
    const cause = new Error("reset");
    const toB = [1, 2, 3].map(() => failure(a.ref({ id: "x", location: "b" }).request("m")));
    const streamed = failure(a.ref({ id: "x", location: "b" }).stream("m")[Symbol.asyncIterator]().next());
    const toC = a.ref({ id: "x", location: "c" }).request("m");
    await settle();
    a.peerLost("b", cause);
    for (const error of await Promise.all([...toB, streamed])) {
      expect(error).toBeInstanceOf(PeerLostError);
      expect(error).toMatchObject({ code: "PEER_LOST", peer: "b", maybeExecuted: true, cause });
    }
    gate.resolve("still there");
    expect(await toC).toBe("still there");
    expect(a.stats().inFlight).toBe(0);
  });

  it("knows the host behind a location by `peerOf`, and a peer by its source", async () => {
    const wire = new Wire();
    const a = wire.join("a", {
      route: () => {},
      peerOf: (ref) => (ref.location() === 2 ? "node_b" : undefined),
    });
    const lost = failure(a.ref({ id: "x", location: 2 }).request("m"));
    const other = a.ref({ id: "x", location: 3 }).request("m");
    a.peerLost({ identity: "node_b", authenticated: true });
    expect((await lost).code).toBe("PEER_LOST");
    a.peerLost({});
    for (const bad of [1, null, undefined]) expect(() => a.peerLost(bad as never)).toThrow("`peer`");
    expect(a.stats().inFlight).toBe(1);
    const closed = failure(other);
    await a.close();
    expect((await closed).code).toBe("CLOSED");
  });

  it("gives up the calls that the dead host had made", async () => {
    const wire = new Wire();
    const [a, b] = [wire.join("a"), wire.join("b")];
    const signals: AbortSignal[] = [];
    b.expose("x", (_, __, call) => {
      signals.push(call.signal);
      return new Promise(() => {});
    });
    const pending = failure(
      a.ref({ id: "x", location: "b" }).request("m", null, { timeoutMs: Number.POSITIVE_INFINITY }),
    );
    await a.ref({ id: "x", location: "b" }).send("m");
    await settle();
    b.peerLost("a");
    expect(signals.map((signal) => [signal.aborted, isGraphoidError(signal.reason, "PEER_LOST")])).toEqual([
      [true, true],
      [true, true],
    ]);
    expect(b.stats().serving).toBe(0);
    await a.close();
    await pending;
  });

  it("tells monitors, each once", async () => {
    const wire = new Wire();
    const a = wire.join("a");
    const told: string[] = [];
    const ref = a.ref({ id: "x", location: "b" });
    a.monitor(ref, (error) => told.push(`first ${error.peer}`));
    a.monitor(ref, (error) => told.push(`second ${error.code}`));
    a.monitor(ref, () => told.push("disposed")).dispose();
    a.monitor(a.ref({ id: "x", location: "c" }), () => told.push("other"));
    a.peerLost("b");
    a.peerLost("b");
    expect(told).toEqual(["first b", "second PEER_LOST"]);
    expect(() => a.monitor(a.ref({ id: "x", location: { rack: 1 } }), () => {})).toThrow("is not known; see `peerOf`");
    expect(() => a.monitor({} as never, () => {})).toThrow("`ref`");
    expect(() => a.monitor(ref, 1 as never)).toThrow("`fn`");
  });
});

describe("deliver", () => {
  it("returns a promise while a handler goes on, which resolves whatever came of it, and else nothing", async () => {
    const remote = createRemote({ identity: "a", route: () => {} });
    const gate = deferred<string>();
    remote.expose("x", (message) => (message === "later" ? gate.promise : "now"));
    const send = (message: string): void | Promise<void> =>
      remote.deliver({ kind: "send", id: 0, target: "x", message, payload: null, headers: {} });
    expect(send("now")).toBeUndefined();
    let done = 0;
    const both = [send("later"), send("later")].map((dealtWith) => dealtWith?.then(() => done++));
    expect(both.every((dealtWith) => dealtWith instanceof Promise)).toBe(true);
    await settle();
    expect(done).toBe(0);
    gate.reject(new Error("it failed"));
    await Promise.all(both);
    expect(done).toBe(2);
    await remote.close();
  });
});

describe("R2: answers that nobody waits for", () => {
  it("counts and ignores a reply that comes twice", async () => {
    const wire = new Wire({ carry: (deliver) => [deliver, deliver].forEach(queueMicrotask) });
    const [a, b] = [wire.join("a"), wire.join("b")];
    let runs = 0;
    b.expose("x", async () => {
      runs++;
      await Promise.resolve();
      return "answer";
    });
    expect(await a.ref({ id: "x", location: "b" }).request("m")).toBe("answer");
    await settle();
    expect([runs, b.stats().duplicateCalls, a.stats().lateAnswers]).toEqual([1, 1, 1]);
  });

  it("counts and ignores answers out of the blue and forged ones", async () => {
    const wire = new Wire();
    const [a, b] = [wire.join("a"), wire.join("b")];
    const gate = deferred<string>();
    b.expose("x", () => gate.promise);
    const answer = a.ref({ id: "x", location: "b" }).request("m");
    const { id, replyTo } = wire.log[0]!.envelope;
    const forge = (more: Partial<Envelope>): unknown =>
      a.deliver(
        { kind: "reply", id, target: replyTo!.id, message: "", payload: "forged", headers: {}, ...more },
        { identity: "evil" },
      );
    for (const kind of ["reply", "error", "item", "end"] as const) {
      forge({ kind, target: "" });
      forge({ kind, target: "reply:guessed" });
      forge({ kind, id: id + 1 });
      forge({ kind, id: 0 });
    }
    forge({ kind: "item" });
    forge({ kind: "end" });
    expect(a.stats().lateAnswers).toBe(18);
    gate.resolve("genuine");
    expect(await answer).toBe("genuine");
  });

  it("takes answers without a reply target from the host that was called and from no other", async () => {
    const wire = new Wire({ carriesReplyTo: false });
    const [a, b] = [wire.join("a"), wire.join("b")];
    const signals: AbortSignal[] = [];
    const gate = deferred<string>();
    b.expose("x", {
      get: () => gate.promise,
      hangs: (_: unknown, call: Call) => {
        signals.push(call.signal);
        return new Promise(() => {});
      },
      async *items() {
        for (let i = 0; i < 200; i++) yield i;
      },
    });
    const ref = a.ref({ id: "x", location: "b" });
    const answer = ref.request("get");
    const { id } = wire.log[0]!.envelope;
    const forged = { kind: "reply", id, target: "", message: "", payload: "forged", headers: {} } as const;
    a.deliver(forged, { identity: "evil" });
    a.deliver(forged, {});
    expect(a.stats().lateAnswers).toBe(2);
    gate.resolve("genuine");
    expect(await answer).toBe("genuine");
    const controller = new AbortController();
    const cancelled = failure(ref.request("hangs", null, { signal: controller.signal }));
    await settle();
    controller.abort();
    await cancelled;
    await settle();
    expect(signals[0]?.aborted).toBe(true);
    let count = 0;
    for await (const _ of ref.stream("items")) count++;
    expect([count, a.stats().inFlight, b.stats().serving]).toEqual([200, 0, 0]);
  });

  it("takes answers without a reply target from anyone where the host is not known", async () => {
    let call: Envelope | undefined;
    const remote = createRemote({
      identity: "a",
      route: (_, envelope) => {
        call = envelope;
      },
    });
    const answer = remote.ref({ id: "x", location: { partition: 2 } }).request("m");
    remote.deliver(
      { kind: "reply", id: call!.id, target: "", message: "", payload: 1, headers: {} },
      { identity: "b" },
    );
    expect(await answer).toBe(1);
  });

  it("gives each location a reply target of its own, so that no host can answer for another", async () => {
    const wire = new Wire();
    const a = wire.join("a");
    for (const location of ["b", "c"]) wire.join(location).expose("x", () => 1);
    for (const location of ["b", "c", "b"]) await a.ref({ id: "x", location }).request("m");
    const targets = wire.log.filter(({ from }) => from === "a").map(({ envelope }) => envelope.replyTo?.id);
    expect(targets[0]).toBe(targets[2]);
    expect(targets[0]).not.toBe(targets[1]);
  });

  it("drops what is not an envelope", () => {
    const remote = createRemote({ identity: "a" });
    const good = { kind: "request", id: 1, target: "x", message: "m", payload: null, headers: {} };
    const proxy = new Proxy(
      {},
      {
        get() {
          throw new Error("gotcha");
        },
      },
    );
    const bad: unknown[] = [null, undefined, 1, "x", {}, [], proxy];
    for (const [key, values] of Object.entries({
      kind: ["other", 1, "__proto__", undefined],
      id: [-0.5, "1", Number.NaN, 2 ** 60, undefined],
      target: [1, null, undefined],
      message: [1, null, undefined],
      headers: [null, 1, undefined],
      replyTo: [null, 1, {}, { id: 1 }, { id: "" }],
      incarnation: [1, null],
    })) {
      for (const value of values) bad.push({ ...good, [key]: value });
    }
    for (const envelope of bad) remote.deliver(envelope as never, { identity: "evil" });
    expect(remote.stats().malformed).toBe(bad.length);
    // A call that wants an answer and offers no way back is as useless.
    remote.deliver(good as never, {});
    expect([remote.stats().malformed, remote.stats().served]).toEqual([bad.length + 1, 0]);
  });
});

it("forgets callers whose calls have ended, however many there were", async () => {
  const b = createRemote({ identity: "b" });
  b.expose("x", async () => 1);
  let answers = 0;
  for (let i = 0; i < 5_000; i++) {
    b.deliver(
      {
        kind: "request",
        id: 1,
        target: "x",
        message: "m",
        payload: null,
        headers: {},
        replyTo: { id: `r${i}`, location: "a", metadata: {} },
      },
      { reply: async () => void answers++ },
    );
    if (i % 3_000 === 0) await settle();
  }
  await settle();
  expect([answers, b.stats().serving]).toEqual([5_000, 0]);
});

describe("R4: things that are not there", () => {
  it("names the target or the message", async () => {
    const wire = new Wire();
    const [a, b] = [wire.join("a"), wire.join("b")];
    b.expose("x", { known: () => 1 });
    const unknown = await failure(a.ref({ id: "user_9", location: "b" }).request("m"));
    expect(unknown).toMatchObject({ code: "NOT_FOUND", peer: "b", details: { target: "user_9" } });
    expect(unknown.message).toContain('"user_9"');
    expect(isRemoteError(unknown, "NOT_FOUND")).toBe(true);
    const message = await failure(a.ref({ id: "x", location: "b" }).request("unknown"));
    expect(message).toMatchObject({ code: "UNIMPLEMENTED", details: { target: "x", message: "unknown" } });
    expect(message.message).toContain('"unknown"');
  });
});

describe("R6, R7: routers that fail", () => {
  it("R6: a router that throws or rejects ends the call with the reason", async () => {
    const cause = new Error("no way");
    for (const route of [
      () => {
        throw cause;
      },
      () => Promise.reject(cause),
    ]) {
      const remote = createRemote({ identity: "a", route });
      const ref = remote.ref({ id: "x", location: "b" });
      for (const call of [
        ref.request("m"),
        ref.send("m"),
        ref.resolve(),
        ref.stream("m")[Symbol.asyncIterator]().next(),
      ]) {
        expect(await failure(call)).toMatchObject({ code: "ROUTE", name: "RouteError", cause });
      }
      expect(remote.stats().inFlight).toBe(0);
    }
  });

  it("R6: passes on a router's own error", async () => {
    const error = new NotSerializableError("at payload");
    const remote = createRemote({ identity: "a", route: () => Promise.reject(error) });
    expect(await failure(remote.ref({ id: "x", location: "b" }).request("m"))).toBe(error);
  });

  it("R6: a router that never settles is ended by the deadline", async () => {
    const clock = new ManualClock();
    const remote = createRemote({ identity: "a", route: () => new Promise(() => {}), clock });
    const ref = remote.ref({ id: "x", location: "b" });
    const calls = [ref.request("m"), ref.send("m"), ref.resolve()].map(failure);
    clock.advance(29_999);
    expect(remote.stats().inFlight).toBe(3);
    clock.advance(10);
    for (const error of await Promise.all(calls)) {
      expect(error).toMatchObject({ code: "DEADLINE_EXCEEDED", details: { timeoutMs: 30_000 } });
    }
  });

  it("R7: without a router, calls elsewhere fail at once and local ones work", async () => {
    const remote = createRemote({ identity: "a" });
    const error = await failure(remote.ref({ id: "x", location: "b" }).request("m"));
    expect([error.code, error.name]).toEqual(["NO_ACTIVE_ROUTER", "NoActiveRouterError"]);
    expect((await failure(remote.ref({ id: "x" }).send("m"))).code).toBe("NO_ACTIVE_ROUTER");
    remote.expose("x", () => "here");
    expect(await remote.ref({ id: "x" }).request("m")).toBe("here");
  });

  it("takes whatever a router in plain JavaScript returns", async () => {
    const remote = createRemote({ identity: "a", route: () => true as never });
    await remote.ref({ id: "x", location: "b" }).send("m");
    const pending = failure(remote.ref({ id: "x", location: "b" }).request("m"));
    await settle();
    expect(remote.stats().inFlight).toBe(1);
    await remote.close();
    expect((await pending).code).toBe("CLOSED");
  });
});

describe("R11: too much at once", () => {
  it("fails at once with Overloaded at the caller's cap, and has room again afterwards", async () => {
    const wire = new Wire();
    const [a, b] = [wire.join("a", { maxInFlight: 2 }), wire.join("b")];
    const gate = deferred();
    b.expose("x", () => gate.promise);
    const ref = a.ref({ id: "x", location: "b" });
    const first = [ref.request("m"), ref.request("m")];
    expect(await failure(ref.request("m"))).toMatchObject({ code: "OVERLOADED", details: { limit: 2 } });
    expect((await failure(ref.stream("m")[Symbol.asyncIterator]().next())).code).toBe("OVERLOADED");
    expect((await failure(ref.send("m"))).code).toBe("OVERLOADED");
    expect(wire.log).toHaveLength(2);
    gate.resolve();
    await Promise.all(first);
    expect(await ref.request("m")).toBeNull();
  });

  it("answers Overloaded at the host's cap", async () => {
    const wire = new Wire();
    const [a, b] = [wire.join("a"), wire.join("b", { maxServing: 1 })];
    const gate = deferred();
    b.expose("x", () => gate.promise);
    const ref = a.ref({ id: "x", location: "b" });
    const first = ref.request("m");
    const error = await failure(ref.request("m"));
    expect(error).toMatchObject({ code: "OVERLOADED", details: { limit: 1 } });
    expect(isRemoteError(error)).toBe(true);
    gate.resolve();
    await first;
  });
});

describe("R12: the caller is always answered", () => {
  it("when the handler throws, rejects, or returns what cannot travel", async () => {
    for (const replyPath of [true, false]) {
      const wire = new Wire({ replyPath });
      const [a, b] = [wire.join("a"), wire.join("b")];
      b.expose("x", {
        throws: () => {
          throw new TypeError("thrown");
        },
        rejects: async () => {
          throw new GraphoidError("OUT_OF_STOCK", "rejected", { details: { left: 0 } });
        },
        nothing: () => Promise.reject(undefined),
        functions: () => ({ handler: () => {} }),
        later: async () => Symbol("unregistered"),
        badThen: () => ({
          // biome-ignore lint/suspicious/noThenProperty: a hostile thenable is what is tested.
          get then() {
            throw new Error("bad then");
          },
        }),
        badStream: () => new Proxy({}, { has: () => assertFail() }),
      });
      const ref = a.ref({ id: "x", location: "b" });
      const ask = (message: string): Promise<GraphoidError> => failure(ref.request(message));
      expect(await ask("throws")).toMatchObject({ name: "TypeError", code: "REMOTE", message: "thrown", peer: "b" });
      expect(await ask("rejects")).toMatchObject({
        name: "OutOfStockError",
        code: "OUT_OF_STOCK",
        details: { left: 0 },
      });
      expect(await ask("nothing")).toMatchObject({ code: "REMOTE", message: "undefined" });
      expect(await ask("functions")).toMatchObject({ code: "NOT_SERIALIZABLE" });
      expect((await ask("functions")).message).toContain("handler");
      expect(await ask("later")).toMatchObject({ code: "NOT_SERIALIZABLE" });
      expect(await ask("badThen")).toMatchObject({ message: "bad then" });
      await settle();
      expect([a.stats().inFlight, b.stats().serving, b.stats().unanswered]).toEqual([0, 0, 0]);
    }
  });

  it("when the handler never returns: by the deadline, which the handler sees", async () => {
    const clock = new ManualClock();
    const wire = new Wire({ clock });
    const [a, b] = [wire.join("a"), wire.join("b")];
    let call: Call | undefined;
    b.expose("x", (_, __, given) => {
      call = given;
      return new Promise(() => {});
    });
    const error = failure(a.ref({ id: "x", location: "b" }).request("m", null, { timeoutMs: 500 }));
    await settle();
    expect(call?.headers["timeout-ms"]).toBe(500);
    clock.advance(200);
    // Its own deadline comes 20 ms before the caller's.
    expect(call?.remainingMs()).toBe(280);
    const { signal } = call!;
    clock.advance(400);
    expect((await error).message).toContain('remote.request "m" to "x": no answer within 500 ms');
    expect([signal.aborted, isGraphoidError(signal.reason, "DEADLINE_EXCEEDED")]).toEqual([true, true]);
    expect([call?.remainingMs(), b.stats().serving]).toEqual([0, 0]);
  });

  it("counts the answers that no way was left for", async () => {
    const wire = new Wire();
    const failures: unknown[] = [];
    const b = wire.join("b", { onError: (error) => failures.push(error) });
    b.expose("x", () => 1);
    const gone = new Error("gone");
    const request = { kind: "request", id: 1, target: "x", message: "m", payload: null, headers: {} } as const;
    b.deliver(request, { reply: () => Promise.reject(gone) });
    b.deliver(
      { ...request, id: 2 },
      {
        reply: () => {
          throw gone;
        },
      },
    );
    b.deliver({ ...request, id: 3, replyTo: { id: "r", location: "nowhere", metadata: {} } }, {});
    b.deliver({ ...request, id: 4, replyTo: { id: "r", location: "b", metadata: 5 as never } }, {});
    await settle();
    expect(b.stats().unanswered).toBe(4);
    expect(failures.filter((error) => error === gone)).toHaveLength(2);
  });
});

function assertFail(): never {
  throw new Error("has trap");
}

describe("deadlines", () => {
  it("C4: a deadline that has passed on arrival: the handler is not run", async () => {
    const wire = new Wire();
    const [a, b] = [wire.join("a"), wire.join("b")];
    let runs = 0;
    b.expose("x", () => runs++);
    const answers: Envelope[] = [];
    const request = { kind: "request", id: 1, target: "x", message: "m", payload: null } as const;
    const source = { reply: async (answer: Envelope) => void answers.push(answer) };
    for (const timeout of [0, -5, "0", Number.NEGATIVE_INFINITY]) {
      b.deliver({ ...request, headers: { "timeout-ms": timeout } }, source);
    }
    b.deliver({ ...request, kind: "send", headers: { "timeout-ms": 0 } }, source);
    expect([runs, b.stats().expiredCalls, b.stats().served]).toEqual([0, 5, 0]);
    expect(answers).toHaveLength(4);
    expect(answers[0]).toMatchObject({ kind: "error", payload: { code: "DEADLINE_EXCEEDED" } });
    for (const timeout of ["soon", "", Number.NaN, "1e3", Number.POSITIVE_INFINITY]) {
      b.deliver({ ...request, headers: { "timeout-ms": timeout } }, source);
    }
    expect(runs).toBe(5);
    await a.close();
  });

  it("fails without sending when no time is left", async () => {
    const wire = new Wire();
    const a = wire.join("a");
    const error = await failure(a.ref({ id: "x", location: "b" }).request("m", null, { timeoutMs: 0 }));
    expect([error.code, wire.log.length]).toEqual(["DEADLINE_EXCEEDED", 0]);
  });

  it("C3: takes time limits of any size", async () => {
    const clock = new ManualClock();
    const wire = new Wire({ clock });
    const [a, b] = [wire.join("a"), wire.join("b")];
    b.expose("x", () => new Promise(() => {}));
    const ref = a.ref({ id: "x", location: "b" });
    const calls = [2 ** 31, 2 ** 53, Number.POSITIVE_INFINITY, 0.001].map((timeoutMs) =>
      failure(ref.request("m", null, { timeoutMs })),
    );
    clock.advance(100);
    expect((await calls[3]!).code).toBe("DEADLINE_EXCEEDED");
    clock.advance(2 ** 31 - 1_000);
    expect(a.stats().inFlight).toBe(3);
    clock.advance(1_000);
    expect((await calls[0]!).code).toBe("DEADLINE_EXCEEDED");
    await a.close();
    await Promise.all(calls);
    await b.close();
    expect(clock.pending).toBe(0);
  });

  it("sends travel with a deadline only where one was asked for", async () => {
    const wire = new Wire();
    const [a, b] = [wire.join("a"), wire.join("b")];
    b.expose("x", () => {});
    await a.ref({ id: "x", location: "b" }).send("m", null, { timeoutMs: 100.5 });
    expect(wire.log[0]?.envelope.headers).toEqual({ "timeout-ms": 101 });
  });
});

describe("cancellation", () => {
  it("rejects with the reason, tells the host, and the handler's signal fires", async () => {
    for (const replyPath of [true, false]) {
      const wire = new Wire({ replyPath });
      const [a, b] = [wire.join("a"), wire.join("b")];
      const signals: AbortSignal[] = [];
      const gate = deferred();
      b.expose("x", async (_, __, call) => {
        signals.push(call.signal);
        await gate.promise;
        return "too late";
      });
      const controller = new AbortController();
      const error = failure(a.ref({ id: "x", location: "b" }).request("m", null, { signal: controller.signal }));
      await settle();
      controller.abort("changed my mind");
      expect(await error).toMatchObject({ code: "CANCELLED", cause: "changed my mind" });
      await settle();
      expect(signals[0]?.aborted).toBe(true);
      expect(isGraphoidError(signals[0]?.reason, "CANCELLED")).toBe(true);
      expect(b.stats().serving).toBe(0);
      gate.resolve();
      await settle();
      expect(wire.kinds).toEqual(["a request", "a cancel"]);
    }
  });

  it("shows a signal that is read only afterwards as aborted", async () => {
    const wire = new Wire();
    const [a, b] = [wire.join("a"), wire.join("b")];
    let call: Call | undefined;
    b.expose("x", (_, __, given) => {
      call = given;
      return new Promise(() => {});
    });
    const controller = new AbortController();
    const error = failure(a.ref({ id: "x", location: "b" }).request("m", null, { signal: controller.signal }));
    await settle();
    controller.abort();
    await error;
    await settle();
    expect(call?.signal.aborted).toBe(true);
  });

  it("sends nothing for a signal that has fired already", async () => {
    const wire = new Wire();
    const a = wire.join("a");
    const signal = AbortSignal.abort("before");
    const ref = a.ref({ id: "x", location: "b" });
    expect(await failure(ref.request("m", null, { signal }))).toMatchObject({ code: "CANCELLED", cause: "before" });
    expect((await failure(ref.send("m", null, { signal }))).code).toBe("CANCELLED");
    expect(wire.log).toEqual([]);
  });

  it("lets only the caller's own host cancel", async () => {
    const wire = new Wire();
    const [a, b] = [wire.join("a"), wire.join("b")];
    const gate = deferred<string>();
    b.expose("x", () => gate.promise);
    const answer = a.ref({ id: "x", location: "b" }).request("m");
    await settle();
    const { id, replyTo } = wire.log[0]!.envelope;
    const cancel = { kind: "cancel", id, target: "x", message: "", payload: null, headers: {} } as const;
    b.deliver({ ...cancel, replyTo: replyTo! }, { identity: "evil" });
    b.deliver({ ...cancel, replyTo: { ...replyTo!, id: "reply:guessed" } }, { identity: "a" });
    b.deliver(cancel, { identity: "a" });
    expect(b.stats().serving).toBe(1);
    gate.resolve("answer");
    expect(await answer).toBe("answer");
  });

  it("leaves no listener on the caller's signal", async () => {
    const wire = new Wire();
    const [a, b] = [wire.join("a"), wire.join("b")];
    b.expose("x", () => 1);
    let listeners = 0;
    const { signal } = new AbortController();
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...given: Parameters<typeof add>) => {
      listeners++;
      add(...given);
    };
    signal.removeEventListener = (...given: Parameters<typeof remove>) => {
      listeners--;
      remove(...given);
    };
    await a.ref({ id: "x", location: "b" }).request("m", null, { signal });
    await a.ref({ id: "x", location: "b" }).send("m", null, { signal });
    await failure(a.ref({ id: "y", location: "b" }).request("m", null, { signal }));
    expect(listeners).toBe(0);
  });
});

describe("incarnations", () => {
  it("refuses a reference to an earlier run of the host, and names both", async () => {
    const wire = new Wire();
    const a = wire.join("a");
    const first = wire.join("b", { incarnation: "1" });
    const { ref } = first.expose("x", () => "first");
    const there = a.ref(ref.toData());
    expect(there.incarnation).toBe("1");
    expect(await there.request("m")).toBe("first");
    await first.close();
    const second = wire.join("b", { incarnation: "2" });
    second.expose("x", () => "second");
    expect(await failure(there.request("m"))).toMatchObject({
      code: "STALE_REF",
      name: "StaleRefError",
      details: { expected: "1", actual: "2" },
    });
    await there.send("m");
    await settle();
    expect(second.stats().served).toBe(0);
    expect(await a.ref({ id: "x", location: "b" }).request("m")).toBe("second");
  });

  it("differs from run to run by itself", () => {
    expect(createRemote({ identity: "a" }).incarnation).not.toBe(createRemote({ identity: "a" }).incarnation);
  });
});

describe("authorize", () => {
  it("refuses calls before anything is looked up", async () => {
    const wire = new Wire({ authenticated: true });
    const asked: unknown[] = [];
    const [a, c] = [wire.join("a"), wire.join("c")];
    const b = wire.join("b", {
      authorize: (call) => {
        asked.push([call.id, call.message, call.from]);
        if (call.message === "throws") throw new GraphoidError("NOT_TODAY", "closed on sundays");
        return call.from.authenticated && call.from.identity === "a";
      },
    });
    let runs = 0;
    b.expose("x", () => ++runs);
    expect(await a.ref({ id: "x", location: "b" }).request("m")).toBe(1);
    expect((await failure(c.ref({ id: "x", location: "b" }).request("m"))).code).toBe("FORBIDDEN");
    expect((await failure(c.ref({ id: "absent", location: "b" }).request("m"))).code).toBe("FORBIDDEN");
    expect((await failure(c.createOn("b", "y", 1))).code).toBe("FORBIDDEN");
    expect((await failure(a.ref({ id: "x", location: "b" }).request("throws"))).code).toBe("NOT_TODAY");
    expect(runs).toBe(1);
    expect(asked[0]).toEqual(["x", "m", { identity: "a", authenticated: true }]);
  });
});

describe("stacks", () => {
  it("are told to authenticated callers only, unless the host says otherwise", async () => {
    for (const [authenticated, sendStacks, told] of [
      [false, "authenticated", false],
      [true, "authenticated", true],
      [true, "never", false],
      [false, "always", true],
    ] as const) {
      const wire = new Wire({ authenticated });
      const [a, b] = [wire.join("a"), wire.join("b", { sendStacks })];
      b.expose("x", () => {
        throw new Error("x");
      });
      const error = await failure(a.ref({ id: "x", location: "b" }).request("m"));
      expect(isRemoteError(error) && error.remoteStack !== undefined).toBe(told);
    }
  });
});

describe("close", () => {
  it("ends what waits on both sides, refuses what comes later, and leaves nothing behind", async () => {
    const clock = new ManualClock();
    const wire = new Wire({ clock });
    const [a, b] = [wire.join("a"), wire.join("b")];
    const signals: AbortSignal[] = [];
    b.expose("x", (_, __, call) => {
      signals.push(call.signal);
      return new Promise(() => {});
    });
    const ref = a.ref({ id: "x", location: "b" });
    const asked = failure(ref.request("m"));
    await settle();
    await b.close();
    expect(await asked).toMatchObject({ code: "CLOSED", peer: "b" });
    expect(isGraphoidError(signals[0]?.reason, "CLOSED")).toBe(true);
    const waiting = failure(ref.request("m"));
    const streaming = failure(ref.stream("m")[Symbol.asyncIterator]().next());
    await a.close();
    await a[Symbol.asyncDispose]();
    expect(await waiting).toMatchObject({ code: "CLOSED" });
    expect(isRemoteError(await waiting)).toBe(false);
    expect((await streaming).code).toBe("CLOSED");
    for (const late of [ref.request("m"), ref.send("m"), ref.resolve(), a.createOn("b", "y", 1)]) {
      expect((await failure(late)).code).toBe("CLOSED");
    }
    expect(() => a.expose("y", 1)).toThrow("the remote is closed");
    expect(() => a.monitor(ref, () => {})).toThrow("the remote is closed");
    a.deliver({ kind: "send", id: 0, target: "x", message: "m", payload: null, headers: {} }, {});
    expect([a.stats().inFlight, a.stats().served, clock.pending]).toEqual([0, 0, 0]);
  });

  it("leaves no call, no timer and no caller behind after many calls of every kind", async () => {
    const clock = new ManualClock();
    const wire = new Wire({ clock });
    const [a, b] = [wire.join("a"), wire.join("b")];
    b.expose("x", {
      sync: () => 1,
      later: async () => 2,
      fails: async () => {
        throw new Error("x");
      },
      hangs: () => new Promise(() => {}),
      async *items() {
        yield* [1, 2, 3];
      },
    });
    const ref = a.ref({ id: "x", location: "b" });
    for (let i = 0; i < 300; i++) {
      const controller = new AbortController();
      const hangs = failure(ref.request("hangs", null, { signal: controller.signal }));
      const expires = failure(ref.request("hangs", null, { timeoutMs: 5 }));
      await Promise.all([ref.request("sync"), ref.request("later"), failure(ref.request("fails")), ref.send("later")]);
      for await (const item of ref.stream("items")) if (item === 2) break;
      controller.abort();
      clock.advance(20);
      await Promise.all([hangs, expires]);
    }
    await settle();
    expect([a.stats().inFlight, b.stats().serving]).toEqual([0, 0]);
    await wire.close();
    expect(clock.pending).toBe(0);
  });
});
