import {
  type CallOptions,
  ClosedError,
  type Envelope,
  type EnvelopeHeaders,
  type EnvelopeSource,
  isGraphoidError,
  type RefData,
  type Value,
} from "@graphoid/core";
import { mayAnswer } from "./answers.ts";
import {
  answeredError,
  cancelled,
  describeCall,
  ended,
  outOfTime,
  peerLost,
  refusal,
  routeError,
  unreadableAnswer,
} from "./call-errors.ts";
import { type InputSink, inputWriter } from "./call-input.ts";
import { checkCallOptions, checkMessage, timeLimit } from "./call-options.ts";
import { CallTable } from "./call-table.ts";
import type { CallerOptions } from "./caller-options.ts";
import {
  CREDIT_HEADER,
  callEnvelope,
  callHeaders,
  controlEnvelope,
  NO_HEADERS,
  REDIRECT_HEADER,
  timeoutHeaders,
} from "./envelopes.ts";
import { type CallOwner, PendingCall, promiseOf } from "./pending-call.ts";
import { redirectTarget } from "./redirects.ts";
import type { RemoteRef } from "./remote-ref.ts";
import { type StreamCall, StreamReader } from "./stream-reader.ts";

type Kind = "send" | "request" | "stream";

const NO_OPTIONS: CallOptions = Object.freeze({});
const NO_ANSWER: RefData = Object.freeze({ id: "", location: null, metadata: {} });
const SENT: Promise<void> = Promise.resolve();

/** The calling side of a remote: the calls made from here and what becomes of them. */
export class Caller implements CallOwner, InputSink {
  readonly #options: CallerOptions;
  readonly #calls: CallTable<PendingCall>;
  readonly #defaultHeaders: EnvelopeHeaders;
  /** A promise of the router that has resolved: a router that answers with it again has taken the envelope. */
  #taken: unknown;
  #closed = false;

  constructor(options: CallerOptions) {
    this.#options = options;
    this.#calls = new CallTable(options.maxInFlight);
    this.#defaultHeaders = timeoutHeaders(options.defaultTimeoutMs);
  }

  /** How many calls wait. */
  get inFlight(): number {
    return this.#calls.size;
  }

