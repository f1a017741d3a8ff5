import type { Envelope, RouterHost } from "@graphoid/core";
import type { OpenCall, OpenCalls, Place } from "./open-calls.ts";
import type { Peers } from "./peers.ts";

/** Ends the calls that will not be answered, each with an error as its host would send it. */
export class LostCalls {
  readonly #host: RouterHost;
  readonly #calls: OpenCalls;
  readonly #peers: Peers;
  readonly #onGone: (identity: string) => void;

  constructor(host: RouterHost, calls: OpenCalls, peers: Peers, onGone: (identity: string) => void) {
    this.#host = host;
    this.#calls = calls;
    this.#peers = peers;
    this.#onGone = onGone;
  }

  /** Nobody took the calls that were sent together with the one of this id. */
  unclaimed(group: number): void {
    const calls = this.#calls.ofGroup(group);
    for (const call of calls) {
      this.#calls.end(call.id);
      this.#fail(call, call.place.name, "UNAVAILABLE", `nobody serves ${JSON.stringify(call.place.name)}`);
    }
    for (const name of new Set(calls.map(({ place }) => place.name))) this.gone(name, "failed", "nobody is there");
  }

  /**
   * A host knows nothing of the calls `open`, which wait for it, and does not wait for those in `served`. What it does not
   * know of, it will not answer; what it does not wait for need not be answered.
   */
  settle(place: Place, open: readonly number[], served: readonly number[]): void {
    for (const id of open) {
      if (this.#calls.get(id)?.place !== place) continue;
      const call = this.#calls.end(id);
      if (call !== undefined) this.#fail(call, place.name, "PEER_LOST", "the call or its answer was lost");
    }
    const peer = this.#peers.get(place.name);
    for (const id of served) {
      const replyTo = place.served.get(id);
      if (!place.served.delete(id) || peer === undefined) continue;
      const cancel: Envelope = { kind: "cancel", id, target: "", message: "", payload: null, headers: {} };
      this.#host.deliver(replyTo === undefined ? cancel : { ...cancel, replyTo }, { identity: peer.identity });
    }
  }

  /** Nobody is at a place that calls wait for. */
  lose(place: Place, why: string): void {
    // Whoever was met at the location has ended with it, and its calls with that.
    this.gone(place.name, "failed", why);
    const what = `the host ${JSON.stringify(place.name)} is gone: ${why}`;
    for (const call of this.#calls.lose(place)) this.#fail(call, place.name, "PEER_LOST", what);
  }

  /** A host is gone: its calls end, and those it serves. */
  gone(identity: string, state: "failed" | "left" | "disconnected", reason: unknown): void {
    const place = this.#calls.known(identity);
    this.#onGone(identity);
    this.#peers.end(identity, state, reason);
    const lost = place === undefined ? [] : this.#calls.lose(place);
    // Those that went to a location which it served with others: the remote does not know that they went to this host.
    for (const call of lost) this.#fail(call, identity, "PEER_LOST", `the host ${JSON.stringify(identity)} is gone`);
  }

  #fail({ id, replyTo }: OpenCall, peer: string, code: "UNAVAILABLE" | "PEER_LOST", message: string): void {
    const name = code === "UNAVAILABLE" ? "UnavailableError" : "PeerLostError";
    const payload = { name, code, message: `nats router: ${message}`, details: { peer } };
    const error: Envelope = { kind: "error", id, target: replyTo, message: "", payload, headers: {} };
    this.#host.deliver(error, { identity: peer });
  }
}
