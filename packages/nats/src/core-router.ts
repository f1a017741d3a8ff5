import { type Envelope, NotFoundError, type Ref, type Router, type RouterGuarantees } from "@graphoid/core";
import type { Msg, NatsConnection, Subscription } from "@nats-io/transport-node";
import { partsOf } from "./batch.ts";
import { Assembler } from "./chunks.ts";
import { reach, within } from "./connection.ts";
import { CoreSender } from "./core-sender.ts";
import { UnavailableError } from "./errors.ts";
import { FrameWriter, KIND, readFrame } from "./frame.ts";
import { Liveness } from "./liveness.ts";
import { LostCalls } from "./lost-calls.ts";
import { endsCall, isAnswer, OpenCalls } from "./open-calls.ts";
import type { RouterSettings } from "./options.ts";
import { type Peer, Peers, type Sender } from "./peers.ts";
import { Subjects } from "./subjects.ts";

const CALL = "natsRouter.init";
const QUEUE = "graphoid";
const NOTHING = new Uint8Array(0);
/** After so long without another piece, the rest of a message does not come. */
const FORGET_MS = 60_000;
const MAX_ASKED = 10_000;

/** The router for `"at-most-once"`: NATS itself. */
export class CoreRouter implements Router<void> {
  readonly guarantees: RouterGuarantees;
  readonly #settings: RouterSettings;
  readonly #subjects: Subjects;
  readonly #frames: FrameWriter;
  readonly #sender: CoreSender;
  readonly #calls = new OpenCalls();
  readonly #peers: Peers;
  readonly #lost: LostCalls;
  readonly #assembler: Assembler;
  /** Locations that were asked who serves them. */
  readonly #asked = new Set<string>();
  readonly #inbox: string;
  #subscriptions: Subscription[] = [];
  #connection: NatsConnection | undefined;
  #isOwn = false;
  #liveness: Liveness | undefined;
  #isUp = false;
  #closing: Promise<void> | undefined;

  constructor(settings: RouterSettings) {
    const { host, namespace, maxMessageBytes, clock } = settings;
    this.guarantees = { order: "sender", delivery: "at-most-once", maxMessageBytes };
    this.#settings = settings;
    this.#subjects = new Subjects(namespace);
    this.#frames = new FrameWriter(host.identity, host.incarnation);
    this.#sender = new CoreSender(settings, this.#frames);
    this.#inbox = this.#subjects.inbox(host.identity, host.incarnation);
    this.#assembler = new Assembler(2 * maxMessageBytes, () => clock.now());
    this.#peers = new Peers(this.#subjects, host, (peer, envelope) => this.#answer(peer, envelope));
    this.#lost = new LostCalls(host, this.#calls, this.#peers, (identity) => this.#asked.delete(identity));
  }

