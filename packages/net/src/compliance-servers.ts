import assert from "node:assert/strict";
import { ManualClock } from "@graphoid/core";
import {
  type ComplianceCase,
  complianceCase,
  failure,
  isCode,
  nextConnection,
  pattern,
  sameBytes,
  until,
} from "./compliance-support.ts";
import { lengthPrefixed } from "./framing.ts";

/** Who is there, what a server allows, and other framings. */
export const serverCases: readonly ComplianceCase[] = [
  complianceCase("knows who is there, as far as it was said", async ({ listen, pair }) => {
    const named = await listen({ identity: "node_b", incarnation: "2" });
    const { here, there } = await pair({ identity: "nöde_a", incarnation: "1" }, named);
    assert.deepEqual([here.peer.identity, here.peer.incarnation], ["node_b", "2"]);
    assert.deepEqual([there.peer.identity, there.peer.incarnation], ["nöde_a", "1"]);
    assert.deepEqual([here.peer.authenticated, there.peer.authenticated], [false, false]);
    assert.deepEqual(here.remote, named.address);
    assert.notEqual(here.id, there.id);
  }),

  complianceCase("measures the way there and back", async ({ pair }) => {
    const clock = new ManualClock();
    const { here } = await pair({ clock });
    clock.advance(600);
    await until(() => here.metrics.roundTripMs !== undefined);
    assert.equal(here.metrics.roundTripMs, 0);
  }),

  complianceCase("carries a raw stream of bytes up to its end", async ({ listen, transport }) => {
    const raw = await listen({ framing: "none" });
    const totals: number[] = [];
    raw.onConnection(async (connection) => {
      let total = 0;
      for await (const bytes of connection) total += bytes.length;
      totals.push(total);
    });
    const here = await transport.connect(raw, { framing: "none" });
    await here.send(new Uint8Array(10));
    await here.send(new Uint8Array(0));
    await here.send(new Uint8Array(1_000_000));
    await here.close();
    await until(() => raw.connections.size === 0);
    assert.deepEqual(totals, [1_000_010]);
  }),

  complianceCase("carries messages of another framing", async ({ listen, pair }) => {
    const framing = lengthPrefixed();
    const { here, there } = await pair({ framing }, await listen({ framing, maxMessageBytes: 100_000 }));
    for (const size of [0, 1, 9000, 100_000]) {
      await here.send(pattern(size));
      sameBytes(await there.receive(), pattern(size));
    }
    await here.send(new Uint8Array(100_001));
    await failure(there.receive(), "MESSAGE_TOO_LARGE");
  }),

  complianceCase(
    "takes no more connections than it may, and tells the others why",
    async ({ listen, pair, transport }) => {
      const small = await listen({ maxConnections: 1 });
      const { here } = await pair({}, small);
      await failure(transport.connect(small), "OVERLOADED");
      await here.close();
      await until(() => small.connections.size === 0);
      await (await transport.connect(small)).close();
      assert.deepEqual(small.metrics, { opened: 2, failed: 1, handshaking: 0 });
    },
  ),

  complianceCase("is closed by a handler that fails, and the error is reported", async ({ server, transport }) => {
    const errors: unknown[] = [];
    const bug = new TypeError("a bug");
    server.onError((error) => errors.push(error));
    server.onConnection(async (connection) => {
      await connection.receive();
      throw bug;
    });
    const here = await transport.connect(server);
    await here.send(new Uint8Array(1));
    isCode(await here.closed, "CLOSED", { by: "peer" });
    assert.deepEqual(errors, [bug]);
  }),

  complianceCase(
    "is closed with its server, and a second close waits for the first",
    async ({ server, pair, transport }) => {
      const { here } = await pair();
      await Promise.all([server.close(), server.close()]);
      isCode(await here.closed, "CLOSED", { by: "peer" });
      await failure(transport.connect(server), "CONNECTION_REFUSED");
    },
  ),

  complianceCase("is not given to a handler that was taken back", async ({ server, transport }) => {
    let calls = 0;
    server.onConnection(() => void calls++).dispose();
    const accepted = nextConnection(server);
    await transport.connect(server);
    await accepted;
    assert.equal(calls, 0);
  }),
];
