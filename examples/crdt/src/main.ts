// Four replicas over links that lose, repeat and swap messages; for a while they are two halves that hear nothing of each
// other. With `--router nats` the links are those of NATS, made as bad.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { HostEndpoint } from "@graphoid/distribution";
import { networkFrom } from "@graphoid/example-network";
import type { ReplicaReport, ReplicaTask } from "./protocol.ts";

const NAMES = ["north", "south", "east", "west"];
const CHANGES = 100;
const WORKER = fileURLToPath(new URL("./worker.js", import.meta.url));

const { network } = await networkFrom(process.argv.slice(2));

const replicas = new Map<string, ChildProcess>();
const peers: { [name: string]: HostEndpoint } = {};
for (const [seed, name] of NAMES.entries()) {
  const child = fork(WORKER, [network.invitation(), name, String(seed)], { execArgv: [] });
  replicas.set(name, child);
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  peers[name] = { host: "127.0.0.1", port };
  console.log(`${name}: process ${child.pid}`);
}

/** Gives a replica a task, and waits for its report. */
async function tell(name: string, task: ReplicaTask): Promise<ReplicaReport> {
  const child = replicas.get(name) as ChildProcess;
  const report = once(child, "message");
  child.send(task);
  return (await report)[0];
}

const tellAll = (task: ReplicaTask): Promise<ReplicaReport[]> => Promise.all(NAMES.map((name) => tell(name, task)));
const states = (reports: readonly ReplicaReport[]): number => new Set(reports.map(({ digest }) => digest)).size;

/** Waits until these have equal bytes. */
async function converged(names: readonly string[]): Promise<ReplicaReport[]> {
  for (;;) {
    const reports = await Promise.all(names.map((name) => tell(name, { kind: "report" })));
    if (states(reports) === 1) return reports;
    await new Promise(setImmediate);
  }
}

await tellAll({ kind: "meet", peers });
await tellAll({ kind: "change", times: CHANGES });
await converged(NAMES);
console.log("linked: all replicas have equal bytes");

const halves = [NAMES.slice(0, 2), NAMES.slice(2)];
for (const half of halves) {
  const hosts = NAMES.filter((name) => !half.includes(name));
  for (const name of half) await tell(name, { kind: "cutOff", hosts });
}
await tellAll({ kind: "change", times: CHANGES });
for (const half of halves) await converged(half);
console.log(`cut: ${states(await tellAll({ kind: "report" }))} states, one in each half`);

await tellAll({ kind: "cutOff", hosts: [] });
const reports = await converged(NAMES);
const { values, digest } = reports[0] as ReplicaReport;
console.log(`healed: all replicas have equal bytes, ${Buffer.from(digest, "base64").length} of them`);
console.log(`visits ${values.visits} of ${2 * CHANGES * NAMES.length}, stock ${values.stock}, ${values.title}`);
console.log(`tags: ${values.tags.join(", ")}`);
const sum = (of: keyof ReplicaReport["counts"]): number => reports.reduce((total, { counts }) => total + counts[of], 0);
console.log(`messages: ${sum("sent")} sent, ${sum("lost")} lost, ${sum("twice")} repeated, ${sum("cut")} cut off`);

const ends = [...replicas.values()].map((child) => once(child, "exit"));
for (const child of replicas.values()) child.disconnect();
await Promise.all(ends);
