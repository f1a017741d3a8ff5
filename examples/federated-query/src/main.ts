// Cuts the packages of Debian over three processes, and asks one of them about all: `main.js [SECTION]`.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createDistribution, edge, type HostEndpoint, node, type Query, type QueryRow } from "@graphoid/distribution";
import { cut } from "./cut.ts";
import { readPackages } from "./debian-packages.ts";

/** What `graphHandler` answers to a query. */
interface Packages {
  query(operation: { readonly kind: "query"; readonly query: Query }): QueryRow[];
}

const COUNT = 3;
const graph = readPackages(process.argv[2]);
const listen = { host: "127.0.0.1", port: 0 };
// A process that computes is silent meanwhile, and is not lost.
const tcp = { heartbeat: { failAfterMs: 60_000 } };
await using distribution = await createDistribution({ identity: "coordinator", listen, tcp });
const { partition, remote } = distribution;

const addresses = new Map<string, HostEndpoint>();
const joined = new Promise<void>((resolve) => {
  remote.expose("lobby", {
    joined: ({ id, address }: { id: string; address: HostEndpoint }) => {
      addresses.set(id, address);
      if (addresses.size === COUNT) resolve();
    },
  });
});
const { host, port } = distribution.address as HostEndpoint;
const WORKER = fileURLToPath(new URL("./worker.js", import.meta.url));
const workers = Array.from({ length: COUNT }, (_, i) =>
  fork(WORKER, [String(i), String(COUNT), host, String(port)], { stdio: ["ignore", "inherit", "inherit", "ipc"] }),
);
await joined;

const strategy = partition.strategy("hash", { partitions: COUNT });
const parts = cut(graph, { count: COUNT, partitionOf: (id) => Number(strategy.partitionFor(id)) });
for (const [number, part] of parts.entries()) {
  const location = `part_${number}`;
  const others = [...addresses].filter(([id]) => id !== location).map(([id, address]) => ({ id, ...address }));
  await remote.ref({ id: "loading", location }).request("peers", others);
  const [nodes, edges] = (await remote.ref({ id: "loading", location }).request("hold", part)) as [number, number];
  console.log(
    `${location} (process ${workers[number]?.pid}) holds ${nodes} nodes, some by their ids alone, and ${edges} edges`,
  );
}

const questions = {
  "what python3 needs, and what that needs": graph
    .match(node("a", { id: "python3" }), edge({ label: "Depends" }), node("b"), edge({ label: "Depends" }), node("c"))
    .select("b.id", "c.id"),
  "who needs something that needs libssl3": graph
    .match(node("a"), edge({ label: "Depends" }), node("b"), edge(), node("c", { id: "libssl3" }))
    .select("a.id", "b.id"),
  "large packages that recommend large packages": graph
    .match(node("a"), edge({ label: "Recommends" }), node("b"))
    .where("a.properties.installedKiB", ">", 100_000)
    .where("b.properties.installedKiB", ">", 100_000),
  "packages that need each other": graph
    .match(node("a"), edge({ name: "to", label: "Depends" }), node("b"), edge({ label: "Depends" }), node("a"))
    .where("a.properties.section", "=", "python")
    .select("a.id", "b.id"),
};
let isWrong = false;
for (const [question, matches] of Object.entries(questions)) {
  const asked = remote.ref<Packages>({ id: "packages", location: "part_1" });
  const rows = await asked.request("query", { kind: "query", query: matches.query });
  const [federated, whole] = [rows, [...matches]].map((all) =>
    all
      .map((row) => JSON.stringify(row))
      .sort()
      .join("\n"),
  );
  const isEqual = federated === whole;
  if (!isEqual) isWrong = true;
  console.log(`${question}: ${rows.length} rows, ${isEqual ? "as" : "NOT AS"} on the whole graph`);
}
const ends = workers.map((worker) => once(worker, "exit"));
for (const worker of workers) worker.disconnect();
await Promise.all(ends);
if (isWrong) process.exitCode = 1;
