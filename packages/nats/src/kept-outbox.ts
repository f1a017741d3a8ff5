import { Batch } from "./batch.ts";
import { split } from "./chunks.ts";
import { UnavailableError } from "./errors.ts";
import { type FrameWriter, KIND } from "./frame.ts";
import { type KeptSender, NUMBERS_BYTES } from "./kept-sender.ts";
import type { KeptStream, Service } from "./kept-stream.ts";
import type { Subjects } from "./subjects.ts";

/** What lies between what a server takes and what it is given: it counts the headers that the client adds. */
const MARGIN = 512;

/** Options of {@link KeptOutbox}. */
export interface KeptOutboxOptions {
  readonly stream: KeptStream;
  readonly sender: KeptSender;
  readonly frames: FrameWriter;
  readonly subjects: Subjects;
  /** The largest message that the server takes, in bytes. */
  readonly maxPayload: () => number;
}

/** Who waits to hear who serves a location. */
interface Waiting {
  readonly found: Promise<Service | undefined>;
  count: number;
}

/** Envelopes that are to be stored as one message. */
interface Gathered {
  readonly batch: Batch;
  readonly stored: Promise<void>;
  readonly store: () => void;
}

/**
 * What is on its way to JetStream: envelopes of one turn of the event loop to one host together, large ones in pieces, those
 * to a location that was not sent to before once it is known to be served.
 */
export class KeptOutbox {
  readonly #options: KeptOutboxOptions;
  readonly #waiting = new Map<string, Waiting>();
  #gathered: Gathered | undefined;
  #messages = 0;

  constructor(options: KeptOutboxOptions) {
    this.#options = options;
  }

  /**
   * Resolves when an envelope is stored. It takes its place in the order now.
   *
   * @throws UnavailableError when nobody serves the location, JetStream refuses the message, or it is larger than the server
   * takes at once and for a location that several may serve.
   */
  send(location: string, replyTo: string, bytes: Uint8Array): Promise<void> {
    const service = this.#options.stream.served(location);
    const mayGo = service !== undefined && !this.#waiting.has(location);
    return mayGo ? this.#send(location, service, replyTo, bytes) : this.#sendFirst(location, replyTo, bytes);
  }

  /** Sends to a location after it was found to be served, in the order of asking. */
  async #sendFirst(location: string, replyTo: string, bytes: Uint8Array): Promise<void> {
    const waiting = this.#waiting.get(location) ?? { found: this.#options.stream.findServed(location), count: 0 };
    this.#waiting.set(location, waiting);
    waiting.count++;
    let sent: Promise<void>;
    try {
      const service = await waiting.found;
      if (service === undefined) throw new UnavailableError(`nats router: nobody serves ${JSON.stringify(location)}`);
      sent = this.#send(location, service, replyTo, bytes);
    } finally {
      waiting.count--;
      if (waiting.count === 0) this.#waiting.delete(location);
    }
    await sent;
  }

  #send(location: string, service: Service, replyTo: string, bytes: Uint8Array): Promise<void> {
    const { frames, sender, subjects, maxPayload } = this.#options;
    const subject = subjects.kept(location);
    const room = maxPayload() - MARGIN - frames.overhead(replyTo) - NUMBERS_BYTES;
    // Of those who serve a location, each is to get its share.
    if (service === "host" && bytes.length <= room && Batch.takes(bytes)) {
      return this.#gather(subject, replyTo, bytes, room);
    }
    this.flush();
    const send = (kind: number, body: Uint8Array): Promise<void> =>
      sender.send(subject, (numbers) => frames.frame(kind, replyTo, body, numbers));
    if (bytes.length <= room) return send(KIND.envelope, bytes);
    // Its pieces would be dealt out among the hosts.
    if (service === "shared") {
      const where = JSON.stringify(location);
      throw new UnavailableError(
        `nats router: ${bytes.length} bytes are too large for ${where}, which several may serve`,
      );
    }
    this.#messages++;
    const pieces = [...split(bytes, this.#messages, room)];
    return Promise.all(pieces.map((piece) => send(KIND.chunk, piece))).then(() => {});
  }

  #gather(subject: string, replyTo: string, bytes: Uint8Array, room: number): Promise<void> {
    let gathered = this.#gathered;
    if (
      gathered?.batch.subject !== subject ||
      gathered.batch.replyTo !== replyTo ||
      !gathered.batch.hasRoom(bytes, room)
    ) {
      this.flush();
      gathered = this.#begin(subject, replyTo);
    }
    gathered.batch.add(bytes);
    return gathered.stored;
  }

  #begin(subject: string, replyTo: string): Gathered {
    const { frames, sender } = this.#options;
    const batch = new Batch(subject, replyTo);
    let store = (): void => {};
    const stored = new Promise<void>((resolve, reject) => {
      store = () => void sender.send(subject, (numbers) => batch.frame(frames, numbers)).then(resolve, reject);
    });
    const gathered: Gathered = { batch, stored, store };
    this.#gathered = gathered;
    queueMicrotask(() => this.flush());
    return gathered;
  }

  /** Sends what was gathered: when the turn ends, and before anything that must not overtake it. */
  flush(): void {
    const gathered = this.#gathered;
    this.#gathered = undefined;
    gathered?.store();
  }
}
