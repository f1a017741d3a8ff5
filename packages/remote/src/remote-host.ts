import {
  type CallOptions,
  ClosedError,
  checkFunction,
  checkOneOf,
  checkOptions,
  checkString,
  describe,
  type Envelope,
  type EnvelopeSource,
  InvalidArgumentError,
  invalidArgument,
  isRef,
  OverloadedError,
  type Ref,
  type RefData,
  type Registration,
  registration,
  timerWheel,
  type Value,
} from "@graphoid/core";
import { Caller } from "./caller.ts";
import { type Counters, newCounters } from "./counters.ts";
import { INPUT_HEADER, isEnvelope } from "./envelopes.ts";
import { AlreadyExistsError, PeerLostError } from "./errors.ts";
import { type ExposeOptions, type Exposure, type Handler, toHandler } from "./exposure.ts";
import { LocalPath } from "./local-path.ts";
import type { Ref as TypedRef } from "./protocol.ts";
import type { Remote, RemoteOptions, RemoteStats } from "./remote.ts";
import { type RefInit, type RefOwner, RemoteRef } from "./remote-ref.ts";
import type { Call } from "./served-call.ts";
import { Server } from "./server.ts";
import { randomToken, type Settings, toSettings } from "./settings.ts";

/** The id under which every host answers for itself. */
const HOST_ID = "graphoid.host";
const CREATE_MESSAGE = "create";
const RESERVED = "graphoid.";
/** Reply targets are kept for this many locations; beyond, they are made anew. */
const MAX_REPLY_TARGETS = 4_096;

const NO_SOURCE: EnvelopeSource = Object.freeze({});

/** The one implementation of {@link Remote}. */
export class RemoteHost implements Remote, RefOwner {
  readonly identity: string;
  readonly incarnation: string;
  readonly caller: Caller;
  readonly #settings: Settings;
  readonly #server: Server;
  readonly #counters: Counters = newCounters();
  readonly #handlers = new Map<string, Handler>();
  readonly #replyTargets = new Map<string, RefData>();
  readonly #monitors = new Map<string, Set<(error: PeerLostError) => void>>();
  #created = 0;
  #closed = false;

