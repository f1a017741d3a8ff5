import { type Profiler, Session } from "node:inspector";

/** What parts of the code ran, by the engine's own counters. */
export class Coverage {
  readonly #session = new Session();
  readonly #script: string;
  /** For each function, by its place, which of its characters ran. */
  readonly #covered = new Map<string, Uint8Array>();
  #running = false;

  /** Of the script at an address. */
  constructor(script: string) {
    this.#script = script;
    this.#session.connect();
    this.#session.post("Profiler.enable");
  }

  start(): void {
    if (!this.#running) this.#session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
    this.#running = true;
  }

  /** Counting makes code slower: not while time is measured. */
  stop(): void {
    if (this.#running) this.#session.post("Profiler.stopPreciseCoverage");
    this.#running = false;
  }

  close(): void {
    this.stop();
    this.#session.disconnect();
  }

  /** What ran since the last time. */
  take(): readonly Profiler.FunctionCoverage[] {
    let functions: readonly Profiler.FunctionCoverage[] = [];
    // Without a connection over a socket, the answer is there before `post` returns.
    this.#session.post("Profiler.takePreciseCoverage", (error, answer) => {
      if (error) throw error;
      functions = answer.result.find(({ url }) => url === this.#script)?.functions ?? [];
    });
    return functions;
  }

  /** Whether any of this never ran before. `note` takes it down as having run. */
  isNew(functions: readonly Profiler.FunctionCoverage[], { note }: { note: boolean }): boolean {
    let isNew = false;
    for (const { ranges } of functions) {
      const [whole] = ranges;
      if (whole === undefined) continue;
      const { startOffset, endOffset } = whole;
      const key = `${startOffset}-${endOffset}`;
      const before = this.#covered.get(key) ?? new Uint8Array(endOffset - startOffset);
      const now = new Uint8Array(endOffset - startOffset);
      // Ranges inside come after those around them, and count for themselves.
      for (const range of ranges) {
        now.fill(range.count > 0 ? 1 : 0, range.startOffset - startOffset, range.endOffset - startOffset);
      }
      for (let i = 0; i < now.length; i++) {
        if (now[i] !== 1 || before[i] === 1) continue;
        isNew = true;
        if (!note) return true;
        before[i] = 1;
      }
      if (note) this.#covered.set(key, before);
    }
    return isNew;
  }

  /** How many characters of code have run. */
  get size(): number {
    let size = 0;
    for (const covered of this.#covered.values()) for (const one of covered) size += one;
    return size;
  }
}
