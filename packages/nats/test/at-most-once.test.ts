import { connect } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { NatsRouterOptions } from "../src/index.ts";
import { answer, codeOf, Node, until } from "./fake-host.ts";
import { hasNatsServer, type NatsServer, startNats } from "./nats-server.ts";

const MAX_PAYLOAD = 65_536;
let server: NatsServer;
let namespaces = 0;

/** Hosts of one namespace that are closed with the test. */
class Group implements AsyncDisposable {
  readonly namespace = `n${namespaces++}`;
  readonly nodes: Node[] = [];

  async add(identity: string, options: Omit<NatsRouterOptions, "host"> = {}, incarnation?: string): Promise<Node> {
    const access = options.connection === undefined ? { servers: server.url } : {};
    const node = await Node.start(identity, { ...access, namespace: this.namespace, ...options }, incarnation);
    this.nodes.push(node);
    return node;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.close()));
  }
}

describe.skipIf(!hasNatsServer)("at most once", () => {
  beforeAll(async () => {
    server = await startNats({ config: `max_payload: ${MAX_PAYLOAD}\n` });
  }, 60_000);
  afterAll(() => server[Symbol.asyncDispose]());

  it("answers, whatever the hosts are called", async () => {
    await using group = new Group();
    const a = await group.add("a host. of *");
    await group.add(">");
    expect(await a.ask(">", "hello")).toMatchObject({ kind: "reply", payload: "hello" });
  });

  it("fails a call to a location that nobody serves without waiting for anything", async () => {
    await using group = new Group();
    // Neither a probe nor a silence ends it.
    const a = await group.add("a", { probeMs: 2 ** 31 - 1, failAfterMs: 2 ** 31 - 1 });
    expect(codeOf(await a.ask("nowhere"))).toBe("UNAVAILABLE");
    expect(codeOf(await a.ask("nowhere", "x".repeat(200_000)))).toBe("UNAVAILABLE");
    await a.send("nowhere", 1);
  });

  it("sends what goes to one host in one turn as one message, in order, and what goes to a shared location singly", async () => {
    await using group = new Group();
    const [a, b, c] = [await group.add("a"), await group.add("b", { serves: ["shared"] }), await group.add("c")];
    for (const name of ["b", "c", "shared"]) await a.ask(name);
    const spy = await connect({ servers: server.url });
    const seen = new Map<string, number>();
    const callback = (_: Error | null, { subject }: { subject: string }): void => {
      seen.set(subject, (seen.get(subject) ?? 0) + 1);
    };
    for (const name of ["b", "c", "shared"]) spy.subscribe(`${group.namespace}.at.${name}`, { callback });
    await spy.flush();
    const large = "x".repeat(10_000);
    const payloads = [...Array(100).keys(), large, ...Array(100).keys()];
    const sent = payloads.map((payload) => a.send("b", payload));
    for (let i = 0; i < 10; i++) sent.push(a.send("shared", `shared ${i}`), a.send("c", i));
    await Promise.all([...sent, a.ask("b"), a.ask("c")]);
    const got = b.host.of("send").map(({ envelope }) => envelope.payload);
    expect(got.filter((payload) => !String(payload).startsWith("shared"))).toEqual(payloads);
    expect(c.host.of("send").map(({ envelope }) => envelope.payload)).toEqual([...Array(10).keys()]);
    await spy.flush();
    await spy.close();
    // In front of the large one, it, behind it; and what the last two calls went with.
    expect(seen.get(`${group.namespace}.at.b`)).toBeLessThanOrEqual(4);
    expect(seen.get(`${group.namespace}.at.shared`)).toBe(10);
  });

  it("lets all calls of one turn to a host that is not there any more be unavailable", async () => {
    await using group = new Group();
    const a = await group.add("a", { probeMs: 2 ** 31 - 1, failAfterMs: 2 ** 31 - 1 });
    const connection = await connect({ servers: server.url });
    await group.add("b", { connection });
    expect(await a.ask("b", 1)).toMatchObject({ kind: "reply" });
    await connection.close();
    const answers = await Promise.all(Array.from({ length: 5 }, (_, i) => a.ask("b", i)));
    expect(answers.map(codeOf)).toEqual(Array(5).fill("UNAVAILABLE"));
    expect(a.host.states("b")).toEqual(["connected", "failed"]);
  });

  it("gives each call to one of those who serve its location, and all get some", async () => {
    await using group = new Group();
    const caller = await group.add("caller");
    const workers = await Promise.all(["w1", "w2", "w3"].map((name) => group.add(name, { serves: ["work"] })));
    const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => caller.ask("work", i)));
    expect(answers.map(({ payload }) => payload)).toEqual(Array.from({ length: 200 }, (_, i) => i));
    const counts = workers.map(({ host }) => host.of("request").length);
    expect(counts.reduce((a, b) => a + b)).toBe(200);
    expect(Math.min(...counts)).toBeGreaterThan(10);
  });

  it("gives large messages whole to one of those who serve their location", async () => {
    await using group = new Group();
    const caller = await group.add("caller");
    const workers = await Promise.all(["w1", "w2", "w3"].map((name) => group.add(name, { serves: ["work"] })));
    const large = "large ".repeat(60_000);
    const calls = Array.from({ length: 12 }, (_, i) => caller.ask("work", `${i} ${large}`));
    for (let i = 0; i < 12; i++) await caller.send("work", `${i} ${large}`);
    const answers = await Promise.all(calls);
    expect(answers.every(({ kind, payload }, i) => kind === "reply" && payload === `${i} ${large}`)).toBe(true);
    const all = (kind: "send" | "request"): unknown[] =>
      workers.flatMap(({ host }) => host.of(kind)).map(({ envelope }) => envelope.payload);
    await until(() => all("send").length === 12);
    expect(new Set(all("send")).size).toBe(12);
    expect(all("request")).toHaveLength(12);
  });

  it("keeps all of a stream with the host that took it, and ends it with that host alone", async () => {
    await using group = new Group();
    const caller = await group.add("caller", { probeMs: 20, failAfterMs: 30_000 });
    const workers = await Promise.all(["w1", "w2", "w3"].map((name) => group.add(name, { serves: ["work"] })));
    const taken = (id: number): Node | undefined =>
      workers.find(({ host }) => host.of("stream").some(({ envelope }) => envelope.id === id));
    // Until two of the workers have one each.
    const streams: number[] = [];
    do {
      const id = await caller.call("work", null, "stream");
      await until(() => taken(id) !== undefined);
      streams.push(id);
    } while (new Set(streams.map(taken)).size < 2);
    const [one, other] = [streams[0] as number, streams.at(-1) as number];
    const [first, second] = [taken(one) as Node, taken(other) as Node];
    for (const [id, worker] of [
      [one, first],
      [other, second],
    ] as const) {
      const { envelope, source } = worker.host.of("stream").find((delivery) => delivery.envelope.id === id) as {
        envelope: Parameters<typeof answer>[0];
        source: { reply?: (envelope: ReturnType<typeof answer>) => Promise<void> };
      };
      await source.reply?.(answer(envelope, "item", id));
      await until(() => caller.host.of("item").some((delivery) => delivery.envelope.id === id));
      for (let i = 0; i < 5; i++) await caller.control("work", id, "credit");
      await caller.control("work", id, "item", { input: 1 });
      const mine = (): number => worker.host.deliveries.filter((d) => d.envelope.id === id).length;
      await until(() => mine() === 7);
    }
    // What was meant for one went to no other.
    const strays = workers.flatMap(({ host }) => [...host.of("credit"), ...host.of("item")]);
    expect(strays).toHaveLength(12);
    await first.close();
    for (const id of streams.filter((id) => taken(id) === first)) {
      expect(codeOf(await caller.outcome(id))).toBe("PEER_LOST");
    }
    expect(caller.host.of("error").some(({ envelope }) => envelope.id === other)).toBe(false);
    await caller.control("work", other, "cancel");
    await until(() => second.host.of("cancel").some(({ envelope }) => envelope.id === other));
    expect((await caller.ask("work", "more")).payload).toBe("more");
  });

  it("keeps two calls of one number apart that two hosts make", async () => {
    await using group = new Group();
    const a = await group.add("a", { probeMs: 20, failAfterMs: 30_000 });
    const [b, c] = [await group.add("b"), await group.add("c")];
    // `a` streams from `c` by the number by which `b` streams from `a`.
    const id = await a.call("c", null, "stream");
    expect(await b.call("a", null, "stream")).toBe(id);
    await until(() => a.host.of("stream").length === 1 && c.host.of("stream").length === 1);
    const ofB = a.host.of("stream")[0];
    if (ofB === undefined) throw new Error("no stream");
    await ofB.source.reply?.(answer(ofB.envelope, "item"));
    await until(() => b.host.of("item").length === 1);
    // These go to the inbox of `a`, as answers do, and do not belong to its own call.
    await b.control("a", id, "credit");
    await b.control("a", id, "item", { input: 1 });
    await b.control("a", id, "end", { input: 1 });
    await until(() => a.host.of("end").length === 1);
    await a.control("c", id, "credit");
    await until(() => c.host.of("credit").length === 1);
    expect(b.host.of("credit")).toEqual([]);
    await b.control("a", id, "cancel");
    await until(() => a.host.of("cancel").length === 1);
    await a.control("c", id, "credit");
    await until(() => c.host.of("credit").length === 2);
    expect(a.host.of("error")).toEqual([]);
  });

  it("keeps the order of ten thousand sends, with large ones among them", async () => {
    await using group = new Group();
    const a = await group.add("a");
    const b = await group.add("b");
    const large = "x".repeat(MAX_PAYLOAD * 2);
    const sends: Promise<void>[] = [];
    for (let i = 0; i < 10_000; i++) sends.push(a.send("b", i % 1_000 === 500 ? [i, large] : [i]));
    await Promise.all(sends);
    await until(() => b.host.deliveries.length === 10_000);
    const order = b.host.deliveries.map(({ envelope }) => (envelope.payload as number[])[0]);
    expect(order).toEqual(Array.from({ length: 10_000 }, (_, i) => i));
  });

  it("carries messages of any size around that of a piece, both ways", async () => {
    await using group = new Group();
    const a = await group.add("a");
    await group.add("b");
    const sizes = [0, 1, ...Array.from({ length: 30 }, (_, i) => MAX_PAYLOAD - 300 + 10 * i), 2 * MAX_PAYLOAD, 1e6];
    const answers = await Promise.all(sizes.map((size) => a.ask("b", "y".repeat(size))));
    expect(answers.map(({ payload }) => String(payload).length)).toEqual(sizes);
  });

  it("refuses what is larger than may travel, at either end, and goes on", async () => {
    await using group = new Group();
    const a = await group.add("a", { maxMessageBytes: 100_000 });
    const b = await group.add("b");
    const large = "x".repeat(100_000);
    await expect(a.call("b", large)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await expect(a.send("b", large)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    // What others send is dropped where it takes more memory than there is for it.
    await b.send("a", large.repeat(4));
    await b.send("a", "small");
    await until(() => a.host.of("send").length === 1);
    expect((await a.ask("b", "on")).payload).toBe("on");
    expect(a.host.deliveries).toHaveLength(2);
  });

  it("does not meet what is in another namespace", async () => {
    await using one = new Group();
    await using other = new Group();
    const a = await one.add("a");
    await other.add("b");
    expect(codeOf(await a.ask("b"))).toBe("UNAVAILABLE");
    const b = await one.add("b");
    await a.send("b", 1);
    await until(() => b.host.of("send").length === 1);
    expect(other.nodes[0]?.host.deliveries).toEqual([]);
  });

  it("leaves a shared connection open, and hears nothing more by it", async () => {
    await using group = new Group();
    const connection = await connect({ servers: server.url });
    try {
      const shared = await group.add("shared", { connection });
      const b = await group.add("b");
      expect((await shared.ask("b", 1)).payload).toBe(1);
      await shared.close();
      expect(connection.isClosed()).toBe(false);
      await connection.flush();
      expect(codeOf(await b.ask("shared"))).toBe("UNAVAILABLE");
      await expect(shared.call("b")).rejects.toMatchObject({ code: "UNAVAILABLE" });
      expect(b.host.states("shared").at(-1)).toMatch(/left|failed/);
      // Another router may use it.
      const again = await group.add("shared", { connection });
      expect((await again.ask("b", 2)).payload).toBe(2);
    } finally {
      await connection.close();
    }
  });

  it("sends before it closes what it was given, and delivers what came", async () => {
    await using group = new Group();
    const b = await group.add("b");
    for (let round = 0; round < 5; round++) {
      const a = await group.add("a");
      const before = b.host.deliveries.length;
      const sends = Array.from({ length: 500 }, (_, i) => a.send("b", i === 250 ? "x".repeat(300_000) : i));
      const closed = a.close();
      await Promise.all([...sends, closed]);
      await until(() => b.host.deliveries.length === before + 500);
      expect(a.close()).toBe(a.close());
      await expect(a.send("b", 1)).rejects.toMatchObject({ code: "UNAVAILABLE" });
      await expect(a.router.init()).rejects.toMatchObject({ code: "UNAVAILABLE" });
    }
  });

  it("tells those it met that it leaves, whose calls end then", async () => {
    await using group = new Group();
    const a = await group.add("a", { probeMs: 2 ** 31 - 1 });
    const b = await group.add("b");
    b.host.onDeliver = () => undefined;
    await a.send("b", 1);
    await b.send("a", 1);
    await until(() => a.host.states("b").includes("connected") && b.host.states("a").includes("connected"));
    const id = await a.call("b");
    await until(() => b.host.of("request").length === 1);
    await b.close();
    expect(codeOf(await a.outcome(id))).toBe("PEER_LOST");
    expect(a.host.states("b")).toEqual(["connected", "left"]);
  });

  it("takes a run of a host for the next one of it, and not what is late of the one before", async () => {
    await using group = new Group();
    const a = await group.add("a", { probeMs: 2 ** 31 - 1 });
    const before = await group.add("b", {}, "run 1");
    await before.send("a", 1);
    await a.send("b", 1);
    await until(() => a.host.deliveries.length === 1 && before.host.deliveries.length === 1);
    // The next run begins before the one before has ended.
    const after = await group.add("b", {}, "run 2");
    await after.send("a", 2);
    await until(() => a.host.deliveries.length === 2);
    expect(a.host.states("b")).toEqual(["connected", "failed", "connected"]);
    await before.close();
    expect((await a.ask("b", 3)).payload).toBe(3);
    expect(a.host.states("b")).toEqual(["connected", "failed", "connected"]);
    expect(a.host.reports.at(-1)?.incarnation).toBe("run 2");
  });

  it("fails each of the calls that went together to a host that is there no longer", async () => {
    await using group = new Group();
    const a = await group.add("a", { probeMs: 2 ** 31 - 1 });
    const b = await group.add("b");
    // Once it is known as one host, what one turn sends to it goes as one message.
    const ask = (): Promise<string[]> => Promise.all(Array.from({ length: 50 }, (_, i) => a.ask("b", i).then(codeOf)));
    expect(new Set(await ask())).toEqual(new Set(["reply"]));
    expect(new Set(await ask())).toEqual(new Set(["reply"]));
    await b.close();
    const codes = new Set(await ask());
    expect([...codes].every((code) => code === "UNAVAILABLE" || code === "PEER_LOST")).toBe(true);
    await group.add("b");
    expect(new Set(await ask())).toEqual(new Set(["reply"]));
  });

  it("says what is wrong with a location that is no name", async () => {
    await using group = new Group();
    const a = await group.add("a", { hostOf: () => undefined });
    await expect(a.call("b")).rejects.toMatchObject({ code: "NOT_FOUND" });
    const b = await group.add("b");
    for (const location of ["", "x".repeat(1_001)]) {
      await expect(b.send(location, 1)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    }
  });
});
