import { type Envelope, NotFoundError, type Ref, type Router, type RouterGuarantees } from "@graphoid/core";
import type { NatsConnection } from "@nats-io/transport-node";
import { partsOf } from "./batch.ts";
import { Assembler, messageOf } from "./chunks.ts";
import { reach, within } from "./connection.ts";
import { encode } from "./encode.ts";
import { UnavailableError } from "./errors.ts";
import { FrameWriter, KIND } from "./frame.ts";
import { KeptOutbox } from "./kept-outbox.ts";
import { type Kept, KeptReceiver } from "./kept-receiver.ts";
import { KeptSender } from "./kept-sender.ts";
import { KeptStream, type Service } from "./kept-stream.ts";
import { endsCall, isAnswer, OpenCalls } from "./open-calls.ts";
import type { RouterSettings } from "./options.ts";
import { type Peer, Peers } from "./peers.ts";
import { Subjects } from "./subjects.ts";

const CALL = "natsRouter.init";

/** The router for `"at-least-once"`: JetStream keeps every message until its host has dealt with it. */
export class KeptRouter implements Router<void> {
  readonly guarantees: RouterGuarantees;
  readonly #settings: RouterSettings;
  readonly #subjects: Subjects;
  readonly #frames: FrameWriter;
  readonly #peers: Peers;
  readonly #calls = new OpenCalls();
  readonly #assembler: Assembler;
  /** The pieces of messages that are put together: dealt with when the whole is. */
  readonly #pieces = new Map<string, Kept[]>();
  readonly #receivers: KeptReceiver[] = [];
  #connection: NatsConnection | undefined;
  #outbox: KeptOutbox | undefined;
  #isOwn = false;
  #isUp = false;
  #closing: Promise<void> | undefined;

  constructor(settings: RouterSettings) {
    const { host, namespace, maxMessageBytes, clock } = settings;
    this.guarantees = { order: "sender", delivery: "at-least-once", maxMessageBytes };
    this.#settings = settings;
    this.#subjects = new Subjects(namespace);
    this.#frames = new FrameWriter(host.identity, host.incarnation);
    // What was taken from JetStream must not be dropped for want of room: how much that is, it limits itself.
    this.#assembler = new Assembler(Number.POSITIVE_INFINITY, () => clock.now());
    this.#peers = new Peers(this.#subjects, host, (peer, envelope) => this.#answer(peer, envelope));
  }

