import type { GraphoidError } from "@graphoid/core";

/**
 * Where a connection is in its life: `connecting → handshaking → open ⇄ suspect → closed`. `suspect` means that
 * nothing has been heard from the peer for a while; `closed` is final.
 */
export type ConnectionState = "connecting" | "handshaking" | "open" | "suspect" | "closed";

/** One step of a connection's life. */
export interface ConnectionStatus {
  readonly state: ConnectionState;
  /**
   * Why a closed connection is closed: a `ClosedError` after an orderly close (`details.by` is `"us"` or `"peer"`),
   * else the error that ended it. Absent in other states.
   */
  readonly reason?: GraphoidError;
}

/** How many steps a reader may lag behind before it misses the oldest. */
const maxLag = 64;

/** The current status, and everyone who follows it. */
export class StatusFeed {
  #current: ConnectionStatus = { state: "connecting" };
  readonly #watchers = new Set<(status: ConnectionStatus) => void>();

  get current(): ConnectionStatus {
    return this.#current;
  }

  /** Moves on, unless closed. */
  set(status: ConnectionStatus): void {
    if (this.#current.state === "closed") return;
    this.#current = status;
    for (const watcher of [...this.#watchers]) watcher(status);
    if (status.state === "closed") this.#watchers.clear();
  }

  /** Calls `watcher` at every further step. Returns what ends that. */
  watch(watcher: (status: ConnectionStatus) => void): () => void {
    if (this.#current.state !== "closed") this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  /** The current status, then every further one, up to `closed`. */
  async *follow(): AsyncGenerator<ConnectionStatus, void, undefined> {
    const seen: ConnectionStatus[] = [this.#current];
    let wake = (): void => {};
    const unwatch = this.watch((status) => {
      seen.push(status);
      if (seen.length > maxLag) seen.shift();
      wake();
    });
    try {
      for (;;) {
        const next = seen.shift();
        if (next) {
          yield next;
          if (next.state === "closed") return;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      unwatch();
    }
  }
}
