import { type ChildProcess, fork } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { type Report, type Task, toHex } from "./child.ts";
import { minimised } from "./minimise.ts";
import type { Target } from "./target.ts";

/** One input takes no longer than this, in milliseconds, or the process hangs. */
const HANG = 30_000;
/** What the process may take: with more, an input that becomes much memory would go unnoticed. */
const HEAP_MEGABYTES = 512;

/** What is asked for on the command line. */
export interface Request {
  readonly target: string;
  readonly seed: number;
  readonly seconds: number;
  readonly runs: number;
  readonly coverage: boolean;
  readonly corpus: { readonly [name: string]: readonly string[] };
  /** Where findings are written. */
  readonly findings: string;
}

/** A finding as it is written to a file. */
export interface FindingFile {
  readonly target: string;
  readonly case: string;
  readonly kind: string;
  readonly what: string;
  readonly input: string;
  readonly explained: string;
  readonly seed: number;
}

type Found = Omit<FindingFile, "target" | "seed">;

/** How a child process ended. */
interface Outcome {
  readonly found: readonly Found[];
  readonly corpus: { readonly [name: string]: readonly string[] };
  readonly runs: number;
  readonly covered: number;
}

/** Runs a target in a process of its own, which may hang or die. Prints what it finds, and returns it. */
export class Supervisor {
  readonly #target: Target;
  readonly #request: Request;
  readonly #folder: string = mkdtempSync(join(tmpdir(), "graphoid-fuzz-"));

  constructor(target: Target, request: Request) {
    this.#target = target;
    this.#request = request;
  }

  async fuzz(): Promise<Outcome> {
    const { target, seed, runs, coverage, corpus } = this.#request;
    const deadline = Date.now() + this.#request.seconds * 1000;
    let round = 0;
    const all = { found: [] as Found[], corpus: {}, runs: 0, covered: 0 };
    // After an input that the process did not survive, another goes on with other inputs.
    do {
      const seconds = (deadline - Date.now()) / 1000;
      const ended = await this.#child(
        { target, seconds, seed: seed + 7919 * round++, runs, coverage, corpus },
        (found) => this.#save(found),
      );
      all.found.push(...ended.found);
      all.corpus = ended.corpus;
      all.runs += ended.runs;
      all.covered = Math.max(all.covered, ended.covered);
      if (ended.survived) break;
    } while (Date.now() < deadline && all.found.length < 5);
    return all;
  }

  /** Tries one input again. */
  async replay({ case: name, input }: { case: string; input: string }): Promise<readonly Found[]> {
    return (await this.#child({ ...this.#nothing(), only: { case: name, input } })).found;
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #nothing(): Omit<Task, "trace"> {
    return { target: this.#request.target, seed: 1, seconds: 0, runs: 0, coverage: false, corpus: {} };
  }

  async #child(
    task: Omit<Task, "trace">,
    onFound: (found: Found) => void = () => {},
  ): Promise<Outcome & { readonly survived: boolean }> {
    const trace = join(this.#folder, "trace");
    writeFileSync(trace, "");
    const found: Found[] = [];
    let done: Extract<Report, { type: "done" }> | undefined;
    let runs = 0;
    const child = fork(process.argv[1] as string, ["--child"], {
      execArgv: [`--max-old-space-size=${HEAP_MEGABYTES}`],
    });
    child.on("message", (report: Report) => {
      if (report.type === "done") done = report;
      else if (report.type === "finding") {
        found.push(report);
        onFound(report);
      } else {
        runs = report.runs;
        console.log(`${runs} runs, ${report.covered} characters of code covered, ${report.kept} inputs kept`);
      }
    });
    child.send({ ...task, trace } satisfies Task);
    const end = await this.#watch(child, trace);
    if (done) return { found, corpus: done.corpus, runs: done.runs, covered: done.covered, survived: true };
    const last = await this.#last(trace, end, task.only !== undefined);
    if (last) {
      found.push(last);
      onFound(last);
    }
    return { found, corpus: {}, runs, covered: 0, survived: false };
  }

  /** Waits for the process to end, and ends it when it is busy with one input for too long. Says how it ended. */
  async #watch(child: ChildProcess, trace: string): Promise<string> {
    let hung = false;
    let tick = -1;
    let since = Date.now();
    const timer = setInterval(() => {
      const now = readTrace(trace)?.tick ?? -1;
      if (now !== tick) {
        tick = now;
        since = Date.now();
      } else if (Date.now() - since > HANG && tick >= 0) {
        hung = true;
        child.kill("SIGKILL");
      }
    }, 250);
    const ended = new Promise<string>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code, signal) => resolve(`the process ended with ${signal ?? code}`));
    });
    // The last messages may come after the end.
    const silent = new Promise((resolve) => child.once("disconnect", resolve));
    const end = await ended;
    await silent;
    clearInterval(timer);
    return hung ? `no end after ${HANG} ms` : end;
  }

  /** The input that the process was busy with when it ended. */
  async #last(trace: string, what: string, isReplay: boolean): Promise<Found | undefined> {
    const state = readTrace(trace);
    const one = state && this.#target.cases[state.index];
    if (!state || !one || what === "the process ended with 0") throw new Error(`the fuzzer itself failed: ${what}`);
    const kind = what.startsWith("no end") ? "hang" : "crash";
    let { input } = state;
    if (!isReplay) {
      const fails = async (candidate: Uint8Array): Promise<boolean> =>
        (await this.replay({ case: one.name, input: toHex(candidate) })).some((again) => again.kind === kind);
      input = await minimised(input, fails, { attempts: 200, milliseconds: 60_000 });
    }
    return { case: one.name, kind, what, input: toHex(input), explained: one.explain(input) };
  }

  #save({ case: name, kind, what, input, explained }: Found): void {
    const { target, seed, findings } = this.#request;
    mkdirSync(findings, { recursive: true });
    const slug = kind
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .slice(0, 60);
    const path = join(findings, `${target}-${name}-${slug}-${seed}.json`);
    const file: FindingFile = { target, case: name, kind, what, input, explained, seed };
    writeFileSync(path, `${JSON.stringify(file, null, 2)}\n`);
    print(file);
    console.log(`again: npx -y pnpm@10 fuzz ${target} --replay ${relative(process.cwd(), path)}\n`);
  }
}

/** Tells people of a finding. */
export function print({ case: name, kind, what, explained }: Found): void {
  console.log(
    `\nFOUND in ${name}: ${kind}\n${what}\n${explained.length > 4000 ? `${explained.slice(0, 4000)}…` : explained}`,
  );
}

function readTrace(path: string): { tick: number; index: number; input: Uint8Array } | undefined {
  const bytes = readFileSync(path);
  if (bytes.length < 9) return undefined;
  const length = bytes.readUInt32BE(5);
  return {
    tick: bytes.readUInt32BE(0),
    index: bytes[4] as number,
    input: Uint8Array.from(bytes.subarray(9, 9 + length)),
  };
}
