import type { Envelope, RefData } from "@graphoid/core";

/** A call from here that has not been answered. */
export interface OpenCall {
  readonly id: number;
  /** The id of the caller's reply target. */
  readonly replyTo: string;
  /** The id of the call that it was sent together with, or its own. */
  readonly group: number;
  /** When it was sent. */
  readonly since: number;
  /** The host that took it, or the location it went to while that is not known. */
  place: Place;
  /** Where what belongs to the call is to go, once the host is known. */
  inbox: string | undefined;
}

/** A location or host that calls wait for, or whose calls are served here. */
export interface Place {
  readonly name: string;
  /** Calls from here that wait for it. */
  readonly open: Set<OpenCall>;
  /** Its calls that are served here, by their ids: where it takes their answers. */
  readonly served: Map<number, RefData | undefined>;
  /** Since when it does not answer. */
  silentSince: number | undefined;
  /** How many of its calls the last questions were about, since they began anew. */
  asked: number;
}

/** Of what the caller sends for its items, and of what it is told about them: these end no call. */
const INPUT_HEADER = "input";

/** The calls between this host and others that go on, by whom they wait for. */
export class OpenCalls {
  readonly #calls = new Map<number, OpenCall>();
  readonly #places = new Map<string, Place>();

  get(id: number): OpenCall | undefined {
    return this.#calls.get(id);
  }

  place(name: string): Place {
    let place = this.#places.get(name);
    if (place === undefined) {
      place = { name, open: new Set(), served: new Map(), silentSince: undefined, asked: 0 };
      this.#places.set(name, place);
    }
    return place;
  }

  /** The place, where something waits for it. */
  known(name: string): Place | undefined {
    return this.#places.get(name);
  }

  /** Places that something waits for. Forgets the others. */
  waited(): Place[] {
    for (const [name, { open, served }] of this.#places) {
      if (open.size === 0 && served.size === 0) this.#places.delete(name);
    }
    return [...this.#places.values()];
  }

  add(location: string, { id, replyTo }: Envelope, nowMs: number, group: number = id): void {
    this.end(id);
    const place = this.place(location);
    const call: OpenCall = { id, replyTo: replyTo?.id ?? "", group, since: nowMs, place, inbox: undefined };
    this.#calls.set(id, call);
    place.open.add(call);
  }

  /** The calls that were sent together with the one of this id. */
  ofGroup(id: number): OpenCall[] {
    return [...this.#calls.values()].filter(({ group }) => group === id);
  }

  end(id: number): OpenCall | undefined {
    const call = this.#calls.get(id);
    if (call === undefined) return undefined;
    this.#calls.delete(id);
    call.place.open.delete(call);
    return call;
  }

  /** A call was taken by one of those who serve its location. */
  taken(call: OpenCall, host: string, inbox: string): void {
    if (call.inbox === inbox) return;
    call.inbox = inbox;
    if (call.place.name === host) return;
    call.place.open.delete(call);
    call.place = this.place(host);
    call.place.open.add(call);
  }

  /** Ends all calls that wait for a place, and forgets those that are served for it. */
  lose(place: Place): OpenCall[] {
    const lost = [...place.open];
    for (const { id } of lost) this.end(id);
    place.served.clear();
    place.silentSince = undefined;
    return lost;
  }
}

/** Whether an envelope comes from who serves a call, to who made it: ids are the caller's, and two hosts call each other by the same. */
export function isAnswer({ kind, headers }: Pick<Envelope, "kind" | "headers">): boolean {
  const isOfInput = INPUT_HEADER in headers;
  return kind === "cancel" || kind === "credit" ? isOfInput : !isOfInput;
}

/** Whether an envelope is the last of its call. */
export function endsCall({ kind, headers }: Envelope): boolean {
  return kind === "reply" || kind === "error" || (kind === "end" && !(INPUT_HEADER in headers));
}
