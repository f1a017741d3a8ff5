import { isGraph } from "@graphoid/core";
import { createPartitioning } from "../partitioning.ts";
import { reportHtml, reportSvg } from "../report-picture.ts";
import type { PlannedStrategy, PlanOptions, Strategy } from "../strategy.ts";
import type { VertexCut } from "../vertex-cut.ts";
import { type CommandArguments, type FileFormat, parseCommand, USAGE, UsageError } from "./arguments.ts";
import { FileError, type FileGraph, readEdges, readMetis } from "./graph-files.ts";

/** What the command needs of the system it runs on. */
export interface CommandSystem {
  /** The bytes of a file, unpacked if gzip packed them; of standard input for `-`. */
  read(file: string): Promise<Uint8Array>;
  /** Writes a file; `-` is standard output. */
  write(file: string, text: string): Promise<void>;
  /** Decodes bytes of `@graphoid/serialize`. */
  decode(bytes: Uint8Array): Promise<unknown>;
  /** Prints to standard output, or standard error. */
  print(text: string): void;
  printError(text: string): void;
  /** Shows how far the work is, from 0 to 1; absent where nobody looks. */
  readonly progress?: ((done: number) => void) | undefined;
}

/** Runs the command `graphoid-partition` and returns its exit code: 0, 1 when it fails, 2 when it is used wrongly. */
export async function runCommand(args: readonly string[], system: CommandSystem): Promise<number> {
  try {
    const parsed = parseCommand(args);
    if (parsed.help) system.print(USAGE);
    else await partitionFile(parsed, system);
    return 0;
  } catch (error) {
    const usage = error instanceof UsageError;
    const message = error instanceof Error ? error.message : String(error);
    system.printError(`graphoid-partition: ${message}\n${usage ? `\n${USAGE}` : ""}`);
    return usage ? 2 : 1;
  }
}

async function partitionFile(command: CommandArguments, system: CommandSystem): Promise<void> {
  const { strategy, report, formatReport } = createPartitioning();
  const planned = PLANNED.has(command.strategy);
  // Before the file is read, which may take long.
  const options = { partitions: command.partitions, ...command.options };
  strategy(command.strategy, options);
  const { graph, ...weights } = await readGraph(command, system);
  const made: Strategy & Partial<PlannedStrategy> = strategy(
    command.strategy,
    planned ? { ...options, ...weights } : options,
  );
  const run: PlanOptions = system.progress ? { onProgress: system.progress } : {};
  const result = made.plan ? made.plan(graph, run) : made;

  const { edgePartitions } = result as Partial<VertexCut>;
  const lines: string[] = [];
  if (edgePartitions) {
    const edges = command.ids ? graph.edges() : [];
    edgePartitions.forEach((part, i) => {
      lines.push(command.ids ? `${edges[i]!.from}\t${edges[i]!.to}\t${part}` : String(part));
    });
  } else {
    for (const id of graph.nodes()) {
      lines.push(command.ids ? `${id}\t${result.partitionFor(id)}` : String(result.partitionFor(id)));
    }
  }
  const out = command.out ?? (command.file === "-" ? "-" : `${command.file}.part.${command.partitions}`);
  await system.write(out, lines.length === 0 ? "" : `${lines.join("\n")}\n`);
  if (!command.report && command.svg === undefined && command.html === undefined) return;
  const summary = report(graph, result);
  if (command.svg !== undefined) await system.write(command.svg, reportSvg(summary));
  if (command.html !== undefined) await system.write(command.html, reportHtml(summary));
  if (command.report) system.print(`${formatReport(summary)}\n`);
}

/** Strategies that weigh nodes and edges. */
const PLANNED: ReadonlySet<string> = new Set(["multilevel", "ldg", "fennel"]);

async function readGraph({ file, format }: CommandArguments, system: CommandSystem): Promise<FileGraph> {
  const bytes = await system.read(file);
  const text = (): string => new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  switch (format ?? guessFormat(file, bytes)) {
    case "metis":
      return readMetis(text());
    case "edges":
      return readEdges(text());
    default: {
      const graph = await system.decode(bytes);
      if (!isGraph(graph)) throw new FileError(`${file} holds a value that is no graph`);
      return { graph };
    }
  }
}

/** By the name of the file, else by its first byte: ours begin with one that no text in UTF-8 holds. */
function guessFormat(file: string, bytes: Uint8Array): FileFormat {
  if (/\.(graph|metis|chaco)(\.gz)?$/.test(file)) return "metis";
  return bytes[0] === 0xc1 ? "graphoid" : "edges";
}
