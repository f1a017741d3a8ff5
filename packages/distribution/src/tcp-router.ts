import {
  ClosedError,
  checkFunction,
  checkOptions,
  checkString,
  type Deliver,
  type Envelope,
  type EnvelopeSource,
  invalidArgument,
  NotFoundError,
  type Ref,
  type Router,
  type RouterGuarantees,
} from "@graphoid/core";
import {
  type Connection,
  type ConnectOptions,
  connect,
  type Endpoint,
  type HeartbeatOptions,
  type ListenOptions,
  listen,
  type Server,
} from "@graphoid/net";
import type { Serializer } from "@graphoid/serialize";
import { decodeEnvelope, encodeWithoutPath } from "./envelope-codec.ts";
import { EnvelopeLink } from "./envelope-link.ts";
import { isMark } from "./envelope-marks.ts";
import type { PeerAddress, PeerEvent, PeerTraffic, TcpTraffic } from "./peer-event.ts";
import { PeerTable } from "./peer-table.ts";

/** What `routing.init` passes to the router. */
export interface TcpConfig {
  /** Where to listen for peers. Default: nowhere. */
  readonly listen?: { readonly host: string; readonly port: number };
  /** Peers to connect to now. Connections to them are made anew, when there is something to send, after a loss. */
  readonly peers?: readonly PeerAddress[];
  /** Peers to connect to when there is something to send to them: where each listens, by what is known now. */
  readonly known?: readonly PeerAddress[];
}

/** Options of {@link tcpRouter}. */
export interface TcpRouterOptions {
  /** The name of this host. */
  readonly identity: string;
  readonly incarnation: string;
  readonly serializer: Serializer;
  /** Takes the envelopes that arrive: `routing.deliver`. */
  readonly deliver: Deliver;
  /** Told what happens to connections. Default: nobody. */
  readonly onPeer?: (event: PeerEvent) => void;
  /** The identity of the host that a reference leads to. Default: its location, which must then be a string. */
  readonly hostOf?: (ref: Ref) => string | undefined;
  /**
   * When a silent peer is suspect, and when it is lost, whoever dialled. A host that computes for seconds on end is silent
   * meanwhile: raise `failAfterMs` where that is so. A process that has ended is noticed at once all the same.
   * Default: that of `listenOptions` and `connectOptions`, else 1.5 s and 4 s.
   */
  readonly heartbeat?: HeartbeatOptions | false;
  /** TLS and limits of the listener, as of `net.listen`. */
  readonly listenOptions?: Omit<ListenOptions, "identity" | "incarnation" | "framing">;
  /** TLS and limits of connections made from here, as of `net.connect`. */
  readonly connectOptions?: Omit<ConnectOptions, "identity" | "incarnation" | "framing" | "signal" | "onReached">;
}

/** A router that came from {@link tcpRouter}. */
export interface TcpRouter extends Router<TcpConfig> {
  readonly guarantees: RouterGuarantees;
  /** Where it listens, once it does. */
  readonly address: Endpoint | undefined;
  /** Bytes and messages over all connections so far, both ways. */
  readonly traffic: TcpTraffic;
  /** The same for each peer, with the round trip. */
  readonly peerTraffic: readonly PeerTraffic[];
  init(config: TcpConfig): Promise<void>;
  close(): Promise<void>;
}

/**
 * A router over TCP, or TLS: one connection to each peer, found by its identity, whoever of the two dialled.
 *
 * Messages of one sender to one peer arrive in order, each at most once. A connection that is lost is made anew when
 * there is something to send to a peer whose address is known. An envelope that cannot be read closes the connection
 * that it came by.
 *
 * @throws InvalidArgumentError for options that are not as described.
 */
export function tcpRouter(options: TcpRouterOptions): TcpRouter {
  const call = "tcpRouter";
  const known = [
    "identity",
    "incarnation",
    "serializer",
    "deliver",
    "onPeer",
    "hostOf",
    "heartbeat",
    "listenOptions",
    "connectOptions",
  ];
  checkOptions(call, options, known);
  checkString(call, "identity", options.identity);
  checkString(call, "incarnation", options.incarnation);
  checkFunction(call, "deliver", options.deliver);
  return new Tcp(options);
}

