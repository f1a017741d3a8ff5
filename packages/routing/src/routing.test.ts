import {
  type Envelope,
  type EnvelopeSource,
  type GraphoidError,
  hash,
  isGraphoidError,
  NotFoundError,
  NotSerializableError,
  type Ref,
  type Router,
} from "@graphoid/core";
import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import { createRouting, type Routing } from "./routing.ts";
import { plainRef } from "./testing/plain-ref.ts";

const ref = plainRef("user_123");
const envelope: Envelope = { kind: "send", id: 0, target: "user_123", message: "hello", payload: null, headers: {} };
const bytes = new Uint8Array([1, 2, 3]);

/** The error that a promise rejects with. */
async function failure(promise: Promise<unknown>): Promise<GraphoidError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isGraphoidError(error)) throw new Error("expected a Graphoid error");
  return error;
}

/** A promise and its ends. */
function deferred<T = void>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: unknown) => void } {
  let ends: [(value: T) => void, (error: unknown) => void] | undefined;
  const promise = new Promise<T>((...given) => {
    ends = given;
  });
  return { promise, resolve: ends![0], reject: ends![1] };
}

function using(router: Router<never>, name = "r"): Routing {
  const routing = createRouting();
  routing.register(name, router);
  routing.use(name);
  return routing;
}

describe("register and use", () => {
  it("starts with no router, lists what is registered and says which is active", () => {
    const routing = createRouting();
    expect(routing.list()).toEqual([]);
    expect(routing.active).toBeUndefined();
    routing.register("a", { route() {}, guarantees: { order: "sender" } });
    routing.register("b", { route() {} });
    routing.use("b");
    expect(routing.active).toBe("b");
    expect(routing.list()).toEqual([
      { name: "a", active: false, guarantees: { order: "sender" } },
      { name: "b", active: true, guarantees: {} },
    ]);
  });

  it("hands out snapshots", () => {
    const routing = using({ route() {}, guarantees: { order: "none" } });
    (routing.list()[0] as unknown as { guarantees: { order: string } }).guarantees.order = "sender";
    routing.list().pop();
    expect(routing.list()[0]?.guarantees.order).toBe("none");
  });

  it("refuses what is not a router, and a name that is taken", () => {
    const routing = createRouting();
    const register = routing.register.bind(routing) as (name: unknown, router: unknown) => void;
    for (const bad of [null, 1, () => {}, {}, { route: 1 }]) expect(() => register("a", bad)).toThrow("`router");
    for (const key of ["init", "receive", "close"]) {
      expect(() => register("a", { route() {}, [key]: 1 })).toThrow(`\`router.${key}\``);
    }
    for (const guarantees of [1, { order: "any" }, { delivery: "twice" }, { maxMessageBytes: -1 }, { speed: 1 }]) {
      expect(() => register("a", { route() {}, guarantees })).toThrow("routing.register: guarantees");
    }
    expect(() => register("", { route() {} })).toThrow("`name`");
    expect(() => register(1, { route() {} })).toThrow("`name`");
    expect(routing.list()).toEqual([]);
    routing.register("a", { route() {} });
    expect(() => routing.register("a", { route() {} })).toThrow('a router named "a" is registered already');
  });

  it("says which routers there are when one is not found", () => {
    const routing = createRouting();
    expect(() => routing.use("x")).toThrow('no router is named "x"; registered: none');
    routing.register("a", { route() {} });
    expect(() => routing.use("x")).toThrow('registered: "a"');
    expect(() => routing.use("__proto__")).toThrow(NotFoundError);
  });

  it("takes names that are also members of objects", () => {
    const routing = using({ route() {} }, "__proto__");
    expect(routing.active).toBe("__proto__");
  });
});

