import type {
  CallOptions,
  Clock,
  ContextSource,
  Envelope,
  EnvelopeSource,
  Ref,
  Registration,
  Router,
  Value,
} from "@graphoid/core";
import type { Counters } from "./counters.ts";
import type { PeerLostError } from "./errors.ts";
import type { ExposeOptions, Exposure, Handler } from "./exposure.ts";
import type { Ref as TypedRef } from "./protocol.ts";
import { RemoteHost } from "./remote-host.ts";
import type { RefInit } from "./remote-ref.ts";
import type { Call } from "./served-call.ts";

/** Options of {@link createRemote}. */
export interface RemoteOptions {
  /** The name of this host; references with this location are local. */
  readonly identity: string;
  /** Tells this run of the host from earlier ones under the same identity. Default: random. */
  readonly incarnation?: string;
  /** Takes envelopes to other hosts: `routing.route`, or the `route` of any router. Default: none, local calls only. */
  readonly route?: Router["route"];
  /** Where contexts come from. Default: none; calls carry only the context in their options. */
  readonly contexts?: ContextSource;
  /** Where time comes from. Default: the machine's clock. */
  readonly clock?: Clock;
  /** How many calls may wait here at once; more fail with `OverloadedError`. 1 to 2²⁰, default 65,536. */
  readonly maxInFlight?: number;
  /** How many calls may be served here at once; more are answered with the code `OVERLOADED`. Default 65,536. */
  readonly maxServing?: number;
  /** How long a `request` or `send` may take where neither the call nor its context says. `Infinity` for ever. Default 30,000. */
  readonly defaultTimeoutMs?: number;
  /** How many items a stream's producer may be ahead of its consumer. 1 to 65,536, default 64. */
  readonly streamWindow?: number;
  /** How often a call may be redirected, before it fails with `RedirectLimitError`. Default 8. */
  readonly maxRedirects?: number;
  /** Whether a call that arrived may be served; `false` answers with the code `FORBIDDEN`. Default: all may. */
  readonly authorize?: (call: Call) => boolean;
  /** Further locations that are this host, such as the partitions that it holds. Default: none but the identity. */
  readonly isLocal?: (location: Value) => boolean;
  /**
   * The identity of the host behind a reference, by which `peerLost` and `monitor` know it, and from which alone
   * answers are taken where the router does not carry `replyTo`. Default: the location, where it is a string.
   */
  readonly peerOf?: (ref: Ref) => string | undefined;
  /**
   * What `createOn` does at this host. The value is not exposed unless this does it.
   * Default: the value is exposed under its id, up to `maxCreated` of them.
   */
  readonly onCreate?: (id: string, value: Value, call: Call) => void | Promise<void>;
  /** How many values others may create here. Default 1,000,000; 0 for none. */
  readonly maxCreated?: number;
  /** Which callers are told the stack of a handler's error. Default `"authenticated"`. */
  readonly sendStacks?: "never" | "authenticated" | "always";
  /** Told of errors that nobody waits for: a `send` that came to nothing, an answer that could not be sent. Default: counted only. */
  readonly onError?: (error: unknown, call: Call) => void;
}

/** What a remote did and is doing: a snapshot. */
export interface RemoteStats extends Readonly<Counters> {
  /** Calls made from here that wait. */
  readonly inFlight: number;
  /** Calls that arrived here and are being served. */
  readonly serving: number;
  /** Things exposed here, the host's own included. */
  readonly exposed: number;
}

/**
 * One host's end of all remote calls: makes references, serves what is exposed, and matches answers to calls.
 *
 * `deliver` does not need its `this`, so that it can be handed on as it is.
 */
export interface Remote extends AsyncDisposable {
  readonly identity: string;
  readonly incarnation: string;
  /** Makes a reference; see {@link RefInit}. Nothing is sent. */
  ref(init: RefInit): Ref;
  /** Makes a reference to something with the messages of `P`, which TypeScript then checks: {@link TypedRef}. */
  ref<P extends object>(init: RefInit): TypedRef<P>;
  /**
   * Serves the messages to `id`: a function gets them all, an object has a method `(payload, call)` for each, and a
   * plain value answers `ref.resolve()`. See {@link Handler} and {@link ExposeOptions}.
   *
   * @throws InvalidArgumentError if the id is taken, or begins with `graphoid.`.
   */
  expose(id: string, target: Handler | Value, options?: ExposeOptions): Exposure;
  /** Takes an envelope that arrived: connect it with `routing.onDeliver(remote.deliver)`. Never throws. */
  readonly deliver: (envelope: Envelope, source?: EnvelopeSource) => void | Promise<void>;
  /**
   * Puts a value under `id` at the host that `location` leads to, and returns a reference to it. What the host does
   * with it is its `onCreate`; by default `ref.resolve()` gets the value back, until the host closes.
   *
   * @throws RemoteError with code `ALREADY_EXISTS` if the id is taken there, `OVERLOADED` if the host takes no more.
   */
  createOn(location: Value, id: string, value: Value, options?: CallOptions): Promise<Ref>;
  /**
   * Tells that a host is gone: the calls that wait for it fail with `PeerLostError`, the calls that it made are given
   * up, its monitors are called. Whoever owns the connections calls this.
   */
  peerLost(peer: string | EnvelopeSource, reason?: unknown): void;
  /**
   * Calls `fn` once, when `peerLost` tells that the host of `ref` is gone.
   *
   * @throws InvalidArgumentError if the host of `ref` is not known; see `peerOf`.
   */
  monitor(ref: Ref, fn: (error: PeerLostError) => void): Registration;
  stats(): RemoteStats;
  /** Ends all calls, made and served, with `ClosedError`. Later calls fail with it, what arrives is dropped. */
  close(): Promise<void>;
}

/**
 * Makes a remote that shares nothing with any other.
 *
 * @example
 * ```ts
 * import { createRemote } from "@graphoid/remote";
 *
 * const remote = createRemote({ identity: "node_a" });
 * remote.expose("greeter", { greet: (name: string) => `hello ${name}` });
 * console.log(await remote.ref({ id: "greeter", location: "node_a" }).request("greet", "bob")); // hello bob
 * ```
 */
export function createRemote(options: RemoteOptions): Remote {
  return new RemoteHost(options);
}
