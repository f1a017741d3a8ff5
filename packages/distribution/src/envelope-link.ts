import type { Envelope } from "@graphoid/core";
import type { Connection } from "@graphoid/net";
import type { Serializer, Session } from "@graphoid/serialize";
import { decodeEnvelope, encodeWithoutPath } from "./envelope-codec.ts";
import { decodeInSession, encodeInSession } from "./envelope-list.ts";
import { isThe, marks } from "./envelope-marks.ts";

/**
 * The envelopes that go by one connection. They are messages of a session of the serializer, one in each direction, whose
 * messages must all arrive: so it begins anew after one that the connection did not take, and ends for one that was
 * encoded before there was a connection. Marks tell the other side.
 */
export class EnvelopeLink {
  readonly connection: Connection;
  readonly #serializer: Serializer;
  #written: Session | undefined;
  #read: Session | undefined;

  constructor(connection: Connection, serializer: Serializer) {
    this.connection = connection;
    this.#serializer = serializer;
  }

  /** Sends an envelope, without the path of answers: they come back by the connection. */
  send(envelope: Envelope): Promise<void> {
    const { connection } = this;
    const refused = connection.refusal(0);
    if (refused !== undefined) return Promise.reject(refused);
    const session = this.#written ?? this.#begin();
    let bytes: Uint8Array;
    try {
      bytes = encodeInSession(session, envelope);
    } catch {
      // Either it throws here too, for the payload alone, or that is a message which only a session cannot take.
      return this.sendAlone(encodeWithoutPath(this.#serializer, envelope));
    }
    // The codec of a class may have sent something itself.
    if (this.#written !== session) return this.sendAlone(encodeWithoutPath(this.#serializer, envelope));
    if (connection.refusal(bytes.length) !== undefined) this.#written = undefined;
    return connection.send(bytes);
  }

  /** Sends what is encoded already, by itself. */
  sendAlone(bytes: Uint8Array): Promise<void> {
    if (this.#written !== undefined && this.connection.refusal(bytes.length) === undefined) {
      this.#written = undefined;
      this.#mark(marks.alone);
    }
    return this.connection.send(bytes);
  }

  /** Takes a mark of the peer. */
  onMark(mark: Uint8Array): void {
    if (isThe(marks.session, mark)) this.#read = this.#serializer.session();
    else if (isThe(marks.alone, mark)) this.#read = undefined;
  }

  /** The envelope of a message that came. */
  read(bytes: Uint8Array): Envelope {
    return this.#read === undefined ? decodeEnvelope(this.#serializer, bytes) : decodeInSession(this.#read, bytes);
  }

  #begin(): Session {
    const session = this.#serializer.session();
    this.#written = session;
    this.#mark(marks.session);
    return session;
  }

  #mark(mark: Uint8Array): void {
    // If the connection is lost, so is everything that the mark is about.
    this.connection.send(mark).catch(() => {});
  }
}
