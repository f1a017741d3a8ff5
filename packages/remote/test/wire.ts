import {
  type Clock,
  cloneValue,
  type Envelope,
  type EnvelopeSource,
  GraphoidError,
  isGraphoidError,
  type Router,
} from "@graphoid/core";
import { createRemote, type Remote, type RemoteOptions } from "../src/remote.ts";

/** What a test may do with an envelope on its way: deliver it now, later, more than once, or never. */
export type Carry = (deliver: () => void, envelope: Envelope) => void;

export interface WireOptions {
  /** Default: delivered in the next microtask. */
  readonly carry?: Carry;
  /** Whether calls carry a path back; otherwise answers are routed to `replyTo`. Default: true. */
  readonly replyPath?: boolean;
  /** Whether `replyTo` travels; a router with a path back may leave it out. Default: true. */
  readonly carriesReplyTo?: boolean;
  readonly authenticated?: boolean;
  readonly clock?: Clock;
}

/** A network of remotes inside a test, in which payloads are copied and every envelope can be watched and bent. */
export class Wire {
  readonly log: { from: string; to: string; envelope: Envelope }[] = [];
  readonly #hosts = new Map<string, Remote>();
  readonly #options: WireOptions;

  constructor(options: WireOptions = {}) {
    this.#options = options;
  }

  join(identity: string, options: Partial<RemoteOptions> = {}): Remote {
    const { clock } = this.#options;
    const remote = createRemote({
      identity,
      route: this.route(identity),
      ...(clock === undefined ? {} : { clock }),
      ...options,
    });
    this.#hosts.set(identity, remote);
    return remote;
  }

  route(from: string): Router["route"] {
    return (ref, envelope) => {
      const to = ref.location();
      if (typeof to !== "string" || !this.#hosts.has(to)) throw new GraphoidError("ROUTE", "no such host");
      this.carry(from, to, envelope);
    };
  }

  carry(from: string, to: string, envelope: Envelope): void {
    const { replyTo, ...rest } = envelope;
    const kept = replyTo !== undefined && this.#options.carriesReplyTo !== false ? { replyTo } : {};
    const copy: Envelope = { ...rest, ...kept, payload: cloneValue(envelope.payload) };
    this.log.push({ from, to, envelope: copy });
    const { carry = queueMicrotask as (deliver: () => void) => void } = this.#options;
    carry(() => this.#hosts.get(to)?.deliver(copy, this.source(from, to)), copy);
  }

  source(from: string, to: string): EnvelopeSource {
    const { replyPath = true, authenticated = false } = this.#options;
    const source = { identity: from, authenticated };
    return replyPath ? { ...source, reply: async (answer: Envelope) => this.carry(to, from, answer) } : source;
  }

  /** The envelopes that were sent, as `kind` and sender. */
  get kinds(): string[] {
    return this.log.map(({ from, envelope }) => `${from} ${envelope.kind}`);
  }

  async close(): Promise<void> {
    await Promise.all(Array.from(this.#hosts.values(), (host) => host.close()));
  }
}

/** The error that a promise rejects with. */
export async function failure(promise: Promise<unknown>): Promise<GraphoidError> {
  const error: unknown = await promise.then(
    (value) => new Error(`expected a rejection, got ${String(value)}`),
    (reason: unknown) => reason,
  );
  if (!isGraphoidError(error)) throw error;
  return error;
}

/** Lets everything that is under way in this turn of the event loop happen. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** A promise and its ends. */
export function deferred<T = void>(): {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (error: unknown) => void;
} {
  let ends: [(value: T) => void, (error: unknown) => void] | undefined;
  const promise = new Promise<T>((...given) => {
    ends = given;
  });
  return { promise, resolve: ends![0], reject: ends![1] };
}