  send(ref: RemoteRef, message: string, payload: Value, options: CallOptions = NO_OPTIONS): Promise<void> {
    try {
      const call = this.#prepare("send", ref, message, payload, options);
      // The handler's deadline is the caller's business only where the caller named one.
      const named = options.timeoutMs !== undefined || call.span !== undefined || call.key !== undefined;
      const headers = named ? this.#headers(call) : NO_HEADERS;
      const envelope = callEnvelope("send", 0, ref.id, message, payload, headers, undefined, ref.incarnation);
      this.#options.counters.sends++;
      const taken = this.#transmit(call, envelope);
      if (taken === undefined || taken === this.#taken) {
        call.span?.end();
        return SENT;
      }
      return this.#waitUntilTaken(call, options, taken);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #waitUntilTaken(call: PendingCall, options: CallOptions, taken: Promise<void>): Promise<void> {
    const promise = promiseOf(call);
    this.#open(call, options);
    Promise.resolve(taken).then(
      () => {
        this.#taken = taken;
        this.#complete(call, null);
      },
      (error: unknown) => this.#fail(call, routeError(call, error)),
    );
    return promise as Promise<unknown> as Promise<void>;
  }

  request(ref: RemoteRef, message: string, payload: Value, options: CallOptions = NO_OPTIONS): Promise<Value> {
    try {
      const call = this.#prepare("request", ref, message, payload, options);
      const headers = this.#headers(call);
      const promise = promiseOf(call);
      this.#open(call, options);
      this.#options.counters.requests++;
      this.#dispatch(call, headers);
      return promise;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  stream(ref: RemoteRef, message: string, payload: Value, options: CallOptions = NO_OPTIONS): AsyncIterable<Value> {
    checkMessage(message);
    checkCallOptions(options);
    return {
      [Symbol.asyncIterator]: () => this.#reader(ref, message, payload, options),
    };
  }

  #reader(ref: RemoteRef, message: string, payload: Value, options: CallOptions): StreamReader {
    let call: PendingCall;
    const streamCall: StreamCall = {
      open: (reader, credit) => {
        call = this.#prepare("stream", ref, message, payload, options);
        call.reader = reader;
        const headers = { ...this.#headers(call), [CREDIT_HEADER]: credit };
        this.#open(call, options);
        this.#options.counters.streams++;
        this.#dispatch(call, headers);
      },
      grant: (total) => this.#control(call, "credit", total),
      finish: (error) => this.#finish(call, error),
      cancel: () => {
        if (this.#finish(call)) this.#control(call, "cancel", null);
      },
      hasten: () => call.limit(this.#options.wheel, this.#options.defaultTimeoutMs),
    };
    return new StreamReader(streamCall, this.#options.streamWindow);
  }

  /** Takes an answer to one of the calls made from here. */
  answer(envelope: Envelope, source: EnvelopeSource): void {
    const call = this.#calls.get(envelope.id);
    if (call === undefined || !mayAnswer(call, envelope, source) || !this.#take(call, envelope, source)) {
      this.#options.counters.lateAnswers++;
    }
  }

  #take(call: PendingCall, envelope: Envelope, source: EnvelopeSource): boolean {
    const { reader } = call;
    const unreadable = unreadableAnswer(call, envelope);
    if (unreadable !== undefined) return this.#cancel(call, unreadable);
    switch (envelope.kind) {
      case "reply":
        if (REDIRECT_HEADER in envelope.headers) return this.#redirect(call, envelope.payload);
        if (reader !== undefined || call.kind === "send") return false;
        this.#complete(call, envelope.payload ?? null);
        return true;
      case "error":
        if (call.kind === "send") return false;
        this.#fail(call, answeredError(call, envelope.payload, source.identity, this.#options.wheel.now()));
        return true;
      case "credit":
        if (typeof envelope.payload === "number") call.writer?.grant(envelope.payload);
        return call.writer !== undefined;
      case "cancel":
        call.writer?.stop();
        return call.writer !== undefined;
      case "item":
        return reader?.item(envelope) ?? false;
      case "end":
        reader?.end(envelope);
        return reader !== undefined;
      default:
        return false;
    }
  }

  /** Makes a call anew where its host says that it belongs. The time that it has left goes on running. */
  #redirect(call: PendingCall, payload: Value): boolean {
    const { peerOf, replyTo, wheel } = this.#options;
    const ref = redirectTarget(call, payload, this.#options);
    if (isGraphoidError(ref)) {
      this.#fail(call, ref);
      return true;
    }
    // Another id, so that whatever the first host still sends belongs to no call.
    this.#calls.close(call.id);
    call.id = this.#calls.open(call);
    call.ref = ref;
    call.peer = peerOf(ref);
    call.replyTo = replyTo(ref);
    call.local = ref.isLocal();
    const headers = this.#headers(call, call.expiresAtMs - wheel.now());
    this.#dispatch(call, call.reader === undefined ? headers : { ...headers, [CREDIT_HEADER]: call.reader.granted });
    return true;
  }

  expired(call: PendingCall): void {
    this.#giveUp(call, outOfTime(call));
  }

  aborted(call: PendingCall): void {
    this.#cancel(call, cancelled(call, call.signal?.reason));
  }

  /** Ends every call that waits for that host. */
  peerLost(identity: string, reason: unknown): void {
    for (const call of this.#calls.all()) {
      if (call.peer !== identity) continue;
      this.#fail(call, peerLost(call, identity, reason));
    }
  }

  /** Ends every call, and refuses further ones. */
  close(): void {
    this.#closed = true;
    for (const call of this.#calls.all()) {
      this.#cancel(call, new ClosedError(`${describeCall(call)}: the remote was closed`));
    }
  }

  /** Checks a call and works out how long it may take. Throws what a call can fail with before it is sent. */
  #prepare(kind: Kind, ref: RemoteRef, message: string, payload: Value, options: CallOptions): PendingCall {
    checkMessage(message);
    if (options !== NO_OPTIONS) checkCallOptions(options);
    const { contexts, defaultTimeoutMs, peerOf, replyTo } = this.#options;
    const context = options.context ?? contexts?.peek();
    const timeoutMs = timeLimit(kind, options.timeoutMs, context, defaultTimeoutMs);
    const answersTo = kind === "send" ? NO_ANSWER : replyTo(ref);
    const call = new PendingCall(this, kind, ref, message, payload, peerOf(ref), answersTo, timeoutMs);
    call.key = options.idempotencyKey;
    call.local = ref.isLocal();
    const refused = refusal(call, options.signal, context, this.#closed, this.#calls.full, this.#options.maxInFlight);
    if (refused !== undefined) throw refused;
    if (options.items !== undefined) call.writer = inputWriter(call, options.items, this);
    if (context !== undefined) call.span = context.startSpan(message);
    return call;
  }

  /** Lets a prepared call wait: from here on it ends exactly once, in {@link Caller.#finish}. */
  #open(call: PendingCall, options: CallOptions): void {
    call.id = this.#calls.open(call);
    call.limit(this.#options.wheel, call.timeoutMs);
    if (options.signal !== undefined) {
      call.signal = options.signal;
      options.signal.addEventListener("abort", call, { once: true });
    }
    if (call.span !== undefined) {
      call.contextListener = call.span.context.onCancel((reason) => this.#cancel(call, ended(call, reason)));
    }
  }

  #headers(call: PendingCall, timeoutMs: number = call.timeoutMs): EnvelopeHeaders {
    const plain = timeoutMs === this.#options.defaultTimeoutMs ? this.#defaultHeaders : timeoutHeaders(timeoutMs);
    return callHeaders(plain, call.span?.context, call.key, call.writer !== undefined);
  }

  #dispatch(call: PendingCall, headers: EnvelopeHeaders): void {
    const { id, ref, message, payload, replyTo } = call;
    const kind = call.kind as "request" | "stream";
    const envelope = callEnvelope(kind, id, ref.id, message, payload, headers, replyTo, ref.incarnation);
    try {
      const taken = this.#pass(call, envelope);
      if (taken === undefined || taken === this.#taken) return;
      // A router in plain JavaScript may return anything; only a promise is waited for.
      Promise.resolve(taken).then(
        () => {
          this.#taken = taken;
        },
        (error: unknown) => this.#fail(call, routeError(call, error)),
      );
    } catch (error) {
      this.#fail(call, routeError(call, error));
    }
  }

  #transmit(call: PendingCall, envelope: Envelope): void | Promise<void> {
    try {
      return this.#pass(call, envelope);
    } catch (error) {
      const failure = routeError(call, error);
      call.span?.end(failure);
      throw failure;
    }
  }

  #pass(call: PendingCall, envelope: Envelope): void | Promise<void> {
    return call.local ? this.#options.takeLocally(envelope) : this.#options.route(call.ref, envelope);
  }

  itemsFailed(call: PendingCall, error: unknown): void {
    this.#cancel(call, error);
  }

  post(call: PendingCall, kind: "item" | "end", value: Value, headers: EnvelopeHeaders): void | Promise<void> {
    return this.#pass(call, controlEnvelope(kind, call.id, call.ref.id, value, call.replyTo, headers));
  }

  /** Tells the host about an open call, as far as it can be told: if it cannot, its own deadline ends the call. */
  #control(call: PendingCall, kind: "cancel" | "credit", payload: Value): void {
    try {
      const envelope = controlEnvelope(kind, call.id, call.ref.id, payload, call.replyTo);
      Promise.resolve(this.#pass(call, envelope)).catch(() => {});
    } catch {
      // As above.
    }
  }

  #complete(call: PendingCall, value: Value): void {
    if (this.#finish(call)) call.resolve(value);
  }

  /** The call fails by itself: what a stream brought before can still be read. */
  #fail(call: PendingCall, error: unknown): void {
    if (!this.#finish(call, error)) return;
    if (call.reader === undefined) call.reject(error);
    else call.reader.fail(error);
  }

  /** The call fails because this side does not wait any longer. */
  #giveUp(call: PendingCall, error: unknown): boolean {
    if (!this.#finish(call, error)) return false;
    if (call.reader === undefined) call.reject(error);
    else call.reader.abort(error);
    return true;
  }

  /** Tells the host, too. */
  #cancel(call: PendingCall, error: unknown): boolean {
    if (!this.#giveUp(call, error)) return false;
    if (call.kind !== "send") this.#control(call, "cancel", null);
    return true;
  }

  /** Takes a call out of everything that knows it. True for exactly one caller, who settles it. */
  #finish(call: PendingCall, error?: unknown): boolean {
    if (!this.#calls.close(call.id)) return false;
    this.#options.wheel.remove(call);
    call.signal?.removeEventListener("abort", call);
    call.contextListener?.dispose();
    call.span?.end(error);
    call.writer?.stop();
    return true;
  }
}