describe("guarantees", () => {
  const level = fc.record(
    {
      order: fc.constantFrom("sender" as const, "none" as const),
      delivery: fc.constantFrom("at-most-once" as const, "at-least-once" as const),
      maxMessageBytes: fc.constantFrom(0, 1, 1024, Number.POSITIVE_INFINITY),
    },
    { requiredKeys: [] },
  );

  it("lets a router be used exactly when it promises all that is asked for", () => {
    fc.assert(
      fc.property(level, level, (guarantees, requirements) => {
        const routing = createRouting();
        routing.register("plain", { route() {} });
        routing.register("r", { route() {}, guarantees });
        routing.use("plain");
        const met =
          (requirements.order !== "sender" || guarantees.order === "sender") &&
          (requirements.delivery === undefined || guarantees.delivery === requirements.delivery) &&
          (requirements.maxMessageBytes === undefined ||
            (guarantees.maxMessageBytes !== undefined && guarantees.maxMessageBytes >= requirements.maxMessageBytes));
        let error: unknown;
        try {
          routing.use("r", requirements);
        } catch (reason) {
          error = reason;
        }
        expect(error === undefined).toBe(met);
        expect(met || isGraphoidError(error, "UNMET_GUARANTEE")).toBe(true);
        expect(routing.active).toBe(met ? "r" : "plain");
      }),
    );
  });

  it("names what was asked for and what is offered", () => {
    const routing = createRouting();
    routing.register("r", { route() {}, guarantees: { order: "none" } });
    expect(() => routing.use("r", { order: "sender" })).toThrow(
      'router "r" must promise `order` "sender" and promises "none"',
    );
    expect(() => routing.use("r", { maxMessageBytes: 10 })).toThrow("promises nothing about it");
    expect(() => routing.use("r", { maxMessageBytes: Number.NaN })).toThrow("`maxMessageBytes`");
    expect(() => routing.use("r", { order: "total" as never })).toThrow("`order`");
    expect(() => routing.use("r", { ordering: "none" } as never)).toThrow("ordering");
  });
});

