/** Where an actor runs. */
export interface DirectoryEntry {
  readonly id: string;
  readonly host: string;
  readonly epoch: number;
}

/** Where all actors run, as far as this host has heard from the supervisor. */
export class Directory {
  readonly #entries = new Map<string, DirectoryEntry>();
  readonly #waiting = new Map<string, Set<() => void>>();

  get(id: string): DirectoryEntry | undefined {
    return this.#entries.get(id);
  }

  get all(): DirectoryEntry[] {
    return [...this.#entries.values()];
  }

  /** Takes news; what is older than what is known is no news. */
  learn(entry: DirectoryEntry): void {
    if (entry.epoch <= (this.#entries.get(entry.id)?.epoch ?? 0)) return;
    this.#entries.set(entry.id, entry);
    const waiting = this.#waiting.get(entry.id);
    this.#waiting.delete(entry.id);
    for (const resolve of waiting ?? []) resolve();
  }

  /** Waits until an actor is known to have started after `epoch`; false if it did not in time. */
  async changed(id: string, epoch: number, timeoutMs: number): Promise<boolean> {
    if ((this.#entries.get(id)?.epoch ?? 0) > epoch) return true;
    const waiting = this.#waiting.get(id) ?? new Set();
    let timer: NodeJS.Timeout | undefined;
    const isNews = await new Promise<boolean>((resolve) => {
      this.#waiting.set(
        id,
        waiting.add(() => resolve(true)),
      );
      timer = setTimeout(() => resolve(false), timeoutMs);
    });
    clearTimeout(timer);
    return isNews;
  }
}
