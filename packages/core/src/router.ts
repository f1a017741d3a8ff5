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

/**
 * Takes an envelope to the thing it addresses on this host. `remote.deliver` is one. Where the handler of a call takes its
 * time, what is returned is a promise that resolves when it has ended, whatever came of it: a router that delivers again what
 * was not dealt with can wait for that. Anything else that is returned has no meaning.
 */
export type Deliver = (envelope: Envelope, source: EnvelopeSource) => unknown;

/** What happened to a host that a router reaches. */
export interface PeerReport {
  /** The identity that the host goes by. */
  readonly id: string;
  /**
   * Where it stands now: of the ends, `disconnected` is an orderly close, `failed` a loss or a connection that could not
   * be made, `left` a departure for good, `rejected` a host that was not let in.
   */
  readonly state:
    | "connecting"
    | "handshaking"
    | "connected"
    | "suspect"
    | "disconnected"
    | "failed"
    | "left"
    | "rejected";
  /** Where it is, in words for people. */
  readonly address?: string;
  /** Which run of the host this is about. */
  readonly incarnation?: string;
  /** Why: an error or a text. */
  readonly reason?: unknown;
}

/** The host that a router works for, as a router of another package needs it: `distribution.host` is one. */
export interface RouterHost {
  /** The name of the host: the location of references to it. */
  readonly identity: string;
  /** Which run of the host this is. */
  readonly incarnation: string;
  /**
   * An envelope as bytes. `replyTo` is left out: a router either brings answers back by the path of the call or carries it
   * itself.
   */
  encode(envelope: Envelope): Uint8Array;
  /** The envelope of bytes that may come from anyone. Throws where they are none. */
  decode(bytes: Uint8Array): Envelope;
  /** Takes the envelopes that arrive. */
  readonly deliver: Deliver;
  /** Told what happens to other hosts. Those that ended have their calls ended. */
  reportPeer(report: PeerReport): void;
}
