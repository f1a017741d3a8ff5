import type { Progress } from "./coordinator.ts";

const TITLES: Readonly<Record<string, string>> = {
  load: "Loading the graph",
  cut: "Cutting the graph",
  start: "Starting workers",
  stream: "Streaming the parts",
  compute: "Computing PageRank",
  check: "Checking against one process",
  picture: "Drawing the picture",
};

/** How long each phase took. */
export interface Phase {
  readonly name: string;
  readonly milliseconds: number;
}

/** Tells on a terminal, or line by line in a file, how a run goes on; and how long its phases took. */
export class ConsoleProgress implements Progress {
  readonly phases: Phase[] = [];
  readonly #out: NodeJS.WriteStream;
  #current: string | undefined;
  #began = 0;
  #lineOpen = false;

  constructor(out: NodeJS.WriteStream = process.stdout) {
    this.#out = out;
  }

  phase(name: string): void {
    this.end();
    this.#current = name;
    this.#began = performance.now();
    this.line(`\n${TITLES[name] ?? name} …`);
  }

  /** Ends the phase under way. */
  end(): void {
    if (this.#current === undefined) return;
    const milliseconds = performance.now() - this.#began;
    this.phases.push({ name: TITLES[this.#current] ?? this.#current, milliseconds });
    this.line(`  done in ${formatMs(milliseconds)}`);
    this.#current = undefined;
  }

  worker(name: string, pid: number | undefined, address: string): void {
    this.line(`  ${name} joined: process ${pid}, listening at ${address}`);
  }

  step(done: number, total: number | undefined, note: string): void {
    const count = total === undefined ? `${done}` : `${done} of ${total}`;
    if (this.#out.isTTY) {
      this.#out.write(`\r  ${count} · ${note}\x1b[K`);
      this.#lineOpen = true;
    } else if (done === total || done % 20 === 0) {
      this.line(`  ${count} · ${note}`);
    }
  }

  line(text: string): void {
    if (this.#lineOpen) this.#out.write("\n");
    this.#lineOpen = false;
    this.#out.write(`${text}\n`);
  }
}

/** Milliseconds for people. */
export function formatMs(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}
