import { ClosedError, isGraphoidError, NotFoundError } from "@graphoid/core";
import type { Connection, Endpoint } from "@graphoid/net";
import type { PeerAddress, PeerEvent, TcpTraffic } from "./peer-event.ts";

interface Peer {
  /** Where it listens, where that is known. */
  address: PeerAddress | undefined;
  /** Open connections, the one in use first: both sides may have dialled at once. */
  readonly connections: Connection[];
  dialling: Promise<Connection> | undefined;
}

/** The peers of a host by identity, and the connections to them. */
export class PeerTable {
  readonly #peers = new Map<string, Peer>();
  readonly #dial: (address: PeerAddress) => Promise<Connection>;
  readonly #report: (event: PeerEvent) => void;
  /** The traffic of connections that are gone. */
  readonly #past = { bytesSent: 0, bytesReceived: 0, messagesSent: 0, messagesReceived: 0 };
  #closed = false;

  constructor(dial: (address: PeerAddress) => Promise<Connection>, report: (event: PeerEvent) => void) {
    this.#dial = dial;
    this.#report = report;
  }

  /** Remembers where a peer listens. */
  learn(address: PeerAddress): void {
    this.#peer(address.id).address = address;
  }

  /** The connection to a peer, if one is open and nothing waits for it. */
  open(id: string): Connection | undefined {
    const peer = this.#peers.get(id);
    return peer?.dialling === undefined ? peer?.connections[0] : undefined;
  }

  /**
   * The connection to a peer, made if there is none. Whoever waits gets it in the order of asking.
   *
   * @throws NotFoundError when there is none and it is not known where the peer listens.
   */
  connection(id: string): Promise<Connection> {
    const peer = this.#peers.get(id);
    if (peer?.dialling) return peer.dialling;
    if (peer?.connections[0]) return Promise.resolve(peer.connections[0]);
    if (this.#closed) return Promise.reject(new ClosedError("tcp router: closed"));
    if (!peer?.address) {
      const known = [...this.#peers.keys()].map((name) => JSON.stringify(name)).join(", ") || "none";
      return Promise.reject(
        new NotFoundError(`tcp router: no peer ${JSON.stringify(id)}; known: ${known}`, { details: { peer: id } }),
      );
    }
    const { address } = peer;
    this.#report({ id, state: "connecting", address: `${address.host}:${address.port}` });
    const dialling = this.#dial(address);
    peer.dialling = dialling;
    // The first reaction, before those of who waits: what is sent later cannot overtake what they send.
    dialling.then(
      () => {
        peer.dialling = undefined;
      },
      (reason: unknown) => {
        peer.dialling = undefined;
        // The peer may have dialled us meanwhile.
        if (peer.connections.length === 0) this.#report({ id, state: "failed", reason });
      },
    );
    return dialling;
  }

  /** Takes up a connection that is open. */
  add(id: string, connection: Connection): void {
    const peer = this.#peer(id);
    peer.connections.push(connection);
    if (this.#closed) void connection.close();
    if (peer.connections.length === 1) this.#follow(id, connection);
  }

  /** Lets go of a connection that has ended. */
  remove(id: string, connection: Connection, reason: unknown): void {
    const peer = this.#peer(id);
    const index = peer.connections.indexOf(connection);
    if (index < 0) return;
    peer.connections.splice(index, 1);
    const { bytesSent, bytesReceived, messagesSent, messagesReceived } = connection.metrics;
    this.#past.bytesSent += bytesSent;
    this.#past.bytesReceived += bytesReceived;
    this.#past.messagesSent += messagesSent;
    this.#past.messagesReceived += messagesReceived;
    const next = peer.connections[0];
    if (next) {
      if (index === 0) this.#follow(id, next);
      return;
    }
    const orderly = isGraphoidError(reason, "CLOSED");
    this.#report({ id, ...about(connection), state: orderly ? "disconnected" : "failed", reason });
  }

  traffic(): TcpTraffic {
    const sum = { ...this.#past };
    for (const peer of this.#peers.values()) {
      for (const { metrics } of peer.connections) {
        sum.bytesSent += metrics.bytesSent;
        sum.bytesReceived += metrics.bytesReceived;
        sum.messagesSent += metrics.messagesSent;
        sum.messagesReceived += metrics.messagesReceived;
      }
    }
    return sum;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const ends: Promise<unknown>[] = [];
    for (const peer of this.#peers.values()) {
      for (const connection of peer.connections) ends.push(connection.close());
      if (peer.dialling) ends.push(peer.dialling.then((connection) => connection.close()).catch(() => {}));
    }
    await Promise.all(ends);
  }

  #peer(id: string): Peer {
    let peer = this.#peers.get(id);
    if (!peer) {
      peer = { address: undefined, connections: [], dialling: undefined };
      this.#peers.set(id, peer);
    }
    return peer;
  }

  /** Reports the states of a connection while it is the one in use. */
  async #follow(id: string, connection: Connection): Promise<void> {
    for await (const { state } of connection.status()) {
      if (state === "closed" || this.#peer(id).connections[0] !== connection) return;
      if (state === "open") this.#report({ id, ...about(connection), state: "connected" });
      else this.#report({ id, ...about(connection), state });
    }
  }
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
