import { ManualClock } from "@graphoid/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Connection, type ConnectionStatus, lengthPrefixed, type Server } from "../src/index.ts";
import { nextConnection, pairOf, pattern, standstill, transportsUnderTest, until } from "./transports.ts";

/** What every transport must do, whatever moves the bytes. */
describe.each(transportsUnderTest())("a connection over $name", (transport) => {
  let server: Server;

  beforeEach(async () => {
    server = await transport.listen();
  });

  afterEach(async () => {
    await server.close();
    expect(server.connections.size).toBe(0);
  });

  const echo = (): void => {
    server.onConnection(async (connection) => {
      for await (const message of connection) await connection.send(message);
    });
  };

  test("carries whole messages of any size both ways", async () => {
    echo();
    const here = await transport.connect(server);
    for (const size of [0, 1, 100, 8192, 8193, 65_535, 65_536, 65_537, 1_000_003]) {
      const message = pattern(size);
      await here.send(message);
      const reply = await here.receive();
      expect(reply.length).toBe(size);
      expect(Buffer.compare(reply, message)).toBe(0);
    }
    await here.close();
  });

  test("keeps thousands of messages in order, and what it handed out unchanged", async () => {
    const { here, there } = await pairOf(transport, server);
    const count = 5000;
    const sending = (async () => {
      for (let i = 0; i < count; i++) await here.send(pattern(i % 300, i));
    })();
    const got: Uint8Array[] = [];
    while (got.length < count) got.push(await there.receive());
    await sending;
    for (const [i, message] of got.entries()) expect(Buffer.compare(message, pattern(i % 300, i))).toBe(0);
  });

  test("gives messages that their receiver may change", async () => {
    const { here, there } = await pairOf(transport, server);
    for (let i = 0; i < 10; i++) void here.send(new Uint8Array([1, 2, 3]));
    const first = await there.receive();
    first.fill(9);
    for (let i = 1; i < 10; i++) expect(await there.receive()).toEqual(new Uint8Array([1, 2, 3]));
    expect(Object.getPrototypeOf(first)).toBe(Uint8Array.prototype);
  });

  test("lets a ping overtake 8 MiB that were sent before it", async () => {
    const { here, there } = await pairOf(transport, server);
    void here.send(pattern(8 * 1024 * 1024), { lane: "bulk" });
    void here.send(new Uint8Array([1]), { lane: "control" });
    expect(await there.receive()).toEqual(new Uint8Array([1]));
    expect((await there.receive()).length).toBe(8 * 1024 * 1024);
  });

  test("N8: holds a sender back while the receiver does not receive, and loses nothing", async () => {
    const { here, there } = await pairOf(transport, server, { highWaterBytes: 64 * 1024 });
    let sent = 0;
    const total = 300;
    const sending = (async () => {
      for (; sent < total; sent++) await here.send(pattern(100_000, sent));
    })();
    // Once the sender stands still, all buffers between the two are full.
    await standstill(() => sent);
    expect(sent).toBeLessThan(total);
    expect(there.metrics.receiveQueueBytes).toBeLessThan(1_300_000);
    expect(here.metrics.sendQueueBytes).toBeLessThan(64 * 1024 + 100_001);
    for (let i = 0; i < total; i++) expect(Buffer.compare(await there.receive(), pattern(100_000, i))).toBe(0);
    await sending;
  });

  test("N8: bounds what a flood of tiny messages can take", async () => {
    const { here, there } = await pairOf(transport, server);
    const total = 100_000;
    const sending = (async () => {
      for (let i = 0; i < total; i++) await here.send(new Uint8Array(0));
    })();
    await until(() => there.metrics.receiveQueueBytes >= 512 * 1024);
    for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
    expect(there.metrics.receiveQueueMessages).toBeLessThan(5000);
    for (let i = 0; i < total; i++) await there.receive();
    await sending;
  });

  test("ends in order: what was sent before arrives, then the loop is over", async () => {
    const { here, there } = await pairOf(transport, server);
    const sizes = [10, 500_000, 3, 70_000];
    for (const size of sizes) void here.send(pattern(size));
    const closing = here.close({ reason: "enough" });
    const got: number[] = [];
    for await (const message of there) got.push(message.length);
    expect(got).toEqual(sizes);
    await closing;
    expect(here.state).toBe("closed");
    expect(await here.closed).toMatchObject({ code: "CLOSED", details: { by: "us" } });
    expect(await there.closed).toMatchObject({ code: "CLOSED", details: { by: "peer", text: "enough" } });
    await expect(there.receive()).rejects.toMatchObject({ code: "CLOSED", message: /enough/ });
    await expect(there.send(new Uint8Array(1))).rejects.toMatchObject({ code: "CLOSED" });
    await expect(here.send(new Uint8Array(1))).rejects.toMatchObject({ code: "CLOSED" });
    await expect(here.receive()).rejects.toMatchObject({ code: "CLOSED" });
    await here.close();
  });

  test("ends when both ends close at once", async () => {
    const { here, there } = await pairOf(transport, server);
    void here.send(pattern(200_000));
    void there.send(pattern(200_000));
    await Promise.all([here.close(), there.close()]);
  });

  test("ends at the end of an `await using` block", async () => {
    let kept: Connection;
    {
      await using here = await transport.connect(server);
      kept = here;
    }
    expect(kept.state).toBe("closed");
  });

  test("N8: closes in time though the peer takes nothing, and fails the sends that wait", async () => {
    const clock = new ManualClock();
    const { here, there } = await pairOf(transport, server, { clock, closeTimeoutMs: 1000 });
    const sends = Array.from({ length: 100 }, () => here.send(pattern(200_000)).catch((error) => error));
    await standstill(() => there.metrics.bytesReceived);
    const closing = here.close();
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1000);
    await closing;
    expect((await Promise.all(sends)).at(-1)).toMatchObject({ code: "CLOSED" });
    expect(clock.pending).toBe(0);
  });

  test("refuses a message that the peer does not take, and stays open", async () => {
    const small = await transport.listen({ maxMessageBytes: 1000 });
    const { here, there } = await pairOf(transport, small);
    await expect(here.send(new Uint8Array(1001))).rejects.toMatchObject({
      code: "MESSAGE_TOO_LARGE",
      details: { bytes: 1001, limit: 1000 },
    });
    await here.send(new Uint8Array(1000));
    expect((await there.receive()).length).toBe(1000);
    await small.close();
  });

  test("refuses arguments that it cannot use, and stays open", async () => {
    echo();
    const here = await transport.connect(server);
    for (const wrong of [
      here.send("text" as never),
      here.send(new Uint8Array(1), { lane: "fast" as never }),
      here.receive({ timeoutMs: 0.5 }),
      here.close({ reason: 1 as never }),
    ]) {
      await expect(wrong).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    }
    await here.send(new Uint8Array([5]));
    expect(await here.receive()).toEqual(new Uint8Array([5]));
  });

  test("tells its whole life", async () => {
    const { here, there } = await pairOf(transport, server);
    const life: ConnectionStatus[] = [];
    const following = (async () => {
      for await (const status of here.status()) life.push(status);
    })();
    expect(here.state).toBe("open");
    await there.close();
    await following;
    expect(life).toMatchObject([{ state: "open" }, { state: "closed", reason: { code: "CLOSED" } }]);
    const last: ConnectionStatus[] = [];
    for await (const status of here.status()) last.push(status);
    expect(last).toEqual([life[1]]);
  });

  test("knows who is there, as far as it was said", async () => {
    const named = await transport.listen({ identity: "node_b", incarnation: "2" });
    const { here, there } = await pairOf(transport, named, { identity: "nöde_a", incarnation: "1" });
    expect(here.peer).toMatchObject({ identity: "node_b", incarnation: "2", authenticated: false });
    expect(there.peer).toMatchObject({ identity: "nöde_a", incarnation: "1", authenticated: false });
    expect(here.remote).toEqual(named.address);
    expect(here.id).not.toBe(there.id);
    await named.close();
  });

  test("counts what went through it", async () => {
    const { here, there } = await pairOf(transport, server);
    for (const size of [10, 20, 100_000]) await here.send(new Uint8Array(size));
    for (let i = 0; i < 3; i++) await there.receive();
    await until(() => here.metrics.sendQueueBytes === 0);
    expect(here.metrics).toMatchObject({ messagesSent: 3, messagesReceived: 0, sendQueueBytes: 0 });
    expect(there.metrics).toMatchObject({ messagesSent: 0, messagesReceived: 3, receiveQueueBytes: 0 });
    expect(there.metrics.bytesReceived).toBe(here.metrics.bytesSent);
  });

  test("measures the way there and back", async () => {
    const clock = new ManualClock();
    const { here } = await pairOf(transport, server, { clock });
    clock.advance(600);
    await until(() => here.metrics.roundTripMs !== undefined);
    expect(here.metrics.roundTripMs).toBe(0);
  });

  test("carries a raw stream of bytes up to its end", async () => {
    const raw = await transport.listen({ framing: "none" });
    const totals: number[] = [];
    raw.onConnection(async (connection) => {
      let total = 0;
      for await (const bytes of connection) total += bytes.length;
      totals.push(total);
    });
    const here = await transport.connect(raw, { framing: "none" });
    await here.send(new Uint8Array(10));
    await here.send(new Uint8Array(0));
    await here.send(new Uint8Array(100_000));
    await here.close();
    await until(() => raw.connections.size === 0);
    expect(totals).toEqual([100_010]);
    await raw.close();
  });

  test("carries messages of another framing", async () => {
    const framing = lengthPrefixed();
    const other = await transport.listen({ framing, maxMessageBytes: 100_000 });
    const { here, there } = await pairOf(transport, other, { framing });
    for (const size of [0, 1, 9000, 100_000]) {
      await here.send(pattern(size));
      expect(Buffer.compare(await there.receive(), pattern(size))).toBe(0);
    }
    await here.send(new Uint8Array(100_001));
    await expect(there.receive()).rejects.toMatchObject({ code: "MESSAGE_TOO_LARGE" });
    await other.close();
  });

  test("takes no more connections than it may, and tells the others why", async () => {
    const small = await transport.listen({ maxConnections: 1 });
    const { here } = await pairOf(transport, small);
    await expect(transport.connect(small)).rejects.toMatchObject({ code: "OVERLOADED" });
    await here.close();
    await until(() => small.connections.size === 0);
    await (await transport.connect(small)).close();
    expect(small.metrics).toMatchObject({ opened: 2, failed: 1, handshaking: 0 });
    await small.close();
  });

  test("is closed by a handler that fails, and the error is reported", async () => {
    const errors: unknown[] = [];
    server.onError((error) => errors.push(error));
    server.onConnection(async (connection) => {
      await connection.receive();
      throw new TypeError("a bug");
    });
    const here = await transport.connect(server);
    await here.send(new Uint8Array(1));
    expect(await here.closed).toMatchObject({ code: "CLOSED", details: { by: "peer" } });
    expect(errors).toMatchObject([{ message: "a bug" }]);
  });

  test("is closed with its server, and a second close waits for the first", async () => {
    const { here } = await pairOf(transport, server);
    await Promise.all([server.close(), server.close()]);
    expect(await here.closed).toMatchObject({ code: "CLOSED", details: { by: "peer" } });
    await expect(transport.connect(server)).rejects.toMatchObject({ code: "CONNECTION_REFUSED" });
  });

  test("is not given to a handler that was taken back", async () => {
    let calls = 0;
    server.onConnection(() => void calls++).dispose();
    const accepted = nextConnection(server);
    await transport.connect(server);
    await accepted;
    expect(calls).toBe(0);
  });
});
