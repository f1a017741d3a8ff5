import { type CallSpan, Expiring, type RefData, type Registration, type TimerWheel, type Value } from "@graphoid/core";
import type { RemoteRef } from "./remote-ref.ts";
import type { StreamReader } from "./stream-reader.ts";
import type { StreamWriter } from "./stream-writer.ts";

/** What a {@link PendingCall} reports to. */
export interface CallOwner {
  /** The time allowed ran out. */
  expired(call: PendingCall): void;
  /** The caller's signal fired. */
  aborted(call: PendingCall): void;
}

/**
 * One call that waits for its answer, or for the router to take it. It is its own timer entry and its own abort
 * listener, so that a call allocates neither closures nor timers for them.
 */
export class PendingCall extends Expiring implements EventListenerObject {
  readonly #owner: CallOwner;
  readonly kind: "send" | "request" | "stream";
  /** What is called; a redirect makes it another. */
  ref: RemoteRef;
  readonly message: string;
  /** Kept for a redirect, as it is then. */
  readonly payload: Value;
  /** The identity of the host that is to answer, where it is known. */
  peer: string | undefined;
  /** Where answers go; an answer must come addressed to its id. */
  replyTo: RefData;
  readonly timeoutMs: number;
  id = 0;
  /** Whether this host is the one called, when the call was made. */
  local = false;
  resolve: (value: Value) => void = ignore;
  reject: (error: unknown) => void = ignore;
  reader: StreamReader | undefined = undefined;
  /** What sends the caller's items. */
  writer: StreamWriter | undefined = undefined;
  key: string | undefined = undefined;
  /** The references that sent the call on. */
  redirectedBy: RemoteRef[] | undefined = undefined;
  signal: AbortSignal | undefined = undefined;
  span: CallSpan | undefined = undefined;
  contextListener: Registration | undefined = undefined;

  constructor(
    owner: CallOwner,
    kind: "send" | "request" | "stream",
    ref: RemoteRef,
    message: string,
    payload: Value,
    peer: string | undefined,
    replyTo: RefData,
    timeoutMs: number,
  ) {
    super();
    this.#owner = owner;
    this.kind = kind;
    this.ref = ref;
    this.message = message;
    this.payload = payload;
    this.peer = peer;
    this.replyTo = replyTo;
    this.timeoutMs = timeoutMs;
  }

  /** Lets it end after so many milliseconds, unless it has a deadline already. */
  limit(wheel: TimerWheel, timeoutMs: number): void {
    if (timeoutMs === Number.POSITIVE_INFINITY || this.expiresAtMs !== Number.POSITIVE_INFINITY) return;
    this.expiresAtMs = wheel.now() + timeoutMs;
    wheel.add(this);
  }

  expire(): void {
    this.#owner.expired(this);
  }

  handleEvent(): void {
    this.#owner.aborted(this);
  }
}

function ignore(): void {}

let lastResolve: (value: Value) => void;
let lastReject: (error: unknown) => void;

function capture(resolve: (value: Value) => void, reject: (error: unknown) => void): void {
  lastResolve = resolve;
  lastReject = reject;
}

/** The promise of a call, made without a closure for each. */
export function promiseOf(call: PendingCall): Promise<Value> {
  const promise = new Promise<Value>(capture);
  call.resolve = lastResolve;
  call.reject = lastReject;
  return promise;
}
