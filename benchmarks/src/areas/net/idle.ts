import { fork } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { listen } from "@graphoid/net";
import type { Contender, Measure, Probe } from "../../harness/workload.ts";
import { LIMIT, OURS, PATIENT } from "./names.ts";

/** Connections on which nothing happens. */
export interface Idle {
  readonly connections: number;
  /** Bytes that one may take beyond a socket of node:net. */
  readonly limitBytes: number;
}

/** Connects from another process, and waits until as many are counted here. Returns what ends them. */
async function dial(
  port: number,
  kind: "raw" | "graphoid",
  count: number,
  opened: () => number,
): Promise<() => Promise<void>> {
  const child = fork(
    fileURLToPath(new URL("./idle-dialler.js", import.meta.url)),
    [kind, String(port), String(count)],
    {
      execArgv: [],
    },
  );
  const exit = once(child, "exit");
  while (opened() < count) {
    if (child.exitCode !== null) throw new Error(`the dialler ended with ${opened()} of ${count} connections open`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return async () => {
    child.kill();
    await exit;
  };
}

async function rawBytes(count: number, probe: Probe): Promise<number> {
  const sockets = new Set<object>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    // What any user of a socket has at least.
    socket.on("data", () => {});
    for (const event of ["end", "error", "close"]) socket.on(event, () => {});
    socket.on("end", () => socket.end());
  });
  server.listen(0, "127.0.0.1", 4096);
  await once(server, "listening");
  const before = await probe.settledBytes();
  const stop = await dial((server.address() as AddressInfo).port, "raw", count, () => sockets.size);
  const bytes = (await probe.settledBytes()) - before;
  await stop();
  server.close();
  await once(server, "close");
  return bytes / count;
}

async function ourBytes(count: number, probe: Probe): Promise<number> {
  const server = await listen("127.0.0.1", 0, { ...PATIENT, backlog: 4096, maxHandshakes: count });
  server.onConnection(async (connection) => {
    for await (const message of connection) await connection.send(message);
  });
  const before = await probe.settledBytes();
  const stop = await dial(server.port, "graphoid", count, () => server.connections.size);
  const bytes = (await probe.settledBytes()) - before;
  await stop();
  await server.close();
  return bytes / count;
}

const run: Measure<Idle> = {
  async run({ connections }, probe) {
    const raw = await rawBytes(connections, probe);
    const ours = await ourBytes(connections, probe);
    probe.record("bytes", ours - raw);
    return 1;
  },
  expected: () => 1,
};

export const contenders: { readonly [name: string]: Contender<Idle, Idle> } = {
  [OURS]: { packageName: "@graphoid/net", setup: (parameters) => parameters, measures: { run } },
  [LIMIT]: {
    setup: (parameters) => parameters,
    measures: {
      run: {
        run({ limitBytes }, probe) {
          probe.record("bytes", limitBytes);
          return 1;
        },
        expected: () => 1,
      },
    },
  },
};
