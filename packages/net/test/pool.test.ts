import { ManualClock } from "@graphoid/core";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { until } from "../src/compliance-support.ts";
import {
  listen,
  memoryTransport,
  type Pool,
  type PooledConnection,
  type PoolOptions,
  pool,
  type Server,
  type Transport,
} from "../src/index.ts";

const here = { host: "here", port: 1 };

describe("a pool", () => {
  let clock: ManualClock;
  let transport: Transport;
  let server: Server;
  let current: Pool | undefined;

  const make = (options: Partial<PoolOptions> = {}): Pool => {
    current = pool({ ...here, connection: { transport, clock, ...options.connection }, ...options });
    return current;
  };

  const serve = async (): Promise<void> => {
    server = await listen(here.host, here.port, { transport, heartbeat: false });
    server.onConnection(async (connection) => {
      for await (const message of connection) await connection.send(message);
    });
  };

  beforeEach(async () => {
    clock = new ManualClock();
    transport = memoryTransport();
    await serve();
  });

  afterEach(async () => {
    await current?.close();
    await server.close();
    expect(clock.pending).toBe(0);
  });

  const echo = async (connection: PooledConnection): Promise<void> => {
    await connection.send(new Uint8Array([1, 2]));
    expect(await connection.receive()).toEqual(new Uint8Array([1, 2]));
  };

  test("opens its minimum by itself, and lends what it has before it opens more", async () => {
    const p = make({ minConnections: 2 });
    await until(() => p.statistics.idle === 2);
    const lease = await p.acquire();
    await echo(lease);
    expect(p.statistics).toMatchObject({ open: 2, idle: 1, leased: 1, created: 2 });
    p.release(lease);
    expect(p.statistics).toMatchObject({ open: 2, idle: 2, leased: 0 });
  });

  test("serves those who wait in order, over no more connections than it may have", async () => {
    const p = make({ maxConnections: 2 });
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        await using lease = await p.acquire();
        order.push(i);
        await echo(lease);
      }),
    );
    expect(order).toEqual([...Array(20).keys()]);
    expect(server.metrics.opened).toBe(2);
    expect(p.statistics).toMatchObject({ open: 2, idle: 2, leased: 0, waiting: 0 });
  });

  test("N11: who gives up waiting leaves no trace, and takes no connection along", async () => {
    const p = make({ maxConnections: 1, acquireTimeoutMs: 500 });
    const lease = await p.acquire();
    const controller = new AbortController();
    const aborted = p.acquire({ signal: controller.signal });
    const late = p.acquire();
    const later = p.acquire({ timeoutMs: 400 });
    await expect(p.acquire({ timeoutMs: 0 })).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED" });
    await expect(p.acquire({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "CANCELLED" });
    controller.abort("enough");
    await expect(aborted).rejects.toMatchObject({ code: "CANCELLED", cause: "enough" });
    clock.advance(400);
    await expect(later).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED", details: { timeoutMs: 400 } });
    expect(p.statistics).toMatchObject({ waiting: 1, timedOut: 1 });
    clock.advance(100);
    await expect(late).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED" });
    p.release(lease);
    await echo(await p.acquire());
    expect(p.statistics).toMatchObject({ open: 1, leased: 1, waiting: 0, timedOut: 2, created: 1 });
  });

  test("N11: a connection that comes after its waiter has left serves the next", async () => {
    const p = make();
    const controller = new AbortController();
    const aborted = p.acquire({ signal: controller.signal });
    await until(() => p.statistics.connecting === 1);
    controller.abort();
    await expect(aborted).rejects.toMatchObject({ code: "CANCELLED" });
    await until(() => p.statistics.idle === 1);
    await echo(await p.acquire());
    expect(p.statistics.created).toBe(1);
  });

  test("N12: replaces connections that died while idle, unseen by who acquires", async () => {
    const p = make({ minConnections: 3 });
    await until(() => p.statistics.idle === 3);
    for (const connection of [...server.connections]) void connection.close();
    // Some of the connections at this end may not know yet: what is lent must work all the same.
    await until(() => server.connections.size === 0);
    await until(() => p.statistics.idle === 3 && p.statistics.created === 6);
    for (let i = 0; i < 3; i++) await echo(await p.acquire());
  });

  test("replaces connections that died on loan, once they come back", async () => {
    const p = make({ maxConnections: 1 });
    const lease = await p.acquire();
    await server.close();
    await expect(lease.receive()).rejects.toMatchObject({ code: "CLOSED" });
    await serve();
    const next = p.acquire();
    await echo(await next);
    p.release(lease);
    expect(p.statistics).toMatchObject({ open: 1, leased: 1, created: 2 });
  });

  test("never lends a connection in which an answer to someone else is left", async () => {
    const p = make({ maxConnections: 1 });
    const first = await p.acquire();
    await first.send(new Uint8Array([9]));
    await until(() => first.metrics.receiveQueueMessages === 1);
    p.release(first);
    await echo(await p.acquire());
    expect(p.statistics.created).toBe(2);

    const impatient = await (async () => {
      await current?.close();
      const other = make({ maxConnections: 1 });
      const lease = await other.acquire();
      lease.receive().catch(() => {});
      other.release(lease);
      return other;
    })();
    await echo(await impatient.acquire());
    expect(impatient.statistics.created).toBe(2);
  });

  test("N18: takes nothing back twice, and nothing that is not its own", async () => {
    const p = make({ maxConnections: 2 });
    const other = pool({ ...here, connection: { transport, clock } });
    const lease = await p.acquire();
    const foreign = await other.acquire();
    p.release(lease);
    const again = await p.acquire();
    expect(again.id).toBe(lease.id);
    for (const wrong of [lease, foreign, again.closed, null]) {
      expect(() => p.release(wrong as never)).toThrow(/on loan from this pool/);
    }
    expect(p.statistics).toMatchObject({ open: 1, idle: 0, leased: 1 });
    await echo(again);
    await echo(foreign);
    lease.release();
    await lease[Symbol.asyncDispose]();
    expect(p.statistics).toMatchObject({ idle: 0, leased: 1 });
    await other.close();
  });

  test("lets nobody use a connection after its release", async () => {
    const p = make();
    const lease = await p.acquire();
    const loop = lease[Symbol.asyncIterator]();
    lease.release();
    for (const wrong of [lease.send(new Uint8Array(1)), lease.receive(), loop.next()]) {
      await expect(wrong).rejects.toMatchObject({ code: "CLOSED", message: /given back/ });
    }
    await lease.close();
    expect(p.statistics).toMatchObject({ open: 1, idle: 1 });
  });

  test("closes what its user closes", async () => {
    const p = make();
    const lease = await p.acquire();
    await lease.close();
    expect(p.statistics).toMatchObject({ open: 0, idle: 0, leased: 0 });
    await echo(await p.acquire());
  });

  test("lets unused connections go after a time, down to the minimum", async () => {
    const p = make({ minConnections: 1, idleTimeoutMs: 1000 });
    const leases = await Promise.all([p.acquire(), p.acquire(), p.acquire()]);
    for (const lease of leases) p.release(lease);
    clock.advance(600);
    const busy = await p.acquire();
    p.release(busy);
    clock.advance(399);
    expect(p.statistics.open).toBe(3);
    clock.advance(1);
    expect(p.statistics.open).toBe(1);
    expect((await p.acquire()).id).toBe(busy.id);
    await until(() => server.connections.size === 1);
  });

  test("refuses more who wait than it may, and those who would wait forever", async () => {
    const p = make({ maxConnections: 1, maxWaiters: 2 });
    const lease = await p.acquire();
    const waiting = [p.acquire(), p.acquire()];
    await expect(p.acquire()).rejects.toMatchObject({ code: "OVERLOADED", details: { limit: 2 } });
    p.release(lease);
    p.release(await waiting[0]!);
    p.release(await waiting[1]!);
  });

  test("tells who waits why there is no connection, and comes back when there is one", async () => {
    await server.close();
    const p = make({ minConnections: 2 });
    await expect(p.acquire()).rejects.toMatchObject({ code: "CONNECTION_REFUSED" });
    await until(() => p.statistics.failed === 2 && p.statistics.connecting === 0);
    clock.advance(49);
    expect(p.statistics.connecting).toBe(0);
    await serve();
    clock.advance(51);
    await until(() => p.statistics.idle === 2);
  });

  test("N13: waits longer and longer between attempts, never in step with others", async () => {
    await server.close();
    const p = make({ minConnections: 1 });
    const pauses: number[] = [];
    let failed = 0;
    for (let last = clock.now(); pauses.length < 12; ) {
      await until(() => p.statistics.connecting === 0);
      if (p.statistics.failed > failed) {
        failed = p.statistics.failed;
        pauses.push(clock.now() - last);
        last = clock.now();
      }
      clock.advance(1 + Math.floor((clock.now() - last) / 50));
    }
    for (const [i, pause] of pauses.slice(1).entries()) {
      const longest = Math.min(30_000, 100 * 2 ** i);
      expect(pause).toBeGreaterThanOrEqual(longest / 2 - 1);
      expect(pause).toBeLessThanOrEqual(longest * 1.05 + 5);
    }
  });

  test("closes all of its connections, also those on loan, and fails who waits", async () => {
    const p = make({ maxConnections: 1 });
    const lease = await p.acquire();
    const waiting = p.acquire().catch((error) => error);
    const dialling = pool({ ...here, minConnections: 3, connection: { transport, clock } });
    await Promise.all([p.close(), p.close(), dialling.close()]);
    expect(await waiting).toMatchObject({ code: "CLOSED" });
    expect(lease.state).toBe("closed");
    await expect(p.acquire()).rejects.toMatchObject({ code: "CLOSED" });
    expect(p.statistics).toMatchObject({ open: 0, idle: 0, connecting: 0, waiting: 0 });
    expect(dialling.statistics.open).toBe(0);
    p.release(lease);
    await until(() => server.connections.size === 0);
  });

  test.each([
    [{ host: "x" }, "port"],
    [{ port: 1 }, "host"],
    [{ ...here, path: "/x" }, "path"],
    [{ ...here, maxConnections: -1 }, "maxConnections"],
    [{ ...here, maxConnections: 2, minConnections: 3 }, "minConnections"],
    [{ ...here, idleTimeoutMs: 0 }, "idleTimeoutMs"],
    [{ ...here, size: 3 }, "size"],
    [{ ...here, connection: { colour: "red" } }, "colour"],
    [{ ...here, connection: { signal: new AbortController().signal } }, "signal"],
  ])("refuses %o", (options, named) => {
    expect(() => pool(options as PoolOptions)).toThrow(RegExp(`^net\\.pool.*${named}`));
  });

  test("stays whole under any order of acquiring, releasing, giving up, dying and passing of time", async () => {
    const step = fc.constantFrom("acquire", "acquire", "release", "abort", "kill", "close", "advance");
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        await using p = pool({
          ...here,
          minConnections: 1,
          maxConnections: 3,
          idleTimeoutMs: 1000,
          acquireTimeoutMs: 5000,
          connection: { transport, clock, heartbeat: false },
        });
        const leases: PooledConnection[] = [];
        const waits: { controller: AbortController; settled: Promise<void> }[] = [];
        const killed: (Promise<void> | undefined)[] = [];
        for (const name of steps) {
          if (name === "acquire") {
            const controller = new AbortController();
            const settled = p.acquire({ signal: controller.signal }).then(
              (lease) => void leases.push(lease),
              () => {},
            );
            waits.push({ controller, settled });
          } else if (name === "release") leases.shift()?.release();
          else if (name === "abort") waits.pop()?.controller.abort();
          else if (name === "kill") killed.push([...server.connections][0]?.close());
          else if (name === "close") void leases.shift()?.close();
          else clock.advance(700);
          if (steps.length % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
          const { open, idle, leased, waiting } = p.statistics;
          expect(open).toBeLessThanOrEqual(3);
          expect(idle).toBeLessThanOrEqual(open);
          expect(leased).toBeGreaterThanOrEqual(0);
          expect(waiting === 0 || idle === 0).toBe(true);
        }
        for (const { controller } of waits) controller.abort();
        await Promise.all(waits.map(({ settled }) => settled));
        for (const lease of leases) lease.release();
        // A connection that the server has closed looks open here until its goodbye has arrived.
        await Promise.all(killed);
        await until(() => p.statistics.connecting === 0 && server.connections.size === p.statistics.open);
        const lease = await p.acquire();
        await echo(lease);
        lease.release();
        expect(p.statistics).toMatchObject({ leased: 0, waiting: 0 });
      }),
      { numRuns: 200 },
    );
  });
});
