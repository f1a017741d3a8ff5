import type { EnvelopeHeaders } from "./envelope.ts";
import type { Registration } from "./registration.ts";

/**
 * What a remote call needs to know of the operation it belongs to: how long is left, whether it is cancelled, what
 * to write into the envelope. `@graphoid/context` makes them; anything with this shape will do.
 */
export interface CallContext {
  /** Milliseconds until the deadline, never negative; `Infinity` without one. */
  remainingMs(): number;
  /** The reason of the cancellation, once cancelled; `undefined` before. */
  readonly cancelReason: unknown;
  /** Calls `run(reason)` once when the context is cancelled or its deadline passes; at once if that already was. */
  onCancel(run: (reason: unknown) => void): Registration;
  /** What of the context travels: remaining time, trace, metadata. */
  toHeaders(): EnvelopeHeaders;
  /** A child for one step of the operation, recorded as a span named `name` until `end` is called on it. */
  startSpan(name: string): CallSpan;
  /** Runs `fn` with this context as the ambient one, where the platform has such a thing. */
  run<T>(fn: () => T): T;
}

/** One timed step inside a context. */
export interface CallSpan {
  readonly context: CallContext;
  /** Ends the span; `error` marks it failed. Calling it again does nothing. */
  end(error?: unknown): void;
}

/** Where a remote gets contexts from. `createContexts()` of `@graphoid/context` returns one. */
export interface ContextSource {
  /** The ambient context of the code that is running, if any. */
  current(): CallContext | undefined;
  /** The context of a call that arrived with these headers. Headers of the wrong shape are ignored, never thrown on. */
  fromHeaders(headers: EnvelopeHeaders, options: { readonly name: string; readonly trusted: boolean }): CallContext;
}