describe("route", () => {
  it("R7: fails at once with no router registered or active", async () => {
    const routing = createRouting();
    expect((await failure(routing.route(ref, envelope))).code).toBe("NO_ACTIVE_ROUTER");
    routing.register("a", { route() {} });
    const error = await failure(routing.route(ref, envelope));
    expect([error.code, error.name]).toEqual(["NO_ACTIVE_ROUTER", "NoActiveRouterError"]);
    expect((await failure(routing.init({}))).code).toBe("NO_ACTIVE_ROUTER");
    expect((await failure(routing.receive(bytes))).code).toBe("NO_ACTIVE_ROUTER");
  });

  it("gives the router the very reference and envelope, and keeps its `this`", async () => {
    const routed: [Ref, Envelope][] = [];
    const router = {
      mine: routed,
      route(to: Ref, what: Envelope) {
        this.mine.push([to, what]);
      },
    };
    const { route } = using(router);
    await route(ref, envelope);
    expect(routed[0]?.[0]).toBe(ref);
    expect(routed[0]?.[1]).toBe(envelope);
  });

  it("R6: a router that throws or rejects gives a RouteError with the cause", async () => {
    const cause = new Error("no way");
    const throws = (): void => {
      throw cause;
    };
    for (const route of [throws, async () => throws()]) {
      const error = await failure(using({ route }).route(ref, envelope));
      expect([error.code, error.name, error.cause]).toEqual(["ROUTE", "RouteError", cause]);
      expect(error.message).toBe('routing.route: router "r" could not route: no way');
      expect(error.details).toEqual({ router: "r" });
    }
    for (const thrown of [undefined, null, "text", { message: "x" }]) {
      const error = await failure(using({ route: () => Promise.reject(thrown) }).route(ref, envelope));
      expect(error).toMatchObject({ code: "ROUTE", cause: thrown });
    }
  });

  it("passes on that a message cannot travel", async () => {
    const blame = new NotSerializableError("at payload.f");
    expect(await failure(using({ route: () => Promise.reject(blame) }).route(ref, envelope))).toBe(blame);
  });

  it("waits for the router, and takes whatever plain JavaScript returns", async () => {
    const gate = deferred();
    let done = false;
    const routed = using({ route: () => gate.promise })
      .route(ref, envelope)
      .then(() => {
        done = true;
      });
    await Promise.resolve();
    expect(done).toBe(false);
    gate.resolve();
    await routed;
    await using({ route: () => 42 as never }).route(ref, envelope);
  });

  it("hands a promise of the delivery target to the router, and nothing else that it returns", () => {
    const routing = createRouting();
    const results: unknown[] = [Promise.resolve(), 42, undefined];
    let next = 0;
    routing.onDeliver(() => results[next++]);
    expect(results.map(() => routing.deliver(envelope))).toEqual([results[0], undefined, undefined]);
  });

  it("lets calls in flight finish on the router that was replaced, which stays open and still delivers", async () => {
    const gate = deferred();
    const log: string[] = [];
    const routing = createRouting();
    routing.onDeliver((arrived) => log.push(`delivered ${String(arrived.payload)}`));
    const old = {
      async route() {
        await gate.promise;
        log.push("old routed");
      },
      receive() {
        routing.deliver({ ...envelope, payload: "by old" });
      },
      close: () => log.push("old closed") as never,
    };
    const registered = routing.register("old", old);
    routing.register("new", { route: () => log.push("new routed") as never });
    routing.use("old");
    const inFlight = routing.route(ref, envelope);
    routing.use("new");
    await routing.route(ref, envelope);
    gate.resolve();
    await inFlight;
    await routing.receive(bytes, {}, { router: "old" });
    expect(log).toEqual(["new routed", "old routed", "delivered by old"]);
    registered.dispose();
    registered.dispose();
    expect(log.slice(3)).toEqual(["old closed"]);
    expect(routing.active).toBe("new");
    expect(routing.list().map((router) => router.name)).toEqual(["new"]);
  });

  it("has no active router after the active one was disposed of, and frees its name", async () => {
    const routing = createRouting();
    const first = routing.register("r", { route() {} });
    routing.use("r");
    first.dispose();
    expect(routing.active).toBeUndefined();
    expect((await failure(routing.route(ref, envelope))).code).toBe("NO_ACTIVE_ROUTER");
    routing.register("r", { route() {} });
    first.dispose();
    routing.use("r");
    expect(routing.active).toBe("r");
  });
});

describe("init", () => {
  it("passes the config, and envelopes wait until it is done, in order", async () => {
    const gate = deferred();
    const log: unknown[] = [];
    const routing = using({
      async init(config: { partitions: number }) {
        log.push(config);
        await gate.promise;
        log.push("started");
      },
      route: (_to, { payload }) => log.push(payload) as never,
    });
    const started = routing.init({ partitions: 2 });
    const waiting = [1, 2, 3].map((payload) => routing.route(ref, { ...envelope, payload }));
    const after = started.then(() => routing.route(ref, { ...envelope, payload: 4 }));
    gate.resolve();
    await Promise.all([...waiting, after]);
    expect(log).toEqual([{ partitions: 2 }, "started", 1, 2, 3, 4]);
  });

  it("fails with the cause, fails the envelopes that waited and later ones, and can be tried again", async () => {
    const cause = new Error("refused");
    let attempts = 0;
    const routing = using({
      init() {
        if (attempts++ === 0) throw cause;
      },
      route() {},
    });
    const [started, waited] = await Promise.all([failure(routing.init({})), failure(routing.route(ref, envelope))]);
    expect(started).toMatchObject({
      code: "ROUTE",
      cause,
      message: expect.stringContaining("could not start: refused"),
    });
    expect(waited).toBe(started);
    expect(await failure(routing.route(ref, envelope))).toBe(started);
    await routing.init({});
    await routing.route(ref, envelope);
  });

  it("never runs twice at once", async () => {
    let running = 0;
    let most = 0;
    const routing = using({
      async init() {
        most = Math.max(most, ++running);
        await Promise.resolve();
        running--;
        throw new Error("again");
      },
      route() {},
    });
    const results = await Promise.allSettled([routing.init(), routing.init(), routing.init()]);
    expect(results.every((result) => result.status === "rejected")).toBe(true);
    expect([running, most]).toEqual([0, 1]);
  });

  it("does nothing for a router that has none", async () => {
    await using({ route() {} }).init({ partitions: [] });
  });
});

