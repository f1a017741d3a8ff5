import { describe, expect, test } from "vitest";
import { nextConnection } from "../src/compliance-support.ts";
import { type ConnectionStatus, connect, listen } from "../src/index.ts";
import { blackholeProxy } from "./raw-peer.ts";
import { watchStarvation } from "./starvation.ts";

/** The states that come from now on, with how many milliseconds after now they came. */
async function follow(statuses: AsyncIterable<ConnectionStatus>): Promise<[string, number, unknown][]> {
  const start = performance.now();
  const seen: [string, number, unknown][] = [];
  for await (const { state, reason } of statuses) seen.push([state, performance.now() - start, reason]);
  return seen;
}

describe("N5: a peer that vanishes without a packet, with default heartbeats", () => {
  test.concurrent.each(["both", "from target", "to target"] as const)(
    "is suspect within 2 s and failed within 5 s, at both ends: swallowed %s",
    async (direction) => {
      const server = await listen("127.0.0.1", 0);
      const proxy = await blackholeProxy(server.port);
      const accepted = nextConnection(server);
      const here = await connect("127.0.0.1", proxy.port);
      const there = await accepted;
      const starvedMs = watchStarvation();
      proxy.swallow(direction);
      const [atHere, atThere] = await Promise.all([follow(here.status()), follow(there.status())]);
      const deaf = direction === "to target" ? atThere : atHere;
      expect(deaf.map(([state]) => state)).toEqual(["open", "suspect", "closed"]);
      expect(deaf[1]![1]).toBeLessThan(2000 + starvedMs());
      for (const seen of [atHere, atThere]) {
        const [state, afterMs, reason] = seen.at(-1)!;
        expect(state).toBe("closed");
        expect(afterMs).toBeLessThan(5000 + starvedMs());
        expect(reason).toMatchObject({ code: "CONNECTION_LOST" });
      }
      expect(deaf.at(-1)![2]).toMatchObject({ details: { reason: "silent" } });
      await server.close();
      await proxy.close();
    },
  );

  test.concurrent("stays open while both are silent, and while one does not read", async () => {
    const server = await listen("127.0.0.1", 0);
    const accepted = nextConnection(server);
    const here = await connect("127.0.0.1", server.port);
    const there = await accepted;
    const states: string[] = [];
    for (const connection of [here, there]) {
      void follow(connection.status()).then((seen) => states.push(...seen.map(([state]) => state)));
    }
    // Nobody receives at the far end: its socket is paused before long.
    void (async () => {
      for (;;) await here.send(new Uint8Array(100_000));
    })().catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 4300));
    expect([here.state, there.state]).toEqual(["open", "open"]);
    expect(there.metrics.receiveQueueBytes).toBeGreaterThan(300_000);
    for (let i = 0; i < 50; i++) await there.receive();
    expect(there.state).toBe("open");
    await Promise.all([here.close(), there.close()]);
    expect(states.filter((state) => state === "suspect")).toEqual([]);
    await server.close();
  });
});
