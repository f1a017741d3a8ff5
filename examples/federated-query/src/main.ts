// Cuts the packages of Debian over three processes, and asks one of them about all: `main.js [SECTION]`; with
// `--router nats` over NATS.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createDistribution, edge, node, type Query, type QueryRow } from "@graphoid/distribution";
import { type Member, networkFrom } from "@graphoid/example-network";
import { cut } from "./cut.ts";
import { readPackages } from "./debian-packages.ts";

/** What `graphHandler` answers to a query. */
interface Packages {
  query(operation: { readonly kind: "query"; readonly query: Query }): QueryRow[];
}

const COUNT = 3;
const { network, args } = await networkFrom(process.argv.slice(2));
const graph = readPackages(args[0]);
// A process that computes is silent meanwhile, and is not lost.
const options = network.hostOptions({ failAfterMs: 60_000 });
await using distribution = await createDistribution({ identity: "coordinator", ...options });
const { partition, remote } = distribution;

const members: Member[] = [];
const joined = new Promise<void>((resolve) => {
  remote.expose("lobby", {
    joined: (member: Member) => {
      members.push(member);
      if (members.length === COUNT) resolve();
    },
  });
});
const invitation = network.invitation(distribution);
const WORKER = fileURLToPath(new URL("./worker.js", import.meta.url));
const workers = Array.from({ length: COUNT }, (_, i) =>
  fork(WORKER, [String(i), String(COUNT), invitation], { stdio: ["ignore", "inherit", "inherit", "ipc"] }),
);
await joined;

const strategy = partition.strategy("hash", { partitions: COUNT });
const parts = cut(graph, { count: COUNT, partitionOf: (id) => Number(strategy.partitionFor(id)) });
for (const [number, part] of parts.entries()) {
  const location = `part_${number}`;
  const others = members.filter(({ id }) => id !== location);
  await remote.ref({ id: "loading", location }).request("meet", others);
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
