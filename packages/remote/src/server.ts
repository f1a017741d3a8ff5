import {
  CancelledError,
  type ContextSource,
  DeadlineExceededError,
  type Envelope,
  type EnvelopeHeaders,
  type EnvelopeSource,
  type Redirect,
  type RefData,
  UnimplementedError,
  type Value,
} from "@graphoid/core";
import { admit, describeServed, shorten } from "./admission.ts";
import { answerTo, callerKey, isRedirect, OF_INPUT, REDIRECTED, sequenceHeader } from "./answers.ts";
import { inputReader } from "./call-input.ts";
import { CREDIT_HEADER, numberHeader, TIMEOUT_HEADER, unreadable } from "./envelopes.ts";
import { encodeError } from "./error-record.ts";
import { timeHere, withHop } from "./hops.ts";
import { OpenCalls } from "./open-calls.ts";
import { discard, isStream, isThenable } from "./results.ts";
import { type CallServer, ServedCall } from "./served-call.ts";
import type { ServerOptions } from "./server-options.ts";
import type { StreamReader } from "./stream-reader.ts";
import { StreamWriter, toIterator } from "./stream-writer.ts";

/** The serving side of a remote: the calls that arrived here and what becomes of them. */
export class Server implements CallServer {
  readonly #options: ServerOptions;
  readonly #calls = new OpenCalls();
  /** A promise of a path of answers that has resolved: a path that answers with it again has taken the answer. */
  #posted: unknown;

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

  /**
   * Takes a call that arrived and gives it to its handler. Of a handler that takes its time, returns a promise that
   * resolves when it has ended.
   */
  serve(envelope: Envelope, source: EnvelopeSource): void | Promise<void> {
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
    const timeoutMs = timeHere(numberHeader(envelope.headers, TIMEOUT_HEADER) ?? Number.POSITIVE_INFINITY);
    const arrivedMs = timeoutMs === Number.POSITIVE_INFINITY ? 0 : this.now();
    const { id, target, message, headers } = envelope;
    const call = new ServedCall(
      this,
      kind,
      id,
      target,
      message,
      headers,
      source,
      replyTo,
      arrivedMs,
      arrivedMs + timeoutMs,
    );
    let result: unknown;
    let pending: boolean;
    try {
      const handler = admit(this.#options, call, envelope, timeoutMs, this.#calls.size);
      counters.served++;
      if (contexts === undefined) {
        result = handler(message, envelope.payload ?? null, call);
      } else {
        result = this.#runInContext(contexts, call, timeoutMs, () => handler(message, envelope.payload ?? null, call));
      }
      pending = isThenable(result);
    } catch (error) {
      this.#fail(call, error);
      return;
    }
    if (pending) {
      this.#register(call, key);
      return Promise.resolve(result).then(
        (value) => this.#succeed(call, value, key),
        (error: unknown) => this.#fail(call, error),
      );
    }
    this.#succeed(call, result, key);
  }

  /** Takes what a caller sends about a call that is open: it gives it up, takes more items, or sends its own. */
  control(envelope: Envelope, source: EnvelopeSource): void {
    const call = this.#find(envelope, source);
    if (call === undefined) return;
    const refused = unreadable(envelope, () => `${describeServed(call)}: an item`);
    if (refused !== undefined) {
      call.input?.refuse(refused);
      return;
    }
    switch (envelope.kind) {
      case "cancel":
        this.#abandon(call, new CancelledError(`${describeServed(call)}: the caller cancelled`));
        break;
      case "credit":
        if (typeof envelope.payload === "number") call.writer?.grant(envelope.payload);
        break;
      case "item":
        call.input?.item(envelope);
        break;
      case "end":
        call.input?.end(envelope);
        break;
      default:
    }
  }

  readItems(call: ServedCall): StreamReader {
    const reader = inputReader(this.#options.streamWindow, (kind, payload) =>
      this.#post(call, answerTo(call, kind, payload, OF_INPUT)),
    );
    if (!call.open) reader.abort(ended(call));
    return reader;
  }

  expired(call: ServedCall): void {
    // A little before the caller's own deadline passes: it still learns where the time went.
    this.#giveUp(call, new DeadlineExceededError(`${describeServed(call)}: the caller's deadline passed`));
  }

  /** Gives up the calls of a host that is gone. */
  peerLost(identity: string, reason: Error): void {
    for (const call of this.#calls.all()) {
      if (call.source.identity === identity) this.#abandon(call, reason);
    }
  }

  /** Gives up every call, and tells the callers. */
  close(reason: Error): void {
    for (const call of this.#calls.all()) this.#giveUp(call, reason);
  }

  #runInContext(contexts: ContextSource, call: ServedCall, timeoutMs: number, run: () => unknown): unknown {
    const trusted = call.source.authenticated === true;
    call.operation = contexts.fromHeaders(call.headers, { name: call.message, trusted, timeoutMs });
    call.span = call.operation.startSpan(call.message);
    call.context = call.span.context;
    return call.context.runPassively(run);
  }

  #register(call: ServedCall, key: string): void {
    if (call.callerKey !== undefined || !call.open) return;
    call.callerKey = key;
    this.#calls.add(call, key);
    this.#options.wheel.add(call);
  }

