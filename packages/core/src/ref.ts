import type { CallContext } from "./call-context.ts";
import type { PlainRecord, Value } from "./values.ts";

/** Marks a reference, whichever copy of the package made it. */
export const refBrand: unique symbol = Symbol.for("graphoid.ref") as never;

/** What a reference is when it travels: plain data, enough to make an equal reference elsewhere. */
export interface RefData {
  /** The name of the thing at its host. */
  readonly id: string;
  /** Where it is; what a location means is the platform's business. `null` when the router finds it by `id` alone. */
  readonly location: Value;
  /** Free facts about the thing; never used for routing by the primitives. */
  readonly metadata: PlainRecord;
  /** The incarnation of the host that the reference was made for; absent when any will do. */
  readonly incarnation?: string;
}

/** Options of one call through a reference. */
export interface CallOptions {
  /** Ends the wait with `CancelledError` and tells the other side. */
  readonly signal?: AbortSignal;
  /** Milliseconds until the call fails with `DeadlineExceededError`. Default: the context's, else the remote's. */
  readonly timeoutMs?: number;
  /** The context that the call belongs to. Default: the ambient one, where there is one. */
  readonly context?: CallContext;
  /**
   * Travels with the call, and the handler sees it: calls with equal keys are meant once. Nothing here compares keys; it
   * is what a platform's retries are built with.
   */
  readonly idempotencyKey?: string;
  /** For `request` and `stream`: what the handler reads as `call.items`, at its own pace. */
  readonly items?: Iterable<Value> | AsyncIterable<Value>;
}

/** A handle to something that may live elsewhere. `@graphoid/remote` makes them. */
export interface Ref {
  readonly [refBrand]: true;
  readonly id: string;
  readonly metadata: PlainRecord;
  readonly incarnation: string | undefined;
  isLocal(): boolean;
  isRemote(): boolean;
  location(): Value;
  /** The value that it refers to, fetched when remote. */
  resolve(options?: CallOptions): Promise<Value>;
  /** Delivers a message, at most once, and does not wait for it to be handled. */
  send(message: string, payload?: Value, options?: CallOptions): Promise<void>;
  /** Delivers a message, at most once, and waits for the handler's answer. */
  request(message: string, payload?: Value, options?: CallOptions): Promise<Value>;
  /** Delivers a message whose handler answers with many items; the consumer's pace holds the producer back. */
  stream(message: string, payload?: Value, options?: CallOptions): AsyncIterable<Value>;
  /** The reference as data, for serializers. */
  toData(): RefData;
}

/** Tells whether `value` is a reference. */
export function isRef(value: unknown): value is Ref {
  return typeof value === "object" && value !== null && (value as Partial<Ref>)[refBrand] === true;
}
