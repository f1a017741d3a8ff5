import type { Envelope } from "@graphoid/core";
import type { NatsConnection } from "@nats-io/transport-node";
import { Batch } from "./batch.ts";
import { numberBytes, split } from "./chunks.ts";
import { encode } from "./encode.ts";
import { UnavailableError } from "./errors.ts";
import { type FrameWriter, KIND } from "./frame.ts";
import type { RouterSettings } from "./options.ts";

/** After so many bytes, senders wait until the server has taken them. */
const HIGH_WATER = 512 * 2 ** 10;
/** What lies between what a server takes and what it is given: it counts what it adds. */
const MARGIN = 64;

/** Where an envelope goes. */
export interface Way {
  readonly subject: string;
  /** Where the server tells that nobody is there. */
  readonly reply?: string;
  /**
   * For all pieces but the last, where one of many takes what comes by `subject`: all of them collect, and who gets the last
   * piece has the message. Default: `subject`.
   */
  readonly pieces?: string;
  /** Whether one host takes all that comes by `subject`, so that several envelopes can go as one message. */
  readonly isOne: boolean;
}

/**
 * Gives envelopes to NATS: those of one turn of the event loop together, and one that is more than the server takes in
 * pieces. They arrive in the order in which they are given.
 */
export class CoreSender {
  readonly #settings: RouterSettings;
  readonly #frames: FrameWriter;
  #connection: NatsConnection | undefined;
  #largest = 0;
  #messages = 0;
  #unflushed = 0;
  #flushing: Promise<void> | undefined;
  #batch: Batch | undefined;

  constructor(settings: RouterSettings, frames: FrameWriter) {
    this.#settings = settings;
    this.#frames = frames;
  }

  /** Sends by this connection, which has just been made. */
  begin(connection: NatsConnection): void {
    this.#connection = connection;
    this.#largest = (connection.info?.max_payload ?? 2 ** 20) - MARGIN;
    this.#unflushed = 0;
  }

  /** Sends by no connection, until the next begins. */
  end(): void {
    this.#connection = undefined;
    this.#batch = undefined;
  }

  /** The call that stands for the one that was sent last: they go as one message. */
  get group(): number | undefined {
    return this.#batch?.group;
  }

  /** @throws UnavailableError when there is no connection, or the envelope is larger than may travel. */
  send(way: Way, replyTo: string, envelope: Envelope): void | Promise<void> {
    const connection = this.#connection;
    if (connection === undefined || connection.isClosed() || connection.isDraining()) {
      throw new UnavailableError("nats router: not connected to NATS");
    }
    const bytes = encode(this.#settings, envelope);
    const room = this.#largest - this.#frames.overhead(replyTo);
    if (Batch.takes(bytes) && bytes.length <= room) this.#gather(way, replyTo, envelope.id, bytes, room);
    else {
      this.flush();
      this.#sendAlone(connection, way, replyTo, bytes, room);
    }
    return this.#hold(connection, bytes.length);
  }

  /** Sends what was gathered. It is called when the turn ends, and before anything that must not overtake it. */
  readonly flush = (): void => {
    const batch = this.#batch;
    this.#batch = undefined;
    const connection = this.#connection;
    if (batch === undefined || connection === undefined || connection.isClosed() || connection.isDraining()) return;
    const { subject, reply } = batch;
    connection.publish(subject, batch.frame(this.#frames), reply === undefined ? undefined : { reply });
  };

  #gather({ subject, reply, isOne }: Way, replyTo: string, id: number, bytes: Uint8Array, room: number): void {
    let batch = this.#batch;
    if (!isOne || batch?.subject !== subject || batch.replyTo !== replyTo || !batch.hasRoom(bytes, room)) {
      this.flush();
      batch = new Batch(subject, replyTo);
      this.#batch = batch;
      queueMicrotask(this.flush);
    }
    batch.add(bytes);
    if (reply === undefined || batch.reply !== undefined) return;
    batch.reply = reply;
    batch.group = id;
  }

  #sendAlone(
    connection: NatsConnection,
    { subject, reply, pieces }: Way,
    replyTo: string,
    bytes: Uint8Array,
    room: number,
  ): void {
    const options = reply === undefined ? undefined : { reply };
    if (bytes.length <= room) {
      connection.publish(subject, this.#frames.frame(KIND.envelope, replyTo, bytes), options);
      return;
    }
    const number = ++this.#messages;
    const parts = split(bytes, number, room);
    let part = parts.next();
    while (part.done !== true) {
      const next = parts.next();
      const frame = this.#frames.frame(KIND.chunk, replyTo, part.value);
      if (next.done === true) connection.publish(subject, frame, options);
      else connection.publish(pieces ?? subject, frame);
      part = next;
    }
    if (pieces !== undefined) {
      connection.publish(pieces, this.#frames.frame(KIND.sent, replyTo, numberBytes(number)));
    }
  }

  /** NATS takes whatever it is given: who sends much waits here until the server has it. */
  #hold(connection: NatsConnection, bytes: number): void | Promise<void> {
    this.#unflushed += bytes;
    if (this.#unflushed < HIGH_WATER) return undefined;
    this.#flushing ??= connection.flush().then(
      () => {
        this.#flushing = undefined;
        this.#unflushed = 0;
      },
      (cause: unknown) => {
        this.#flushing = undefined;
        throw new UnavailableError("nats router: the connection to NATS was lost", { cause });
      },
    );
    return this.#flushing;
  }
}
