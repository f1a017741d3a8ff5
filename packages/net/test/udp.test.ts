import { createSocket } from "node:dgram";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { until } from "../src/compliance-support.ts";
import { type UdpSocket, udpSocket } from "../src/index.ts";

const host = "127.0.0.1";

describe("a UDP socket", () => {
  let a: UdpSocket;
  let b: UdpSocket;

  beforeEach(async () => {
    [a, b] = await Promise.all([udpSocket(0), udpSocket(0)]);
  });

  afterEach(async () => {
    await Promise.all([a.close(), b.close()]);
  });

  test("sends datagrams and says where they came from", async () => {
    for (const size of [0, 1, 1400, 65_507]) {
      await a.sendTo(new Uint8Array(size).fill(size), host, b.port);
      const [data, from] = await b.receiveFrom();
      expect(data).toEqual(new Uint8Array(size).fill(size));
      expect(Object.getPrototypeOf(data)).toBe(Uint8Array.prototype);
      expect(from).toEqual({ host, port: a.port });
      await b.sendTo(data.subarray(0, 1), from.host, from.port);
      expect((await a.receiveFrom())[1].port).toBe(b.port);
    }
    expect(a.metrics).toEqual({ sent: 4, received: 4, dropped: 0, unexpected: 0 });
  });

  test("speaks IPv6, and resolves names", async () => {
    await using six = await udpSocket(0, { host: "::1" });
    await six.sendTo(new Uint8Array([6]), "::1", six.port);
    expect((await six.receiveFrom())[1]).toEqual({ host: "::1", port: six.port });
    await a.sendTo(new Uint8Array([4]), "localhost", b.port);
    expect((await b.receiveFrom())[0]).toEqual(new Uint8Array([4]));
    await expect(a.sendTo(new Uint8Array(1), "name.invalid", 9)).rejects.toMatchObject({ code: "HOST_NOT_FOUND" });
  });

  test("gives datagrams to those who wait in order, and to a loop until it is closed", async () => {
    const waits = [b.receiveFrom(), b.receiveFrom({ timeoutMs: 20_000 })];
    for (let i = 0; i < 5; i++) await a.sendTo(new Uint8Array([i]), host, b.port);
    expect((await Promise.all(waits)).map(([[n]]) => n)).toEqual([0, 1]);
    const seen: number[] = [];
    for await (const [data] of b) {
      seen.push(data[0]!);
      if (seen.length === 3) await b.close();
    }
    expect(seen).toEqual([2, 3, 4]);
  });

  test("N15: refuses a datagram that is too large, and works on", async () => {
    await expect(a.sendTo(new Uint8Array(65_508), host, b.port)).rejects.toMatchObject({
      code: "DATAGRAM_TOO_LARGE",
      details: { bytes: 65_508, limit: 65_507 },
    });
    await a.sendTo(new Uint8Array([1]), host, b.port);
    expect((await b.receiveFrom())[0]).toEqual(new Uint8Array([1]));
  });

  test("N15: drops and counts what comes from where nothing is expected", async () => {
    await using picky = await udpSocket(0, { accept: (from) => from.port === b.port });
    await a.sendTo(new Uint8Array([1]), host, picky.port);
    await b.sendTo(new Uint8Array([2]), host, picky.port);
    const [data, from] = await picky.receiveFrom();
    expect([data[0], from.port]).toEqual([2, b.port]);
    expect(picky.metrics).toMatchObject({ received: 1, unexpected: 1 });
  });

  test("N15: gives a repeated datagram as often as it came", async () => {
    for (let i = 0; i < 3; i++) await a.sendTo(new Uint8Array([7]), host, b.port);
    for (let i = 0; i < 3; i++) expect((await b.receiveFrom())[0]).toEqual(new Uint8Array([7]));
  });

  test("drops and counts what comes while too much waits", async () => {
    await using small = await udpSocket(0, { receiveBufferBytes: 5000 });
    for (let i = 0; i < 10; i++) await a.sendTo(new Uint8Array(1000), host, small.port);
    await until(() => small.metrics.received + small.metrics.dropped === 10);
    expect(small.metrics.received).toBe(5);
    for (let i = 0; i < 5; i++) await small.receiveFrom();
    await a.sendTo(new Uint8Array(1000), host, small.port);
    await small.receiveFrom();
  });

  test("is not disturbed by a port where nobody listens", async () => {
    const gone = await udpSocket(0);
    await gone.close();
    for (let i = 0; i < 3; i++) await a.sendTo(new Uint8Array([1]), host, gone.port);
    await a.sendTo(new Uint8Array([2]), host, b.port);
    expect((await b.receiveFrom())[0]).toEqual(new Uint8Array([2]));
  });

  test("N16: says that its port is in use, or its address not of this machine", async () => {
    await expect(udpSocket(a.port)).rejects.toMatchObject({ code: "ADDRESS_IN_USE", message: RegExp(`${a.port}`) });
    await expect(udpSocket(0, { host: "192.0.2.1", allowPlaintext: true })).rejects.toMatchObject({
      code: "ADDRESS_UNAVAILABLE",
    });
  });

  test("says why it cannot reach other machines from loopback", async () => {
    const error = await a.sendTo(new Uint8Array(1), "192.0.2.1", 9).catch((reason) => reason);
    expect(error.message).toMatch(/cannot send to 192\.0\.2\.1:9 from a socket on loopback/);
  });

  test("is reached from other machines only by an explicit word", async () => {
    await expect(udpSocket(0, { host: "0.0.0.0" })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: /allowPlaintext/,
    });
    await using open = await udpSocket(0, { host: "0.0.0.0", allowPlaintext: true });
    await a.sendTo(new Uint8Array(1), host, open.port);
    await open.receiveFrom();
  });

  test("ends every wait when it is closed, and can be closed twice", async () => {
    const waits = [b.receiveFrom(), b.receiveFrom({ timeoutMs: 1000 })];
    await Promise.all([b.close(), b.close()]);
    for (const wait of waits) await expect(wait).rejects.toMatchObject({ code: "CLOSED" });
    await expect(b.receiveFrom()).rejects.toMatchObject({ code: "CLOSED" });
    await expect(b.sendTo(new Uint8Array(1), host, a.port)).rejects.toMatchObject({ code: "CLOSED" });
  });

  test("refuses arguments that it cannot use", async () => {
    const invalid = { code: "INVALID_ARGUMENT" };
    await expect(udpSocket(-1)).rejects.toMatchObject(invalid);
    await expect(udpSocket(0, { reuse: true } as never)).rejects.toMatchObject(invalid);
    await expect(a.sendTo("text" as never, host, 1)).rejects.toMatchObject(invalid);
    await expect(a.sendTo(new Uint8Array(1), host, 0)).rejects.toMatchObject(invalid);
    await expect(a.sendTo(new Uint8Array(1), "", 1)).rejects.toMatchObject(invalid);
  });

  test("takes datagrams of other programs", async () => {
    const other = createSocket("udp4");
    other.send("hello", b.port, host);
    expect(Buffer.from((await b.receiveFrom())[0]).toString()).toBe("hello");
    other.close();
  });
});