  #succeed(call: ServedCall, result: unknown, key: string): void {
    if (call.kind === "stream") {
      this.#startStream(call, result, key);
      return;
    }
    if (isRedirect(result)) {
      this.#sendOn(call, result);
      return;
    }
    const wasOpen = this.#finish(call);
    if (call.kind === "send" || !wasOpen) {
      discard(result);
      return;
    }
    if (isStream(result)) {
      discard(result);
      const error = new UnimplementedError(`${describeServed(call)}: answers with a stream; use \`ref.stream\``);
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
    if (isRedirect(result)) {
      this.#sendOn(call, result);
      return;
    }
    let iterator: ReturnType<typeof toIterator>;
    try {
      iterator = toIterator(result);
      if (iterator === undefined) {
        throw new UnimplementedError(`${describeServed(call)}: answers with one value; use \`ref.request\``);
      }
    } catch (error) {
      this.#fail(call, error);
      return;
    }
    this.#register(call, key);
    const credit = numberHeader(call.headers, CREDIT_HEADER) ?? 0;
    call.writer = new StreamWriter(
      iterator,
      {
        item: (sequence, value) => this.#post(call, answerTo(call, "item", value ?? null, sequenceHeader(sequence))),
        end: (total) => {
          if (this.#finish(call)) this.#answer(call, "end", null, sequenceHeader(total));
        },
        fail: (error) => this.#fail(call, error),
      },
      credit,
    );
    void call.writer.run();
  }

  /** Answers that the call belongs elsewhere. */
  #sendOn(call: ServedCall, { redirect }: Redirect): void {
    if (call.kind === "send") {
      this.#fail(call, new UnimplementedError(`${describeServed(call)}: a \`send\` is not redirected; forward it`));
    } else if (this.#finish(call)) {
      this.#answer(call, "reply", redirect, REDIRECTED);
    }
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

  /** Ends a call and tells the caller why. */
  #giveUp(call: ServedCall, reason: Error): void {
    const answered = call.open && call.kind !== "send";
    this.#abandon(call, reason);
    if (answered) this.#answer(call, "error", this.#encode(call, reason, false));
  }

  /** Ends a call without an answer. */
  #abandon(call: ServedCall, reason: Error): void {
    if (!call.open) return;
    // What the handler called in turn is not wanted either.
    call.operation?.cancel(reason);
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
    call.operation?.end();
    call.input?.abort(error ?? ended(call));
    return true;
  }

  #find(envelope: Envelope, source: EnvelopeSource): ServedCall | undefined {
    const call = this.#calls.get(callerKey(envelope.replyTo, source), envelope.id);
    // Only the host that made a call has a say in it.
    return call !== undefined && call.source.identity === source.identity ? call : undefined;
  }

  #encode(call: ServedCall, error: unknown, withStack: boolean = this.#options.sendsStacksTo(call.source)): Value {
    const record = encodeError(error, withStack);
    if (call.arrivedMs === 0) return record;
    return withHop(record, error, () => ({
      host: this.#options.identity,
      target: shorten(call.id),
      message: shorten(call.message),
      ms: this.now() - call.arrivedMs,
    }));
  }

  /** Answers a call. An answer that cannot be sent becomes an error that says so: the caller must not wait in vain. */
  #answer(call: ServedCall, kind: "reply" | "error" | "end", payload: Value, headers?: EnvelopeHeaders): void {
    try {
      const posted = this.#post(call, answerTo(call, kind, payload, headers));
      if (posted === undefined || posted === this.#posted) return;
      Promise.resolve(posted).then(
        () => {
          this.#posted = posted;
        },
        (error: unknown) => this.#unanswered(call, kind, error),
      );
    } catch (error) {
      this.#unanswered(call, kind, error);
    }
  }

  #unanswered(call: ServedCall, kind: "reply" | "error" | "end", error: unknown): void {
    if (kind === "reply") {
      this.#answer(call, "error", this.#encode(call, error));
    } else {
      this.#options.counters.unanswered++;
      this.#options.onError(error, call);
    }
  }

  #post(call: ServedCall, envelope: Envelope): void | Promise<void> {
    const { reply } = call.source;
    if (reply !== undefined) return reply(envelope);
    // One or the other is there: calls without a way back are refused on arrival.
    return this.#options.routeAnswer(call.replyTo as RefData, envelope);
  }
}

/** What reading the caller's items fails with after the answer. */
function ended(call: ServedCall): CancelledError {
  return new CancelledError(`${describeServed(call)}: the call is over`);
}
