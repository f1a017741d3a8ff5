/**
 * CPU time per echo, over both processes, of this package and of node:net with length prefixes and batched writes.
 *
 *     npx esbuild packages/net/bench/echo.ts --bundle --platform=node --format=esm \
 *       --conditions=@graphoid/source --outfile=/tmp/net-echo.mjs && node /tmp/net-echo.mjs
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer, connect as netConnect, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { type Connection, connect, listen } from "../src/index.ts";

const port = 46_711;
const rounds = 5;

/** Length-prefixed messages over a bare socket, written together once per turn of the event loop. */
class Raw {
  readonly #socket: Socket;
  readonly #batched: boolean;
  #slab = Buffer.allocUnsafe(1 << 20);
  #end = 0;
  #rest: Buffer = Buffer.alloc(0);
  #scheduled = false;
  onMessage: (message: Uint8Array) => void = () => {};

  constructor(socket: Socket, batched: boolean) {
    this.#socket = socket;
    this.#batched = batched;
    socket.setNoDelay(true);
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
      let at = 0;
      while (bytes.length - at >= 4) {
        const length = bytes.readUInt32BE(at);
        if (bytes.length - at - 4 < length) break;
        this.onMessage(bytes.subarray(at + 4, at + 4 + length));
        at += 4 + length;
      }
      this.#rest = bytes.subarray(at);
    });
  }

  send(message: Uint8Array): boolean {
    if (!this.#batched) {
      const header = Buffer.allocUnsafe(4);
      header.writeUInt32BE(message.length, 0);
      this.#socket.cork();
      this.#socket.write(header);
      const more = this.#socket.write(message);
      this.#socket.uncork();
      return more;
    }
    if (this.#end + 4 + message.length > this.#slab.length) this.#flush();
    this.#slab.writeUInt32BE(message.length, this.#end);
    this.#slab.set(message, this.#end + 4);
    this.#end += 4 + message.length;
    if (!this.#scheduled) {
      this.#scheduled = true;
      setImmediate(() => this.#flush());
    }
    return this.#socket.writableLength + this.#end < 512 * 1024;
  }

  async drained(): Promise<void> {
    this.#flush();
    if (this.#socket.writableNeedDrain) await once(this.#socket, "drain");
    else await new Promise(setImmediate);
  }

  #flush(): void {
    this.#scheduled = false;
    if (this.#end === 0) return;
    this.#socket.write(this.#slab.subarray(0, this.#end));
    if (this.#socket.writableLength > 0) this.#slab = Buffer.allocUnsafe(1 << 20);
    this.#end = 0;
  }
}

interface Case {
  readonly name: string;
  readonly system: "raw" | "raw by frame" | "ours" | "ours tls";
  readonly kind: "echo" | "one-way";
  readonly bytes: number;
  readonly inFlight: number;
  readonly count: number;
}

async function serve(): Promise<void> {
  let received = 0;
  let wanted = Number.POSITIVE_INFINITY;
  const report = (): void => {
    if (received >= wanted) process.send?.({ received });
  };
  const count = (): void => {
    received++;
    if (received === wanted) report();
  };
  let echo = true;
  for (const [offset, batched] of [
    [0, true],
    [1, false],
  ] as const) {
    createServer((socket) => {
      const raw = new Raw(socket, batched);
      raw.onMessage = (message) => {
        if (echo) raw.send(message);
        else count();
      };
    }).listen(port + offset, "127.0.0.1");
  }
  const server = await listen("127.0.0.1", port + 2);
  server.onConnection(async (conn) => {
    for await (const message of conn) {
      if (echo) await conn.send(message);
      else count();
    }
  });
  let before = process.cpuUsage();
  process.on("disconnect", () => process.exit());
  process.on("message", (message: { echo?: boolean; wanted?: number; cpu?: boolean }) => {
    if (message.cpu) {
      const used = process.cpuUsage(before);
      process.send?.({ cpu: used.user + used.system });
      return;
    }
    echo = message.echo ?? true;
    received = 0;
    wanted = message.wanted ?? Number.POSITIVE_INFINITY;
    before = process.cpuUsage();
    process.send?.({ ready: true });
  });
  process.send?.({ ready: true });
}

function ask<T>(child: ChildProcess, message: object | undefined): Promise<T> {
  const answer = once(child, "message").then(([value]) => value as T);
  if (message) child.send(message);
  return answer;
}

interface Link {
  send(message: Uint8Array): Promise<void> | undefined;
  onMessage(run: () => void): void;
  close(): void;
}

async function open(system: Case["system"]): Promise<Link> {
  if (system === "ours") {
    const conn: Connection = await connect("127.0.0.1", port + 2);
    let handler = (): void => {};
    void (async () => {
      for await (const _ of conn) handler();
    })();
    return {
      send: (message) => conn.send(message),
      onMessage: (run) => {
        handler = run;
      },
      close: () => void conn.close(),
    };
  }
  const batched = system === "raw";
  const socket = netConnect(port + (batched ? 0 : 1), "127.0.0.1");
  await once(socket, "connect");
  const raw = new Raw(socket, batched);
  return {
    send: (message) => (raw.send(message) ? undefined : raw.drained()),
    onMessage: (run) => {
      raw.onMessage = run;
    },
    close: () => socket.destroy(),
  };
}

async function run(test: Case, child: ChildProcess): Promise<{ cpu: number; wall: number; p50: number }> {
  const link = await open(test.system);
  const message = new Uint8Array(test.bytes).fill(7);
  const times: number[] = [];
  await ask(child, { echo: test.kind === "echo", ...(test.kind === "echo" ? {} : { wanted: test.count }) });
  const before = process.cpuUsage();
  const start = performance.now();
  if (test.kind === "echo") {
    await new Promise<void>((resolve) => {
      let sent = 0;
      let received = 0;
      let at = performance.now();
      const next = (): void => {
        sent++;
        void link.send(message);
      };
      link.onMessage(() => {
        received++;
        if (test.inFlight === 1) {
          const now = performance.now();
          times.push(now - at);
          at = now;
        }
        if (received === test.count) resolve();
        else if (sent < test.count) next();
      });
      for (let i = 0; i < test.inFlight; i++) next();
    });
  } else {
    const done = ask(child, undefined);
    for (let i = 0; i < test.count; i++) {
      const wait = link.send(message);
      if (wait) await wait;
    }
    await done;
  }
  const wall = performance.now() - start;
  const own = process.cpuUsage(before);
  const { cpu } = await ask<{ cpu: number }>(child, { cpu: true });
  link.close();
  times.sort((a, b) => a - b);
  return {
    cpu: (own.user + own.system + cpu) / test.count,
    wall: (wall * 1000) / test.count,
    p50: (times[times.length >> 1] ?? 0) * 1000,
  };
}

async function main(): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url), ["serve"]);
  await ask(child, undefined);
  const shapes = [
    { name: "echo 100 B, 1 in flight", kind: "echo", bytes: 100, inFlight: 1, count: 10_000 },
    { name: "echo 100 B, 64 in flight", kind: "echo", bytes: 100, inFlight: 64, count: 300_000 },
    { name: "echo 100 B, 256 in flight", kind: "echo", bytes: 100, inFlight: 256, count: 300_000 },
    { name: "one-way 100 B", kind: "one-way", bytes: 100, inFlight: 0, count: 1_000_000 },
    { name: "one-way 64 KiB", kind: "one-way", bytes: 65_536, inFlight: 0, count: 10_000 },
  ] as const;
  const systems = ["raw", "raw by frame", "ours"] as const;
  for (const shape of shapes) {
    const results = new Map<string, { cpu: number; wall: number; p50: number }[]>();
    for (let round = 0; round < rounds; round++) {
      for (const system of systems) {
        if (system === "raw by frame" && shape.bytes < 10_000) continue;
        const result = await run({ ...shape, system }, child);
        results.set(system, [...(results.get(system) ?? []), result]);
      }
    }
    for (const [system, runs] of results) {
      const median = (of: (run: { cpu: number; wall: number; p50: number }) => number): string =>
        runs
          .map(of)
          .sort((a, b) => a - b)
          [runs.length >> 1]!.toFixed(2);
      console.log(
        `${shape.name.padEnd(28)} ${system.padEnd(14)} cpu ${median((r) => r.cpu).padStart(7)} µs  wall ${median((r) => r.wall).padStart(7)} µs  p50 ${median((r) => r.p50).padStart(7)} µs`,
      );
    }
  }
  child.disconnect();
}

await (process.argv[2] === "serve" ? serve() : main());