class Tcp implements TcpRouter {
  readonly guarantees: RouterGuarantees = { order: "sender", delivery: "at-most-once", maxMessageBytes: 64 * 2 ** 20 };
  readonly #options: TcpRouterOptions;
  /** What listener and connections share. */
  readonly #shared: Pick<ConnectOptions, "identity" | "incarnation" | "heartbeat">;
  readonly #peers: PeerTable;
  #server: Server | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: TcpRouterOptions) {
    this.#options = options;
    const { identity, incarnation, heartbeat } = options;
    this.#shared = { identity, incarnation, ...(heartbeat === undefined ? {} : { heartbeat }) };
    this.#peers = new PeerTable(
      options.identity,
      (address) => this.#dial(address),
      (event) => options.onPeer?.(event),
    );
  }

  get address(): Endpoint | undefined {
    return this.#server?.address;
  }

  get traffic(): TcpTraffic {
    return this.#peers.traffic();
  }

  get peerTraffic(): readonly PeerTraffic[] {
    return this.#peers.trafficByPeer();
  }

  async init(config: TcpConfig): Promise<void> {
    checkOptions("tcpRouter.init", config, ["listen", "peers", "known"]);
    const { identity, listenOptions } = this.#options;
    const { peers = [], known = [] } = config;
    for (const peer of [...peers, ...known]) {
      checkOptions("tcpRouter.init: peers", peer, ["id", "host", "port"]);
      checkString("tcpRouter.init", "peers.id", peer.id);
      if (peer.id === identity) throw invalidArgument("tcpRouter.init", "peers.id", "another host's identity", peer.id);
    }
    if (config.listen && !this.#server) {
      const server = await listen(config.listen.host, config.listen.port, { ...listenOptions, ...this.#shared });
      this.#server = server;
      server.onConnection((connection) => this.#accept(connection));
      server.onError(() => {}); // Attempts that came to nothing are counted in its metrics.
    }
    for (const peer of [...peers, ...known]) this.#peers.learn(peer);
    await Promise.all(peers.map((peer) => this.#peers.link(peer.id)));
  }

  route(ref: Ref, envelope: Envelope): Promise<void> {
    const host = this.#options.hostOf === undefined ? ref.location() : this.#options.hostOf(ref);
    if (typeof host !== "string") {
      throw new NotFoundError(`tcp router: no host for ${JSON.stringify(ref.id)}: its location is not an identity`);
    }
    return this.#send(host, envelope);
  }

  /** The way back is the connection itself, so the envelope need not carry it. Encoded now, whatever changes later. */
  #send(host: string, envelope: Envelope): Promise<void> {
    const link = this.#peers.open(host);
    if (link !== undefined) return link.send(envelope);
    return this.#peers.sendInTurn(host, encodeWithoutPath(this.#options.serializer, envelope));
  }

  receive(bytes: Uint8Array, source: EnvelopeSource): void {
    this.#options.deliver(decodeEnvelope(this.#options.serializer, bytes), source);
  }

  close(): Promise<void> {
    this.#closing ??= Promise.all([this.#peers.close(), this.#server?.close()]).then(() => {});
    return this.#closing;
  }

  async #dial({ id, host, port }: PeerAddress): Promise<EnvelopeLink> {
    const { connectOptions } = this.#options;
    if (this.#closing) throw new ClosedError("tcp router: closed");
    const onReached = (): void => this.#options.onPeer?.({ id, state: "handshaking", address: `${host}:${port}` });
    const connection = await connect(host, port, { ...connectOptions, ...this.#shared, onReached });
    if (connection.peer.identity !== id) {
      const found = connection.peer.identity ?? "";
      await connection.close({ reason: `expected ${id}` });
      throw new NotFoundError(
        `tcp router: expected ${JSON.stringify(id)} at ${host}:${port}, got ${JSON.stringify(found)}`,
      );
    }
    const link = new EnvelopeLink(connection, this.#options.serializer);
    void this.#serve(link, id, true);
    return link;
  }

  async #accept(connection: Connection): Promise<void> {
    const { identity, authenticated } = connection.peer;
    const refusal =
      identity === undefined || identity === this.#options.identity
        ? "a peer needs an identity of its own"
        : this.#options.listenOptions?.tls?.requestCert && !authenticated
          ? "the identity is not that of the certificate"
          : undefined;
    if (refusal !== undefined) {
      // Whoever only claims to be a peer says nothing about one that is connected.
      if (identity !== undefined && !this.#peers.open(identity)) {
        this.#options.onPeer?.({ id: identity, state: "rejected", reason: refusal });
      }
      return connection.close({ reason: refusal });
    }
    await this.#serve(new EnvelopeLink(connection, this.#options.serializer), identity as string, false);
  }

  /** Takes everything that comes by a connection, until it ends. */
  async #serve(link: EnvelopeLink, id: string, dialledHere: boolean): Promise<void> {
    const { connection } = link;
    const handover = this.#peers.add(id, link, dialledHere);
    const { deliver } = this.#options;
    const source: EnvelopeSource = {
      identity: id,
      authenticated: connection.peer.authenticated,
      reply: (envelope) => (handover.left ? this.#send(id, envelope) : link.send(envelope)),
    };
    try {
      for await (const messages of connection.batches()) {
        for (const bytes of messages) {
          if (isMark(bytes)) {
            link.onMark(bytes);
            handover.onMark(bytes);
          } else deliver(link.read(bytes), source);
        }
      }
    } catch (error) {
      // An error of the connection has ended it; one of the message ends it here.
      if (connection.state !== "closed")
        await connection.close({ reason: `a message cannot be read: ${String(error)}` });
    }
    this.#peers.remove(id, link, await connection.closed);
  }
}
