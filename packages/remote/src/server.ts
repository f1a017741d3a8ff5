import {
  CancelledError,
  type Clock,
  type ContextSource,
  DeadlineExceededError,
  describe,
  type Envelope,
  type EnvelopeHeaders,
  type EnvelopeSource,
  NotFoundError,
  OverloadedError,
  type RefData,
  UnimplementedError,
  type Value,
} from "@graphoid/core";
import type { Counters } from "./counters.ts";
import { answerEnvelope, CREDIT_HEADER, numberHeader, SEQUENCE_HEADER, TIMEOUT_HEADER } from "./envelopes.ts";
import { encodeError } from "./error-record.ts";
import { ForbiddenError, StaleRefError } from "./errors.ts";
import type { Handler } from "./exposure.ts";
import { OpenCalls } from "./open-calls.ts";
import { discard, isStream, isThenable } from "./results.ts";
import { type Call, type CallServer, ServedCall } from "./served-call.ts";
import { StreamWriter, toIterator } from "./stream-writer.ts";
import type { TimerWheel } from "./timer-wheel.ts";

/** What a {@link Server} works with. */
export interface ServerOptions {
  readonly clock: Clock;
  readonly wheel: TimerWheel;
  readonly contexts: ContextSource | undefined;
  readonly incarnation: string;
  readonly maxServing: number;
  readonly counters: Counters;
  /** What is exposed here. */
  readonly handlers: ReadonlyMap<string, Handler>;
  readonly authorize: ((call: Call) => boolean) | undefined;
  readonly sendsStacksTo: (source: EnvelopeSource) => boolean;
  readonly onError: (error: unknown, call: Call) => void;
  /** Takes an answer to a caller whose path offers no way back. */
  readonly routeAnswer: (replyTo: RefData, answer: Envelope) => void | Promise<void>;
}

/** The serving side of a remote: the calls that arrived here and what becomes of them. */
export class Server implements CallServer {
  readonly #options: ServerOptions;
  readonly #calls = new OpenCalls();

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  /** How many calls are being served. */
  get serving(): number {
    return this.#calls.size;
  }

  now(): number {
    return this.#options.clock.now();
  }

  /** Takes a call that arrived and gives it to its handler. */
  serve(envelope: Envelope, source: EnvelopeSource): void {
    const { counters, contexts } = this.#options;
    const kind = envelope.kind as "send" | "request" | "stream";
    const { replyTo } = envelope;
    if (kind !== "send" && source.reply === undefined && replyTo === undefined) {
      counters.malformed++;
      return;
    }
    const key = kind === "send" ? "" : callerKey(replyTo, source);
    if (kind !== "send" && this.#calls.get(key, envelope.id) !== undefined) {
      counters.duplicateCalls++;
      return;
    }
    const timeoutMs = numberHeader(envelope.headers, TIMEOUT_HEADER) ?? Number.POSITIVE_INFINITY;
    const deadline = timeoutMs === Number.POSITIVE_INFINITY ? timeoutMs : this.now() + timeoutMs;
    const { id, target, message, headers } = envelope;
    const call = new ServedCall(this, kind, id, target, message, headers, source, replyTo, deadline);
    let result: unknown;
    let pending: boolean;
    try {
      const handler = this.#admit(call, envelope, timeoutMs);
      counters.served++;
      if (contexts === undefined) {
        result = handler(message, envelope.payload ?? null, call);
      } else {
        result = this.#runInContext(contexts, call, () => handler(message, envelope.payload ?? null, call));
      }
      pending = isThenable(result);
    } catch (error) {
      this.#fail(call, error);
      return;
    }
    if (pending) {
      this.#register(call, key, timeoutMs);
      Promise.resolve(result).then(
        (value) => this.#succeed(call, value, key),
        (error: unknown) => this.#fail(call, error),
      );
    } else {
      this.#succeed(call, result, key);
    }
  }

