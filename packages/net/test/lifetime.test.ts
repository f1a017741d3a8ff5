import { connect as netConnect } from "node:net";
import { expect, test } from "vitest";
import { nextConnection, until } from "../src/compliance-support.ts";
import { connect, listen, pool, udpSocket } from "../src/index.ts";

/** The sockets of this process that keep it alive. */
function active(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((name) => /^(TCP|UDP|TLS)/.test(name))
    .sort();
}

const host = "127.0.0.1";

test("nothing lingers once all is closed", async () => {
  const before = active();
  const server = await listen(host, 0);
  const accepted = nextConnection(server);
  const connection = await connect(host, server.port);
  const there = await accepted;
  const connections = pool({ host, port: server.port, minConnections: 2 });
  const lease = await connections.acquire();
  const udp = await udpSocket(0);
  await connection.send(new Uint8Array(10));
  await there.receive();
  expect(active().length).toBeGreaterThan(before.length);

  connections.release(lease);
  await Promise.all([connection.close(), connections.close(), udp.close()]);
  await server.close();
  await until(() => active().join() === before.join());
});

test("nothing lingers of attempts that failed", async () => {
  const before = active();
  const server = await listen(host, 0, { maxConnections: 1 });
  const { port } = server;
  const first = await connect(host, port);
  await expect(connect(host, port)).rejects.toThrow();
  await expect(connect(host, port, { framing: "none", signal: AbortSignal.abort() })).rejects.toThrow();
  const dumb = netConnect(port, host);
  dumb.on("error", () => {});
  await until(() => server.metrics.handshaking === 1);
  await Promise.all([first.close(), server.close()]);
  await expect(connect(host, port)).rejects.toThrow();
  await until(() => active().join() === before.join());
});
