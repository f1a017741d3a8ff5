import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { Fuzzer, type Task } from "./child.ts";
import { type FindingFile, print, Supervisor } from "./supervisor.ts";
import type { Target } from "./target.ts";

/** What a corpus may take, in bytes of input. */
const CORPUS_BYTES = 60_000;

/** `pnpm fuzz` for one target, after it was bundled. */
export async function main(name: string, target: Target): Promise<void> {
  if (process.argv.includes("--child")) {
    const leave = (): never => process.exit(1);
    process.once("disconnect", leave);
    process.once("message", (task: Task) => {
      let sent: Promise<void> = Promise.resolve();
      const fuzzer = new Fuzzer(target, task, (report) => {
        sent = new Promise((resolve) => process.send?.(report, undefined, undefined, () => resolve()));
      });
      void fuzzer.run().then(async () => {
        process.off("disconnect", leave);
        // What is on its way when the channel closes is lost.
        await sent;
        process.disconnect();
      });
    });
    return;
  }
  const { values } = parseArgs({
    allowPositionals: true,
    options: {
      seconds: { type: "string", default: "60" },
      runs: { type: "string", default: String(Number.MAX_SAFE_INTEGER) },
      seed: { type: "string", default: String(Date.now() % 1_000_000) },
      replay: { type: "string" },
      "no-coverage": { type: "boolean", default: false },
      grow: { type: "boolean", default: false },
    },
  });
  const folder = join("packages", name, "fuzz", "corpus");
  const [seconds, runs, seed] = [values.seconds, values.runs, values.seed].map(Number) as [number, number, number];
  if (!(seconds >= 0 && runs > 0 && Number.isInteger(seed))) throw new TypeError("expected numbers");
  const supervisor = new Supervisor(target, {
    target: name,
    seed,
    seconds,
    runs,
    coverage: !values["no-coverage"],
    corpus: readCorpus(folder),
    findings: join("out", "fuzz"),
  });
  try {
    process.exitCode = values.replay ? await replay(supervisor, values.replay) : await fuzz(supervisor);
  } finally {
    supervisor.close();
  }

  async function fuzz(by: Supervisor): Promise<number> {
    console.log(`fuzz ${name}: seed ${seed}, ${seconds} s`);
    const outcome = await by.fuzz();
    if (values.grow) writeCorpus(folder, outcome.corpus);
    console.log(`${outcome.runs} runs with seed ${seed}: ${outcome.found.length} findings`);
    return outcome.found.length > 0 ? 1 : 0;
  }
}

async function replay(supervisor: Supervisor, path: string): Promise<number> {
  const found = await supervisor.replay(JSON.parse(readFileSync(path, "utf8")) as FindingFile);
  for (const one of found) print(one);
  console.log(found.length > 0 ? "it happened again" : "it did not happen again");
  return found.length > 0 ? 1 : 0;
}

/** Inputs in hexadecimal, one a line, in a file for each case. */
function readCorpus(folder: string): { [name: string]: string[] } {
  if (!existsSync(folder)) return {};
  const files = readdirSync(folder).filter((file) => file.endsWith(".txt"));
  return Object.fromEntries(
    files.map((file) => [basename(file, ".txt"), readFileSync(join(folder, file), "utf8").split("\n").filter(Boolean)]),
  );
}

/** Adds what was found worth keeping, the shortest first, as far as there is room. */
function writeCorpus(folder: string, kept: { readonly [name: string]: readonly string[] }): void {
  const corpus = readCorpus(folder);
  let room = CORPUS_BYTES - Object.values(corpus).flat(1).join("").length / 2;
  const news = Object.entries(kept).flatMap(([name, inputs]) => inputs.map((input) => ({ name, input })));
  news.sort((a, b) => a.input.length - b.input.length);
  for (const { name, input } of news) {
    room -= input.length / 2;
    if (room < 0) break;
    corpus[name] = [...(corpus[name] ?? []), input];
  }
  for (const [name, inputs] of Object.entries(corpus)) {
    writeFileSync(join(folder, `${name}.txt`), [...new Set(inputs), ""].join("\n"));
  }
}
