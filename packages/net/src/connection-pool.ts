import { ClosedError, type GraphoidError, InvalidArgumentError, OverloadedError, type Timer } from "@graphoid/core";
import type { ChannelConnection } from "./channel-connection.ts";
import type { Connection } from "./connection.ts";
import { type Dialler, dial } from "./dial.ts";
import { Lease, type PooledConnection } from "./lease.ts";
import { PoolWaiters } from "./pool-waiters.ts";
import { cancelledError, checkWait, timeoutError, type WaitOptions } from "./wait.ts";

/** What a pool has and did. */
export interface PoolStatistics {
  /** Open connections, lent or not. */
  readonly open: number;
  readonly idle: number;
  readonly leased: number;
  /** Connections being made. */
  readonly connecting: number;
  /** Callers of `acquire` that wait. */
  readonly waiting: number;
  /** Connections made so far, and attempts that failed. */
  readonly created: number;
  readonly failed: number;
  /** Callers of `acquire` so far whose time was up. */
  readonly timedOut: number;
}

/** A set of connections to one place, lent one user at a time. */
export interface Pool extends AsyncDisposable {
  readonly statistics: PoolStatistics;
  /**
   * Lends a connection: an idle one, else a new one, else, with `maxConnections` open, the next to be released.
   * First come, first served.
   *
   * @throws DeadlineExceededError, CancelledError: `timeoutMs` (default `acquireTimeoutMs`) and `signal`.
   * @throws OverloadedError with `maxWaiters` waiting already.
   * @throws ClosedError once the pool is closed.
   * @throws what `connect` throws, if a connection had to be made and could not.
   */
  acquire(options?: WaitOptions): Promise<PooledConnection>;
  /**
   * Takes a connection back. One that is dead, or that has messages left which its user did not receive, is closed and
   * replaced, so that the next user never meets an answer to someone else.
   *
   * @throws InvalidArgumentError for anything but a connection of this pool that is on loan; the pool is unharmed.
   */
  release(connection: Connection): void;
  /** Closes every connection, also those on loan. Whoever waits gets `ClosedError`. */
  close(): Promise<void>;
}

const acquireCall = "net.pool.acquire";

/** Pauses between attempts to get back to the minimum; each failure doubles the pause, up to the second. */
const retryMs = [100, 30_000] as const;

/** The numbers of `PoolOptions`, with every default filled in. */
export interface PoolLimits {
  readonly minConnections: number;
  readonly maxConnections: number;
  readonly maxWaiters: number;
  readonly acquireTimeoutMs: number;
  readonly idleTimeoutMs: number;
}

interface Idle {
  readonly connection: ChannelConnection;
  readonly since: number;
}

/** A {@link Pool} of connections that {@link dial} makes. */
export class ConnectionPool implements Pool {
  readonly #dialler: Dialler;
  readonly #limits: PoolLimits;
  readonly #waiters: PoolWaiters<PooledConnection>;
  readonly #open = new Set<ChannelConnection>();
  /** The most recently used last: it is lent first, so that the others can grow old. */
  readonly #idle: Idle[] = [];
  readonly #dials = new Set<Promise<void>>();
  /** Connections given up that are not gone yet. */
  readonly #leaving = new Set<ChannelConnection>();
  readonly #stop = new AbortController();
  readonly #giveBack = (lease: Lease): void => this.#takeBack(lease);
  #evictionTimer: Timer | undefined;
  #retryTimer: Timer | undefined;
  #leased = 0;
  #failuresInRow = 0;
  #created = 0;
  #failed = 0;
  #closing: Promise<void> | undefined;

  constructor(dialler: Dialler, limits: PoolLimits) {
    this.#dialler = dialler;
    this.#limits = limits;
    this.#waiters = new PoolWaiters(dialler.settings.clock);
    this.#dialAsNeeded();
  }

  get statistics(): PoolStatistics {
    return {
      open: this.#open.size,
      idle: this.#idle.length,
      leased: this.#leased,
      connecting: this.#dials.size,
      waiting: this.#waiters.size,
      created: this.#created,
      failed: this.#failed,
      timedOut: this.#waiters.timedOut,
    };
  }

