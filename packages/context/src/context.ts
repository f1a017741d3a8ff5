import {
  type CallContext,
  type CallSpan,
  checkFunction,
  checkString,
  type EnvelopeHeaders,
  type GraphoidError,
  invalidArgument,
  type Registration,
} from "@graphoid/core";
import { runPassively, runWith } from "./ambient.ts";
import type { Baggage, Metadata } from "./baggage.ts";
import { Scope, type ScopeHost } from "./scope.ts";
import { NO_TRACE, type SpanRecord, type Trace, type TraceRecorder } from "./trace.ts";

/** One timed step inside a context. */
export interface Span extends CallSpan {
  /** For what happens in the step: steps begun in it are recorded below this one. It is cancelled with its parent. */
  readonly context: Context;
}

/**
 * The context of an operation: how long it may take, whether it is cancelled, the trace of its steps, and metadata;
 * all of it follows calls to other hosts.
 *
 * Contexts form a tree. A child never has more time than its parent and is cancelled with it; only
 * {@link Context.detach} leaves the tree.
 */
export interface Context extends CallContext, Disposable {
  /** Frozen. Travels as W3C baggage. */
  readonly metadata: Metadata;
  readonly trace: Trace;
  /** Why the operation is over: `DeadlineExceededError` or `CancelledError`; `undefined` while it is not. */
  readonly cancelReason: GraphoidError | undefined;
  /** Aborts when the operation is over, with `cancelReason` as its reason. Made when first asked for. */
  readonly signal: AbortSignal;

  /**
   * Runs `fn` with this context as the ambient one: `current()` returns it in `fn` and in everything `fn` starts,
   * across `await`. Where the platform has no `AsyncLocalStorage` (browsers), `fn` is just called: pass its argument on.
   */
  run<T>(fn: (context: Context) => T): T;

  /**
   * As {@link Context.run}, for code that calls what others wrote: until something in the process has used ambient
   * contexts (`run`, `withTimeout` or `current()`), this one is ambient only up to the first `await` of `fn`, and if `fn`
   * asks for it there, for all that `fn` does. So a program that never asks pays nothing for it.
   */
  runPassively<T>(fn: (context: Context) => T): T;

  /**
   * Runs `fn` in a child context that has `timeoutMs` milliseconds, or what is left of this one if that is less.
   *
   * The promise settles with `fn`, or rejects as soon as the child is over, whichever comes first: `fn` itself cannot
   * be stopped, but everything that it waits for through the child is. When `fn` has settled, what it left running in
   * the child is cancelled. If the time is up before `fn` starts, it is not run.
   *
   * @throws DeadlineExceededError when the time is up, CancelledError when the parent is cancelled,
   * InvalidArgumentError unless `timeoutMs` is a number >= 0 (`Infinity` adds no limit).
   */
  withTimeout<T>(timeoutMs: number, fn: (context: Context) => T | PromiseLike<T>): Promise<T>;

  /**
   * Cancels the operation and all its children. Does nothing when it is over already. `reason` becomes the `cause` of
   * the `CancelledError` that waiters see. For a span's context, cancels the operation that the span is a step of.
   */
  cancel(reason?: unknown): void;

  /** Throws `cancelReason` if the operation is over: call it before work that would be in vain. */
  throwIfCancelled(): void;

  /** The same trace and metadata without the deadline and the cancellation: for work that outlives the operation. */
  detach(): Context;

  startSpan(name: string): Span;

  /**
   * Says that the work is done: cancels whatever still runs in this context and its children. For a span's context,
   * ends just the span, marked as failed if `error` is given. Also what a `using` declaration calls.
   */
  end(error?: unknown): void;
}

/** The one implementation of {@link Context}. */
export class ContextNode implements Context {
  readonly #host: ScopeHost;
  readonly #scope: Scope;
  readonly #trace: TraceRecorder | undefined;
  /** The step that the context is in. */
  readonly #span: SpanRecord | undefined;
  /** Whether the context was made for that step, and so shares its scope; otherwise its scope is its own. */
  readonly #isStep: boolean;
  readonly #baggage: Baggage;

  constructor(
    host: ScopeHost,
    scope: Scope,
    baggage: Baggage,
    trace: TraceRecorder | undefined,
    span: SpanRecord | undefined,
    isStep: boolean,
  ) {
    this.#host = host;
    this.#scope = scope;
    this.#baggage = baggage;
    this.#trace = trace;
    this.#span = span;
    this.#isStep = isStep;
  }

