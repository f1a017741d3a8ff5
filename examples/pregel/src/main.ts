// Runs three vertex programs on a graph over three processes, and checks them against one process: `main.js [FILE]`.
import { fileURLToPath } from "node:url";
import { type Graph, partition, type Value } from "@graphoid/distribution";
import { readEdges } from "./edge-file.ts";
import { plainComponents, plainPageRank, plainShortestPaths } from "./plain.ts";
import { Pregel } from "./pregel.ts";

const WORKERS = 3;
const DEBIAN = fileURLToPath(new URL("../../pagerank/data/debian-packages.edges.tsv.gz", import.meta.url));
const graph = readEdges(process.argv[2] ?? DEBIAN);
console.log(`${graph.nodeCount} nodes, ${graph.edgeCount} edges`);

const plan = partition.strategy("multilevel", { partitions: WORKERS }).plan(graph);
await using pregel = await Pregel.start({ workers: WORKERS, script: new URL("./worker.js", import.meta.url) });
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