describe("receive and deliver", () => {
  it("gives bytes and source to the router", async () => {
    const received: unknown[] = [];
    const source: EnvelopeSource = { identity: "node_b", authenticated: true };
    const routing = using({ route() {}, receive: (...given) => received.push(given) as never });
    await routing.receive(bytes, source);
    await routing.receive(bytes);
    expect(received).toEqual([
      [bytes, source],
      [bytes, {}],
    ]);
  });

  it("refuses what is not bytes, unknown routers, and routers that cannot receive", async () => {
    const routing = using({ route() {} });
    expect((await failure(routing.receive("text" as never))).code).toBe("INVALID_ARGUMENT");
    expect((await failure(routing.receive(bytes, {}, { router: "x" }))).code).toBe("NOT_FOUND");
    expect((await failure(routing.receive(bytes, {}, { route: "x" } as never))).code).toBe("INVALID_ARGUMENT");
    expect((await failure(routing.receive(bytes))).code).toBe("UNIMPLEMENTED");
  });

  it("R6: a router that throws on bytes gives a RouteError with the cause", async () => {
    const cause = new Error("not an envelope");
    const routing = using({
      route() {},
      async receive() {
        throw cause;
      },
    });
    expect(await failure(routing.receive(bytes))).toMatchObject({ code: "ROUTE", cause });
  });

  it("has one delivery target at a time", () => {
    const { deliver, onDeliver: _, ...rest } = createRouting();
    expect(() => deliver(envelope)).toThrow("nothing takes envelopes here");
    expect(rest).toBeDefined();
    const routing = createRouting();
    const arrived: unknown[] = [];
    const target = routing.onDeliver((what, source) => arrived.push(what, source));
    expect(() => routing.onDeliver(() => {})).toThrow("a delivery target already");
    routing.deliver(envelope, { identity: "x" });
    expect(arrived).toEqual([envelope, { identity: "x" }]);
    target.dispose();
    const next = routing.onDeliver(() => arrived.push("next"));
    target.dispose();
    routing.deliver(envelope);
    expect(arrived).toEqual([envelope, { identity: "x" }, "next"]);
    next.dispose();
    expect(() => routing.deliver(envelope)).toThrow(NotFoundError);
    expect(() => routing.onDeliver(1 as never)).toThrow("`deliver`");
  });

  it("takes its delivery target as an option too", () => {
    const arrived: unknown[] = [];
    const routing = createRouting({ deliver: (what) => arrived.push(what) });
    routing.deliver(envelope);
    expect(arrived).toEqual([envelope]);
    expect(() => createRouting({ target: () => {} } as never)).toThrow("target");
  });
});

