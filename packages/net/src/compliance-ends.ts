import assert from "node:assert/strict";
import { ManualClock } from "@graphoid/core";
import {
  type ComplianceCase,
  complianceCase,
  failure,
  isCode,
  pattern,
  standstill,
  until,
} from "./compliance-support.ts";
import type { Connection } from "./connection.ts";

/** A connection ends in order, in time, and says why. */
export const endCases: readonly ComplianceCase[] = [
  complianceCase("ends in order: what was sent before arrives, then the loop is over", async ({ pair }) => {
    const { here, there } = await pair();
    const sizes = [10, 500_000, 3, 70_000];
    for (const size of sizes) void here.send(pattern(size));
    const closing = here.close({ reason: "enough" });
    const got: number[] = [];
    for await (const message of there) got.push(message.length);
    assert.deepEqual(got, sizes);
    await closing;
    assert.equal(here.state, "closed");
    isCode(await here.closed, "CLOSED", { by: "us" });
    isCode(await there.closed, "CLOSED", { by: "peer", text: "enough" });
    assert.match((await failure(there.receive(), "CLOSED")).message, /enough/);
    await failure(there.send(new Uint8Array(1)), "CLOSED");
    await failure(here.send(new Uint8Array(1)), "CLOSED");
    await failure(here.receive(), "CLOSED");
    await here.close();
  }),

  complianceCase("lets much leave that was sent before the end, to a slow reader", async ({ pair }) => {
    const { here, there } = await pair();
    for (let i = 0; i < 30; i++) void here.send(pattern(100_000, i));
    await standstill(() => there.metrics.bytesReceived);
    const closing = here.close();
    let count = 0;
    for await (const message of there) count += message.length;
    assert.equal(count, 3_000_000);
    await closing;
  }),

  complianceCase("ends when both ends close at once, whatever is on its way", async ({ pair }) => {
    for (const messages of [1, 20]) {
      const { here, there } = await pair();
      for (let i = 0; i < messages; i++) {
        void here.send(pattern(200_000)).catch(() => {});
        void there.send(pattern(200_000)).catch(() => {});
      }
      await Promise.all([here.close(), there.close()]);
      isCode(await here.closed, "CLOSED");
      isCode(await there.closed, "CLOSED");
    }
  }),

  complianceCase("ends at the end of an `await using` block", async ({ pair }) => {
    let kept: Connection;
    {
      await using here = (await pair()).here;
      kept = here;
    }
    assert.equal(kept.state, "closed");
  }),

  complianceCase(
    "N8: closes in time though the peer takes nothing, and fails the sends that wait",
    async ({ pair }) => {
      const clock = new ManualClock();
      const { here, there } = await pair({ clock, closeTimeoutMs: 1000 });
      const sends = Array.from({ length: 100 }, () => here.send(pattern(200_000)).catch((error: unknown) => error));
      await standstill(() => there.metrics.bytesReceived);
      const closing = here.close();
      await new Promise((resolve) => void setTimeout(resolve, 0));
      clock.advance(1000);
      await closing;
      isCode((await Promise.all(sends)).at(-1), "CLOSED");
      assert.equal(clock.pending, 0);
    },
  ),

  complianceCase("N8: gives a reader up that takes nothing, by policy, and says so", async ({ pair }) => {
    const clock = new ManualClock();
    const { here, there } = await pair({ clock, slowConsumerAfterMs: 1000, heartbeat: false });
    const sends = Array.from({ length: 20 }, () => here.send(pattern(100_000)).catch((error: unknown) => error));
    await standstill(() => there.metrics.bytesReceived);
    clock.advance(999);
    assert.equal(here.state, "open");
    // A reader that takes something, however little, is slow but there.
    for (let i = 0; i < 5; i++) await there.receive();
    await standstill(() => there.metrics.bytesReceived);
    clock.advance(999);
    assert.equal(here.state, "open");
    clock.advance(1001);
    isCode(await here.closed.then(() => here.closed), "SLOW_CONSUMER", { waitedMs: 1000 });
    isCode((await Promise.all(sends)).at(-1), "SLOW_CONSUMER");
    assert.match((await there.closed).message, /took nothing for 1000 ms/);
    assert.equal(clock.pending, 0);
  }),

  complianceCase("N9: holds back who sends too many messages, then closes and says why", async ({ pair, listen }) => {
    const clock = new ManualClock();
    const limited = await listen({ clock, rateLimit: { messagesPerSecond: 1000, graceMs: 1000 }, heartbeat: false });
    const { here, there } = await pair({}, limited);
    let received = 0;
    const reading = (async () => {
      for await (const _ of there) received++;
    })().catch((error: unknown) => error);
    // A call and its cancellation.
    const sends = Array.from({ length: 100_000 }, (_, i) => here.send(new Uint8Array([i & 1])).catch(() => {}));
    await until(() => received === 1000);
    await standstill(() => received);
    assert.equal(received, 1000);
    for (let i = 1; here.state === "open" && i <= 100; i++) {
      clock.advance(100);
      await standstill(() => received);
    }
    isCode(await reading, "OVERLOADED", { limit: 1000 });
    assert.match((await here.closed).message, /more than 1000 messages a second/);
    isCode(await here.closed, "OVERLOADED", { by: "peer" });
    assert.ok(received < 2300, `${received} messages got through`);
    await Promise.all(sends);
  }),

  complianceCase("tells its whole life", async ({ pair }) => {
    const { here, there } = await pair();
    const life: string[] = [];
    const following = (async () => {
      for await (const { state, reason } of here.status()) life.push(reason ? `${state}: ${reason.code}` : state);
    })();
    await there.close();
    await following;
    assert.deepEqual(life, ["open", "closed: CLOSED"]);
    const last: string[] = [];
    for await (const { state } of here.status()) last.push(state);
    assert.deepEqual(last, ["closed"]);
  }),

  complianceCase("fails an attempt that is given up, and leaves nothing of it", async ({ server, transport }) => {
    await failure(transport.connect(server, { signal: AbortSignal.abort() }), "CANCELLED");
    await (await transport.connect(server)).close();
    await until(() => server.connections.size === 0 && server.metrics.handshaking === 0);
  }),
];