  /** The caller does not want the answer any longer. */
  cancel(envelope: Envelope, source: EnvelopeSource): void {
    const call = this.#find(envelope, source);
    if (call !== undefined) this.#abandon(call, new CancelledError(`${describeCall(call)}: the caller cancelled`));
  }

  /** A stream's consumer takes more items. */
  credit(envelope: Envelope, source: EnvelopeSource): void {
    const total = envelope.payload;
    if (typeof total === "number") this.#find(envelope, source)?.writer?.grant(total);
  }

  expired(call: ServedCall): void {
    // The caller's own deadline has passed as well: it waits for no answer.
    this.#abandon(call, new DeadlineExceededError(`${describeCall(call)}: the caller's deadline passed`));
  }

  /** Gives up the calls of a host that is gone. */
  peerLost(identity: string, reason: Error): void {
    for (const call of this.#calls.all()) {
      if (call.source.identity === identity) this.#abandon(call, reason);
    }
  }

  /** Gives up every call, and tells the callers. */
  close(reason: Error): void {
    for (const call of this.#calls.all()) {
      const answered = call.open && call.kind !== "send";
      this.#abandon(call, reason);
      if (answered) this.#answer(call, "error", encodeError(reason, false));
    }
  }

  /** The handler for a call. Throws what the caller is to be told instead. */
  #admit(call: ServedCall, envelope: Envelope, timeoutMs: number): Handler {
    const { incarnation, authorize, handlers, maxServing, counters } = this.#options;
    if (timeoutMs <= 0) {
      counters.expiredCalls++;
      throw new DeadlineExceededError(`${describeCall(call)}: the deadline had passed when the call arrived`);
    }
    if (envelope.incarnation !== undefined && envelope.incarnation !== incarnation) {
      const details = { expected: envelope.incarnation, actual: incarnation };
      throw new StaleRefError(`${describeCall(call)}: the host has restarted since the reference was made`, {
        details,
      });
    }
    if (this.#calls.size >= maxServing) {
      throw new OverloadedError(`${describeCall(call)}: the host is serving ${maxServing} calls already`, {
        details: { limit: maxServing },
      });
    }
    if (authorize !== undefined && authorize(call) !== true) {
      throw new ForbiddenError(`${describeCall(call)}: not allowed`);
    }
    const handler = handlers.get(call.id);
    if (handler === undefined) {
      throw new NotFoundError(`${describeCall(call)}: nothing is exposed under that id`, {
        details: { target: shorten(call.id) },
      });
    }
    return handler;
  }

  #runInContext(contexts: ContextSource, call: ServedCall, run: () => unknown): unknown {
    const trusted = call.source.authenticated === true;
    call.operation = contexts.fromHeaders(call.headers, { name: call.message, trusted });
    call.span = call.operation.startSpan(call.message);
    call.context = call.span.context;
    return call.context.run(run);
  }

  #register(call: ServedCall, key: string, timeoutMs: number): void {
    if (call.callerKey !== undefined || !call.open) return;
    call.callerKey = key;
    this.#calls.add(call, key);
    this.#options.wheel.add(call, timeoutMs);
  }

  #succeed(call: ServedCall, result: unknown, key: string): void {
    if (call.kind === "stream") {
      this.#startStream(call, result, key);
      return;
    }
    const wasOpen = this.#finish(call);
    if (call.kind === "send" || !wasOpen) {
      discard(result);
      return;
    }
    if (isStream(result)) {
      discard(result);
      const error = new UnimplementedError(`${describeCall(call)}: answers with a stream; use \`ref.stream\``);
      this.#answer(call, "error", this.#encode(call, error));
      return;
    }
    this.#answer(call, "reply", (result ?? null) as Value);
  }

  #startStream(call: ServedCall, result: unknown, key: string): void {
    if (!call.open) {
      discard(result);
      return;
    }
    let iterator: ReturnType<typeof toIterator>;
    try {
      iterator = toIterator(result);
      if (iterator === undefined) {
        throw new UnimplementedError(`${describeCall(call)}: answers with one value; use \`ref.request\``);
      }
    } catch (error) {
      this.#fail(call, error);
      return;
    }
    this.#register(call, key, call.remainingMs());
    const credit = numberHeader(call.headers, CREDIT_HEADER) ?? 0;
    call.writer = new StreamWriter(
      iterator,
      {
        item: (sequence, value) => this.#post(call, answer(call, "item", value ?? null, sequenceHeader(sequence))),
        end: (total) => {
          if (this.#finish(call)) this.#answer(call, "end", null, sequenceHeader(total));
        },
        fail: (error) => this.#fail(call, error),
      },
      credit,
    );
    void call.writer.run();
  }

  #fail(call: ServedCall, error: unknown): void {
    if (!this.#finish(call, error)) return;
    if (call.kind === "send") {
      this.#options.counters.failedSends++;
      this.#options.onError(error, call);
    } else {
      this.#answer(call, "error", this.#encode(call, error));
    }
  }

  /** Ends a call without an answer. */
  #abandon(call: ServedCall, reason: Error): void {
    if (!call.open) return;
    // What the handler called in turn is not wanted either.
    call.operation?.cancel?.(reason);
    this.#finish(call, reason);
    call.abort(reason);
    call.writer?.stop();
  }

  /** Takes a call out of everything that knows it. True for exactly one caller, who answers it. */
  #finish(call: ServedCall, error?: unknown): boolean {
    if (!call.open) return false;
    call.open = false;
    if (call.callerKey !== undefined) {
      this.#calls.remove(call, call.callerKey);
      this.#options.wheel.remove(call);
    }
    call.span?.end(error);
    call.operation?.end?.();
    return true;
  }

  #find(envelope: Envelope, source: EnvelopeSource): ServedCall | undefined {
    const call = this.#calls.get(callerKey(envelope.replyTo, source), envelope.id);
    // Only the host that made a call has a say in it.
    return call !== undefined && call.source.identity === source.identity ? call : undefined;
  }

  #encode(call: ServedCall, error: unknown): Value {
    return encodeError(error, this.#options.sendsStacksTo(call.source));
  }

  /** Answers a call. An answer that cannot be sent becomes an error that says so: the caller must not wait in vain. */
  #answer(call: ServedCall, kind: "reply" | "error" | "end", payload: Value, headers?: EnvelopeHeaders): void {
    const failed = (error: unknown): void => {
      if (kind === "reply") {
        this.#answer(call, "error", this.#encode(call, error));
      } else {
        this.#options.counters.unanswered++;
        this.#options.onError(error, call);
      }
    };
    try {
      const posted = this.#post(call, answer(call, kind, payload, headers));
      if (posted !== undefined) Promise.resolve(posted).then(undefined, failed);
    } catch (error) {
      failed(error);
    }
  }

  #post(call: ServedCall, envelope: Envelope): void | Promise<void> {
    const { reply } = call.source;
    if (reply !== undefined) return reply(envelope);
    // One or the other is there: calls without a way back are refused on arrival.
    return this.#options.routeAnswer(call.replyTo as RefData, envelope);
  }
}

function answer(
  call: ServedCall,
  kind: "reply" | "error" | "item" | "end",
  payload: Value,
  headers?: EnvelopeHeaders,
): Envelope {
  return answerEnvelope(kind, call.correlationId, call.replyTo?.id ?? "", payload, headers);
}

function sequenceHeader(sequence: number): EnvelopeHeaders {
  return { [SEQUENCE_HEADER]: sequence };
}

/** What tells the callers apart, in whose numbering the ids are. */
function callerKey(replyTo: RefData | undefined, source: EnvelopeSource): string {
  return replyTo === undefined ? `identity ${source.identity ?? ""}` : replyTo.id;
}

function describeCall(call: Call): string {
  return `${call.kind} ${describe(call.message)} to ${describe(call.id)}`;
}

function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 97)}...` : text;
}
