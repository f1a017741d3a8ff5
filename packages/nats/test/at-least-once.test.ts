import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Node, until } from "./fake-host.ts";
import { hasNatsServer, type NatsServer, startNats } from "./nats-server.ts";

let server: NatsServer;
let namespaces = 0;
let namespace: string;
type Options = Partial<Parameters<typeof Node.start>[1]>;

function start(identity: string, options: Options = {}): Promise<Node> {
  return Node.start(identity, {
    servers: server.url,
    namespace,
    delivery: "at-least-once",
    ...options,
    jetStream: { storage: "memory", ...options.jetStream },
  });
}

/** The payloads of what was sent to a host. */
function got({ host }: Node): unknown[] {
  return host.of("send").map(({ envelope }) => envelope.payload);
}

describe.skipIf(!hasNatsServer)("at least once", () => {
  beforeAll(async () => {
    server = await startNats({ jetstream: true, config: "max_payload: 65536\n" });
  }, 60_000);
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(() => {
    namespace = `k${namespaces++}`;
  });

  it("answers, whatever the hosts are called", async () => {
    await using a = await start("a host. of *");
    await using b = await start(`>${"long".repeat(180)}`);
    expect(await a.ask(b.host.identity, "hello")).toMatchObject({ kind: "reply", payload: "hello" });
  });

  it("refuses what is for a host that was never there", async () => {
    await using a = await start("a");
    await expect(a.send("nobody", 1)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await expect(a.call("nobody")).rejects.toMatchObject({ code: "UNAVAILABLE" });
    const b = await start("nobody");
    await a.send("nobody", 2);
    await until(() => got(b).length === 1);
    await b.close();
  });

  it("keeps for a host that is away what is sent to it, in order, until its next run", async () => {
    await using a = await start("a");
    const before = await start("b");
    await a.send("b", 0);
    await until(() => got(before).length === 1);
    await before.close();
    for (let i = 1; i <= 300; i++) await a.send("b", i);
    await using b = await start("b");
    await until(() => got(b).length === 300);
    expect(got(b)).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
    // What was dealt with before an orderly end does not come again.
    await b.close();
    await a.send("b", "last");
    await using last = await start("b");
    await until(() => got(last).includes("last"));
    expect(got(last)).toEqual(["last"]);
  });

  it("keeps the order of sends that are not waited for, with large ones among them", async () => {
    await using a = await start("a");
    await using b = await start("b");
    const sends = Array.from({ length: 1_000 }, (_, i) => a.send("b", i % 100 === 50 ? [i, "x".repeat(200_000)] : [i]));
    await Promise.all(sends);
    await until(() => got(b).length === 1_000);
    expect(got(b).map((payload) => (payload as number[])[0])).toEqual(Array.from({ length: 1_000 }, (_, i) => i));
  });

  it("does not deliver again what takes longer than the server waits", async () => {
    const jetStream = { ackWaitMs: 150 };
    await using a = await start("a", { jetStream });
    await using b = await start("b", { jetStream });
    const connection = await connect({ servers: server.url });
    const { consumers } = await jetstreamManager(connection);
    const ends: (() => void)[] = [];
    b.host.onDeliver = () => new Promise<void>((resolve) => ends.push(resolve));
    await a.send("b", "long");
    await until(() => ends.length === 1);
    // Others come and go meanwhile: several times as long as the server waits.
    const begun = performance.now();
    while (performance.now() - begun < 700) {
      await a.send("b", "other");
      await until(() => ends.length === 2);
      (ends.pop() as () => void)();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(got(b).filter((payload) => payload === "long")).toHaveLength(1);
    // Not before its end is it acknowledged.
    expect((await consumers.info(namespace, "b")).num_ack_pending).toBe(1);
    (ends.pop() as () => void)();
    let pending = 1;
    while (pending > 0) pending = (await consumers.info(namespace, "b")).num_ack_pending;
    expect(got(b).filter((payload) => payload === "long")).toHaveLength(1);
    await connection.close();
  });

  it("gives what a host had not finished when it closed to its next run", async () => {
    await using a = await start("a");
    const before = await start("b");
    let finish = (): void => {};
    before.host.onDeliver = ({ envelope }) =>
      envelope.payload === "done" ? undefined : new Promise<void>((resolve) => (finish = resolve));
    await a.send("b", "done");
    await a.send("b", "not done");
    await until(() => got(before).length === 2);
    await before.close();
    finish();
    await using b = await start("b");
    await until(() => got(b).length === 1);
    expect(got(b)).toEqual(["not done"]);
  });

  it("gives all that was sent in one turn to the next run, until the last of it was dealt with", async () => {
    await using a = await start("a");
    const before = await start("b");
    before.host.onDeliver = ({ envelope }) => (envelope.payload === 2 ? new Promise(() => {}) : undefined);
    // The first of all is sent alone, once it is known that the host is there.
    await a.send("b", 0);
    await Promise.all([1, 2, 3].map((payload) => a.send("b", payload)));
    await until(() => got(before).length === 4);
    await before.close();
    await using b = await start("b");
    await until(() => got(b).length === 3);
    expect(got(b)).toEqual([1, 2, 3]);
    await b.close();
    await a.send("b", "last");
    await using last = await start("b");
    await until(() => got(last).includes("last"));
    expect(got(last)).toEqual(["last"]);
  });

  it("ends what is garbage, and what cannot be read, rather than deliver it for ever", async () => {
    const jetStream = { ackWaitMs: 50 };
    await using a = await start("a", { jetStream });
    await using b = await start("b", { jetStream });
    const connection = await connect({ servers: server.url });
    try {
      const garbage = ["", "x", "garbage of some length", Buffer.alloc(100, 0xff), Buffer.alloc(40)];
      for (const bytes of garbage) await connection.request(`${namespace}.kept.b`, bytes);
      b.host.onDeliver = () => {
        throw new Error("not this one");
      };
      await a.send("b", 1);
      const { streams } = await jetstreamManager(connection);
      while ((await streams.info(namespace)).state.messages > 0) await new Promise((next) => setTimeout(next, 5));
      expect(got(b)).toEqual([1]);
      b.host.onDeliver = () => undefined;
      await a.send("b", 2);
      await until(() => got(b).length === 2);
    } finally {
      await connection.close();
    }
  });

  it("does not make what comes to one of several hosts wait for what went to another", async () => {
    // Longer than this test may take: whatever waited would never come.
    const jetStream = { ackWaitMs: 1e9 };
    await using a = await start("a", { jetStream });
    const workers = await Promise.all(["w1", "w2", "w3"].map((name) => start(name, { serves: ["work"], jetStream })));
    for (let i = 0; i < 60; i++) await a.send("work", i);
    await Promise.all(Array.from({ length: 60 }, (_, i) => a.send("work", 60 + i)));
    const all = (): unknown[] => workers.flatMap(got);
    await until(() => all().length === 120);
    expect(new Set(all()).size).toBe(120);
    const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => a.ask("work", i)));
    expect(answers.every(({ kind }) => kind === "reply")).toBe(true);
    expect(workers.filter((worker) => got(worker).length > 0).length).toBeGreaterThan(1);
    await Promise.all(workers.map((worker) => worker.close()));
  });

  it("refuses large messages to several hosts, of which each would get some pieces", async () => {
    await using a = await start("a");
    await using worker = await start("worker", { serves: ["work"] });
    await a.send("work", 1);
    await expect(a.send("work", "x".repeat(100_000))).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await expect(a.call("work", "x".repeat(100_000))).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await a.send("worker", "x".repeat(100_000));
    await a.send("work", 2);
    await until(() => got(worker).length === 3);
  });

  it("has all that one turn sent handled, though some of it cannot be", async () => {
    await using a = await start("a");
    await using b = await start("b");
    b.host.onDeliver = ({ envelope }) => {
      if (Number(envelope.payload) % 3 === 0) throw new Error("not this one");
      return Number(envelope.payload) % 3 === 1 ? Promise.reject(new Error("nor this")) : undefined;
    };
    await Promise.all(Array.from({ length: 90 }, (_, i) => a.send("b", i)));
    await until(() => got(b).length === 90);
    expect(got(b)).toEqual(Array.from({ length: 90 }, (_, i) => i));
  });

  it("needs JetStream, and says so", async () => {
    await using plain = await startNats();
    const failure = start("a", { servers: plain.url });
    await expect(failure).rejects.toMatchObject({ code: "UNSUPPORTED_SERVER" });
  });

  it("refuses what is too large or not permitted, and does not try it for ever", async () => {
    const users =
      '{ user: u, password: p, permissions: { subscribe: ">", publish: { deny: "*.kept.b" } } }, { user: v, password: p }';
    await using own = await startNats({ jetstream: true, config: `authorization { users: [ ${users} ] }\n` });
    const as = (user: string): Options => ({ servers: own.url, nats: { user, pass: "p" } });
    await using b = await start("b", as("v"));
    await using a = await start("a", { ...as("u"), maxMessageBytes: 1_000 });
    await expect(a.send("b", 1)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await expect(a.send("a", "x".repeat(1_000))).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await b.send("a", 1);
    await until(() => got(a).length === 1);
  });

  it("says that it is closed", async () => {
    const a = await start("a");
    const waits = start("b");
    await a.close();
    await expect(a.send("b", 1)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await expect(a.router.init()).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(a.close()).toBe(a.close());
    await (await waits).close();
  });
});
