/** A command line that makes no sense; its message is for the person who typed it. */
export class UsageError extends Error {}

/** How a file holds a graph. */
export type FileFormat = "metis" | "edges" | "graphoid";

/** What the command line asks for. */
export interface CommandArguments {
  readonly help: boolean;
  readonly file: string;
  readonly format: FileFormat | undefined;
  readonly strategy: string;
  readonly partitions: number;
  /** Further options of the strategy. */
  readonly options: { readonly [name: string]: string | number };
  readonly out: string | undefined;
  readonly ids: boolean;
  readonly report: boolean;
  readonly svg: string | undefined;
  readonly html: string | undefined;
}

export const USAGE = `Usage: graphoid-partition FILE -k PARTITIONS [options]

Cuts a graph into parts and writes a part file: line i is the partition of node i.

  -k, --partitions N   how many partitions
  --strategy NAME      multilevel (default), fennel, ldg, hash, maglev, rendezvous;
                       hdrf and dbh place edges: line i is the partition of edge i
  --preset NAME        of multilevel: fast, balanced (default) or strong
  --epsilon X          how far a partition may exceed its share; default 0.03
  --seed N             the same seed gives the same parts; default 0
  --passes N           of fennel and ldg: how often to go through the nodes
  --format NAME        metis, edges (a line "FROM TO [WEIGHT]" for each edge) or
                       graphoid (bytes of @graphoid/serialize, which must be
                       installed); default: by the name of the file and what is in it
  --out FILE           the part file; default FILE.part.PARTITIONS
  --ids                write "ID<tab>PARTITION" on each line
  --report             print what the cut costs
  --svg FILE           draw it
  --html FILE          draw it, on a page with the report
  --help               print this

Files that gzip has compressed are read as they are. - as FILE or for --out is standard input or output.
`;

const TEXTS = ["strategy", "preset", "format", "out", "svg", "html"] as const;
const NUMBERS = ["partitions", "epsilon", "seed", "passes"] as const;
const SWITCHES = ["ids", "report", "help"] as const;

/**
 * Reads a command line.
 *
 * @throws UsageError
 */
export function parseCommand(args: readonly string[]): CommandArguments {
  const texts = new Map<string, string>();
  const numbers = new Map<string, number>();
  const switches = new Set<string>();
  const files: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (!arg.startsWith("-") || arg === "-") {
      files.push(arg);
      continue;
    }
    const equals = arg.startsWith("--") ? arg.indexOf("=") : -1;
    const typed = equals < 0 ? arg : arg.slice(0, equals);
    const name = typed === "-k" ? "partitions" : typed.slice(2);
    if ((SWITCHES as readonly string[]).includes(name) && typed.startsWith("--") && equals < 0) {
      switches.add(name);
      continue;
    }
    const isText = (TEXTS as readonly string[]).includes(name);
    if ((!isText && !(NUMBERS as readonly string[]).includes(name)) || (typed !== "-k" && !typed.startsWith("--"))) {
      throw new UsageError(`unknown option ${typed}`);
    }
    const value = equals < 0 ? args[++i] : arg.slice(equals + 1);
    if (value === undefined) throw new UsageError(`${typed} needs a value`);
    if (isText) texts.set(name, value);
    else numbers.set(name, parseNumber(typed, value));
  }
  const help = switches.has("help");
  const partitions = numbers.get("partitions");
  if (!help) {
    if (files.length !== 1) throw new UsageError(`expected one file, got ${files.length}`);
    if (partitions === undefined) throw new UsageError("how many partitions? give -k");
  }
  const format = texts.get("format");
  if (format !== undefined && format !== "metis" && format !== "edges" && format !== "graphoid") {
    throw new UsageError(`--format must be metis, edges or graphoid, not ${format}`);
  }
  const options: Record<string, string | number> = {};
  for (const name of ["epsilon", "seed", "passes"]) {
    const value = numbers.get(name);
    if (value !== undefined) options[name] = value;
  }
  const preset = texts.get("preset");
  if (preset !== undefined) options["preset"] = preset;
  return {
    help,
    file: files[0] ?? "",
    format,
    strategy: texts.get("strategy") ?? "multilevel",
    partitions: partitions ?? 1,
    options,
    out: texts.get("out"),
    ids: switches.has("ids"),
    report: switches.has("report"),
    svg: texts.get("svg"),
    html: texts.get("html"),
  };
}

function parseNumber(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new UsageError(`${option} needs a number, not ${text}`);
  return value;
}