  get metadata(): Metadata {
    return this.#baggage.metadata;
  }

  get trace(): Trace {
    return this.#trace ?? NO_TRACE;
  }

  get cancelReason(): GraphoidError | undefined {
    return this.#scope.reason;
  }

  get signal(): AbortSignal {
    return this.#scope.signal;
  }

  remainingMs(): number {
    return this.#scope.remainingMs();
  }

  onCancel(run: (reason: unknown) => void): Registration {
    checkFunction("context.onCancel", "run", run);
    return this.#scope.listen(run);
  }

  run<T>(fn: (context: Context) => T): T {
    checkFunction("context.run", "fn", fn);
    return runWith<Context, T>(this, fn);
  }

  runPassively<T>(fn: (context: Context) => T): T {
    checkFunction("context.runPassively", "fn", fn);
    return runPassively<Context, T>(this, fn);
  }

  withTimeout<T>(timeoutMs: number, fn: (context: Context) => T | PromiseLike<T>): Promise<T> {
    const parent = this.#scope;
    let scope: Scope | undefined;
    let result: T | PromiseLike<T>;
    try {
      checkTimeout("context.withTimeout", timeoutMs);
      checkFunction("context.withTimeout", "fn", fn);
      scope = new Scope(this.#host, { parent, timeoutMs, name: parent.name });
      const child = this.#with(scope);
      child.throwIfCancelled();
      result = runWith<Context, T | PromiseLike<T>>(child, fn);
    } catch (error) {
      scope?.end();
      return Promise.reject(error);
    }
    if (isThenable(result)) return until(scope, result);
    scope.end();
    return Promise.resolve(result);
  }

  cancel(reason?: unknown): void {
    this.#scope.cancel(reason);
  }

  throwIfCancelled(): void {
    const reason = this.cancelReason;
    if (reason) throw reason;
  }

  detach(): Context {
    return this.#with(new Scope(this.#host, { timeoutMs: Number.POSITIVE_INFINITY, name: this.#scope.name }));
  }

  startSpan(name: string): Span {
    checkString("context.startSpan", "name", name);
    const span = this.#trace?.start(name, this.#span);
    if (!span) return { context: this, end: ignore };
    const context = new ContextNode(this.#host, this.#scope, this.#baggage, this.#trace, span, true);
    return { context, end: (error) => span.end(error) };
  }

  end(error?: unknown): void {
    if (this.#isStep) this.#span?.end(error);
    else this.#scope.end();
  }

  [Symbol.dispose](): void {
    this.end();
  }

  toHeaders(): EnvelopeHeaders {
    const headers: Record<string, string | number> = {};
    // Rounded down, so that the other side never has more time than this one; 0 once cancelled.
    const remaining = this.#scope.reason ? 0 : Math.floor(this.#scope.remainingMs());
    if (remaining !== Number.POSITIVE_INFINITY) headers["timeout-ms"] = remaining;
    if (this.#trace) {
      headers["traceparent"] = this.#trace.traceparent(this.#span);
      if (this.#trace.tracestate !== undefined) headers["tracestate"] = this.#trace.tracestate;
    }
    if (this.#baggage.header !== "") headers["baggage"] = this.#baggage.header;
    return headers;
  }

  /** The same context in another scope. */
  #with(scope: Scope): ContextNode {
    return new ContextNode(this.#host, scope, this.#baggage, this.#trace, this.#span, false);
  }
}

/** Throws unless `value` is a number of milliseconds >= 0; `Infinity` is one. */
export function checkTimeout(call: string, value: unknown): asserts value is number {
  if (typeof value === "number" && value >= 0) return;
  throw invalidArgument(call, "timeoutMs", "a number of milliseconds >= 0 or Infinity", value);
}

/** Settles with `result` and then ends `scope`, or rejects as soon as `scope` is over. */
function until<T>(scope: Scope, result: PromiseLike<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const over = scope.listen(reject);
    const finish = (): void => {
      over.dispose();
      scope.end();
    };
    // By way of a promise, because the `then` of any thenable cannot be trusted to throw nothing and call back once.
    Promise.resolve(result).then(
      (value) => {
        finish();
        resolve(value);
      },
      (error: unknown) => {
        finish();
        reject(error);
      },
    );
  });
}

function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return (
    (typeof value === "object" || typeof value === "function") &&
    value !== null &&
    typeof (value as Partial<PromiseLike<T>>).then === "function"
  );
}

function ignore(): void {}
