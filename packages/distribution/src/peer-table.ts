import { ClosedError, NotFoundError } from "@graphoid/core";
import type { Connection, Endpoint } from "@graphoid/net";
import type { EnvelopeLink } from "./envelope-link.ts";
import { endOf, endOfAttempt, LEAVING } from "./peer-end.ts";
import type { PeerAddress, PeerEvent, PeerTraffic, TcpTraffic } from "./peer-event.ts";
import { Backoff } from "./tcp-backoff.ts";
import { Handover } from "./tcp-handover.ts";

interface Peer {
  /** Where it listens, where that is known. */
  address: PeerAddress | undefined;
  /** Open connections, the one in use first: both sides may have dialled at once. */
  readonly links: EnvelopeLink[];
  /** How those that could be left, or are being left, are left. */
  readonly handovers: Map<EnvelopeLink, Handover>;
  /** Set while nothing can be sent: a connection is being made, or another is being left. */
  dialling: Promise<EnvelopeLink> | undefined;
  /** Who waits to send, one after the other. */
  line: Promise<void>;
  waiting: number;
  readonly backoff: Backoff;
  /** The traffic of its connections that are gone. */
  readonly past: Counts;
}

type Counts = { -readonly [K in keyof TcpTraffic]: TcpTraffic[K] };

/** The peers of a host by identity, and the connections to them. */
export class PeerTable {
  readonly #peers = new Map<string, Peer>();
  readonly #identity: string;
  readonly #dial: (address: PeerAddress) => Promise<EnvelopeLink>;
  readonly #report: (event: PeerEvent) => void;
  #closed = false;

  constructor(
    identity: string,
    dial: (address: PeerAddress) => Promise<EnvelopeLink>,
    report: (event: PeerEvent) => void,
  ) {
    this.#identity = identity;
    this.#dial = dial;
    this.#report = report;
  }

  /** Remembers where a peer listens. */
  learn(address: PeerAddress): void {
    this.#peer(address.id).address = address;
  }

  /** The connection to a peer, if one is open and nothing waits for it. */
  open(id: string): EnvelopeLink | undefined {
    const peer = this.#peers.get(id);
    return peer?.dialling === undefined && peer?.waiting === 0 ? peer.links[0] : undefined;
  }

