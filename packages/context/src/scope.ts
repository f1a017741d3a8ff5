import {
  CancelledError,
  type Clock,
  DeadlineExceededError,
  Expiring,
  type GraphoidError,
  isGraphoidError,
  type Registration,
  type TimerWheel,
} from "@graphoid/core";

/** What all scopes of one `createContexts()` share. */
export interface ScopeHost {
  readonly clock: Clock;
  readonly wheel: TimerWheel;
}

/** What a scope is made for. */
export interface ScopeOptions {
  readonly parent?: Scope;
  /** Milliseconds from now; `Infinity` for no limit of its own. */
  readonly timeoutMs: number;
  /** What to call the operation in errors. */
  readonly name: string;
  /** Cancels the scope when it aborts. */
  readonly outside?: AbortSignal | undefined;
}

/** A callback of `onCancel`, and the way to take it back. */
class Listener implements Registration {
  #scope: Scope | undefined;
  readonly #run: (reason: unknown) => void;

  constructor(scope: Scope | undefined, run: (reason: unknown) => void) {
    this.#scope = scope;
    this.#run = run;
  }

  /** Runs the callback, once. What it throws is reported like an error in an event listener; the others still run. */
  call(reason: unknown): void {
    if (!this.#scope) return;
    this.#scope = undefined;
    try {
      this.#run(reason);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  dispose(): void {
    const scope = this.#scope;
    this.#scope = undefined;
    scope?.detach(this);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/**
 * A stretch of work with one deadline and one cancellation; scopes form a tree in which none outlives its parent.
 *
 * Nothing is set up for a scope that nobody listens to: whether it is cancelled is worked out from the clock and its
 * ancestors when asked. The first listener puts its deadline in the wheel and makes it listen to its parent; when the
 * last one goes, both are undone. So deriving a scope costs one object, and a finished one leaves nothing behind.
 */
export class Scope extends Expiring {
  readonly name: string;
  readonly #host: ScopeHost;
  readonly #parent: Scope | undefined;
  /** The scope that the deadline was given to: this one, or an ancestor with less time left. */
  readonly #deadlineOwner: Scope;
  readonly #timeoutMs: number;
  readonly #outside: AbortSignal | undefined;
  #reason: GraphoidError | undefined;
  /** When it was cancelled, ended, or ran out of time; `NaN` before. */
  #settledAt = Number.NaN;
  #attached: Set<Listener | Scope> | undefined;
  #abort: AbortController | undefined;
  #onOutsideAbort: (() => void) | undefined;

  constructor(host: ScopeHost, options: ScopeOptions) {
    super();
    const { parent, timeoutMs, name, outside } = options;
    const own = timeoutMs === Number.POSITIVE_INFINITY ? timeoutMs : host.clock.now() + timeoutMs;
    const clamped = parent !== undefined && parent.expiresAtMs <= own;
    // Never after the parent's.
    this.expiresAtMs = clamped ? parent.expiresAtMs : own;
    this.name = name;
    this.#host = host;
    this.#parent = parent;
    this.#deadlineOwner = clamped ? parent.#deadlineOwner : this;
    this.#timeoutMs = timeoutMs;
    this.#outside = outside;
    // Without this, the deadline and the parent's end would be at the same moment, and which came first unknown.
    if (timeoutMs === 0 && parent?.reason) {
      this.#settledAt = parent.#settledAt;
      this.#reason = parent.#reason;
    }
  }

  remainingMs(): number {
    return this.expiresAtMs === Number.POSITIVE_INFINITY
      ? this.expiresAtMs
      : Math.max(0, this.expiresAtMs - this.#host.clock.now());
  }

  /** Why the scope is over; `undefined` while it is not. */
  get reason(): GraphoidError | undefined {
    this.#settle();
    return this.#settledReason();
  }

  cancel(reason: unknown): void {
    this.#settle();
    if (Number.isNaN(this.#settledAt)) {
      this.#settledAt = this.#host.clock.now();
      this.#reason = cancellation(this.name, reason);
    }
    this.#notify();
  }

  /** Ends the scope because its work is done; what still runs in it is cancelled. */
  end(): void {
    if (this.#parent === undefined && this.#outside === undefined && this.#attached === undefined) {
      // Nobody to ask and nobody to tell, as for most calls that are served.
      const now = this.#host.clock.now();
      if (now < this.expiresAtMs) {
        if (Number.isNaN(this.#settledAt)) this.#settledAt = now;
        return;
      }
    }
    this.#settle();
    // The error is made when somebody asks for it, which after a normal end is rare.
    if (Number.isNaN(this.#settledAt)) this.#settledAt = this.#host.clock.now();
    this.#notify();
  }

  /** Calls `run` once when the scope is over; at once if it is. */
  listen(run: (reason: unknown) => void): Registration {
    const reason = this.reason;
    const listener = new Listener(this, run);
    if (reason) listener.call(reason);
    else this.#attach(listener);
    return listener;
  }

  get signal(): AbortSignal {
    if (!this.#abort) {
      const abort = new AbortController();
      this.#abort = abort;
      this.listen((reason) => abort.abort(reason));
    }
    return this.#abort.signal;
  }

  /** For the timer wheel. */
  expire(): void {
    this.#settle();
    this.#notify();
  }

  /** For listeners and children: takes back what `#attach` did. */
  detach(entry: Listener | Scope): void {
    for (let scope: Scope | undefined = this, gone = entry; scope; gone = scope, scope = scope.#parent) {
      if (!scope.#attached?.delete(gone) || scope.#attached.size > 0) return;
      scope.#unwatch();
    }
  }

  /** Adds a listener; a scope without one before starts to watch its deadline, its outside signal and its parent. */
  #attach(entry: Listener | Scope): void {
    for (let scope: Scope | undefined = this, next = entry; scope; next = scope, scope = scope.#parent) {
      const watching = scope.#attached !== undefined && scope.#attached.size > 0;
      scope.#attached ??= new Set();
      scope.#attached.add(next);
      if (watching) return;
      scope.#watch();
    }
  }

  #watch(): void {
    if (this.#deadlineOwner === this) this.#host.wheel.add(this);
    if (this.#outside) {
      this.#onOutsideAbort ??= () => this.cancel(this.#outside?.reason);
      this.#outside.addEventListener("abort", this.#onOutsideAbort, { once: true });
    }
  }

  #unwatch(): void {
    this.#host.wheel.remove(this);
    if (this.#onOutsideAbort) this.#outside?.removeEventListener("abort", this.#onOutsideAbort);
  }

  /**
   * Finds out whether the scope is over by now. Whichever came first counts: the deadline, or the moment when the
   * nearest settled ancestor was settled (which already takes the ancestors above it into account).
   */
  #settle(): void {
    if (!Number.isNaN(this.#settledAt)) return;
    let settled: Scope | undefined;
    let aborted: Scope | undefined;
    for (let scope: Scope | undefined = this; scope && !settled; scope = scope.#parent) {
      if (!Number.isNaN(scope.#settledAt)) settled = scope;
      else if (scope.#outside?.aborted) aborted = scope;
    }
    if (!settled && !aborted && this.expiresAtMs === Number.POSITIVE_INFINITY) return;
    const now = this.#host.clock.now();
    if (!settled && aborted && aborted.expiresAtMs > now) {
      aborted.#settledAt = now;
      aborted.#reason = cancellation(aborted.name, aborted.#outside?.reason);
      settled = aborted;
    }
    if (this.expiresAtMs <= now && !(settled && settled.#settledAt < this.expiresAtMs)) this.#runOut();
    else if (settled && settled !== this) {
      this.#settledAt = settled.#settledAt;
      this.#reason = settled.#settledReason();
    }
  }

  #runOut(): void {
    this.#settledAt = this.expiresAtMs;
    const owner = this.#deadlineOwner;
    if (owner === this) {
      this.#reason = new DeadlineExceededError(
        `context: ${this.name}: the deadline of ${this.#timeoutMs} ms has passed`,
        {
          details: { timeoutMs: this.#timeoutMs, operation: this.name },
        },
      );
    } else {
      owner.#settle();
      this.#reason = owner.#settledReason();
    }
  }

  #settledReason(): GraphoidError | undefined {
    if (this.#reason === undefined && !Number.isNaN(this.#settledAt)) {
      this.#reason = new CancelledError(`context: ${this.name}: the operation has ended`);
    }
    return this.#reason;
  }

  /** Tells everything attached to this scope and those below. A loop, since scopes may nest deeper than the stack. */
  #notify(): void {
    const pending: Scope[] = [this];
    for (let scope = pending.pop(); scope; scope = pending.pop()) {
      const attached = scope.#attached;
      if (attached === undefined || attached.size === 0) continue;
      scope.#attached = undefined;
      scope.#unwatch();
      scope.#parent?.detach(scope);
      const reason = scope.reason;
      for (const entry of attached) {
        if (entry instanceof Scope) pending.push(entry);
        else entry.call(reason);
      }
    }
  }
}

/** The error that a cancelled scope's waiters see, for whatever reason was given. */
function cancellation(name: string, reason: unknown): GraphoidError {
  if (isGraphoidError(reason, "CANCELLED") || isGraphoidError(reason, "DEADLINE_EXCEEDED")) return reason;
  const message = `context: ${name}: the operation was cancelled`;
  if (reason === undefined) return new CancelledError(message);
  const why = typeof reason === "string" ? reason : reason instanceof Error ? reason.message : "";
  return new CancelledError(why === "" ? message : `${message}: ${why.slice(0, 200)}`, { cause: reason });
}
