import { parseArgs } from "node:util";

export interface BenchArguments {
  readonly areas: readonly string[];
  readonly quick: boolean;
  readonly rounds: number;
  readonly filter: string | undefined;
  readonly json: string | undefined;
  readonly cpuProfile: string | undefined;
  readonly help: boolean;
}

const MIN_ROUNDS = 5;

export const USAGE = `Usage: pnpm bench [area …] [options]

Runs the benchmarks of the areas named, or of all, and updates benchmarks/RESULTS.md and benchmarks/results.json.

  --json FILE         also write the rows of this run to FILE
  --rounds N          samples on each side (default and least ${MIN_ROUNDS})
  --quick             small sizes only; RESULTS.md stays as it is
  --filter TEXT       only rows whose name contains TEXT; RESULTS.md stays as it is
  --cpu-profile DIR   write V8 CPU profiles of our side to DIR; RESULTS.md stays as it is
  --help              show this text`;

/** A mistake on the command line. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Reads the command line. Throws `UsageError` for anything it does not know. */
export function parseArguments(argv: readonly string[], knownAreas: readonly string[]): BenchArguments {
  const { values, positionals } = parse(argv);
  const unknown = positionals.find((area) => !knownAreas.includes(area));
  if (unknown !== undefined) throw new UsageError(`unknown area "${unknown}"; known: ${knownAreas.join(", ")}`);
  const rounds = values.rounds === undefined ? MIN_ROUNDS : Number(values.rounds);
  if (!Number.isSafeInteger(rounds) || rounds < MIN_ROUNDS) {
    throw new UsageError(`expected --rounds to be an integer >= ${MIN_ROUNDS}, got "${values.rounds}"`);
  }
  return {
    areas: positionals.length > 0 ? [...new Set(positionals)] : knownAreas,
    quick: values.quick ?? false,
    rounds,
    filter: values.filter,
    json: values.json,
    cpuProfile: values["cpu-profile"],
    help: values.help ?? false,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      // pnpm hands on a "--" that separates its own options from the script's.
      args: argv[0] === "--" ? argv.slice(1) : [...argv],
      allowPositionals: true,
      options: {
        quick: { type: "boolean" },
        rounds: { type: "string" },
        filter: { type: "string" },
        json: { type: "string" },
        "cpu-profile": { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
