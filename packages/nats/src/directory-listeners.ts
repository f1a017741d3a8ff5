import { type Registration, registration } from "@graphoid/core";
import type { DirectoryChange } from "./directory.ts";

/** Those who follow a directory. */
export class DirectoryListeners {
  readonly #listeners = new Set<{ readonly run: (change: DirectoryChange) => void }>();
  #isClosed = false;

  add(run: (change: DirectoryChange) => void): Registration {
    const listener = { run };
    if (!this.#isClosed) this.#listeners.add(listener);
    return registration(() => this.#listeners.delete(listener));
  }

  tell(change: DirectoryChange): void {
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

  close(): void {
    this.#isClosed = true;
    this.#listeners.clear();
  }
}