describe("close", () => {
  it("closes every router once, delivers until the last is closed, and refuses what comes later", async () => {
    const gate = deferred();
    const log: string[] = [];
    const routing = createRouting({ deliver: () => log.push("delivered") });
    for (const name of ["a", "b"]) {
      routing.register(name, {
        route() {},
        async close() {
          log.push(`closing ${name}`);
          await gate.promise;
          routing.deliver(envelope);
        },
      });
    }
    routing.use("a");
    const closed = routing.close();
    expect(routing.close()).toBe(closed);
    expect((await failure(routing.route(ref, envelope))).code).toBe("CLOSED");
    gate.resolve();
    await closed;
    await routing[Symbol.asyncDispose]();
    expect(log).toEqual(["closing a", "closing b", "delivered", "delivered"]);
    routing.deliver(envelope);
    expect(log).toHaveLength(4);
    for (const late of [() => routing.register("c", { route() {} }), () => routing.use("a")]) {
      expect(late).toThrow("the routing is closed");
    }
    expect(() => routing.onDeliver(() => {})).toThrow("closed");
    for (const late of [routing.init(), routing.receive(bytes), routing.route(ref, envelope)]) {
      expect((await failure(late)).code).toBe("CLOSED");
    }
    expect(routing.list()).toEqual([]);
  });

  it("reports a router that cannot close, after closing the others", async () => {
    const cause = new Error("stuck");
    let closed = 0;
    const routing = createRouting();
    routing.register("bad", {
      route() {},
      close() {
        throw cause;
      },
    });
    routing.register("good", { route() {}, close: () => void closed++ });
    expect(await failure(routing.close())).toMatchObject({ code: "ROUTE", cause, details: { router: "bad" } });
    expect(closed).toBe(1);
  });

  it("waits for a router whose registration was disposed of, and reports how that went", async () => {
    const gate = deferred();
    const routing = createRouting();
    routing.register("r", { route() {}, close: () => gate.promise }).dispose();
    const closed = failure(routing.close());
    gate.reject(new Error("late"));
    expect((await closed).message).toContain("could not close: late");
  });
});

describe("the specification's routers", () => {
  it("runs the router of section 4 almost to the letter", async () => {
    const routing = createRouting();
    const partitionCount = 2;
    const wires: { target: string; message: Envelope }[][] = [[], []];
    const getConnection = (partition: number) => ({
      async send(sent: { target: string; message: Envelope }) {
        wires[partition]!.push(sent);
      },
    });
    const delivered: Envelope[] = [];
    routing.onDeliver((arrived) => delivered.push(arrived));

    routing.register("my_platform", {
      // Called when sending to a remote ref
      async route(to, message) {
        const partition = hash(to.id) % partitionCount;
        const connection = getConnection(partition);
        await connection.send({ target: to.id, message });
      },
      // Called when receiving a message
      receive(arrived) {
        const message = wires[arrived[0]!]!.shift()!;
        routing.deliver(message.message);
      },
    });
    routing.use("my_platform");

    await routing.route(ref, envelope);
    await routing.receive(new Uint8Array([hash(ref.id) % partitionCount]));
    expect(delivered).toEqual([envelope]);
  });

  it('runs "Building a Simple Router" almost to the letter', async () => {
    const routing = createRouting();
    const sent: string[] = [];
    const connect = async (host: string, port: number) => ({
      send: async (what: Uint8Array) => void sent.push(`${host}:${port} ${new TextDecoder().decode(what)}`),
    });
    const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
    const delivered: unknown[] = [];
    routing.onDeliver((arrived) => delivered.push(arrived));

    routing.register("simple_hash", {
      partitions: new Map<number, { send(what: Uint8Array): Promise<void> }>(),

      async init(config: { partitions: { id: number; host: string; port: number }[] }) {
        for (const p of config.partitions) this.partitions.set(p.id, await connect(p.host, p.port));
      },

      async route(to, message) {
        expectTypeOf(to).toEqualTypeOf<Ref>();
        const partitionId = hash(to.id) % this.partitions.size;
        const conn = this.partitions.get(partitionId)!;
        await conn.send(encode({ target: to.id, payload: message }));
      },

      receive(arrived) {
        const msg = JSON.parse(new TextDecoder().decode(arrived)) as { target: string; payload: Envelope };
        routing.deliver(msg.payload);
      },
    });

    routing.use("simple_hash");
    routing.init({
      partitions: [
        { id: 0, host: "10.0.1.100", port: 9000 },
        { id: 1, host: "10.0.1.101", port: 9000 },
      ],
    });
    await routing.route(ref, envelope);
    const host = ["10.0.1.100:9000", "10.0.1.101:9000"][hash(ref.id) % 2]!;
    expect(sent).toEqual([`${host} ${JSON.stringify({ target: "user_123", payload: envelope })}`]);
    await routing.receive(encode({ target: "user_123", payload: envelope }));
    expect(delivered).toEqual([envelope]);
  });
});
