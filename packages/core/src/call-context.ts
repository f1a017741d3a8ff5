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
  /**
   * As {@link CallContext.run}, for those who do not know whether `fn` looks at the ambient context: it alone never makes
   * the platform begin to keep track of one, which costs every `await` of the process on some.
   */
  runPassively<T>(fn: () => T): T;
  /** Cancels the operation that the context belongs to; does nothing once that is over. */
  cancel(reason?: unknown): void;
  /** Says that the work is done: what still runs in the context is cancelled. */
  end(error?: unknown): void;
}

/** One timed step inside a context. */
export interface CallSpan {
  readonly context: CallContext;
  /** Ends the span; `error` marks it failed. Calling it again does nothing. */
  end(error?: unknown): void;
}

/** Where a remote gets contexts from. `createContexts()` of `@graphoid/context` returns one. */
export interface ContextSource {
  /**
   * The ambient context of the code that is running, if any. It never makes the platform begin to keep track of one; see
   * {@link CallContext.runPassively}.
   */
  peek(): CallContext | undefined;
  /** The context of a call that arrived with these headers. Headers of the wrong shape are ignored, never thrown on. */
  fromHeaders(headers: EnvelopeHeaders, options: ReceivedCall): CallContext;
}

/** What {@link ContextSource.fromHeaders} is told beside the headers. */
export interface ReceivedCall {
  /** What the call is called in a deadline error. */
  readonly name: string;
  /** Whether the sender may decide what is traced here: whether the transport authenticated it. */
  readonly trusted: boolean;
  /** Milliseconds that the call has here. Default: what the headers say. */
  readonly timeoutMs?: number;
}
