import { type FrameWriter, KIND } from "./frame.ts";

/** Of envelopes beyond this, what a message costs the server hardly counts. */
const MAX_PART = 8_192;
const MAX_BYTES = 65_536;
const LENGTH_BYTES = 4;

/** Envelopes that go to one subject and come from one reply target, to be sent as one message. */
export class Batch {
  readonly subject: string;
  readonly replyTo: string;
  /** Of the first call among them. */
  reply: string | undefined;
  /** The id of the first call among them: what becomes of the message becomes of all. */
  group: number | undefined;
  readonly #parts: Uint8Array[] = [];
  #bytes = 0;

  constructor(subject: string, replyTo: string) {
    this.subject = subject;
    this.replyTo = replyTo;
  }

  /** Whether an envelope is small enough for any batch. */
  static takes(bytes: Uint8Array): boolean {
    return bytes.length <= MAX_PART;
  }

  /** Whether there is room for another, where a message may have so many bytes beside its head. */
  hasRoom(bytes: Uint8Array, room: number): boolean {
    return this.#bytes + LENGTH_BYTES + bytes.length <= Math.min(room, MAX_BYTES);
  }

  add(bytes: Uint8Array): void {
    this.#parts.push(bytes);
    this.#bytes += LENGTH_BYTES + bytes.length;
  }

  /** The message; `front` is put in front of its body. */
  frame(frames: FrameWriter, front?: Uint8Array): Uint8Array {
    const [first] = this.#parts;
    if (this.#parts.length === 1 && first !== undefined) return frames.frame(KIND.envelope, this.replyTo, first, front);
    const body = Buffer.allocUnsafe(this.#bytes);
    let at = 0;
    for (const part of this.#parts) {
      body.writeUInt32LE(part.length, at);
      body.set(part, at + LENGTH_BYTES);
      at += LENGTH_BYTES + part.length;
    }
    return frames.frame(KIND.batch, this.replyTo, body, front);
  }
}

/** The envelopes of a batch. What follows one that is cut off is left out. */
export function* partsOf(body: Uint8Array): Generator<Uint8Array, void, undefined> {
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  let at = 0;
  while (at + LENGTH_BYTES <= body.length) {
    const from = at + LENGTH_BYTES;
    at = from + view.getUint32(at, true);
    if (at > body.length) return;
    yield new Uint8Array(body.buffer, body.byteOffset + from, at - from);
  }
}
