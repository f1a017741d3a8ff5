import { mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createDistribution, type Graph, isGraphoidError } from "@graphoid/distribution";
import { networkOf } from "@graphoid/example-network";
import { helpText, parseArguments, type RunArguments } from "./arguments.ts";
import { ConsoleProgress } from "./console-progress.ts";
import { type DistributedResult, distributedPageRank } from "./coordinator.ts";
import { loadDebianPackages } from "./debian-packages.ts";
import { loadGraphFile } from "./graph-file.ts";
import { pictureOf } from "./picture-of.ts";
import { reportText } from "./report.ts";
import { sequentialPageRank } from "./sequential-pagerank.ts";

const DAMPING = 0.85;
const TOLERANCE = 1e-10;
/** The most that a rank may differ from that of the computation in one process. */
const ALLOWED_DIFFERENCE = 1e-9;
const MAX_SUPERSTEPS = 1000;
const OUT = fileURLToPath(new URL("../../../out", import.meta.url));

async function main(argv: readonly string[]): Promise<void> {
  const options = parseArguments(argv, { strategies: await strategyNames() });
  if (options.help) {
    process.stdout.write(helpText);
    return;
  }
  const network = await networkOf(options.network);
  const progress = new ConsoleProgress();
  progress.phase("load");
  const graph = await load(options, progress);
  await distributedPageRank(graph, {
    partitions: options.partitions,
    strategy: options.strategy,
    network,
    damping: DAMPING,
    tolerance: TOLERANCE,
    maxSupersteps: MAX_SUPERSTEPS,
    progress,
    inspect: options.inspect,
    finish: (result) => finish(graph, options, result, progress),
  });
}

/** Checks the result, draws it and reports. */
async function finish(
  graph: Graph,
  options: RunArguments,
  result: DistributedResult,
  progress: ConsoleProgress,
): Promise<void> {
  progress.phase("check");
  const largestDifference = difference(graph, result);
  progress.line(
    `  largest difference of a rank: ${largestDifference.toExponential(2)} (allowed: ${ALLOWED_DIFFERENCE})`,
  );
  if (!(largestDifference <= ALLOWED_DIFFERENCE)) {
    throw new Error(
      `the ranks differ by ${largestDifference} from those of one process; allowed are ${ALLOWED_DIFFERENCE}`,
    );
  }
  progress.phase("picture");
  const path = await draw(graph, options, result, progress, largestDifference);
  progress.end();
  progress.line(`\n${reportText(graph, result, progress.phases, options.strategy)}\n\nPicture: ${path}`);
}

async function strategyNames(): Promise<string[]> {
  await using distribution = await createDistribution({ identity: "names", router: "none" });
  return distribution.partition.listStrategies();
}

async function load(options: RunArguments, progress: ConsoleProgress): Promise<Graph> {
  const onProgress = ({ bytes, totalBytes }: { bytes: number; totalBytes: number }): void =>
    progress.step(bytes, totalBytes, `bytes of the file (${Math.floor((100 * bytes) / totalBytes)} %)`);
  const graph = await (options.graph === undefined
    ? loadDebianPackages({ onProgress })
    : loadGraphFile(options.graph, { onProgress }));
  progress.line(`  ${graph.nodeCount} nodes and ${graph.edgeCount} edges, ${graph.type}`);
  return graph;
}

/** The largest difference between the ranks and those of a computation in this process. */
function difference(graph: Graph, { ranks }: DistributedResult): number {
  const reference = sequentialPageRank(graph, {
    damping: DAMPING,
    tolerance: TOLERANCE,
    maxIterations: MAX_SUPERSTEPS,
  });
  let largest = 0;
  // Written so that a NaN is not overlooked.
  for (let row = 0; row < ranks.length; row++) {
    const distance = Math.abs((ranks[row] as number) - (reference.ranks[row] as number));
    if (!(distance <= largest)) largest = distance;
  }
  return largest;
}

async function draw(
  graph: Graph,
  options: RunArguments,
  result: DistributedResult,
  progress: ConsoleProgress,
  largestDifference: number,
): Promise<string> {
  const html = pictureOf({
    name: options.graph === undefined ? "Debian bookworm packages" : basename(options.graph),
    graph,
    result,
    strategy: options.strategy,
    tolerance: TOLERANCE,
    phases: progress.phases,
    check: { largestDifference, allowed: ALLOWED_DIFFERENCE },
  });
  await mkdir(OUT, { recursive: true });
  const path = join(OUT, "pagerank.html");
  await writeFile(path, html);
  return path;
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => process.exit(signal === "SIGINT" ? 130 : 143));
}
try {
  await main(process.argv.slice(2));
} catch (error) {
  // One line for what went wrong; the stack only for what nobody foresaw.
  const expected = isGraphoidError(error) || (error instanceof Error && error.constructor === Error);
  process.stderr.write(`\nerror: ${expected ? error.message : ((error as Error)?.stack ?? String(error))}\n`);
  process.exitCode = 1;
}
