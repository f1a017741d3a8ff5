import { once } from "node:events";
import { ManualClock } from "@graphoid/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { nextConnection, until } from "../src/compliance-support.ts";
import { type Connection, connect, listen, type Server } from "../src/index.ts";
import { helloBytes, messageFrame, rawConnect, rawGreeter, rawListen, readAll } from "./raw-peer.ts";

const host = "127.0.0.1";

describe("a listener", () => {
  const clock = new ManualClock();
  let server: Server;
  let errors: unknown[];

  beforeEach(async () => {
    errors = [];
    server = await listen(host, 0, { clock, maxMessageBytes: 1000, maxHandshakes: 5 });
    server.onError((error) => errors.push(error));
  });

  afterEach(async () => {
    await server.close();
    expect(clock.pending).toBe(0);
  });

  test("N1: drops a peer that dribbles its hello", async () => {
    const socket = await rawConnect(server.port);
    const closed = readAll(socket);
    const hello = helloBytes();
    for (let second = 0; second < 5; second++) {
      socket.write(hello.subarray(second, second + 1));
      await until(() => server.metrics.handshaking === 1);
      clock.advance(1000);
    }
    await closed;
    expect(errors).toMatchObject([{ code: "HANDSHAKE_TIMEOUT", details: { timeoutMs: 5000 } }]);
    expect(server.metrics).toEqual({ opened: 0, failed: 1, handshaking: 0 });
  });

  test.each([
    ["HTTP", Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n")],
    ["TLS", Buffer.from("160301020001", "hex")],
    ["zeros", Buffer.alloc(100)],
  ])("refuses what is no hello, at once and without an answer: %s", async (_, bytes) => {
    const socket = await rawConnect(server.port);
    socket.write(bytes);
    expect(await readAll(socket)).toHaveLength(0);
    expect(errors).toMatchObject([{ code: "PROTOCOL", message: /does not speak/ }]);
  });

  test("answers a hello of other versions with its own, and names both", async () => {
    const socket = await rawConnect(server.port);
    socket.write(helloBytes([7, 9]));
    const answer = readAll(socket);
    socket.end();
    expect((await answer).subarray(0, 6).toString("hex")).toBe("894752460101");
    expect(errors).toMatchObject([{ code: "VERSION_MISMATCH", details: { ours: [1, 1], theirs: [7, 9] } }]);
  });

  test("N3: serves honest peers though idle ones fill its handshakes", async () => {
    const idle = await Promise.all(Array.from({ length: 30 }, () => rawConnect(server.port)));
    await until(() => server.metrics.handshaking === 5);
    for (let i = 0; i < 10; i++) await connect(host, server.port);
    expect(server.connections.size).toBe(10);
    expect(server.metrics.handshaking).toBeLessThanOrEqual(5);
    for (const socket of idle) socket.destroy();
    await until(() => server.metrics.handshaking === 0);
  });

  const openRaw = async () => {
    const accepted = nextConnection(server);
    const socket = await rawConnect(server.port);
    socket.write(helloBytes());
    const connection = await accepted;
    await once(socket, "data");
    return { socket, connection };
  };

  test("N2: refuses a message over its limit on the header, and tells the peer why", async () => {
    const { socket, connection } = await openRaw();
    socket.write(messageFrame(new Uint8Array(0), 1001));
    const answer = readAll(socket);
    expect(await connection.receive().catch((error) => error)).toMatchObject({
      code: "MESSAGE_TOO_LARGE",
      details: { bytes: 1001, limit: 1000 },
    });
    const goodbye = await answer;
    expect(goodbye[0]).toBe(6);
    expect(goodbye[4]).toBe(3);
    expect(goodbye.toString("utf8", 5)).toMatch(/1001 bytes/);
  });

  test("refuses frames that do not exist, and tells the peer why", async () => {
    const { socket, connection } = await openRaw();
    socket.write(Buffer.from([0x1f, 0, 0, 0]));
    const answer = readAll(socket);
    expect(await connection.closed).toMatchObject({ code: "PROTOCOL" });
    expect((await answer)[4]).toBe(2);
  });

  test("does not let a flood of pings fill its memory", async () => {
    const { socket, connection } = await openRaw();
    socket.pause();
    const pings = Buffer.alloc(8 * 65_536);
    for (let at = 0; at < pings.length; at += 8) pings.writeUInt32BE(0x0400_0004, at);
    for (let i = 0; i < 12; i++) {
      if (!socket.write(pings)) await once(socket, "drain");
      expect(connection.metrics.sendQueueBytes).toBeLessThan(600_000);
    }
    expect(connection.state).toBe("open");
    socket.destroy();
    await connection.closed;
  });

  test("can answer a peer that has ended its half of a raw stream", async () => {
    const raw = await listen(host, 0, { framing: "none" });
    raw.onConnection(async (connection) => {
      for await (const bytes of connection) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        await connection.send(bytes);
      }
    });
    const socket = await rawConnect(raw.port);
    socket.end("the last words");
    expect((await readAll(socket)).toString()).toBe("the last words");
    await until(() => raw.connections.size === 0);
    await raw.close();
  });
});

