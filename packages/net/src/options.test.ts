import { describe, expect, test } from "vitest";
import { connect } from "./connect.ts";
import type { ConnectionOptions } from "./options.ts";
import { listen } from "./server.ts";

const wrong: readonly [Record<string, unknown>, string][] = [
  [{ identity: 7 }, "identity"],
  [{ identity: "x".repeat(256) }, "identity"],
  [{ identity: "\ud800" }, "identity"],
  [{ incarnation: "é".repeat(128) }, "incarnation"],
  [{ framing: "lines" }, "framing"],
  [{ framing: { name: "x" } }, "framing.encode"],
  [{ framing: "none", heartbeat: {} }, "heartbeat"],
  [{ transport: "tcp" }, "transport"],
  [{ heartbeat: { intervalMs: 99 } }, "heartbeat.intervalMs"],
  [{ heartbeat: { intervalMs: 1000, suspectAfterMs: 1000 } }, "heartbeat.suspectAfterMs"],
  [{ heartbeat: { failAfterMs: 1500 } }, "heartbeat.failAfterMs"],
  [{ heartbeat: { interval: 1000 } }, "interval"],
  [{ maxMessageBytes: 0 }, "maxMessageBytes"],
  [{ maxMessageBytes: 2 ** 32 }, "maxMessageBytes"],
  [{ highWaterBytes: 0 }, "highWaterBytes"],
  [{ highWaterBytes: 1000, maxQueuedBytes: 999 }, "maxQueuedBytes"],
  [{ receiveBufferBytes: -1 }, "receiveBufferBytes"],
  [{ handshakeTimeoutMs: 2 ** 31 }, "handshakeTimeoutMs"],
  [{ closeTimeoutMs: "1s" }, "closeTimeoutMs"],
  [{ noDelay: true }, "noDelay"],
];

describe("options", () => {
  test.each(wrong)("%o are refused by connect and listen, which name what is wrong", async (options, named) => {
    for (const attempt of [connect("127.0.0.1", 9, options as ConnectionOptions), listen("127.0.0.1", 0, options)]) {
      await expect(attempt).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
        message: RegExp(`^net\\.(connect|listen).*${named.replace(".", "\\.")}`),
      });
    }
  });

  test.each([
    [{ maxConnections: 0 }, "maxConnections"],
    [{ maxHandshakes: 0 }, "maxHandshakes"],
    [{ backlog: 0 }, "backlog"],
    [{ allowPlaintext: 1 }, "allowPlaintext"],
    [{ signal: AbortSignal.abort() }, "signal"],
  ])("%o are refused by listen", async (options, named) => {
    await expect(listen("127.0.0.1", 0, options as object)).rejects.toMatchObject({ message: RegExp(named) });
  });

  test.each([
    [{ timeoutMs: -1 }, "timeoutMs"],
    [{ signal: {} }, "signal"],
    [{ maxConnections: 1 }, "maxConnections"],
  ])("%o are refused by connect", async (options, named) => {
    await expect(connect("127.0.0.1", 9, options as object)).rejects.toMatchObject({ message: RegExp(named) });
  });

  test("may be frozen, and are not changed", async () => {
    const options = Object.freeze({ heartbeat: Object.freeze({ intervalMs: 60_000 }) });
    const server = await listen("127.0.0.1", 0, options);
    const connection = await connect("127.0.0.1", server.port, options);
    expect(connection.state).toBe("open");
    await server.close();
    expect(options).toEqual({ heartbeat: { intervalMs: 60_000 } });
  });
});
