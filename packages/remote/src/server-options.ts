import type { Clock, ContextSource, Envelope, EnvelopeSource, RefData, TimerWheel } from "@graphoid/core";
import type { Counters } from "./counters.ts";
import type { Handler } from "./exposure.ts";
import type { Call } from "./served-call.ts";

/** What a {@link Server} works with. */
export interface ServerOptions {
  readonly identity: string;
  readonly clock: Clock;
  readonly wheel: TimerWheel;
  readonly contexts: ContextSource | undefined;
  readonly incarnation: string;
  readonly maxServing: number;
  readonly streamWindow: number;
  readonly counters: Counters;
  /** What is exposed here. */
  readonly handlers: ReadonlyMap<string, Handler>;
  readonly authorize: ((call: Call) => boolean) | undefined;
  readonly sendsStacksTo: (source: EnvelopeSource) => boolean;
  readonly onError: (error: unknown, call: Call) => void;
  /** Takes an answer to a caller whose path offers no way back. */
  readonly routeAnswer: (replyTo: RefData, answer: Envelope) => void | Promise<void>;
}