  constructor(options: RemoteOptions) {
    const settings = toSettings(options);
    const counters = this.#counters;
    this.#settings = settings;
    this.identity = settings.identity;
    this.incarnation = settings.incarnation;
    const wheel = timerWheel(settings.clock);
    const local = new LocalPath(settings.identity, (envelope, source) => this.deliver(envelope, source));
    this.caller = new Caller({
      wheel,
      contexts: settings.contexts,
      maxInFlight: settings.maxInFlight,
      defaultTimeoutMs: settings.defaultTimeoutMs,
      streamWindow: settings.streamWindow,
      maxRedirects: settings.maxRedirects,
      counters,
      adopt: (payload) => (isRef(payload) ? new RemoteRef(this, payload.toData()) : undefined),
      route: settings.route,
      takeLocally: (envelope) => local.take(envelope),
      replyTo: (ref) => this.#replyTo(ref),
      peerOf: settings.peerOf ?? locationOf,
    });
    this.#server = new Server({
      identity: settings.identity,
      clock: settings.clock,
      wheel,
      contexts: settings.contexts,
      incarnation: settings.incarnation,
      maxServing: settings.maxServing,
      streamWindow: settings.streamWindow,
      counters,
      handlers: this.#handlers,
      authorize: settings.authorize,
      sendsStacksTo: ({ authenticated }) =>
        settings.sendStacks === "always" || (settings.sendStacks === "authenticated" && authenticated === true),
      onError: (error, call) => this.#report(error, call),
      routeAnswer: (replyTo, answer) => settings.route(this.ref(replyTo), answer),
    });
    this.#handlers.set(HOST_ID, toHandler(HOST_ID, this.#hostMethods(), "handler"));
  }

  ref(init: RefInit): Ref;
  ref<P extends object>(init: RefInit): TypedRef<P>;
  ref(init: RefInit): unknown {
    return new RemoteRef(this, init);
  }

  isLocal(ref: Ref): boolean {
    const location = ref.location();
    if (location === this.identity) return true;
    if (location === null) return this.#handlers.has(ref.id);
    return this.#settings.isLocal?.(location) === true;
  }

  expose(id: string, target: Handler | Value, options: ExposeOptions = {}): Exposure {
    const call = "remote.expose";
    if (this.#closed) throw closed(call);
    checkString(call, "id", id);
    if (id === "" || id.startsWith(RESERVED)) {
      throw invalidArgument(call, "id", `an id that does not begin with "${RESERVED}"`, id);
    }
    checkOptions(call, options, ["as"]);
    if (options.as !== undefined) checkOneOf(call, "as", options.as, ["handler", "value"]);
    if (target === undefined || (options.as === "handler" && !canHandle(target))) {
      throw invalidArgument(call, "target", options.as === "handler" ? "a function or an object" : "defined", target);
    }
    if (this.#handlers.has(id)) {
      throw new InvalidArgumentError(`${call}: something is exposed as ${JSON.stringify(id)} already`);
    }
    this.#handlers.set(id, toHandler(id, target, options.as));
    const ref = this.ref({ id, location: this.identity, incarnation: this.incarnation });
    return Object.assign(
      registration(() => this.#handlers.delete(id)),
      { ref },
    );
  }

  readonly deliver = (envelope: Envelope, source: EnvelopeSource = NO_SOURCE): void | Promise<void> => {
    if (this.#closed) return;
    if (!isEnvelope(envelope)) {
      this.#counters.malformed++;
      return;
    }
    switch (envelope.kind) {
      case "send":
      case "request":
      case "stream":
        return this.#server.serve(envelope, source);
      case "cancel":
      case "credit":
        // Of a stream of the caller's, these come from the one who reads it.
        if (INPUT_HEADER in envelope.headers) this.caller.answer(envelope, source);
        else this.#server.control(envelope, source);
        break;
      default:
        if (INPUT_HEADER in envelope.headers) this.#server.control(envelope, source);
        else this.caller.answer(envelope, source);
    }
  };

  async createOn(location: Value, id: string, value: Value, options?: CallOptions): Promise<Ref> {
    const call = "remote.createOn";
    checkString(call, "id", id);
    if (value === undefined) throw invalidArgument(call, "value", "a value", value);
    const host = this.ref({ id: HOST_ID, location });
    const answer = await host.request(CREATE_MESSAGE, { id, value }, options);
    const incarnation = (answer as { incarnation?: unknown } | null)?.incarnation;
    return this.ref(typeof incarnation === "string" ? { id, location, incarnation } : { id, location });
  }

  peerLost(peer: string | EnvelopeSource, reason?: unknown): void {
    if (typeof peer !== "string" && (typeof peer !== "object" || peer === null)) {
      throw invalidArgument("remote.peerLost", "peer", "an identity or a source", peer);
    }
    const identity = typeof peer === "string" ? peer : peer.identity;
    // A peer that never said who it is has no calls that wait for it by name.
    if (identity === undefined) return;
    this.caller.peerLost(identity, reason);
    const error = new PeerLostError(`remote: the host ${describe(identity)} is gone`, {
      peer: identity,
      ...(reason === undefined ? {} : { cause: reason }),
    });
    this.#server.peerLost(identity, error);
    const monitors = this.#monitors.get(identity);
    this.#monitors.delete(identity);
    for (const monitor of monitors ?? []) {
      try {
        monitor(error);
      } catch (thrown) {
        // Reported like an error in an event listener; the others still run.
        queueMicrotask(() => {
          throw thrown;
        });
      }
    }
  }

  monitor(ref: Ref, fn: (error: PeerLostError) => void): Registration {
    const call = "remote.monitor";
    if (this.#closed) throw closed(call);
    if (!isRef(ref)) throw invalidArgument(call, "ref", "a reference", ref);
    checkFunction(call, "fn", fn);
    const peer = (this.#settings.peerOf ?? locationOf)(ref);
    if (peer === undefined) {
      throw new InvalidArgumentError(`${call}: the host of ${JSON.stringify(ref.id)} is not known; see \`peerOf\``);
    }
    const monitor = (error: PeerLostError): void => fn(error);
    const monitors = this.#monitors.get(peer) ?? new Set();
    this.#monitors.set(peer, monitors.add(monitor));
    return registration(() => {
      monitors.delete(monitor);
      if (monitors.size === 0 && this.#monitors.get(peer) === monitors) this.#monitors.delete(peer);
    });
  }

  stats(): RemoteStats {
    return {
      ...this.#counters,
      inFlight: this.caller.inFlight,
      serving: this.#server.serving,
      exposed: this.#handlers.size,
    };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#server.close(new ClosedError("the host that was called has closed"));
    this.caller.close();
    this.#closed = true;
    this.#handlers.clear();
    this.#monitors.clear();
    this.#replyTargets.clear();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #hostMethods(): object {
    return {
      [CREATE_MESSAGE]: async (payload: Value, call: Call) => {
        const { id, value } = (payload ?? {}) as { id?: unknown; value?: Value };
        checkString("remote.createOn", "id", id);
        if (this.#settings.onCreate === undefined) this.#create(id, value ?? null);
        else await this.#settings.onCreate(id, value ?? null, call);
        return { incarnation: this.incarnation };
      },
    };
  }

  #create(id: string, value: Value): void {
    const { maxCreated } = this.#settings;
    if (this.#created >= maxCreated) {
      throw new OverloadedError(`remote.createOn: the host takes no more than ${maxCreated} values`, {
        details: { limit: maxCreated },
      });
    }
    if (this.#handlers.has(id)) {
      throw new AlreadyExistsError(`remote.createOn: ${describe(id)} exists there already`);
    }
    this.expose(id, value, { as: "value" });
    this.#created++;
  }

  /**
   * Where answers to calls through `ref` go. The id is random, and another for each location: a host can only answer
   * calls that were made to it, because it cannot know the id of others.
   */
  #replyTo(ref: RemoteRef): RefData {
    if (ref.replyTo !== undefined) return ref.replyTo;
    const location = ref.location();
    const shared = typeof location === "string" ? this.#replyTargets.get(location) : undefined;
    const replyTo: RefData = shared ?? {
      id: `reply:${randomToken()}`,
      location: this.identity,
      metadata: {},
      incarnation: this.incarnation,
    };
    if (typeof location === "string" && shared === undefined) {
      // Open calls keep the target that they were made with.
      if (this.#replyTargets.size >= MAX_REPLY_TARGETS) this.#replyTargets.clear();
      this.#replyTargets.set(location, replyTo);
    }
    ref.replyTo = replyTo;
    return replyTo;
  }

  #report(error: unknown, call: Call): void {
    try {
      this.#settings.onError?.(error, call);
    } catch {
      // There is nobody left to tell.
    }
  }
}

function locationOf(ref: Ref): string | undefined {
  const location = ref.location();
  return typeof location === "string" ? location : undefined;
}

function canHandle(target: unknown): boolean {
  return typeof target === "function" || (typeof target === "object" && target !== null);
}

function closed(call: string): ClosedError {
  return new ClosedError(`${call}: the remote is closed`);
}
