import { closeSync, openSync, writeSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { Coverage } from "./coverage.ts";
import { execute } from "./execution.ts";
import { minimised } from "./minimise.ts";
import { mutated } from "./mutation.ts";
import { type Random, randomFrom } from "./random.ts";
import type { Case, Finding, Target } from "./target.ts";

/** What a child process is told to do. */
export interface Task {
  readonly target: string;
  /** Where to write what is being tried, for the case that the process does not survive it. */
  readonly trace: string;
  readonly seed: number;
  readonly seconds: number;
  readonly runs: number;
  readonly coverage: boolean;
  /** Inputs to begin with, in hexadecimal, by the name of the case. */
  readonly corpus: { readonly [name: string]: readonly string[] };
  /** One input to try, and nothing else. */
  readonly only?: { readonly case: string; readonly input: string };
}

/** What a child process tells. */
export type Report =
  | { readonly type: "progress"; readonly runs: number; readonly covered: number; readonly kept: number }
  | {
      readonly type: "finding";
      readonly case: string;
      readonly input: string;
      readonly kind: string;
      readonly what: string;
      readonly explained: string;
      readonly run: number;
    }
  | {
      readonly type: "done";
      readonly runs: number;
      readonly covered: number;
      readonly corpus: { readonly [name: string]: readonly string[] };
    };

/** How many inputs are tried before coverage is looked at, which takes a millisecond. */
const BATCH = 128;
/** One input in so many is measured for memory, and one in so many of the large ones. */
const MEMORY_EVERY = 250;
const LARGE_EVERY = 8;
const LARGE = 8192;
/** How many inputs a case keeps to make others from. */
const POOL = 1000;

/** Tries inputs until time or runs are over. */
export class Fuzzer {
  readonly #target: Target;
  readonly #task: Task;
  readonly #report: (report: Report) => void;
  readonly #random: Random;
  readonly #trace: number;
  readonly #pools = new Map<Case, Uint8Array[]>();
  /** What coverage found worth keeping. */
  readonly #kept = new Map<Case, Uint8Array[]>();
  readonly #found = new Set<string>();
  #coverage: Coverage | undefined;
  #tick = 0;
  #runs = 0;

  constructor(target: Target, task: Task, report: (report: Report) => void) {
    this.#target = target;
    this.#task = task;
    this.#report = report;
    this.#random = randomFrom(task.seed);
    this.#trace = openSync(task.trace, "w");
    if (task.coverage && !task.only) {
      this.#coverage = new Coverage(pathToFileURL(process.argv[1] as string).href);
    }
    for (const one of target.cases) {
      this.#pools.set(
        one,
        (task.corpus[one.name] ?? []).map((hex) => Uint8Array.from(Buffer.from(hex, "hex"))),
      );
      this.#kept.set(one, []);
    }
  }

  async run(): Promise<void> {
    const { only, seconds, runs } = this.#task;
    if (only) {
      await this.#tryOnly(only.case, Uint8Array.from(Buffer.from(only.input, "hex")));
    } else {
      this.#coverage?.start();
      for (const [one, pool] of this.#pools) {
        for (const input of [...pool]) await this.#try(one, input);
      }
      this.#coverage?.isNew(this.#coverage.take(), { note: true });
      const deadline = Date.now() + seconds * 1000;
      let told = 0;
      while (Date.now() < deadline && this.#runs < runs) {
        await this.#batch();
        // Messages go out, and the end of the supervisor is noticed.
        await new Promise((resolve) => setImmediate(resolve));
        if (Date.now() - told > 5000) {
          told = Date.now();
          const kept = [...this.#kept.values()].reduce((sum, inputs) => sum + inputs.length, 0);
          this.#report({ type: "progress", runs: this.#runs, covered: this.#coverage?.size ?? 0, kept });
        }
      }
    }
    const corpus = Object.fromEntries([...this.#kept].map(([one, inputs]) => [one.name, inputs.map(toHex)]));
    this.#report({ type: "done", runs: this.#runs, covered: this.#coverage?.size ?? 0, corpus });
    this.#coverage?.close();
    closeSync(this.#trace);
  }

  async #tryOnly(name: string, input: Uint8Array): Promise<void> {
    const one = this.#target.cases.find((candidate) => candidate.name === name);
    if (!one) throw new Error(`no case is called ${name}`);
    const finding = await this.#execute(one, input, true);
    if (finding) this.#tell(one, input, finding);
    this.#runs = 1;
  }

  async #batch(): Promise<void> {
    const tried: [Case, Uint8Array][] = [];
    for (let i = 0; i < BATCH; i++) {
      const one = this.#pickCase();
      const input = this.#makeInput(one);
      tried.push([one, input]);
      await this.#try(one, input);
    }
    const coverage = this.#coverage;
    if (!coverage?.isNew(coverage.take(), { note: false })) return;
    for (const [one, input] of tried) {
      await this.#execute(one, input, false);
      if (coverage.isNew(coverage.take(), { note: true })) this.#keep(one, input);
    }
  }

  #pickCase(): Case {
    const { cases } = this.#target;
    let at = this.#random(cases.reduce((sum, { weight }) => sum + weight, 0));
    for (const one of cases) {
      at -= one.weight;
      if (at < 0) return one;
    }
    throw new Error("there are no cases");
  }

  #makeInput(one: Case): Uint8Array {
    const pool = this.#pools.get(one) as Uint8Array[];
    if (pool.length > 0 && this.#random(3) > 0) {
      return mutated(pool[this.#random(pool.length)] as Uint8Array, pool, this.#random);
    }
    const input = one.fresh(this.#random);
    // Some of what is new is there to be changed.
    if (pool.length < 32 || this.#random(16) === 0) this.#addTo(pool, input);
    return input;
  }

  #keep(one: Case, input: Uint8Array): void {
    this.#kept.get(one)?.push(input);
    this.#addTo(this.#pools.get(one) as Uint8Array[], input);
  }

  #addTo(pool: Uint8Array[], input: Uint8Array): void {
    if (input.length > 4096) return;
    if (pool.length < POOL) pool.push(input);
    else pool[this.#random(POOL)] = input;
  }

  async #try(one: Case, input: Uint8Array): Promise<void> {
    this.#runs++;
    const memory = this.#runs % (input.length > LARGE ? LARGE_EVERY : MEMORY_EVERY) === 0;
    const finding = await this.#execute(one, input, memory);
    if (!finding || this.#found.has(`${one.name} ${finding.kind}`)) return;
    this.#found.add(`${one.name} ${finding.kind}`);
    const small = await minimised(input, async (candidate) => {
      const { kind } = (await this.#execute(one, candidate, finding.kind === "memory")) ?? {};
      return kind === finding.kind;
    });
    this.#tell(one, small, (await this.#execute(one, small, finding.kind === "memory")) ?? finding);
  }

  #tell(one: Case, input: Uint8Array, finding: Finding): void {
    const cause = finding.cause instanceof Error ? `\n${finding.cause.stack}` : "";
    const what = `${finding.message}${cause}`;
    const run = this.#runs;
    const explained = one.explain(input);
    this.#report({ type: "finding", case: one.name, input: toHex(input), kind: finding.kind, what, explained, run });
  }

  async #execute(one: Case, input: Uint8Array, memory: boolean): Promise<Finding | undefined> {
    const head = new Uint8Array(9);
    const view = new DataView(head.buffer);
    view.setUint32(0, ++this.#tick);
    head[4] = this.#target.cases.indexOf(one);
    view.setUint32(5, input.length);
    writeSync(this.#trace, Buffer.concat([head, input]), 0, head.length + input.length, 0);
    return execute(this.#target, one, input, { memory, coverage: this.#coverage });
  }
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
