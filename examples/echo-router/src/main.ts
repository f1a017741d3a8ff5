// Starts an echo server and three processes that ask it, each through a router of its own; with `--router nats` over NATS.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { networkFrom } from "@graphoid/example-network";

const WORKER = fileURLToPath(new URL("./worker.js", import.meta.url));
const { network } = await networkFrom(process.argv.slice(2));

const start = (...args: string[]): ChildProcess => {
  const child = fork(WORKER, [network.invitation(), ...args]);
  console.log(`${args[1] ?? "server"}: process ${child.pid}`);
  return child;
};

const server = start("serve");
const [{ port }] = (await once(server, "message")) as [{ port: number }];
const askers = ["node_a", "node_b", "node_c"].map((name) => start("ask", name, String(port)));
const codes = await Promise.all(askers.map(async (asker) => (await once(asker, "exit"))[0] as number | null));
server.disconnect();
await once(server, "exit");
process.exitCode = codes.every((code) => code === 0) ? 0 : 1;
