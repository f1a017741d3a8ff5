import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect, pool } from "../src/index.ts";
import { missing } from "./missing.ts";
import { command, respFraming } from "./resp-framing.ts";

const present = spawnSync("redis-server", ["--version"]).status === 0;
if (!present) missing("redis-server", "the framing of another program");

/** A server that we did not write. */
describe.runIf(present)("redis-server", () => {
  const folder = mkdtempSync(join(tmpdir(), "graphoid-redis-"));
  const endpoint = { path: join(folder, "redis.sock") };
  const framing = respFraming();
  let server: ChildProcess;
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

  beforeAll(async () => {
    server = spawn("redis-server", ["--port", "0", "--unixsocket", endpoint.path, "--save", "", "--dir", folder]);
    for await (const line of server.stdout!.setEncoding("utf8")) if (/ready to accept/i.test(line)) break;
    server.stdout!.resume();
  });

  afterAll(async () => {
    server.kill("SIGKILL");
    if (server.exitCode === null && server.signalCode === null) await once(server, "exit");
    rmSync(folder, { recursive: true });
  });

  test("answers commands sent with a framing of its own, also pipelined and large", async () => {
    await using conn = await connect(endpoint, { framing });
    await conn.send(command("SET", "alice", "30"));
    expect(text(await conn.receive())).toBe("+OK\r\n");
    const large = "x".repeat(1_000_000);
    await conn.sendAll([
      command("GET", "alice"),
      command("SET", "large", large),
      command("MGET", "alice", "large", "none"),
    ]);
    expect(text(await conn.receive())).toBe("$2\r\n30\r\n");
    expect(text(await conn.receive())).toBe("+OK\r\n");
    expect(text(await conn.receive())).toBe(`*3\r\n$2\r\n30\r\n$1000000\r\n${large}\r\n$-1\r\n`);
    await conn.send(command("NONSENSE"));
    expect(text(await conn.receive())).toMatch(/^-ERR unknown command/);
  });

  test("N2: is cut off when its reply is over the limit, on the announcement", async () => {
    await using conn = await connect(endpoint, { framing, maxMessageBytes: 1000 });
    await conn.send(command("GET", "large"));
    await expect(conn.receive()).rejects.toMatchObject({ code: "MESSAGE_TOO_LARGE" });
  });

  test("answers over a raw stream of bytes", async () => {
    await using conn = await connect(endpoint, { framing: "none" });
    await conn.send(Buffer.from("PING\r\n"));
    expect(text(await conn.receive())).toBe("+PONG\r\n");
  });

  test("serves many users by a pool, each its own answers", async () => {
    await using connections = pool({ ...endpoint, maxConnections: 4, connection: { framing } });
    const answers = await Promise.all(
      Array.from({ length: 50 }, async (_, i) => {
        await using conn = await connections.acquire();
        await conn.send(command("ECHO", String(i)));
        return text(await conn.receive());
      }),
    );
    expect(answers).toEqual(answers.map((_, i) => `$${String(i).length}\r\n${i}\r\n`));
    expect(connections.statistics.created).toBeLessThanOrEqual(4);
  });
});
