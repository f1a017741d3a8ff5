import type { ContextSource, Envelope, RefData, Router, TimerWheel, Value } from "@graphoid/core";
import type { Counters } from "./counters.ts";
import type { RemoteRef } from "./remote-ref.ts";

/** What a {@link Caller} works with. */
export interface CallerOptions {
  readonly wheel: TimerWheel;
  readonly contexts: ContextSource | undefined;
  readonly maxInFlight: number;
  readonly defaultTimeoutMs: number;
  readonly streamWindow: number;
  readonly maxRedirects: number;
  readonly counters: Counters;
  /** A reference of this host to what `payload`, a reference of whatever kind, refers to. */
  readonly adopt: (payload: Value) => RemoteRef | undefined;
  /** Gives an envelope to the router. */
  readonly route: Router["route"];
  /** Gives an envelope to this host itself. */
  readonly takeLocally: (envelope: Envelope) => void;
  /** Where the host behind `ref` sends answers. */
  readonly replyTo: (ref: RemoteRef) => RefData;
  /** The identity of the host behind `ref`, where it is known. */
  readonly peerOf: (ref: RemoteRef) => string | undefined;
}
