import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { InvalidArgumentError } from "@graphoid/core";
import { chooseNetwork, NETWORK_FLAGS, NETWORK_HELP, type NetworkChoice } from "@graphoid/example-network";

const MAX_PARTITIONS = 64;

/** What the command line asks for. */
export interface RunArguments {
  readonly help: false;
  /** The absolute path of the graph to load; `undefined` for the one shipped. */
  readonly graph: string | undefined;
  readonly partitions: number;
  /** The name of the strategy to cut the graph with. */
  readonly strategy: string;
  /** Whether to show the run in the inspector. */
  readonly inspect: boolean;
  /** How the processes reach each other. */
  readonly network: NetworkChoice;
}

export interface ParseArgumentsOptions {
  /** The names that `--strategy` may give. Default: any; the name is then checked by whoever looks it up. */
  readonly strategies?: readonly string[];
  /** The folder that a relative `--graph` starts from. Default: where the command was typed. */
  readonly directory?: string;
}

/**
 * Reads the command line, without the names of node and script.
 *
 * @throws InvalidArgumentError on an unknown option, a missing or bad value, or anything that is no option.
 */
export function parseArguments(
  argv: readonly string[],
  options: ParseArgumentsOptions = {},
): RunArguments | { readonly help: true } {
  // A package manager's script runner may set the working directory, and remembers the original one in INIT_CWD.
  const { strategies, directory = process.env["INIT_CWD"] ?? process.cwd() } = options;
  const { help, graph, partitions = "4", strategy = "hash", inspect = false, ...flags } = parse(argv);
  if (help) return { help: true };
  if (graph === "") throw usageError("--graph", "the path of a file", graph);
  const count = /^\d{1,3}$/.test(partitions) ? Number(partitions) : 0;
  if (count < 1 || count > MAX_PARTITIONS) {
    throw usageError("--partitions", `an integer from 1 to ${MAX_PARTITIONS}`, partitions);
  }
  if (strategies ? !strategies.includes(strategy) : strategy === "") {
    throw usageError("--strategy", strategies ? strategies.join(" or ") : "a name", strategy);
  }
  return {
    help: false,
    graph: graph === undefined ? undefined : resolve(directory, graph),
    partitions: count,
    strategy,
    inspect,
    network: chooseNetwork(flags),
  };
}

function parse(argv: readonly string[]) {
  // `pnpm start -- --help` passes the two dashes on.
  const args = argv[0] === "--" ? argv.slice(1) : [...argv];
  try {
    return parseArgs({
      args,
      strict: true,
      allowPositionals: false,
      options: {
        graph: { type: "string" },
        partitions: { type: "string" },
        strategy: { type: "string" },
        inspect: { type: "boolean" },
        help: { type: "boolean", short: "h" },
        ...NETWORK_FLAGS,
      },
    }).values;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidArgumentError(`${reason}\nTry --help.`, { cause });
  }
}

function usageError(option: string, expected: string, value: string): InvalidArgumentError {
  return new InvalidArgumentError(`${option}: expected ${expected}, got ${JSON.stringify(value)}\nTry --help.`, {
    details: { argument: option },
  });
}

/** The text of `--help`. */
export const helpText: string = `\
Computes PageRank of a graph over several processes, and checks it against a computation in one process.

Usage: pnpm start [options]

  --graph FILE       the graph: METIS's format when the name ends in .graph or .metis, else an edge list with two or
                     three columns (from, to, weight or label) and # comments; plain or compressed with gzip
                     (default: the Debian packages that come with this example)
  --partitions N     how many worker processes share the graph, 1 to ${MAX_PARTITIONS} (default: 4)
  --strategy NAME    how the graph is cut: hash, range, multilevel, … (default: hash)
  --inspect          serve a live page of the run, and stay when it is done
${NETWORK_HELP}
  -h, --help         this text
`;
