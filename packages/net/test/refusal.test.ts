import { expect, test } from "vitest";
import { connect, type HostEndpoint, listen, pool } from "../src/index.ts";

test("`refusal` is what `send` would reject with, whether too long, too much waits, or it is over", async () => {
  await using server = await listen("127.0.0.1", 0, { maxMessageBytes: 4_096 });
  const { port } = server.address as HostEndpoint;
  const conn = await connect("127.0.0.1", port, { highWaterBytes: 1_000, maxQueuedBytes: 10_000 });
  expect(conn.refusal(0)).toBeUndefined();
  expect(conn.refusal(4_096)).toBeUndefined();
  expect(conn.refusal(4_097)).toMatchObject({ code: "MESSAGE_TOO_LARGE" });
  await expect(conn.send(new Uint8Array(4_097))).rejects.toMatchObject({ code: "MESSAGE_TOO_LARGE" });
  const sent: Promise<void>[] = [];
  while (conn.refusal(4_096) === undefined) sent.push(conn.send(new Uint8Array(4_096)));
  expect(conn.refusal(0)).toMatchObject({ code: "OVERLOADED" });
  await expect(conn.send(new Uint8Array(0))).rejects.toMatchObject({ code: "OVERLOADED" });
  // What it would take, it took.
  await Promise.all(sent);
  expect(sent.length).toBeGreaterThan(2);
  expect(conn.metrics.messagesSent).toBe(sent.length);
  await conn.close();
  expect(conn.refusal(0)).toMatchObject({ code: "CLOSED" });
});

test("one that was given back to its pool refuses all", async () => {
  await using server = await listen("127.0.0.1", 0);
  const { port } = server.address as HostEndpoint;
  await using connections = pool({ host: "127.0.0.1", port });
  const conn = await connections.acquire();
  expect(conn.refusal(1)).toBeUndefined();
  connections.release(conn);
  expect(conn.refusal(1)).toMatchObject({ code: "CLOSED" });
});
