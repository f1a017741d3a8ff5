import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { type NatsRouterOptions, natsRouter } from "@graphoid/nats";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { hasNatsServer, type NatsServer, startNats } from "../../../scripts/testing/nats-server.ts";
import { type Call, createDistribution, type Distribution } from "../src/index.ts";

const PATIENCE_MS = 25_000;
let server: NatsServer;
let namespaces = 0;

describe.skipIf(!hasNatsServer)("hosts on NATS, which are killed", () => {
  let namespace: string;
  let children: ChildProcess[];
  let hosts: Distribution[];

  beforeAll(async () => {
    server = await startNats({ jetstream: true });
  }, 60_000);
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(() => {
    namespace = `kills${namespaces++}`;
    children = [];
    hosts = [];
  });
  afterEach(async () => {
    await Promise.all(hosts.map((host) => host.close()));
    await Promise.all(children.map(kill));
  });

  type Settings = Omit<NatsRouterOptions, "host" | "servers" | "namespace">;

  async function host(identity: string, settings: Settings): Promise<Distribution> {
    const make = { servers: server.url, namespace, ...settings };
    const d = await createDistribution({
      identity,
      router: "nats",
      routers: { nats: (own) => natsRouter({ host: own, ...make }) },
    });
    hosts.push(d);
    return d;
  }

  async function spawn(identity: string, settings: Settings): Promise<ChildProcess> {
    const options = JSON.stringify({ servers: server.url, namespace, ...settings });
    // Not the conditions that tests run with: the child is plain Node on the built packages.
    const stdio: ["ignore", "inherit", "inherit", "ipc"] = ["ignore", "inherit", "inherit", "ipc"];
    const child = fork(new URL("./nats-host.mjs", import.meta.url), [identity, options], { execArgv: [], stdio });
    children.push(child);
    await once(child, "message");
    return child;
  }

  async function kill(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  const until = (condition: () => boolean): Promise<void> =>
    vi.waitFor(() => expect(condition()).toBe(true), { timeout: PATIENCE_MS, interval: 5 });

  it("end the calls to them and those they made, and their next run is called like them", async () => {
    const settings: Settings = { probeMs: 50 };
    const parent = await host("parent", settings);
    const signals: AbortSignal[] = [];
    parent.remote.expose("notes", {
      wait: (_payload: null, call: Call) => {
        signals.push(call.signal);
        return new Promise<null>(() => {});
      },
    });
    const child = await spawn("child", settings);
    const worker = parent.remote.ref({ id: "worker", location: "child" });
    expect(await worker.request("echo", 1)).toBe(1);
    const ended = Promise.all(
      [worker.request("never"), worker.request("callBack")].map((call) =>
        expect(call).rejects.toMatchObject({ code: "PEER_LOST" }),
      ),
    );
    const items = worker.stream("count")[Symbol.asyncIterator]();
    expect((await items.next()).value).toBe(0);
    await until(() => signals.length === 1);
    await kill(child);
    await ended;
    await expect(
      (async () => {
        while ((await items.next()).done !== true);
      })(),
    ).rejects.toMatchObject({ code: "PEER_LOST" });
    await until(() => signals[0]?.aborted === true);
    expect(parent.universe.peer("child")?.state).toBe("failed");
    expect(parent.remote.stats()).toMatchObject({ inFlight: 0, serving: 0 });
    await expect(worker.request("echo", 2)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await spawn("child", settings);
    expect(await worker.request("echo", 3)).toBe(3);
    expect(parent.universe.peer("child")?.state).toBe("connected");
  });

  it("had what they did not finish kept for their next run, where that is asked for", async () => {
    const settings: Settings = { delivery: "at-least-once", jetStream: { ackWaitMs: 300 } };
    const parent = await host("parent", settings);
    const notes: string[] = [];
    parent.remote.expose("notes", {
      begun: (name: string) => void notes.push(`begun ${name}`),
      done: (name: string) => void notes.push(`done ${name}`),
    });
    const child = await spawn("child", settings);
    const worker = parent.remote.ref({ id: "worker", location: "child" });
    await worker.send("work", { name: "first", isEndless: false });
    await until(() => notes.includes("done first"));
    await worker.send("work", { name: "endless", isEndless: true });
    await until(() => notes.includes("begun endless"));
    await kill(child);
    await worker.send("work", { name: "away", isEndless: false });
    expect(notes).toEqual(["begun first", "done first", "begun endless"]);
    await spawn("child", settings);
    await until(() => notes.includes("done away") && notes.filter((note) => note === "begun endless").length === 2);
    expect(notes.filter((note) => note.endsWith("first"))).toEqual(["begun first", "done first"]);
    expect(notes.filter((note) => note.endsWith("away"))).toEqual(["begun away", "done away"]);
  });

  it.each(["at-most-once", "at-least-once"] as const)(
    "keep their streams apart where they call each other by the same numbers, %s",
    async (delivery) => {
      const [a, b, c] = (await Promise.all(["a", "b", "c"].map((name) => host(name, { delivery, probeMs: 50 })))) as [
        Distribution,
        Distribution,
        Distribution,
      ];
      for (const d of [a, b, c]) {
        d.remote.expose("numbers", {
          async *count() {
            for (let i = 0; i < 150; i++) yield i;
          },
          async sum(_payload: null, call: Call) {
            let sum = 0;
            for await (const item of call.items) sum += item as number;
            return sum;
          },
        });
      }
      const expected = Array.from({ length: 150 }, (_, i) => i);
      const read = async (from: Distribution, to: string): Promise<void> => {
        const got: unknown[] = [];
        for await (const item of from.remote.ref({ id: "numbers", location: to }).stream("count")) got.push(item);
        expect(got).toEqual(expected);
      };
      const write = async (from: Distribution, to: string): Promise<void> => {
        const sum = from.remote.ref({ id: "numbers", location: to }).request("sum", null, { items: expected });
        expect(await sum).toBe(11_175);
      };
      await Promise.all([
        read(a, "b"),
        read(b, "a"),
        read(a, "c"),
        read(c, "a"),
        write(b, "a"),
        write(a, "c"),
        write(c, "b"),
      ]);
    },
  );
});
