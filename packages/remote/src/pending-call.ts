import type { CallSpan, RefData, Registration, Value } from "@graphoid/core";
import type { RemoteRef } from "./remote-ref.ts";
import type { StreamReader } from "./stream-reader.ts";
import { Expiring } from "./timer-wheel.ts";

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
  readonly ref: RemoteRef;
  readonly message: string;
  /** The identity of the host that is to answer, where it is known. */
  readonly peer: string | undefined;
  /** Where answers go; an answer must come addressed to its id. */
  readonly replyTo: RefData;
  readonly timeoutMs: number;
  id = 0;
  /** Whether this host is the one called, when the call was made. */
  local = false;
  resolve: (value: Value) => void = ignore;
  reject: (error: unknown) => void = ignore;
  reader: StreamReader | undefined = undefined;
  signal: AbortSignal | undefined = undefined;
  span: CallSpan | undefined = undefined;
  contextListener: Registration | undefined = undefined;

  constructor(
    owner: CallOwner,
    kind: "send" | "request" | "stream",
    ref: RemoteRef,
    message: string,
    peer: string | undefined,
    replyTo: RefData,
    timeoutMs: number,
  ) {
    super();
    this.#owner = owner;
    this.kind = kind;
    this.ref = ref;
    this.message = message;
    this.peer = peer;
    this.replyTo = replyTo;
    this.timeoutMs = timeoutMs;
  }

  expire(): void {
    this.#owner.expired(this);
  }

  handleEvent(): void {
    this.#owner.aborted(this);
  }
}

function ignore(): void {}
