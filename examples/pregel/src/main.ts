// Runs three vertex programs on a graph over three processes, and checks them against one process: `main.js [FILE]`; with
// `--router nats` over NATS.
import { fileURLToPath } from "node:url";
import { type Graph, partition, type Value } from "@graphoid/distribution";
import { networkFrom } from "@graphoid/example-network";
import { readEdges } from "./edge-file.ts";
import { plainComponents, plainPageRank, plainShortestPaths } from "./plain.ts";
import { Pregel } from "./pregel.ts";

const WORKERS = 3;
const DEBIAN = fileURLToPath(new URL("../../pagerank/data/debian-packages.edges.tsv.gz", import.meta.url));
const { network, args } = await networkFrom(process.argv.slice(2));
const graph = readEdges(args[0] ?? DEBIAN);
console.log(`${graph.nodeCount} nodes, ${graph.edgeCount} edges`);

const plan = partition.strategy("multilevel", { partitions: WORKERS }).plan(graph);
const script = new URL("./worker.js", import.meta.url);
await using pregel = await Pregel.start({ workers: WORKERS, script, network });
for (const pid of pregel.processIds) console.log(`worker: process ${pid}`);
await pregel.load(graph, plan);

const [source = ""] = graph.nodes();
const rank = { damping: 0.85, tolerance: 1e-10 };
await compare("pageRank", rank, (graph) => plainPageRank(graph, rank));
await compare("components", null, plainComponents);
await compare("shortestPaths", { source }, (graph) => plainShortestPaths(graph, source));

/** Runs a program, and the same in this process. */
async function compare(program: string, parameters: Value, plain: (graph: Graph) => Float64Array): Promise<void> {
  const { values, steps, wireBytes } = await pregel.run(program, parameters);
  const differ = plain(graph).filter((value, row) => !Object.is(value, values[row])).length;
  const messages = steps.reduce((sum, step) => sum + step.messages, 0);
  console.log(
    `${program}: ${steps.length} supersteps, ${messages} messages between processes of ${(wireBytes / messages).toFixed(2)} bytes each; ${differ === 0 ? "equal to the last bit" : `${differ} VALUES DIFFER`}`,
  );
  if (differ > 0) process.exitCode = 1;
}
