import { describe, expect, test } from "vitest";
import { pattern, sameBytes, until } from "../src/compliance-support.ts";
import { connect } from "../src/index.ts";
import { canMakeNetworks, NetworkNamespace } from "./network-namespace.ts";
import { watchStarvation } from "./starvation.ts";

const network = (number: number): Promise<NetworkNamespace> => new NetworkNamespace(number).start();

describe.runIf(canMakeNetworks())("over a network that is bad", () => {
  test.concurrent.each([
    [1, "both"],
    [2, "from peer"],
    [3, "to peer"],
  ] as const)("N5: a wire that is cut without a word is noticed in time (%i: %s)", async (number, direction) => {
    await using far = await network(number);
    const conn = await connect(far.host, far.port);
    await conn.send(new Uint8Array([1]));
    await conn.receive();
    const starvedMs = watchStarvation();
    far.drop(1, direction);
    const start = performance.now();
    const seen: [string, number][] = [];
    for await (const { state } of conn.status()) seen.push([state, performance.now() - start]);
    // A peer that hears nothing gives up first, and its reset may be the first that is heard of it here.
    if (direction !== "to peer") {
      expect(seen.map(([state]) => state)).toEqual(["open", "suspect", "closed"]);
      expect(seen[1]![1]).toBeLessThan(2000 + starvedMs());
    }
    expect(seen.at(-1)![1]).toBeLessThan(5000 + starvedMs());
    expect(await conn.closed).toMatchObject({ code: "CONNECTION_LOST" });
    if (direction !== "to peer") return;
    let ended = "";
    while (ended === "") ({ ended } = await far.ask<{ ended: string }>("ended"));
    expect(ended).toBe("CONNECTION_LOST");
  });

  test.concurrent("N6: nothing is lost, repeated or swapped where 30 % of the packets are", async () => {
    await using far = await network(4);
    // Loss alone is no reason to give up here: repeats may be seconds apart.
    await using conn = await connect(far.host, far.port, { heartbeat: { intervalMs: 1000, failAfterMs: 60_000 } });
    far.drop(0.3, "to peer");
    const sizes = Array.from({ length: 40 }, (_, i) => (i % 10 === 0 ? 3000 : i));
    await conn.sendAll(sizes.map((size, i) => pattern(size, i)));
    for (const [i, size] of sizes.entries()) sameBytes(await conn.receive(), pattern(size, i));
  });

  test.concurrent("N7: on a wire of 1 Mbit/s `send` waits, and no more than the window is kept", async () => {
    await using far = await network(5);
    const highWaterBytes = 64 * 1024;
    await using conn = await connect(far.host, far.port, { highWaterBytes });
    far.limit("1mbit");
    const size = 10_000;
    const count = 60;
    let most = 0;
    const start = performance.now();
    const sending = (async () => {
      for (let i = 0; i < count; i++) {
        await conn.send(pattern(size, i), { lane: "bulk" });
        most = Math.max(most, conn.metrics.sendQueueBytes);
      }
    })();
    for (let i = 0; i < count; i++) sameBytes(await conn.receive(), pattern(size, i));
    await sending;
    expect(performance.now() - start).toBeGreaterThan(3000);
    expect(most).toBeLessThan(highWaterBytes + size + 1000);
    expect(conn.state).toBe("open");
    await until(() => conn.metrics.sendQueueBytes === 0);
  });
});
