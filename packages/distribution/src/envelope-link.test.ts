import type { Envelope, EnvelopeSource, Ref } from "@graphoid/core";
import type { ConnectOptions, HostEndpoint, ListenOptions } from "@graphoid/net";
import { createSerializer, type Serializer } from "@graphoid/serialize";
import { afterEach, describe, expect, test } from "vitest";
import { type TcpRouter, tcpRouter } from "./tcp-router.ts";

const to = (name: string): Ref => ({ id: "x", location: () => name }) as unknown as Ref;
const envelope = (payload: Envelope["payload"]): Envelope => ({
  kind: "send",
  id: 0,
  target: "x",
  message: "m",
  payload,
  headers: {},
});
const routers: TcpRouter[] = [];

interface Limits {
  readonly listenOptions?: ListenOptions;
  readonly connectOptions?: ConnectOptions;
}

function host(name: string, received: unknown[], limits: Limits): [TcpRouter, Serializer] {
  const serializer = createSerializer();
  const deliver = ({ payload }: Envelope, _source: EnvelopeSource): void => void received.push(payload);
  const router = tcpRouter({ identity: name, incarnation: "1", serializer, deliver, ...limits });
  routers.push(router);
  return [router, serializer];
}

async function connected(limits: Limits = {}): Promise<[TcpRouter, Serializer, unknown[]]> {
  const received: unknown[] = [];
  const [far] = host("far", received, limits);
  const [near, serializer] = host("near", [], limits);
  await far.init({ listen: { host: "127.0.0.1", port: 0 } });
  await near.init({ peers: [{ id: "far", ...(far.address as HostEndpoint) }] });
  return [near, serializer, received];
}

afterEach(async () => {
  await Promise.all(routers.splice(0).map((router) => router.close()));
});

describe("the envelopes of a connection", () => {
  test("keys of objects travel once", async () => {
    const [near, , received] = await connected();
    const sizes: number[] = [];
    for (let i = 0; i < 4; i++) {
      const before = near.traffic.bytesSent;
      await near.route(to("far"), envelope({ aLongNameOfAKey: i, another: i }));
      await expect.poll(() => received.length, { timeout: 30_000 }).toBe(i + 1);
      sizes.push(near.traffic.bytesSent - before);
    }
    expect(received).toEqual([0, 1, 2, 3].map((i) => ({ aLongNameOfAKey: i, another: i })));
    expect(sizes[3]).toBeLessThan(20);
  });

  test("what the peer does not take is missing, and nothing else", async () => {
    const [near, , received] = await connected({ listenOptions: { maxMessageBytes: 4_096 } });
    const sent: unknown[] = [];
    for (let i = 0; i < 200; i++) {
      const key = `k${i % 7}`;
      const payload = { [key]: i % 5 === 3 ? "x".repeat(5_000) : i };
      const taken = near.route(to("far"), envelope(payload)) as Promise<void>;
      if (i % 5 === 3) await expect(taken).rejects.toMatchObject({ code: "MESSAGE_TOO_LARGE" });
      else {
        sent.push(payload);
        await taken;
      }
    }
    await expect.poll(() => received.length, { timeout: 30_000 }).toBe(sent.length);
    expect(received).toEqual(sent);
  });

  test("what is refused while too much waits is missing, and nothing else", async () => {
    const connectOptions = { highWaterBytes: 100_000, maxQueuedBytes: 1_000_000 };
    const [near, , received] = await connected({ connectOptions });
    const sent: unknown[] = [];
    const attempts: Promise<void>[] = [];
    for (let i = 0; i < 400; i++) {
      const payload = { [`k${i % 3}`]: i, fill: new Uint8Array(100_000) };
      const taken = near.route(to("far"), envelope(payload)) as Promise<void>;
      attempts.push(
        taken.then(
          () => void sent.push(i),
          (error: unknown) => expect(error).toMatchObject({ code: "OVERLOADED" }),
        ),
      );
    }
    await Promise.all(attempts);
    expect(sent.length).toBeLessThan(400);
    await near.route(to("far"), envelope("last"));
    await expect.poll(() => received.at(-1), { timeout: 30_000 }).toBe("last");
    const arrived = received.slice(0, -1).map((payload) => Object.values(payload as object)[0] as number);
    expect(arrived).toEqual(sent.sort((a, b) => (a as number) - (b as number)));
  });

  test("a payload that cannot travel is refused with the path in it, and harms nothing", async () => {
    const [near, , received] = await connected();
    for (let i = 0; i < 3; i++) {
      expect(() => near.route(to("far"), envelope({ fresh: [() => {}] } as never))).toThrow(/value\.fresh\[0\]/);
      await near.route(to("far"), envelope({ fresh: [i] }));
    }
    await expect.poll(() => received.length, { timeout: 30_000 }).toBe(3);
    expect(received).toEqual([0, 1, 2].map((i) => ({ fresh: [i] })));
  });

  test("a codec may send something itself while it is asked", async () => {
    const [near, serializer, received] = await connected();
    class Chatty {}
    serializer.register(Chatty, {
      tag: "chatty",
      encode: () => {
        void near.route(to("far"), envelope({ said: "by the way" }));
        return null;
      },
      decode: () => new Chatty(),
    });
    for (let i = 0; i < 3; i++) {
      await near.route(to("far"), envelope({ i }));
      await near.route(to("far"), envelope(["odd", new Chatty()]));
    }
    await near.route(to("far"), envelope("last"));
    await expect.poll(() => received.at(-1), { timeout: 30_000 }).toBe("last");
    // Twice each: a message that is encoded while another is ends the session, and the other is encoded anew.
    expect(received.filter((payload) => Object.hasOwn(payload as object, "said")).length).toBeGreaterThanOrEqual(3);
    expect(received.filter((payload) => Object.hasOwn(payload as object, "i"))).toEqual([{ i: 0 }, { i: 1 }, { i: 2 }]);
  });
});
