import type { Envelope, EnvelopeSource, Ref } from "@graphoid/core";
import { type HostEndpoint, listen } from "@graphoid/net";
import { createSerializer } from "@graphoid/serialize";
import { describe, expect, test } from "vitest";
import { type TcpRouter, tcpRouter } from "./tcp-router.ts";

interface Host {
  readonly name: string;
  readonly router: TcpRouter;
  readonly received: unknown[];
  readonly states: string[];
}

function host(name: string): Host {
  const received: unknown[] = [];
  const states: string[] = [];
  const deliver = (envelope: Envelope, source: EnvelopeSource): void => {
    received.push(envelope.payload);
    if (envelope.kind === "request") void source.reply?.({ ...envelope, kind: "reply", payload: `re ${envelope.id}` });
  };
  const router = tcpRouter({
    identity: name,
    incarnation: "1",
    serializer: createSerializer(),
    deliver,
    onPeer: ({ state }) => states.push(state),
  });
  return { name, router, received, states };
}

const at = ({ name, router }: Host): { id: string; host: string; port: number } => ({
  id: name,
  ...(router.address as HostEndpoint),
});
const to = (name: string): Ref => ({ id: "x", location: () => name }) as unknown as Ref;
const envelope = (kind: "send" | "request", id: number): Envelope => ({
  kind,
  id,
  target: "x",
  message: "m",
  payload: id,
  headers: {},
});
const loopback = { host: "127.0.0.1", port: 0 };
const sockets = (): number => process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

describe("the router over TCP", () => {
  test("has one heartbeat for those who dial and those who are dialled", async () => {
    await using server = await listen("127.0.0.1", 0, { identity: "b" });
    // Lost before it is suspect: what net says of that shows that it was told.
    const heartbeat = { failAfterMs: 1 };
    const [identity, incarnation, serializer] = ["a", "1", createSerializer()];
    const router = (): TcpRouter => tcpRouter({ identity, incarnation, serializer, heartbeat, deliver: () => {} });
    const { host, port } = server.address as HostEndpoint;
    for (const config of [{ listen: loopback }, { peers: [{ id: "b", host, port }] }]) {
      await expect(router().init(config)).rejects.toThrow("heartbeat.failAfterMs");
    }
  });

  test.each([
    ["a", "b"],
    ["b", "a"],
  ])(
    "N10: of two connections dialled at once one survives, and nothing is lost or swapped (%s, %s)",
    async (first, second) => {
      for (let round = 0; round < 10; round++) {
        const hosts = [host(first), host(second)] as const;
        for (const { router } of hosts) await router.init({ listen: loopback });
        const before = sockets();
        const count = 500;
        const sendAll = async (from: Host, other: Host): Promise<void> => {
          const joined = from.router.init({ peers: [at(other)] });
          const sent: (void | Promise<void>)[] = [];
          for (let i = 0; i < count; i++) {
            sent.push(from.router.route(to(other.name), envelope(i % 50 === 7 ? "request" : "send", i)));
            // Some before there is a connection, some after, some in between.
            if (i % 25 === round) await new Promise((resolve) => setImmediate(resolve));
          }
          await Promise.all([joined, ...sent]);
        };
        await Promise.all([sendAll(hosts[0], hosts[1]), sendAll(hosts[1], hosts[0])]);
        const replies = count / 50;
        await until(() => hosts.every(({ received }) => received.length >= count + replies));
        for (const { received } of hosts) {
          expect(received.filter((payload) => typeof payload === "number")).toEqual([...Array(count).keys()]);
          expect(received).toHaveLength(count + replies);
        }
        // Both ends of one connection.
        await until(() => sockets() === before + 2);
        for (const { states } of hosts) expect(states.at(-1)).toBe("connected");
        await Promise.all(hosts.map(({ router }) => router.close()));
      }
    },
  );

  test("connects to a peer that is only known when there is something to send", async () => {
    const [here, there] = [host("a"), host("b")];
    await there.router.init({ listen: loopback });
    await here.router.init({ known: [at(there)] });
    expect(here.states).toEqual([]);
    await here.router.route(to("b"), envelope("send", 7));
    await until(() => there.received.length === 1);
    expect(there.received).toEqual([7]);
    expect(here.states).toEqual(["connecting", "handshaking", "connected"]);
    await expect(here.router.init({ known: [{ ...at(there), id: "a" }] })).rejects.toThrow("another host's identity");
    await Promise.all([here.router.close(), there.router.close()]);
  });

  test("N13: a peer that is down is not dialled by every message", async () => {
    const [here, there] = [host("a"), host("b")];
    await there.router.init({ listen: loopback });
    await here.router.init({ peers: [at(there)] });
    await there.router.close();
    await until(() => here.states.includes("left"));
    const attempts = (): number => here.states.filter((state) => state === "connecting").length;
    const before = attempts();
    const errors = await Promise.all(
      Array.from({ length: 1000 }, (_, i) =>
        Promise.resolve(here.router.route(to("b"), envelope("send", i))).catch((error: unknown) => error),
      ),
    );
    expect(errors[0]).toMatchObject({ code: "CONNECTION_REFUSED" });
    expect(errors.at(-1)).toMatchObject({ code: "CONNECTION_REFUSED" });
    expect(attempts() - before).toBeLessThan(5);
    await here.router.close();
  });
});
