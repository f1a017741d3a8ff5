import {
  type CallContext,
  type CallSpan,
  type EnvelopeHeaders,
  type EnvelopeSource,
  Expiring,
  type RefData,
  type Value,
} from "@graphoid/core";
import { INPUT_HEADER, KEY_HEADER } from "./envelopes.ts";
import type { StreamReader } from "./stream-reader.ts";
import type { StreamWriter } from "./stream-writer.ts";

/** Who made a call, as far as the router knows. */
export interface CallerIdentity {
  /** The identity of the calling host: proved where `authenticated`, else merely claimed. */
  readonly identity: string | undefined;
  readonly authenticated: boolean;
}

/** The call that a handler is answering. */
export interface Call {
  /** The id of the exposed thing that was called. */
  readonly id: string;
  readonly message: string;
  /** How it was called; a `send` wants no answer. */
  readonly kind: "send" | "request" | "stream";
  readonly from: CallerIdentity;
  /** What travelled beside the payload. */
  readonly headers: EnvelopeHeaders;
  /** What the caller gave as `idempotencyKey`: calls with equal keys are meant once. */
  readonly idempotencyKey: string | undefined;
  /** The caller's own items, which come as fast as they are read here, and once. Empty where it gave none. */
  readonly items: AsyncIterable<Value>;
  /** The context of the call, where the remote was given `contexts`. */
  readonly context: CallContext | undefined;
  /**
   * Fires when the answer is not wanted any longer: the caller cancelled, its deadline passed, its host is gone, a
   * stream's consumer stopped. Made when first read; a handler that does not read it costs nothing.
   */
  readonly signal: AbortSignal;
  /** Milliseconds until the caller gives up; `Infinity` if it does not. */
  remainingMs(): number;
}

/** What a {@link ServedCall} reports to. */
export interface CallServer {
  /** Milliseconds, from the remote's clock. */
  now(): number;
  expired(call: ServedCall): void;
  /** A reader of the items that the caller sends. */
  readItems(call: ServedCall): StreamReader;
}

const NO_ITEMS: AsyncIterable<Value> = Object.freeze({
  [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true as const, value: undefined }) }),
});

/** One call that arrived and is being served. Handlers see it as {@link Call}. */
export class ServedCall extends Expiring implements Call {
  readonly #server: CallServer;
  readonly id: string;
  readonly message: string;
  readonly kind: "send" | "request" | "stream";
  readonly headers: EnvelopeHeaders;
  context: CallContext | undefined = undefined;
  operation: CallContext | undefined = undefined;
  /** The id that the caller gave the call. */
  readonly correlationId: number;
  readonly source: EnvelopeSource;
  readonly replyTo: RefData | undefined;
  /** When it arrived, by this host's clock; 0 without a deadline. */
  readonly arrivedMs: number;
  /** Where the call is registered while it goes on; absent for one that ended in the turn it came. */
  callerKey: string | undefined = undefined;
  writer: StreamWriter | undefined = undefined;
  /** Where the caller's items go, once the handler reads them. */
  input: StreamReader | undefined = undefined;
  span: CallSpan | undefined = undefined;
  /** Whether an answer is still wanted. */
  open = true;
  #controller: AbortController | undefined;
  #reason: unknown;

  constructor(
    server: CallServer,
    kind: "send" | "request" | "stream",
    correlationId: number,
    id: string,
    message: string,
    headers: EnvelopeHeaders,
    source: EnvelopeSource,
    replyTo: RefData | undefined,
    arrivedMs: number,
    expiresAtMs: number,
  ) {
    super();
    this.#server = server;
    this.kind = kind;
    this.correlationId = correlationId;
    this.id = id;
    this.message = message;
    this.headers = headers;
    this.source = source;
    this.replyTo = replyTo;
    this.arrivedMs = arrivedMs;
    this.expiresAtMs = expiresAtMs;
  }

  get from(): CallerIdentity {
    const { identity, authenticated } = this.source;
    return { identity, authenticated: authenticated === true };
  }

  get idempotencyKey(): string | undefined {
    const key = this.headers[KEY_HEADER];
    return key === undefined ? undefined : String(key);
  }

  get items(): AsyncIterable<Value> {
    if (!(INPUT_HEADER in this.headers)) return NO_ITEMS;
    this.input ??= this.#server.readItems(this);
    return this.input;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  remainingMs(): number {
    if (this.expiresAtMs === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
    return Math.max(0, this.expiresAtMs - this.#server.now());
  }

  /** Fires the signal, for those who read it before or will. */
  abort(reason: Error): void {
    this.#reason = reason;
    this.#controller?.abort(reason);
  }

  expire(): void {
    this.#server.expired(this);
  }
}