  /** Connects and subscribes. */
  async init(): Promise<void> {
    if (this.#closing !== undefined) throw new UnavailableError(`${CALL}: the router is closed`);
    if (this.#connection !== undefined) return;
    const { access, host, probeMs, failAfterMs, clock } = this.#settings;
    const { connection, isOwn } = await reach(CALL, access);
    this.#connection = connection;
    this.#isOwn = isOwn;
    this.#isUp = true;
    this.#begin(connection);
    const liveness = new Liveness({
      connection,
      subjects: this.#subjects,
      self: () => ({ identity: host.identity, incarnation: host.incarnation, epoch: this.#frames.epoch }),
      calls: this.#calls,
      probeMs,
      failAfterMs,
      clock,
      onLost: (place, why) => this.#lost.lose(place, why),
      onMet: (head) => this.#peers.meet(head),
      onUnknown: (place, open, served) => this.#lost.settle(place, open, served),
    });
    this.#liveness = liveness;
    const refused: Error[] = [];
    const take = (subject: string, onMessage: (message: Msg) => void, queue?: string): void => {
      const callback = (error: Error | null, message: Msg): void => {
        if (error === null) quietly(() => onMessage(message));
        else refused.push(error);
      };
      this.#subscriptions.push(connection.subscribe(subject, { callback, ...(queue === undefined ? {} : { queue }) }));
    };
    take(this.#inbox, (message) => this.#arrived(message, undefined));
    take(`${this.#inbox}.*`, (message) => this.#unclaimed(message));
    for (const location of this.#settings.locations) {
      take(this.#subjects.call(location), (message) => this.#arrived(message, location), QUEUE);
      take(this.#subjects.control(location), (message) => this.#arrived(message, location));
      take(this.#subjects.probe(location), (message) => liveness.answer(message));
    }
    void this.#follow(connection);
    // What the server refuses, it says before it answers this.
    await connection.flush();
    if (refused.length > 0) {
      await this.close();
      throw new UnavailableError(`${CALL}: the server refuses a subscription: ${refused[0]?.message}`, {
        cause: refused[0],
      });
    }
  }

  route(ref: Ref, envelope: Envelope): void | Promise<void> {
    const { hostOf } = this.#settings;
    const location = hostOf(ref);
    if (typeof location !== "string") {
      throw new NotFoundError(`nats router: no host for ${JSON.stringify(ref.id)}: its location is not a name`);
    }
    const { kind, id } = envelope;
    const subject = this.#subjects.call(location);
    const isOne = this.#isHost(location);
    switch (kind) {
      case "send":
        return this.#sender.send({ subject, pieces: this.#subjects.control(location), isOne }, "", envelope);
      case "request":
      case "stream": {
        const way = { subject, reply: `${this.#inbox}.${id}`, pieces: this.#subjects.control(location), isOne };
        const sent = this.#sender.send(way, envelope.replyTo?.id ?? "", envelope);
        this.#calls.add(location, envelope, this.#settings.clock.now(), this.#sender.group);
        this.#liveness?.watch();
        return sent;
      }
      default: {
        // An answer that goes this way belongs to a call of another host, whatever its number.
        const call = isAnswer(envelope) ? undefined : this.#calls.get(id);
        if (call !== undefined && kind === "cancel") this.#calls.end(id);
        const way = { subject: call?.inbox ?? this.#subjects.control(location), isOne: true };
        return this.#sender.send(way, envelope.replyTo?.id ?? "", envelope);
      }
    }
  }

  /** Whether a location is known to be a host, not one that several may serve. Asks where that is not known. */
  #isHost(location: string): boolean {
    if (this.#peers.get(location) !== undefined) return true;
    if (!this.#asked.has(location)) {
      if (this.#asked.size >= MAX_ASKED) this.#asked.clear();
      this.#asked.add(location);
      void this.#liveness?.ask(location);
    }
    return false;
  }

  close(): Promise<void> {
    this.#closing ??= this.#leave();
    return this.#closing;
  }

  async #leave(): Promise<void> {
    const connection = this.#connection;
    const { failAfterMs, clock } = this.#settings;
    this.#liveness?.stop();
    if (connection === undefined || connection.isClosed()) return;
    this.#sender.flush();
    const farewell = this.#frames.frame(KIND.left, "", NOTHING);
    if (this.#isUp) for (const { inbox } of this.#peers.all()) connection.publish(inbox, farewell);
    // What came before is delivered, and what was sent has left, but nothing waits for a server that is not there.
    const drain = async (): Promise<void> => {
      await Promise.all(this.#subscriptions.map((subscription) => subscription.drain()));
      this.#sender.flush();
      await connection.flush();
    };
    if (this.#isUp) await within(failAfterMs, clock, drain());
    if (this.#isOwn) await connection.close();
    else for (const subscription of this.#subscriptions) subscription.unsubscribe();
    this.#isUp = false;
    this.#sender.end();
  }

  /** Sends what answers a call, to the host that made it. */
  async #answer(peer: Peer, envelope: Envelope): Promise<void> {
    await this.#sender.send({ subject: peer.inbox, isOne: true }, "", envelope);
    if (endsCall(envelope)) this.#calls.known(peer.identity)?.served.delete(envelope.id);
  }

  #arrived(message: Msg, location: string | undefined): void {
    const frame = readFrame(message.data);
    const sender = frame && this.#peers.senderOf(frame);
    if (frame === undefined || sender === undefined) return;
    switch (frame.kind) {
      case KIND.envelope:
        return this.#deliver(frame.body, sender, location);
      case KIND.batch:
        for (const part of partsOf(frame.body)) quietly(() => this.#deliver(part, sender, location));
        return;
      case KIND.chunk: {
        this.#assembler.forget(FORGET_MS);
        const whole = this.#assembler.add(frame.key, frame.body);
        if (whole) this.#deliver(whole, sender, location);
        return;
      }
      case KIND.taken: {
        const call = this.#calls.get(Number(Buffer.from(frame.body).toString("latin1")));
        if (call !== undefined) this.#calls.taken(call, sender.peer.identity, sender.peer.inbox);
        return;
      }
      case KIND.left:
        // The end of a run says nothing of the one that has followed.
        if (this.#peers.get(sender.peer.identity) === sender.peer) {
          this.#lost.gone(sender.peer.identity, "left", "it has left");
        }
        return;
      case KIND.sent:
        this.#assembler.giveUp(frame.key, frame.body);
        return;
      default: // Of a later version: what it is for, this one does without.
    }
  }

  #deliver(bytes: Uint8Array, { peer, replyTo, source }: Sender, location: string | undefined): void {
    const { host } = this.#settings;
    let envelope: Envelope;
    try {
      envelope = host.decode(bytes);
    } catch {
      return; // Whose call it belongs to cannot be told: its caller learns that it is not known here.
    }
    const { kind, id } = envelope;
    if (kind === "request" || kind === "stream") {
      this.#calls.place(peer.identity).served.set(id, replyTo);
      this.#liveness?.watch();
      if (location !== undefined && location !== host.identity) {
        this.#connection?.publish(peer.inbox, this.#frames.frame(KIND.taken, "", Buffer.from(String(id), "latin1")));
      }
    } else if (isAnswer(envelope)) {
      const call = location === undefined ? this.#calls.get(id) : undefined;
      if (call?.replyTo !== envelope.target) {
        // Of a call that has ended, or of none.
      } else if (endsCall(envelope)) this.#calls.end(id);
      else this.#calls.taken(call, peer.identity, peer.inbox);
    } else if (kind === "cancel") this.#calls.known(peer.identity)?.served.delete(id);
    host.deliver(replyTo === undefined ? envelope : { ...envelope, replyTo }, source);
  }

  /** The server tells that nobody takes a call, nor those that were sent together with it. */
  #unclaimed(message: Msg): void {
    const { subject } = message;
    if (message.headers?.code === 503) this.#lost.unclaimed(Number(subject.slice(subject.lastIndexOf(".") + 1)));
  }

  /** Follows the connection. What was on its way when it was lost may be lost too, so calls end with it. */
  async #follow(connection: NatsConnection): Promise<void> {
    for await (const { type } of connection.status()) {
      if (!this.#isOwn && this.#closing !== undefined) return;
      if (type === "disconnect" || type === "close") {
        this.#isUp = false;
        this.#sender.end();
        this.#frames.beginEpoch();
        const reason = new UnavailableError("nats router: the connection to NATS was lost");
        for (const { identity } of this.#peers.all()) this.#lost.gone(identity, "disconnected", reason);
        for (const place of this.#calls.waited()) this.#lost.lose(place, reason.message);
      } else if (type === "reconnect") {
        this.#isUp = true;
        this.#begin(connection);
      }
      if (type === "close") return;
    }
  }

  #begin(connection: NatsConnection): void {
    this.#sender.begin(connection);
    this.#peers.reachedBy(connection.getServer());
  }
}

/** What throws here would end the reading of the connection, with all that others wait for. */
function quietly(run: () => void): void {
  try {
    run();
  } catch {
    // The message counts as lost: whoever waits for it is told so.
  }
}
