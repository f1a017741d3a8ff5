import { type Registration, registration } from "@graphoid/core";
import type { UniverseChange } from "./change.ts";
import { ChangeStream } from "./change-stream.ts";
import { Queue } from "./queue.ts";

/** Numbers changes and takes them to everyone who follows them, to all in the same order. */
export class ChangeFeed {
  readonly #wallClock: () => number;
  readonly #listeners = new Set<{ readonly run: (change: UniverseChange) => void }>();
  readonly #streams = new Set<ChangeStream>();
  /** Changes not delivered yet: those of a report that is not finished, or that a listener made. */
  readonly #pending = new Queue<UniverseChange>();
  #delivering = false;
  #closed = false;
  #sequence = 0;

  constructor(wallClock: () => number) {
    this.#wallClock = wallClock;
  }

  /** The number of the latest change. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Whether anybody would hear of a change now. */
  get followed(): boolean {
    return this.#listeners.size > 0 || this.#streams.size > 0;
  }

  /** The number and the time of the next change. */
  stamp(): { readonly sequence: number; readonly timeMs: number } {
    const timeMs = this.#wallClock();
    return { sequence: ++this.#sequence, timeMs };
  }

  emit(change: UniverseChange): void {
    if (this.followed) this.#pending.push(change);
  }

  /** Delivers what was emitted. A listener that causes changes sees them after all have seen their cause. */
  flush(): void {
    if (this.#delivering) return;
    this.#delivering = true;
    for (let next = this.#pending.shift(); next !== undefined; next = this.#pending.shift()) this.#deliver(next);
    this.#delivering = false;
  }

  listen(run: (change: UniverseChange) => void): Registration {
    const listener = { run };
    if (!this.#closed) this.#listeners.add(listener);
    return registration(() => this.#listeners.delete(listener));
  }

  stream(maxPending: number): ChangeStream {
    const stream = new ChangeStream(maxPending, () => void this.#streams.delete(stream));
    if (this.#closed) stream.end();
    else this.#streams.add(stream);
    return stream;
  }

  close(): void {
    this.#closed = true;
    this.#listeners.clear();
    for (const stream of this.#streams) stream.end();
    this.#streams.clear();
  }

  #deliver(change: UniverseChange): void {
    for (const stream of this.#streams) stream.push(change);
    for (const listener of [...this.#listeners]) {
      // One that went during this round hears no more.
      if (!this.#listeners.has(listener)) continue;
      try {
        listener.run(change);
      } catch (error) {
        // Reported like an error in an event listener; the others still run.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
