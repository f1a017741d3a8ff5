import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type Call,
  createDistribution,
  type Distribution,
  type HostEndpoint,
  isGraphoidError,
  type Ref,
} from "../src/index.ts";

/** Travels, and cannot be read where it arrives. */
class Fragile extends Error {}

const hosts: Distribution[] = [];
let near: Distribution;
let ref: Ref;
let finished = 0;
let itemsError: unknown;

beforeEach(async () => {
  finished = 0;
  itemsError = undefined;
  const far = await createDistribution({ identity: "far", listen: { host: "127.0.0.1", port: 0 } });
  near = await createDistribution({ identity: "near", peers: [{ id: "far", ...(far.address as HostEndpoint) }] });
  hosts.push(near, far);
  for (const { serialize } of hosts) {
    serialize.register(Fragile, {
      tag: "fragile",
      encode: () => null,
      decode: () => {
        throw new TypeError("it broke on the way");
      },
    });
  }
  far.remote.expose("x", {
    echo: (payload: unknown) => payload,
    give: () => new Fragile(),
    fail: () => {
      throw new Fragile("as errors do");
    },
    async *items() {
      try {
        yield 1;
        yield new Fragile();
        for (;;) yield 2;
      } finally {
        finished++;
      }
    },
    take: async (_: unknown, call: Call) => {
      const taken: unknown[] = [];
      try {
        for await (const item of call.items) taken.push(item);
      } catch (error) {
        itemsError = error;
      }
      return taken;
    },
    stats: () => ({ ...far.remote.stats() }),
  });
  ref = near.remote.ref({ id: "x", location: "far" });
});

afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close()));
});

/** That nothing of the connection has changed since a call was made that waits. */
async function expectAlive(before: Promise<unknown>): Promise<void> {
  expect(await before).toEqual({ a: 1 });
  expect(await ref.request("echo", { a: 2 })).toEqual({ a: 2 });
  const [peer] = near.reflect.universe().distribution().peers();
  expect(peer?.state).toBe("connected");
  expect(near.traffic.messagesSent).toBeLessThan(100);
}

describe("R9: a class whose decoding throws", () => {
  it("in the payload of a request ends that call with its error, and no other", async () => {
    for (let round = 0; round < 3; round++) {
      const other = ref.request("echo", { a: 1 });
      const call = ref.request("echo", { here: [new Fragile()] });
      await expect(call).rejects.toMatchObject({ name: "CodecError", code: "CODEC", peer: "far" });
      await expect(call).rejects.toThrow(/^request "echo" to "x": the payload cannot be read: /);
      await expectAlive(other);
    }
  });

  it("in an answer ends that call with its error, and no other", async () => {
    const other = ref.request("echo", { a: 1 });
    const call = ref.request("give");
    await expect(call).rejects.toThrow(/^remote.request "give" to "x": the answer cannot be read: /);
    const error = (await call.catch((thrown: unknown) => thrown)) as Error;
    expect(isGraphoidError(error, "CODEC")).toBe(true);
    expect((error.cause as Error).cause).toMatchObject({ message: "it broke on the way" });
    await expectAlive(other);
  });

  it("as an error that a handler throws is a plain RemoteError, as is one that nobody knows", async () => {
    const other = ref.request("echo", { a: 1 });
    const error = await ref.request("fail").catch((thrown: unknown) => thrown);
    expect(error).not.toBeInstanceOf(Fragile);
    expect(error).toMatchObject({ name: "Error", code: "REMOTE", message: "as errors do", peer: "far" });
    await expectAlive(other);
  });

  it("in an item of a stream ends the stream, and its producer", async () => {
    const other = ref.request("echo", { a: 1 });
    const read = async (): Promise<void> => {
      for await (const item of ref.stream("items")) expect(item).toBe(1);
    };
    await expect(read()).rejects.toMatchObject({ code: "CODEC" });
    await expectAlive(other);
    await expect.poll(() => finished, { timeout: 30_000 }).toBe(1);
  });

  it("in an item of the caller's ends what the handler reads", async () => {
    const other = ref.request("echo", { a: 1 });
    expect(await ref.request("take", null, { items: [new Fragile(), 1] })).toEqual([]);
    expect(isGraphoidError(itemsError, "CODEC")).toBe(true);
    await expectAlive(other);
  });

  it("in a send is counted", async () => {
    const other = ref.request("echo", { a: 1 });
    await ref.send("echo", new Fragile());
    expect(await ref.request("stats")).toMatchObject({ failedSends: 1 });
    await expectAlive(other);
  });
});
