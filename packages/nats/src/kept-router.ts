import { type Envelope, NotFoundError, type Ref, type Router, type RouterGuarantees } from "@graphoid/core";
import type { NatsConnection } from "@nats-io/transport-node";
import { Assembler, messageOf, split } from "./chunks.ts";
import { reach, within } from "./connection.ts";
import { UnavailableError } from "./errors.ts";
import { FrameWriter, KIND } from "./frame.ts";
import { type Kept, KeptReceiver } from "./kept-receiver.ts";
import { KeptSender, NUMBERS_BYTES } from "./kept-sender.ts";
import { KeptStream } from "./kept-stream.ts";
import { endsCall, isAnswer, OpenCalls } from "./open-calls.ts";
import type { RouterSettings } from "./options.ts";
import { type Peer, Peers } from "./peers.ts";
import { Subjects } from "./subjects.ts";

const CALL = "natsRouter.init";
/** What lies between what a server takes and what it is given: it counts the headers that the client adds. */
const MARGIN = 512;

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
  /** Who waits to hear whether a location is served. */
  readonly #waiting = new Map<string, { readonly found: Promise<boolean>; count: number }>();
  #connection: NatsConnection | undefined;
  #stream: KeptStream | undefined;
  #sender: KeptSender | undefined;
  #isOwn = false;
  #isUp = false;
  #messages = 0;
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
      this.#stream = stream;
      const isClosed = (): boolean => this.#closing !== undefined || connection.isClosed();
      this.#sender = new KeptSender({ jetStream: stream.client, incarnation: host.incarnation, clock, isClosed });
      for (const location of locations) {
        const receiver: KeptReceiver = new KeptReceiver({
          clock,
          ackWaitMs: jetStream.ackWaitMs,
          isShared: location !== host.identity,
          take: (kept) => this.#take(receiver, kept),
        });
        this.#receivers.push(receiver);
        receiver.start(await stream.consume(CALL, location, (message) => receiver.arrived(message)));
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
    const [connection, stream, sender] = [this.#connection, this.#stream, this.#sender];
    if (connection === undefined || stream === undefined || sender === undefined || this.#closing !== undefined) {
      throw new UnavailableError("nats router: not connected to NATS");
    }
    const { host, maxMessageBytes } = this.#settings;
    const bytes = host.encode(envelope);
    if (bytes.length > maxMessageBytes) {
      throw new UnavailableError(
        `nats router: a message of ${bytes.length} bytes, and at most ${maxMessageBytes} travel`,
      );
    }
    const subject = this.#subjects.kept(location);
    const room = (connection.info?.max_payload ?? 2 ** 20) - MARGIN - this.#frames.overhead(replyTo) - NUMBERS_BYTES;
    const send = (): Promise<unknown> => {
      if (bytes.length <= room) return sender.send(subject, this.#frame(KIND.envelope, replyTo, bytes));
      this.#messages++;
      const pieces = [...split(bytes, this.#messages, room)];
      return Promise.all(pieces.map((piece) => sender.send(subject, this.#frame(KIND.chunk, replyTo, piece))));
    };
    const mayGo = stream.isServed(location) && !this.#waiting.has(location);
    return mayGo ? (send() as Promise<void>) : this.#sendFirst(stream, location, send);
  }

  /** Sends to a location after it was found to be served, in the order of asking. */
  async #sendFirst(stream: KeptStream, location: string, send: () => Promise<unknown>): Promise<void> {
    const waiting = this.#waiting.get(location) ?? { found: stream.findServed(location), count: 0 };
    this.#waiting.set(location, waiting);
    waiting.count++;
    let sent: Promise<unknown>;
    try {
      if (!(await waiting.found)) throw new UnavailableError(`nats router: nobody serves ${JSON.stringify(location)}`);
      sent = send();
    } finally {
      waiting.count--;
      if (waiting.count === 0) this.#waiting.delete(location);
    }
    await sent;
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

  #frame(kind: number, replyTo: string, body: Uint8Array): (numbers: Uint8Array) => Uint8Array {
    return (numbers) => this.#frames.frame(kind, replyTo, body, numbers);
  }

  async #answer(peer: Peer, envelope: Envelope): Promise<void> {
    await this.#send(peer.identity, "", envelope);
  }

  /** Takes a message in its turn. */
  #take(receiver: KeptReceiver, kept: Kept): void {
    if (kept.kind === KIND.envelope) return this.#deliver(receiver, kept, kept.body, [kept]);
    if (kept.kind !== KIND.chunk) return receiver.done(kept);
    const message = `${messageOf(kept.body)} ${kept.key}`;
    const pieces = this.#pieces.get(message) ?? [];
    this.#pieces.set(message, pieces);
    pieces.push(kept);
    const whole = this.#assembler.add(kept.key, kept.body);
    if (whole === undefined) return;
    this.#pieces.delete(message);
    if (whole === false) for (const piece of pieces) receiver.done(piece);
    else this.#deliver(receiver, kept, whole, pieces);
  }

  #deliver(receiver: KeptReceiver, kept: Kept, bytes: Uint8Array, parts: readonly Kept[]): void {
    const { host } = this.#settings;
    const end = (): void => {
      for (const part of parts) receiver.done(part);
    };
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
