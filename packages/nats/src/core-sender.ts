import type { Envelope } from "@graphoid/core";
import type { NatsConnection } from "@nats-io/transport-node";
import { numberBytes, split } from "./chunks.ts";
import { UnavailableError } from "./errors.ts";
import { type FrameWriter, KIND } from "./frame.ts";
import type { RouterSettings } from "./options.ts";

/** After so many bytes, senders wait until the server has taken them. */
const HIGH_WATER = 4 * 2 ** 20;
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
}

/** Gives envelopes to NATS, in pieces where one is more than the server takes. */
export class CoreSender {
  readonly #settings: RouterSettings;
  readonly #frames: FrameWriter;
  #connection: NatsConnection | undefined;
  #largest = 0;
  #messages = 0;
  #unflushed = 0;
  #flushing: Promise<void> | undefined;

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
  }

  /** @throws UnavailableError when there is no connection, or the envelope is larger than may travel. */
  send({ subject, reply, pieces }: Way, replyTo: string, envelope: Envelope): void | Promise<void> {
    const connection = this.#connection;
    if (connection === undefined) throw new UnavailableError("nats router: not connected to NATS");
    const { host, maxMessageBytes } = this.#settings;
    const bytes = host.encode(envelope);
    if (bytes.length > maxMessageBytes) {
      throw new UnavailableError(
        `nats router: a message of ${bytes.length} bytes, and at most ${maxMessageBytes} travel`,
      );
    }
    const options = reply === undefined ? undefined : { reply };
    const room = this.#largest - this.#frames.overhead(replyTo);
    if (bytes.length <= room) {
      connection.publish(subject, this.#frames.frame(KIND.envelope, replyTo, bytes), options);
      return this.#hold(connection, bytes.length);
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
    return this.#hold(connection, bytes.length);
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
