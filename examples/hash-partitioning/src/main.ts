// Cuts a graph by a strategy of its own, and gives each part to a process: `main.js [FILE]`; with `--router nats` over NATS.
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createDistribution, hash } from "@graphoid/distribution";
import { networkFrom } from "@graphoid/example-network";
import { readEdges } from "./edge-file.ts";
import { karateClub } from "./karate-club.ts";

const PARTITIONS = 3;
const { network, args } = await networkFrom(process.argv.slice(2));
const [file] = args;
const graph = file === undefined ? karateClub() : readEdges(file);

// A process that computes is silent meanwhile, and is not lost.
const options = network.hostOptions({ failAfterMs: 60_000 });
await using distribution = await createDistribution({ identity: "coordinator", ...options });
const { partition, remote } = distribution;

// The strategy: a plain function of an id and the number of partitions.
partition.registerStrategy("my_hash", (nodeId: string, partitionCount: number) => hash(nodeId) % partitionCount);
const strategy = partition.strategy("my_hash", { partitions: PARTITIONS });
const parts = partition.split(graph, strategy);
const crossing = partition.crossEdges(graph, strategy);
const report = partition.report(graph, strategy);
console.log(partition.formatReport(report));

// A process for each part.
const joined = new Promise<void>((resolve) => {
  let count = 0;
  remote.expose("coordinator", {
    joined: () => {
      count++;
      if (count === PARTITIONS) resolve();
    },
  });
});
const invitation = network.invitation(distribution);
const WORKER = fileURLToPath(new URL("./worker.js", import.meta.url));
const workers = Array.from({ length: PARTITIONS }, (_, i) => fork(WORKER, [`worker_${i}`, invitation]));
await joined;

let nodes = 0;
let edges = crossing.length;
for (const [id, part] of parts) {
  const held = await remote.ref({ id: "part", location: `worker_${id}` }).request("hold", part);
  const counts = held as { nodes: number; edges: number };
  console.log(
    `worker_${id} (process ${workers[Number(id)]?.pid}) holds ${counts.nodes} nodes and ${counts.edges} edges`,
  );
  nodes += counts.nodes;
  edges += counts.edges;
}
console.log(`in all: ${nodes} of ${graph.nodeCount} nodes, ${edges} of ${graph.edgeCount} edges`);
console.log(`between the parts: ${crossing.length} edges, ${((100 * crossing.length) / graph.edgeCount).toFixed(1)} %`);

// Whoever knows the strategy knows where a node is.
const [someone = ""] = graph.nodes();
const at = `worker_${strategy.partitionFor(someone)}`;
const near = (await remote.ref({ id: "part", location: at }).request("neighbors", someone)) as string[];
console.log(`${someone} is at ${at}, beside ${near.length} of its ${graph.neighbors(someone).length} neighbours`);

mkdirSync("out", { recursive: true });
writeFileSync("out/partitions.html", partition.reportHtml(report));
console.log("Picture: out/partitions.html");
const ends = workers.map((worker) => once(worker, "exit"));
for (const worker of workers) worker.disconnect();
await Promise.all(ends);