  /** Connects, makes the stream where it is not there, and begins to fetch. */
  async init(): Promise<void> {
    if (this.#closing !== undefined) throw new UnavailableError(`${CALL}: the router is closed`);
    if (this.#connection !== undefined) return;
    const { access, host, namespace, jetStream, clock, locations } = this.#settings;
    const { connection, isOwn } = await reach(CALL, access);
    this.#connection = connection;
    this.#isOwn = isOwn;
    this.#isUp = true;
    this.#peers.reachedBy(connection.getServer());
    void this.#follow(connection);
    try {
      const stream = await KeptStream.open(CALL, connection, namespace, this.#subjects, jetStream);
      const isClosed = (): boolean => this.#closing !== undefined || connection.isClosed();
      this.#outbox = new KeptOutbox({
        stream,
        sender: new KeptSender({ jetStream: stream.client, incarnation: host.incarnation, clock, isClosed }),
        frames: this.#frames,
        subjects: this.#subjects,
        maxPayload: () => connection.info?.max_payload ?? 2 ** 20,
      });
      for (const location of locations) {
        const service: Service = location === host.identity ? "host" : "shared";
        const receiver: KeptReceiver = new KeptReceiver({
          clock,
          ackWaitMs: jetStream.ackWaitMs,
          isShared: service === "shared",
          take: (kept) => this.#take(receiver, kept),
        });
        this.#receivers.push(receiver);
        receiver.start(await stream.consume(CALL, location, service, (message) => receiver.arrived(message)));
      }
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  route(ref: Ref, envelope: Envelope): Promise<void> {
    const location = this.#settings.hostOf(ref);
    if (typeof location !== "string") {
      throw new NotFoundError(`nats router: no host for ${JSON.stringify(ref.id)}: its location is not a name`);
    }
    const { kind, id } = envelope;
    const replyTo = envelope.replyTo?.id ?? "";
    if (kind === "send") return this.#send(location, replyTo, envelope);
    if (kind === "request" || kind === "stream") {
      const sent = this.#send(location, replyTo, envelope);
      this.#calls.add(location, envelope, this.#settings.clock.now());
      sent.catch(() => this.#calls.end(id));
      return sent;
    }
    // Whoever took a call of those that serve its location gets what belongs to it.
    const call = isAnswer(envelope) ? undefined : this.#calls.get(id);
    if (call !== undefined && kind === "cancel") this.#calls.end(id);
    return this.#send(call?.place.name ?? location, replyTo, envelope);
  }

  close(): Promise<void> {
    this.#closing ??= this.#leave();
    return this.#closing;
  }

  async #leave(): Promise<void> {
    const connection = this.#connection;
    if (connection === undefined || connection.isClosed()) return;
    await Promise.allSettled(this.#receivers.map((receiver) => receiver.stop()));
    // What was dealt with is to be known to be, but nothing waits for a server that is not there.
    const { failAfterMs, clock } = this.#settings;
    if (this.#isUp) await within(failAfterMs, clock, connection.flush());
    if (this.#isOwn) await connection.close();
  }

  /** Resolves when the message is stored. It is encoded and takes its place in the order now. */
  #send(location: string, replyTo: string, envelope: Envelope): Promise<void> {
    const outbox = this.#outbox;
    if (outbox === undefined || this.#closing !== undefined) {
      throw new UnavailableError("nats router: not connected to NATS");
    }
    const bytes = encode(this.#settings, envelope);
    return outbox.send(location, replyTo, bytes);
  }

  /** Follows the connection. Nothing is lost with it, but nobody is heard either. */
  async #follow(connection: NatsConnection): Promise<void> {
    for await (const { type } of connection.status()) {
      if (this.#closing !== undefined) return;
      if (type === "disconnect") {
        this.#isUp = false;
        this.#peers.cutOff("the connection to NATS was lost");
      } else if (type === "reconnect") {
        this.#isUp = true;
        this.#peers.reachedBy(connection.getServer());
      }
    }
  }

  async #answer(peer: Peer, envelope: Envelope): Promise<void> {
    await this.#send(peer.identity, "", envelope);
  }

  /** Takes a message in its turn. */
  #take(receiver: KeptReceiver, kept: Kept): void {
    if (kept.kind === KIND.envelope) return this.#deliver(kept, kept.body, () => receiver.done(kept));
    if (kept.kind === KIND.batch) return this.#takeBatch(receiver, kept);
    if (kept.kind !== KIND.chunk) return receiver.done(kept);
    const message = `${messageOf(kept.body)} ${kept.key}`;
    const pieces = this.#pieces.get(message) ?? [];
    this.#pieces.set(message, pieces);
    pieces.push(kept);
    const whole = this.#assembler.add(kept.key, kept.body);
    if (whole === undefined) return;
    this.#pieces.delete(message);
    const end = (): void => {
      for (const piece of pieces) receiver.done(piece);
    };
    if (whole === false) end();
    else this.#deliver(kept, whole, end);
  }

  /** Delivers all of a message that carries several. It is dealt with when the last of them is. */
  #takeBatch(receiver: KeptReceiver, kept: Kept): void {
    const parts = [...partsOf(kept.body)];
    let left = parts.length;
    if (left === 0) receiver.done(kept);
    for (const part of parts) {
      this.#deliver(kept, part, () => {
        if (--left === 0) receiver.done(kept);
      });
    }
  }

  /** `end` is called when the envelope was dealt with. */
  #deliver(kept: Kept, bytes: Uint8Array, end: () => void): void {
    const { host } = this.#settings;
    const sender = this.#peers.senderOf(kept);
    if (sender === undefined) return end();
    let envelope: Envelope;
    try {
      envelope = host.decode(bytes);
    } catch {
      return end(); // It cannot be read the next time either.
    }
    const { peer, replyTo, source } = sender;
    const call = this.#calls.get(envelope.id);
    if (isAnswer(envelope) && call?.replyTo === envelope.target) {
      if (endsCall(envelope)) this.#calls.end(envelope.id);
      else this.#calls.taken(call, peer.identity, peer.inbox);
    }
    let dealtWith: unknown;
    try {
      dealtWith = host.deliver(replyTo === undefined ? envelope : { ...envelope, replyTo }, source);
    } catch {
      return end(); // As when its promise is rejected.
    }
    if (dealtWith instanceof Promise) void dealtWith.then(end, end);
    else end();
  }
}
