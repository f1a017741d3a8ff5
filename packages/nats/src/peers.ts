import type { Envelope, EnvelopeSource, PeerReport, RouterHost } from "@graphoid/core";
import { type Frame, type FrameHead, readHead } from "./frame.ts";
import { fitsSubject, type Subjects } from "./subjects.ts";

const MAX_SENDERS = 10_000;
const MAX_PAST = 16;

/** One run of another host. */
export interface Peer {
  readonly identity: string;
  readonly incarnation: string;
  readonly epoch: number;
  /** Where it takes answers. */
  readonly inbox: string;
  /** When the first message that came of it was stored; `undefined` where messages are not. */
  readonly since: bigint | undefined;
}

/** What came, and when it was stored if it was, by the clock of the server. */
export interface Arrived extends Pick<Frame, "key"> {
  readonly message?: { readonly timestampNanos: bigint };
}

/** Whom frames with one head come from. */
export interface Sender {
  readonly peer: Peer;
  readonly replyTo: FrameHead["replyTo"];
  readonly source: EnvelopeSource;
}

/** What is known of the hosts that messages came from. */
export class Peers {
  readonly #subjects: Subjects;
  readonly #host: RouterHost;
  readonly #reply: (peer: Peer, envelope: Envelope) => Promise<void>;
  /** By heads, as most messages come with one of few. */
  readonly #senders = new Map<string, Sender>();
  /** The latest run of each host, while it is there. */
  readonly #peers = new Map<string, Peer>();
  /** Runs that a later one has followed, the last of each host: what still comes of them says nothing of the host. */
  readonly #past = new Map<string, Set<string>>();
  /** The server that all are reached by. */
  #address: string | undefined;

  constructor(subjects: Subjects, host: RouterHost, reply: (peer: Peer, envelope: Envelope) => Promise<void>) {
    this.#subjects = subjects;
    this.#host = host;
    this.#reply = reply;
  }

  /** The sender of a frame; `undefined` where its head is none. */
  senderOf({ key, message }: Arrived): Sender | undefined {
    const known = this.#senders.get(key);
    if (known !== undefined && this.#peers.get(known.peer.identity) === known.peer) return known;
    const head = readHead(key);
    // Names that are longer belong to no host, and a server ends the connection of who sends to such subjects.
    if (head === undefined || !fitsSubject(head.identity) || !fitsSubject(head.incarnation)) return undefined;
    const peer = this.meet(head, message?.timestampNanos);
    const source: EnvelopeSource = {
      identity: peer.identity,
      authenticated: false,
      reply: (envelope) => this.#reply(peer, envelope),
    };
    const sender: Sender = { peer, replyTo: head.replyTo, source };
    if (this.#senders.size >= MAX_SENDERS) this.#senders.clear();
    this.#senders.set(key, sender);
    return sender;
  }

  get(identity: string): Peer | undefined {
    return this.#peers.get(identity);
  }

  all(): Peer[] {
    return [...this.#peers.values()];
  }

  /** All hosts are reached by this server from now on. */
  reachedBy(server: string): void {
    this.#address = server;
    for (const peer of this.#peers.values()) this.#report(peer, "connected");
  }

  /** No host can be heard, for now. */
  cutOff(reason: string): void {
    for (const peer of this.#peers.values()) this.#report(peer, "suspect", reason);
  }

  /** A host is gone, or cannot be reached. True where it was known. */
  end(identity: string, state: "failed" | "left" | "disconnected", reason: unknown): boolean {
    const peer = this.#peers.get(identity);
    if (peer === undefined) return false;
    this.#peers.delete(identity);
    this.#host.reportPeer({ id: identity, incarnation: peer.incarnation, state, reason });
    return true;
  }

  /** A host says who it is. What was on its way to or from an earlier run, or an earlier connection, is lost. */
  meet({ identity, incarnation, epoch }: Omit<FrameHead, "replyTo">, stored?: bigint): Peer {
    const before = this.#peers.get(identity);
    if (before?.incarnation === incarnation && before.epoch === epoch) return before;
    const peer: Peer = {
      identity,
      incarnation,
      epoch,
      inbox: this.#subjects.inbox(identity, incarnation),
      since: stored,
    };
    const run = `${epoch} ${incarnation}`;
    const past = this.#past.get(identity);
    if (past?.has(run)) return peer;
    // Of a run that had ended before this host met any: it was kept meanwhile.
    if (stored !== undefined && before?.since !== undefined && stored < before.since) return peer;
    if (before !== undefined) {
      this.end(identity, "failed", "it, or its connection to NATS, has begun anew");
      this.#remember(before);
    }
    this.#peers.set(identity, peer);
    this.#report(peer, "connected");
    return peer;
  }

  #remember({ identity, incarnation, epoch }: Peer): void {
    const past = this.#past.get(identity) ?? new Set();
    if (this.#past.size >= MAX_SENDERS) this.#past.clear();
    this.#past.set(identity, past.add(`${epoch} ${incarnation}`));
    const [first] = past;
    if (past.size > MAX_PAST && first !== undefined) past.delete(first);
  }

  #report({ identity, incarnation }: Peer, state: PeerReport["state"], reason?: string): void {
    this.#host.reportPeer({
      id: identity,
      incarnation,
      state,
      ...(this.#address === undefined ? {} : { address: this.#address }),
      ...(reason === undefined ? {} : { reason }),
    });
  }
}