  // Not `async`, whose promises would cost as much as all the rest.
  acquire(options?: WaitOptions): Promise<PooledConnection> {
    const { acquireTimeoutMs, maxWaiters } = this.#limits;
    let timeoutMs = acquireTimeoutMs;
    let signal: AbortSignal | undefined;
    if (options !== undefined) {
      try {
        checkWait(acquireCall, options);
      } catch (error) {
        return Promise.reject(error);
      }
      timeoutMs = options.timeoutMs ?? acquireTimeoutMs;
      signal = options.signal;
      if (signal?.aborted) return Promise.reject(cancelledError(acquireCall, signal));
    }
    if (this.#closing) return Promise.reject(closedError());
    if (this.#waiters.size === 0) {
      const lease = this.#lendIdle();
      if (lease) return Promise.resolve(lease);
    }
    if (timeoutMs === 0) return Promise.reject(timeoutError(acquireCall, timeoutMs));
    if (this.#waiters.size >= maxWaiters) {
      const message = `${acquireCall}: ${maxWaiters} wait already, which is \`maxWaiters\``;
      return Promise.reject(new OverloadedError(message, { details: { limit: maxWaiters } }));
    }
    const waiting = this.#waiters.wait(timeoutMs, signal);
    this.#dialAsNeeded();
    return waiting;
  }

  release(connection: Connection): void {
    if (!(connection instanceof Lease) || connection.returned || connection.giveBack !== this.#giveBack) {
      throw new InvalidArgumentError(
        "net.pool.release: expected `connection` to be on loan from this pool; it was released before, or is not of this pool",
      );
    }
    this.#takeBack(connection);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #lendIdle(): Lease | undefined {
    for (;;) {
      const idle = this.#idle.pop();
      if (idle === undefined) return undefined;
      if (idle.connection.pristine) return this.#lend(idle.connection);
      // It died, or something came that nobody asked for.
      this.#discard(idle.connection);
    }
  }

  #lend(connection: ChannelConnection): Lease {
    this.#leased++;
    return new Lease(connection, this.#giveBack);
  }

  #takeBack(lease: Lease): void {
    const { connection } = lease;
    lease.end();
    this.#leased--;
    if (connection.pristine) this.#offer(connection);
    else this.#discard(connection);
  }

  /** Gives a connection to the first who waits, or keeps it. */
  #offer(connection: ChannelConnection): void {
    if (this.#waiters.size > 0) {
      this.#waiters.give(this.#lend(connection));
      return;
    }
    this.#idle.push({ connection, since: this.#dialler.settings.clock.now() });
    this.#scheduleEviction();
  }

  #discard(connection: ChannelConnection): void {
    if (this.#open.delete(connection)) {
      this.#leaving.add(connection);
      void connection.close();
    }
    this.#dialAsNeeded();
  }

  /** Makes as many connections as are waited for, or are missing from the minimum, and the limit allows. */
  #dialAsNeeded(): void {
    if (this.#closing) return;
    const { minConnections, maxConnections } = this.#limits;
    const isWaiting = this.#retryTimer !== undefined;
    const missing = isWaiting ? 0 : minConnections - this.#open.size;
    const wanted = Math.min(Math.max(missing, this.#waiters.size), maxConnections - this.#open.size);
    while (this.#dials.size < wanted) {
      const dialling: Promise<void> = this.#dial().finally(() => this.#dials.delete(dialling));
      this.#dials.add(dialling);
    }
  }

  async #dial(): Promise<void> {
    let connection: ChannelConnection;
    try {
      connection = await dial(this.#dialler, this.#stop.signal);
    } catch (error) {
      this.#onDialFailed(error as GraphoidError);
      return;
    }
    this.#created++;
    this.#failuresInRow = 0;
    this.#open.add(connection);
    void connection.closed.then(() => this.#onClosed(connection));
    if (!this.#closing) this.#offer(connection);
  }

  #onDialFailed(error: GraphoidError): void {
    if (this.#closing) return;
    this.#failed++;
    // Whoever has waited longest learns why, rather than to wait for a connection that may never come.
    this.#waiters.failFirst(error);
    if (this.#retryTimer || this.#open.size >= this.#limits.minConnections) return;
    const [first, last] = retryMs;
    const pause = Math.min(last, first * 2 ** this.#failuresInRow++);
    // Jitter, so that many pools do not come back to a restarted server in step.
    this.#retryTimer = this.#dialler.settings.clock.after(Math.ceil(pause * (0.5 + Math.random() / 2)), () => {
      this.#retryTimer = undefined;
      this.#dialAsNeeded();
    });
  }

  #onClosed(connection: ChannelConnection): void {
    const at = this.#idle.findIndex((idle) => idle.connection === connection);
    if (at >= 0) this.#idle.splice(at, 1);
    this.#open.delete(connection);
    this.#leaving.delete(connection);
    this.#dialAsNeeded();
  }

  #scheduleEviction(): void {
    const oldest = this.#idle[0];
    if (this.#evictionTimer || !oldest || this.#open.size <= this.#limits.minConnections) return;
    const { clock } = this.#dialler.settings;
    const delay = Math.max(0, Math.ceil(oldest.since + this.#limits.idleTimeoutMs - clock.now()));
    this.#evictionTimer = clock.after(delay, () => {
      this.#evictionTimer = undefined;
      this.#evict(clock.now() - this.#limits.idleTimeoutMs);
      this.#scheduleEviction();
    });
  }

  #evict(before: number): void {
    while (this.#open.size > this.#limits.minConnections && this.#idle[0] && this.#idle[0].since <= before) {
      this.#discard(this.#idle.shift()!.connection);
    }
  }

  async #close(): Promise<void> {
    this.#evictionTimer?.cancel();
    this.#retryTimer?.cancel();
    this.#waiters.failAll(closedError());
    this.#stop.abort();
    this.#idle.length = 0;
    await Promise.all(this.#dials);
    await Promise.all([...this.#open, ...this.#leaving].map((connection) => connection.close()));
  }
}

function closedError(): ClosedError {
  return new ClosedError("net.pool: the pool is closed", { details: { by: "us" } });
}
