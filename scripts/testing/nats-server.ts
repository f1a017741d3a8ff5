import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PATIENCE_MS = 30_000;
const PATH = `${process.env["PATH"]}:/usr/sbin:/usr/local/sbin`;

/** Whether Debian's `nats-server`, or another, is installed. Tests that need it are left out where it is not. */
export const hasNatsServer: boolean =
  spawnSync("nats-server", ["--version"], { env: { ...process.env, PATH } }).status === 0;

if (!hasNatsServer) {
  const how = "install it: apt-get install nats-server, or see https://docs.nats.io/running-a-nats-service";
  if (process.env["CI"] === "true") throw new Error(`the tests of @graphoid/nats need nats-server; ${how}`);
  console.warn(`\n!!! SKIPPED: the tests of @graphoid/nats need nats-server; ${how}\n`);
}

/** A server that was started by {@link startNats}. */
export interface NatsServer extends AsyncDisposable {
  /** `nats://127.0.0.1:port`, or `tls://` where it has certificates. */
  readonly url: string;
  readonly pid: number;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
  /** Starts it again at the same port, with what it has stored. */
  restart(): Promise<void>;
}

/** Lines of a configuration file beside the port and the store. */
export interface NatsSettings {
  readonly jetstream?: boolean;
  readonly config?: string;
}

/** A free port. Another process may take it before it is used; then the server does not start. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

async function run(folder: string, port: number, config: string, scheme: string): Promise<NatsServer> {
  const file = join(folder, `${port}.conf`);
  await writeFile(file, config);
  let child: ChildProcess;
  const start = async (): Promise<void> => {
    child = spawn("nats-server", ["-c", file], { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, PATH } });
    const spawned = child;
    // A test that is ended for taking too long leaves nothing behind.
    const end = (): boolean => spawned.kill("SIGKILL");
    process.once("exit", end);
    child.once("exit", () => process.off("exit", end));
    let log = "";
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`nats-server did not start in time:\n${log}`)), PATIENCE_MS);
      child.stderr?.on("data", (text: Buffer) => {
        log += text;
        if (!log.includes("Server is ready")) return;
        clearTimeout(timer);
        child.stderr?.removeAllListeners("data").resume();
        resolve();
      });
      child.once("error", reject);
      child.once("exit", () => reject(new Error(`nats-server ended:\n${log}`)));
    });
  };
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  await start();
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    get pid() {
      return child.pid as number;
    },
    kill,
    restart: start,
    async [Symbol.asyncDispose]() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** One server on a free port of the loopback interface, with a store of its own. */
export async function startNats({ jetstream = false, config = "" }: NatsSettings = {}): Promise<NatsServer> {
  const [folder, port] = [await mkdtemp(join(tmpdir(), "graphoid-nats-")), await freePort()];
  const store = jetstream ? `jetstream { store_dir: "${folder}/store" }\n` : "";
  return run(folder, port, `listen: 127.0.0.1:${port}\n${store}${config}`, config.includes("tls {") ? "tls" : "nats");
}

/** Three servers that are one: each knows the others and, with `jetstream`, keeps what they keep. */
export async function startNatsCluster({ jetstream = false }: NatsSettings = {}): Promise<NatsServer[]> {
  const ports = await Promise.all(Array.from({ length: 6 }, freePort));
  const [clients, routes] = [ports.slice(0, 3), ports.slice(3)];
  return Promise.all(
    clients.map(async (port, i) => {
      const folder = await mkdtemp(join(tmpdir(), "graphoid-nats-"));
      const lines = [
        `server_name: s${i}`,
        `listen: 127.0.0.1:${port}`,
        jetstream ? `jetstream { store_dir: "${folder}/store" }` : "",
        `cluster { name: c, listen: 127.0.0.1:${routes[i]}, routes: [${routes.map((at) => `"nats://127.0.0.1:${at}"`)}] }`,
      ];
      return run(folder, port, lines.join("\n"), "nats");
    }),
  );
}