  /** Sends by the connection to a peer once there is one, in the order of asking. */
  async sendInTurn(id: string, bytes: Uint8Array): Promise<void> {
    const peer = this.#peers.get(id);
    // Nothing is kept for peers that nobody has heard of.
    if (peer === undefined) return (await this.link(id)).sendAlone(bytes);
    peer.waiting++;
    const sending = peer.line
      .then(() => this.#ready(id, peer))
      .then(
        (link) => {
          peer.waiting--;
          return { sent: link.sendAlone(bytes) };
        },
        (error: unknown) => {
          peer.waiting--;
          throw error;
        },
      );
    peer.line = sending.then(
      ({ sent }) => void sent.catch(() => {}),
      () => {},
    );
    await (await sending).sent;
  }

  /**
   * The connection to a peer, made if there is none. Whoever waits gets it in the order of asking.
   *
   * @throws NotFoundError when there is none and it is not known where the peer listens.
   */
  link(id: string): Promise<EnvelopeLink> {
    const peer = this.#peers.get(id);
    if (peer?.dialling) return peer.dialling;
    if (peer?.links[0]) return Promise.resolve(peer.links[0]);
    if (this.#closed) return Promise.reject(new ClosedError("tcp router: closed"));
    if (!peer?.address) {
      const known = [...this.#peers.keys()].map((name) => JSON.stringify(name)).join(", ") || "none";
      return Promise.reject(
        new NotFoundError(`tcp router: no peer ${JSON.stringify(id)}; known: ${known}`, { details: { peer: id } }),
      );
    }
    const { address } = peer;
    let isTried = false;
    const dialling = peer.backoff.attempt(() => {
      isTried = true;
      this.#report({ id, state: "connecting", address: `${address.host}:${address.port}` });
      return this.#dial(address);
    });
    peer.dialling = dialling;
    // The first reaction, before those of who waits: what is sent later cannot overtake what they send.
    dialling.then(
      () => {
        if (peer.dialling === dialling) peer.dialling = undefined;
      },
      (reason: unknown) => {
        if (peer.dialling === dialling) peer.dialling = undefined;
        // The peer may have dialled us meanwhile.
        if (isTried && peer.links.length === 0) this.#report({ id, state: endOfAttempt(reason), reason });
      },
    );
    return dialling;
  }

  /** Takes up a connection that is open, which this host or the peer has dialled. */
  add(id: string, link: EnvelopeLink, dialledHere: boolean): Handover {
    const peer = this.#peer(id);
    const handover = new Handover(link.connection, dialledHere);
    peer.links.push(link);
    peer.handovers.set(link, handover);
    peer.backoff.onReached();
    if (this.#closed) void link.connection.close({ reason: LEAVING });
    const [first, second] = peer.links;
    if (first !== undefined && second !== undefined) {
      // Both sides choose alike: the one that the host of the lesser name has dialled.
      const dialler = dialledHere ? this.#identity : id;
      const isChosen = dialler < (dialledHere ? id : this.#identity);
      this.#leave(id, peer, isChosen ? first : link, isChosen ? link : first);
    }
    if (peer.links[0] === link) this.#follow(id, link);
    return handover;
  }

  /** Lets go of a connection that has ended. */
  remove(id: string, link: EnvelopeLink, reason: unknown): void {
    const peer = this.#peer(id);
    const index = peer.links.indexOf(link);
    if (index < 0) return;
    peer.links.splice(index, 1);
    peer.handovers.delete(link);
    add(peer.past, link.connection.metrics);
    const next = peer.links[0];
    if (next) {
      if (index === 0) this.#follow(id, next);
      return;
    }
    peer.backoff.onLost();
    this.#report({ id, ...about(link.connection), state: endOf(reason), reason });
  }

  traffic(): TcpTraffic {
    const sum = counts();
    for (const traffic of this.trafficByPeer()) add(sum, traffic);
    return sum;
  }

  /** The same for each peer. */
  trafficByPeer(): PeerTraffic[] {
    return Array.from(this.#peers, ([id, { past, links }]) => {
      const sum = { ...past };
      for (const { connection } of links) add(sum, connection.metrics);
      const roundTripMs = links[0]?.connection.metrics.roundTripMs;
      return { id, ...sum, ...(roundTripMs === undefined ? {} : { roundTripMs }) };
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const ends: Promise<unknown>[] = [];
    for (const peer of this.#peers.values()) {
      for (const { connection } of peer.links) ends.push(connection.close({ reason: LEAVING }));
      if (peer.dialling)
        ends.push(peer.dialling.then(({ connection }) => connection.close({ reason: LEAVING })).catch(() => {}));
    }
    await Promise.all(ends);
  }

  #peer(id: string): Peer {
    let peer = this.#peers.get(id);
    if (!peer) {
      peer = {
        address: undefined,
        links: [],
        handovers: new Map(),
        dialling: undefined,
        line: Promise.resolve(),
        waiting: 0,
        backoff: new Backoff(),
        past: counts(),
      };
      this.#peers.set(id, peer);
    }
    return peer;
  }

  /** The connection in use, once nothing is in the way. */
  async #ready(id: string, peer: Peer): Promise<EnvelopeLink> {
    for (;;) {
      const made = await this.link(id);
      if (peer.dialling !== undefined) continue;
      return peer.links[0] ?? made;
    }
  }

  /** Moves what is sent from one connection to the other, once the peer has taken all that went by it. */
  #leave(id: string, peer: Peer, from: EnvelopeLink, to: EnvelopeLink): void {
    const wasInUse = peer.links[0] === from;
    const left = peer.handovers.get(from)?.leave();
    if (!wasInUse || left === undefined) return;
    peer.links.splice(peer.links.indexOf(to), 1);
    peer.links.unshift(to);
    const before = peer.dialling;
    const moving: Promise<EnvelopeLink> = Promise.allSettled([before, left]).then(() => {
      if (peer.dialling === moving) peer.dialling = undefined;
      return peer.links[0] ?? this.link(id);
    });
    moving.catch(() => {});
    peer.dialling = moving;
  }

  /** Reports the states of a connection while it is the one in use. */
  async #follow(id: string, link: EnvelopeLink): Promise<void> {
    const { connection } = link;
    for await (const { state } of connection.status()) {
      if (state === "closed" || this.#peer(id).links[0] !== link) return;
      if (state === "open") this.#report({ id, ...about(connection), state: "connected" });
      else this.#report({ id, ...about(connection), state });
    }
  }
}

function counts(): Counts {
  return { bytesSent: 0, bytesReceived: 0, messagesSent: 0, messagesReceived: 0 };
}

function add(sum: Counts, { bytesSent, bytesReceived, messagesSent, messagesReceived }: TcpTraffic): void {
  sum.bytesSent += bytesSent;
  sum.bytesReceived += bytesReceived;
  sum.messagesSent += messagesSent;
  sum.messagesReceived += messagesReceived;
}

function about({ remote, peer }: Connection): Pick<PeerEvent, "address" | "incarnation"> {
  return {
    address: describe(remote),
    ...(peer.incarnation === undefined ? {} : { incarnation: peer.incarnation }),
  };
}

function describe(endpoint: Endpoint): string {
  return "path" in endpoint ? endpoint.path : `${endpoint.host}:${endpoint.port}`;
}
