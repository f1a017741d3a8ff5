import {
  ClosedError,
  checkFunction,
  checkOptions,
  checkString,
  cloneValue,
  type Deliver,
  type Envelope,
  type EnvelopeSource,
  InvalidArgumentError,
  invalidArgument,
  NotFoundError,
  type Ref,
  type Registration,
  type Router,
  type RouterGuarantees,
  registration,
  type Value,
} from "@graphoid/core";

/** Connects hosts that live in one process. {@link createLoopback} makes one, {@link loopbackRouter} joins it. */
export interface Loopback {
  /** The identities of the hosts that are joined, in the order in which they joined. */
  hosts(): string[];
  /** Calls `fn` with the identity of each host that leaves, after it left. */
  onLeave(fn: (identity: string) => void): Registration;
}

/** Options of {@link loopbackRouter}. */
export interface LoopbackRouterOptions {
  /** What connects the hosts. */
  readonly hub: Loopback;
  /** The name under which this host joins; references with this location lead here. */
  readonly identity: string;
  /** Takes the envelopes that arrive: `routing.deliver`. */
  readonly deliver: Deliver;
  /** The identity of the host that a reference leads to. Default: its location, which must then be a string. */
  readonly hostOf?: (ref: Ref) => Value;
}

/** A router that came from {@link loopbackRouter}. */
export interface LoopbackRouter extends Router {
  readonly guarantees: RouterGuarantees;
  /** Leaves the hub; what is still on its way to this host is lost. */
  close(): void;
}

/**
 * Makes a hub, empty at first.
 *
 * @example
 * ```ts
 * import { createLoopback, createRouting, loopbackRouter } from "@graphoid/routing";
 *
 * const hub = createLoopback();
 * for (const identity of ["node_a", "node_b"]) {
 *   const routing = createRouting();
 *   routing.register("loopback", loopbackRouter({ hub, identity, deliver: routing.deliver }));
 *   routing.use("loopback");
 * }
 * console.log(hub.hosts()); // [ 'node_a', 'node_b' ]
 * ```
 */
export function createLoopback(): Loopback {
  return new Hub();
}

/**
 * A router that takes envelopes to other hosts of the same process, and joins the hub at once.
 *
 * The receiver gets a copy of the payload (`cloneValue`), so that hosts share no state; a reference inside it stays the
 * sender's own, and is used from there. Envelopes are delivered in the
 * order sent, never while the sender's call is still on the stack. `route` resolves when the receiver has taken the
 * envelope, and rejects with what the receiver's `deliver` threw. The sender's identity counts as authenticated: the
 * hub itself knows who sent.
 *
 * @throws InvalidArgumentError if a host with that identity is joined already.
 */
export function loopbackRouter(options: LoopbackRouterOptions): LoopbackRouter {
  const call = "loopbackRouter";
  checkOptions(call, options, ["hub", "identity", "deliver", "hostOf"]);
  const { hub, identity, deliver, hostOf } = options;
  if (!(hub instanceof Hub)) throw invalidArgument(call, "hub", "made by createLoopback()", hub);
  checkString(call, "identity", identity);
  checkFunction(call, "deliver", deliver);
  if (hostOf !== undefined) checkFunction(call, "hostOf", hostOf);
  const host: Host = { identity, deliver };
  hub.join(host);
  return {
    guarantees: { order: "sender", delivery: "at-most-once", maxMessageBytes: Number.POSITIVE_INFINITY },
    route: (ref, envelope) => hub.carry(host, hostOf === undefined ? ref.location() : hostOf(ref), envelope),
    close: () => hub.leave(host),
  };
}

interface Host {
  readonly identity: string;
  readonly deliver: Deliver;
}

interface Parcel {
  readonly from: Host;
  readonly to: Host;
  readonly envelope: Envelope;
  readonly delivered: () => void;
  readonly failed: (error: unknown) => void;
}

class Hub implements Loopback {
  readonly #hosts = new Map<string, Host>();
  readonly #leaveListeners = new Set<(identity: string) => void>();
  #queue: Parcel[] = [];

  hosts(): string[] {
    return [...this.#hosts.keys()];
  }

  onLeave(fn: (identity: string) => void): Registration {
    checkFunction("loopback.onLeave", "fn", fn);
    const listener = (identity: string): void => fn(identity);
    this.#leaveListeners.add(listener);
    return registration(() => this.#leaveListeners.delete(listener));
  }

  join(host: Host): void {
    if (this.#hosts.has(host.identity)) {
      throw new InvalidArgumentError(`loopbackRouter: a host named ${JSON.stringify(host.identity)} is joined already`);
    }
    this.#hosts.set(host.identity, host);
  }

  leave(host: Host): void {
    if (!this.#joined(host)) return;
    this.#hosts.delete(host.identity);
    for (const listener of [...this.#leaveListeners]) listener(host.identity);
  }

  async carry(from: Host, location: Value, envelope: Envelope): Promise<void> {
    if (!this.#joined(from)) throw new ClosedError("loopback: this host has left");
    const to = typeof location === "string" ? this.#hosts.get(location) : undefined;
    if (to === undefined) {
      const known = this.hosts().map((identity) => JSON.stringify(identity));
      const at = typeof location === "string" ? JSON.stringify(location) : "a location that is not a string";
      throw new NotFoundError(`loopback: no host at ${at}; joined: ${known.join(", ")}`);
    }
    const copy = { ...envelope, payload: cloneValue(envelope.payload) };
    await new Promise<void>((delivered, failed) => {
      if (this.#queue.push({ from, to, envelope: copy, delivered, failed }) === 1) queueMicrotask(() => this.#drain());
    });
  }

  #drain(): void {
    const parcels = this.#queue;
    this.#queue = [];
    for (const { from, to, envelope, delivered, failed } of parcels) {
      // A host that left meanwhile is a wire that was cut: what was on it is lost, and nobody is told.
      if (this.#joined(to)) {
        try {
          to.deliver(envelope, this.#source(from, to));
        } catch (error) {
          failed(error);
          continue;
        }
      }
      delivered();
    }
  }

  #source(from: Host, to: Host): EnvelopeSource {
    return {
      identity: from.identity,
      authenticated: true,
      reply: (answer) => this.carry(to, from.identity, answer),
    };
  }

  #joined(host: Host): boolean {
    return this.#hosts.get(host.identity) === host;
  }
}