describe("a dialled connection", () => {
  let close: () => Promise<void> = async () => {};
  afterEach(() => close());

  const greeted = async (misbehave: Parameters<typeof rawGreeter>[0]): Promise<Connection> => {
    const peer = await rawGreeter(misbehave);
    close = peer.close;
    return connect(host, peer.port);
  };

  test("N1: gives up on a listener that says nothing", async () => {
    const peer = await rawListen(() => {});
    close = peer.close;
    await expect(connect(host, peer.port, { handshakeTimeoutMs: 30 })).rejects.toMatchObject({
      code: "HANDSHAKE_TIMEOUT",
    });
    await expect(connect(host, peer.port, { timeoutMs: 30 })).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED" });
    await expect(connect(host, peer.port, { signal: AbortSignal.timeout(30) })).rejects.toMatchObject({
      code: "CANCELLED",
    });
    await expect(connect(host, peer.port, { signal: AbortSignal.abort("no") })).rejects.toMatchObject({ cause: "no" });
  });

  test("refuses a listener that speaks something else, or other versions", async () => {
    let bytes: Uint8Array | string = "220 mail.example.com ESMTP\r\n";
    const peer = await rawListen((socket) => socket.write(bytes));
    close = peer.close;
    await expect(connect(host, peer.port)).rejects.toMatchObject({ code: "PROTOCOL", message: /\(220 / });
    bytes = helloBytes([2, 3]);
    await expect(connect(host, peer.port)).rejects.toMatchObject({
      code: "VERSION_MISMATCH",
      message: /1 to 1 .* 2 to 3/,
    });
  });

  test("fails when the listener hangs up on its hello", async () => {
    const peer = await rawListen((socket) => socket.once("data", () => socket.destroy()));
    close = peer.close;
    await expect(connect(host, peer.port)).rejects.toMatchObject({ code: "CONNECTION_LOST" });
  });

  const waiters = (connection: Connection): { errors: unknown[]; ticks: number[] } => {
    const errors: unknown[] = [];
    const ticks: number[] = [];
    let tick = 0;
    const count = (): void => {
      tick++;
      if (errors.length < 6) setImmediate(count);
    };
    count();
    const note = (error: unknown): void => {
      errors.push(error);
      ticks.push(tick);
    };
    for (let i = 0; i < 3; i++) connection.receive().catch(note);
    connection.receive({ timeoutMs: 60_000 }).catch(note);
    connection[Symbol.asyncIterator]().next().catch(note);
    connection.closed.then(note);
    return { errors, ticks };
  };

  test("N4: a reset in the middle of a frame fails every waiter once, in the same tick", async () => {
    let peer!: { resetAndDestroy(): void };
    const connection = await greeted((socket) => {
      peer = socket;
      socket.write(messageFrame(new Uint8Array(5), 50));
    });
    const { errors, ticks } = waiters(connection);
    await until(() => connection.metrics.bytesReceived > 30);
    peer.resetAndDestroy();
    await until(() => errors.length === 6);
    for (const error of errors) expect(error).toMatchObject({ code: "CONNECTION_LOST", details: { reason: "reset" } });
    expect(new Set(ticks).size).toBe(1);
    await expect(connection.receive()).rejects.toBe(errors[0]);
    await expect(connection.send(new Uint8Array(1))).rejects.toBe(errors[0]);
  });

  test("N4: an end in the middle of a frame fails every waiter with TruncatedFrame", async () => {
    const connection = await greeted((socket) => socket.end(messageFrame(new Uint8Array(5), 50)));
    const { errors } = waiters(connection);
    await until(() => errors.length === 6);
    for (const error of errors) expect(error).toMatchObject({ code: "TRUNCATED_FRAME" });
  });

  test("N4: an end without a goodbye is a loss, since a killed process ends like that", async () => {
    const connection = await greeted((socket) => socket.end(messageFrame(new Uint8Array([1, 2]))));
    const seen: Uint8Array[] = [];
    const loop = (async () => {
      for await (const message of connection) seen.push(message);
    })();
    await expect(loop).rejects.toMatchObject({ code: "CONNECTION_LOST", details: { reason: "ended" } });
    expect(seen).toEqual([new Uint8Array([1, 2])]);
  });

  test("N4: sends that wait fail with the connection", async () => {
    let peer!: { resetAndDestroy(): void };
    const connection = await greeted((socket) => {
      peer = socket;
      socket.pause();
    });
    connection.send(new Uint8Array(1_000_000)).catch(() => {});
    const sends = Array.from({ length: 20 }, () => connection.send(new Uint8Array(1_000_000)).catch((error) => error));
    await new Promise((resolve) => setImmediate(resolve));
    peer.resetAndDestroy();
    const errors = await Promise.all(sends);
    expect(errors.at(-1)).toMatchObject({ code: "CONNECTION_LOST" });
    expect(connection.metrics.sendQueueBytes).toBe(0);
  });

  test("gives the text of a goodbye to those who wait", async () => {
    const goodbye = Buffer.concat([Buffer.from([6, 0, 0, 10, 1]), Buffer.from("no memory")]);
    const connection = await greeted((socket) => socket.write(goodbye));
    await expect(connection.receive()).rejects.toMatchObject({
      code: "CONNECTION_LOST",
      message: /no memory/,
      details: { reason: "aborted", by: "peer" },
    });
  });
});

describe("addresses", () => {
  test("N16: a port in use, a name that does not resolve, a port that refuses, a way that does not exist", async () => {
    const server = await listen(host, 0);
    const { port } = server;
    await expect(listen(host, port)).rejects.toMatchObject({ code: "ADDRESS_IN_USE", message: RegExp(`${port}`) });
    await server.close();
    await expect(connect(host, port)).rejects.toMatchObject({ code: "CONNECTION_REFUSED", message: RegExp(`${port}`) });
    await expect(connect("name.invalid", 9)).rejects.toMatchObject({
      code: "HOST_NOT_FOUND",
      message: /name\.invalid/,
    });
    await expect(connect({ path: "/nowhere/graphoid.sock" })).rejects.toMatchObject({ code: "CONNECTION_REFUSED" });
    await expect(listen("192.0.2.1", 0, { allowPlaintext: true })).rejects.toMatchObject({
      code: "ADDRESS_UNAVAILABLE",
    });
    await expect(connect("255.255.255.255", 9)).rejects.toMatchObject({ code: "UNREACHABLE" });
  });

  test("off loopback need TLS or an explicit word", async () => {
    for (const name of ["0.0.0.0", "::", "192.0.2.1", "example.com", "127.0.0.1.example.com"]) {
      await expect(listen(name, 0)).rejects.toMatchObject({ code: "INVALID_ARGUMENT", message: /allowPlaintext/ });
    }
    const server = await listen("0.0.0.0", 0, { allowPlaintext: true });
    const connection = await connect(host, server.port);
    expect(connection.state).toBe("open");
    await server.close();
  });
});
