import type { Envelope } from "./envelope.ts";
import type { Ref } from "./ref.ts";

/** Where an envelope came from, as far as the router knows. */
export interface EnvelopeSource {
  /** The sender's identity: authenticated where `authenticated` says so, else merely claimed. */
  readonly identity?: string;
  /** Whether the transport has proved `identity` (mutual TLS). Default: false. */
  readonly authenticated?: boolean;
  /** Sends an answer back by the path that the envelope came by. Absent where the router has no such path. */
  readonly reply?: (envelope: Envelope) => Promise<void>;
}

/**
 * Moves envelopes between hosts. A platform registers its own with `routing.register(name, router)`.
 * The generic `Config` is whatever `routing.init(config)` is to pass.
 */
export interface Router<Config = never> {
  /** Prepares the router: connects, subscribes. Called by `routing.init(config)`. */
  init?(config: Config): void | Promise<void>;
  /** Takes an envelope towards `ref`. Resolves once it is handed to the transport; rejects if it could not be. */
  route(ref: Ref, envelope: Envelope): void | Promise<void>;
  /** Takes bytes that arrived from the transport, decodes them and hands the envelope to `routing.deliver`. */
  receive?(bytes: Uint8Array, source: EnvelopeSource): void | Promise<void>;
  /** Lets go of everything `init` took. */
  close?(): void | Promise<void>;
  /** What the router promises; see {@link RouterGuarantees}. */
  readonly guarantees?: Partial<RouterGuarantees>;
}

/** What a router promises about the envelopes given to it. */
export interface RouterGuarantees {
  /** `"sender"`: envelopes from one sender to one target arrive in the order sent. `"none"`: any order. */
  readonly order: "sender" | "none";
  /** How often an envelope may arrive. */
  readonly delivery: "at-most-once" | "at-least-once";
  /** The largest encoded envelope, in bytes; `Infinity` for no limit. */
  readonly maxMessageBytes: number;
}

/** Takes an envelope to the thing it addresses on this host. `remote.deliver` is one. */
export type Deliver = (envelope: Envelope, source: EnvelopeSource) => void;
