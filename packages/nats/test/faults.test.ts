import { connect, headers, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { numberBytes } from "../src/chunks.ts";
import { FrameWriter, KIND } from "../src/frame.ts";
import { Subjects } from "../src/subjects.ts";
import { answer, codeOf, Node, until } from "./fake-host.ts";
import { hasNatsServer, type NatsServer, startNats } from "./nats-server.ts";

const NOTHING = new Uint8Array(0);
let server: NatsServer;
let bare: NatsConnection;
let namespaces = 0;
let namespace: string;
let subjects: Subjects;

/** A call in bytes as the fake hosts write it. */
function request(id: number): Uint8Array {
  return Buffer.from(
    JSON.stringify({ kind: "request", id, target: "x", message: "m", payload: "forged", headers: {} }),
  );
}

function start(identity: string, options: Partial<Parameters<typeof Node.start>[1]> = {}, run?: string): Promise<Node> {
  return Node.start(identity, { servers: server.url, namespace, probeMs: 20, ...options }, run);
}

describe.skipIf(!hasNatsServer)("a server that is killed", () => {
  it("ends the calls that wait, refuses those while it is down, and takes those after it is back", async () => {
    await using own = await startNats();
    // No probe ends these.
    const options = { servers: own.url, probeMs: 2 ** 31 - 1 };
    await using a = await Node.start("a", options);
    await using b = await Node.start("b", options);
    expect((await a.ask("b", 1)).payload).toBe(1);
    expect((await b.ask("a", 1)).payload).toBe(1);
    b.host.onDeliver = () => undefined;
    const waits = await a.call("b");
    await until(() => b.host.of("request").length === 2);
    await own.kill();
    expect(codeOf(await a.outcome(waits))).toMatch(/PEER_LOST|UNAVAILABLE/);
    for (const [node, other] of [
      [a, "b"],
      [b, "a"],
    ] as const) {
      await until(() => node.host.states(other).at(-1) === "disconnected");
      await expect(node.call(other)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    }
    await own.restart();
    b.host.onDeliver = ({ envelope, source }) => source.reply?.(answer(envelope, "reply", "back"));
    for (;;) {
      const outcome = await a.ask("b").catch(() => undefined);
      if (outcome?.kind === "reply") break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(a.host.states("b")).toEqual(["connected", "disconnected", "connected"]);
    await until(() => b.host.states("a").at(-1) === "connected");
  });

  it("does not keep a router from closing, nor one that is frozen", async () => {
    await using own = await startNats();
    const a = await Node.start("a", { servers: own.url, failAfterMs: 50 });
    const b = await Node.start("b", { servers: own.url, failAfterMs: 50 });
    process.kill(own.pid, "SIGSTOP");
    await a.send("b", 1);
    await a.close();
    process.kill(own.pid, "SIGCONT");
    await own.kill();
    await b.close();
  });

  it("is a typed error where it is not there at all", async () => {
    const own = await startNats();
    await own[Symbol.asyncDispose]();
    const failure = Node.start("a", { servers: own.url });
    await expect(failure).rejects.toMatchObject({ code: "UNAVAILABLE", cause: expect.any(Error) });
    await expect(failure).rejects.toThrow(own.url);
  });
});

describe.skipIf(!hasNatsServer)("what comes of others", () => {
  beforeAll(async () => {
    server = await startNats();
    bare = await connect({ servers: server.url });
  }, 60_000);
  afterAll(async () => {
    await bare.close();
    await server[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    namespace = `f${namespaces++}`;
    subjects = new Subjects(namespace);
  });

  it("ends a call that was lost on its way, after the next probe", async () => {
    await using a = await start("a");
    // It is there, but what goes to it is lost.
    const forged = { from: "b", incarnation: "run", epoch: 0, served: [] };
    bare.subscribe(subjects.call("b"));
    bare.subscribe(subjects.probe("b"), {
      callback: (_, message) =>
        void message.respond(JSON.stringify({ ...forged, open: message.json<{ open: number[] }>().open })),
    });
    await bare.flush();
    expect(codeOf(await a.ask("b"))).toBe("PEER_LOST");
  });

  it("ends a call that none of those who serve its location took", async () => {
    await using a = await start("a", { failAfterMs: 100 });
    bare.subscribe(subjects.call("work"), { queue: "graphoid" });
    await bare.flush();
    const lost = await a.call("work");
    await using worker = await start("worker", { serves: ["work"] });
    expect(codeOf(await a.outcome(lost))).toBe("PEER_LOST");
    expect(worker.host.deliveries).toEqual([]);
  });

  it("ends a call whose answer was lost", async () => {
    await using a = await start("a");
    await using b = await start("b");
    b.host.onDeliver = () => undefined;
    const id = await a.call("b");
    await until(() => b.host.of("request").length === 1);
    const { replyTo } = a.host;
    // As if `b` had been told that it was cancelled, and `a` had not cancelled it.
    const cancel = { kind: "cancel", id, target: "x", message: "", payload: null, headers: {} };
    const frame = new FrameWriter("a", a.host.incarnation).frame(
      KIND.envelope,
      replyTo.id,
      Buffer.from(JSON.stringify(cancel)),
    );
    bare.publish(subjects.inbox("b", b.host.incarnation), frame);
    expect(codeOf(await a.outcome(id))).toBe("PEER_LOST");
  });

  it("ends the work for a caller that no longer waits", async () => {
    await using b = await start("b");
    await using a = await start("a");
    b.host.onDeliver = () => undefined;
    // A call that `a` never made.
    const frame = new FrameWriter("a", a.host.incarnation).frame(KIND.envelope, "reply:a", request(77));
    bare.publish(subjects.call("b"), frame);
    await until(() => b.host.of("request").length === 1);
    await until(() => b.host.of("cancel").some(({ envelope }) => envelope.id === 77));
  });

  it("changes nothing where it is garbage, of the wrong kind, or too long", async () => {
    await using a = await start("a", {}, "run");
    await using b = await start("b");
    a.host.onDeliver = () => undefined;
    const open = await b.call("a", "open", "stream");
    await until(() => a.host.of("stream").length === 1);
    const [inbox, call] = [subjects.inbox("a", "run"), subjects.call("a")];
    const liar = new FrameWriter("liar", "run");
    const giant = Buffer.alloc(60_000, 0x61);
    const head = Buffer.alloc(10);
    head.writeUInt16LE(8 + giant.length, 0);
    head.writeUInt16LE(giant.length, 6);
    const chunk = (number: number, place: number, count: number): Uint8Array => {
      const bytes = Buffer.alloc(17);
      bytes.set(numberBytes(number));
      bytes.writeUInt32LE(place, 8);
      bytes.writeUInt32LE(count, 12);
      return liar.frame(KIND.chunk, "", bytes);
    };
    const hostile = [
      NOTHING,
      Buffer.from("garbage"),
      Buffer.alloc(1_000, 0xff),
      liar.frame(KIND.envelope, "", Buffer.from("not JSON")),
      liar.frame(KIND.envelope, "", Buffer.from("null")),
      liar.frame(KIND.envelope, "", NOTHING),
      liar.frame(KIND.taken, "", NOTHING),
      liar.frame(KIND.taken, "", Buffer.from("1e999")),
      liar.frame(KIND.sent, "", NOTHING),
      liar.frame(KIND.sent, "", Buffer.alloc(8, 0xff)),
      liar.frame(200, "", Buffer.from("later")),
      // An identity for which there is no subject: who answers it loses the connection.
      Buffer.concat([head.subarray(0, 8), giant, Buffer.from([0, 0, KIND.envelope]), request(1)]),
      new FrameWriter("x".repeat(1_500), "run").frame(KIND.envelope, "r", request(2)),
      new FrameWriter("x", "r".repeat(1_500)).frame(KIND.envelope, "r", request(3)),
      chunk(Number.NaN, 0, 2),
      chunk(1, 0, 2 ** 32 - 1),
      chunk(1, 5, 2),
      chunk(1, 0, 0),
      // An answer to the call of another.
      liar.frame(KIND.envelope, "", Buffer.from(JSON.stringify(answer({ ...JSON.parse("{}"), id: 1 }, "reply")))),
    ];
    for (const subject of [inbox, call, subjects.control("a"), `${inbox}.1`, subjects.probe("a")]) {
      for (const bytes of hostile) bare.publish(subject, bytes);
    }
    const status = headers(503, "No Responders");
    bare.publish(`${inbox}.x`, NOTHING, { headers: status });
    bare.publish(`${inbox}.99`, NOTHING, { headers: status });
    for (const text of [
      "null",
      "{}",
      "[]",
      '{"from":1,"open":[],"served":[]}',
      '{"from":"b","open":[{}],"served":[null]}',
    ]) {
      bare.publish(subjects.probe("a"), text, { reply: `${namespace}.nobody` });
    }
    await bare.flush();
    a.host.onDeliver = ({ envelope, source }) =>
      envelope.kind === "request" ? source.reply?.(answer(envelope, "reply", envelope.payload)) : undefined;
    expect((await b.ask("a", "still")).payload).toBe("still");
    expect((await a.ask("b", "here")).payload).toBe("here");
    expect(a.host.states("b")).toEqual(["connected"]);
    expect(b.host.states("a")).toEqual(["connected"]);
    expect(b.host.deliveries.some(({ envelope }) => envelope.kind === "error" && envelope.id === open)).toBe(false);
  });

  it("claims to be another run of a host: what waits for that ends, and it is there as before", async () => {
    await using a = await start("a");
    await using b = await start("b");
    await b.send("a", 1);
    await until(() => a.host.states("b").includes("connected"));
    const forged = new FrameWriter("b", "not its run").frame(KIND.envelope, "", request(5));
    bare.publish(subjects.inbox("a", a.host.incarnation), forged);
    bare.publish(
      subjects.inbox("a", a.host.incarnation),
      new FrameWriter("b", "not its run").frame(KIND.left, "", NOTHING),
    );
    await until(() => a.host.states("b").length === 4);
    expect(a.host.states("b")).toEqual(["connected", "failed", "connected", "left"]);
    for (let i = 0; i < 3; i++) {
      expect((await a.ask("b", i)).payload).toBe(i);
      expect((await b.ask("a", i)).payload).toBe(i);
    }
  });

  it("does not take a call from the host that it went to", async () => {
    await using a = await start("a");
    await using b = await start("b");
    b.host.onDeliver = () => undefined;
    const id = await a.call("b");
    await until(() => b.host.of("request").length === 1);
    // Who does not know the reply target of a call has no say in it.
    const reply = { kind: "reply", id, target: "guessed", message: "", payload: "forged", headers: {} };
    const frame = new FrameWriter("liar", "run").frame(KIND.envelope, "", Buffer.from(JSON.stringify(reply)));
    bare.publish(subjects.inbox("a", a.host.incarnation), frame);
    await until(() => a.host.deliveries.length === 1);
    await b.close();
    await until(() => a.host.of("error").some(({ envelope }) => envelope.id === id));
  });

  it("is lost where what it is for throws, and nothing else is", async () => {
    await using a = await start("a");
    await using b = await start("b");
    a.host.onDeliver = () => {
      throw new Error("nobody takes it");
    };
    await b.send("a", 1);
    await until(() => a.host.deliveries.length === 1);
    a.host.onDeliver = ({ envelope, source }) => source.reply?.(answer(envelope, "reply"));
    expect((await b.ask("a")).kind).toBe("reply");
  });
});
