import { invalidArgument, type RefData } from "@graphoid/core";

/**
 * What goes over NATS: a head that says who sends, one byte that says what follows, and that. The head is a length of two
 * bytes, the epoch of the sender (4 bytes), its identity and incarnation, each behind a length of two bytes, and the id of its
 * reply target. All numbers are little-endian.
 */
export const KIND = {
  /** An envelope. */
  envelope: 1,
  /** A piece of one: see chunks.ts. */
  chunk: 2,
  /** The call whose number follows was taken by the sender, of several who could. */
  taken: 3,
  /** The sender leaves. */
  left: 4,
  /** All pieces of the message whose number follows were sent: who does not have the last of them never will. */
  sent: 5,
  /** Envelopes, each behind its length in four bytes. */
  batch: 6,
} as const;

const MAX_HEADS = 4_096;
const NOTHING = new Uint8Array(0);
/** Of identity, incarnation and reply target together: readers keep what they have seen. */
const MAX_HEAD = 4_096;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const { latin1Slice } = Buffer.prototype as unknown as {
  latin1Slice(this: Uint8Array, from: number, to: number): string;
};

/** Who sent a frame. */
export interface FrameHead {
  readonly identity: string;
  readonly incarnation: string;
  /** How often the sender's connection to NATS was lost: what was on its way then is lost as well. */
  readonly epoch: number;
  /** Where the sender takes answers to the call in the frame, if it is one. */
  readonly replyTo: RefData | undefined;
}

/** A frame that came. */
export interface Frame {
  /** The head as text that is the same for equal heads. */
  readonly key: string;
  readonly kind: number;
  readonly body: Uint8Array;
}

/** Writes the frames of one host. */
export class FrameWriter {
  readonly #identity: Uint8Array;
  readonly #incarnation: Uint8Array;
  readonly #heads = new Map<string, Uint8Array>();
  #epoch = 0;

  constructor(identity: string, incarnation: string) {
    this.#identity = encoder.encode(identity);
    this.#incarnation = encoder.encode(incarnation);
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** From now on, what is sent is of another connection than before. */
  beginEpoch(): void {
    this.#epoch++;
    this.#heads.clear();
  }

  /** How many bytes a frame takes beside its body. */
  overhead(replyTo: string): number {
    return this.#head(replyTo).length + 1;
  }

  /** A frame; `front` is put in front of the body. */
  frame(kind: number, replyTo: string, body: Uint8Array, front: Uint8Array = NOTHING): Uint8Array {
    const head = this.#head(replyTo);
    const at = head.length + 1 + front.length;
    const frame = Buffer.allocUnsafe(at + body.length);
    frame.set(head);
    frame[head.length] = kind;
    if (front.length > 0) frame.set(front, head.length + 1);
    frame.set(body, at);
    return frame;
  }

  #head(replyTo: string): Uint8Array {
    let head = this.#heads.get(replyTo);
    if (head === undefined) {
      if (this.#heads.size >= MAX_HEADS) this.#heads.clear();
      const reply = encoder.encode(replyTo);
      const epoch = Buffer.alloc(4);
      epoch.writeUInt32LE(this.#epoch);
      const parts = [epoch, sized(this.#identity), sized(this.#incarnation), reply];
      head = sized(Buffer.concat(parts));
      if (head.length > MAX_HEAD + 2) {
        throw invalidArgument("natsRouter", "replyTo.id", "shorter beside the identity of this host", replyTo);
      }
      this.#heads.set(replyTo, head);
    }
    return head;
  }
}

/** A frame, or `undefined` where the bytes are none. */
export function readFrame(bytes: Uint8Array): Frame | undefined {
  if (bytes.length < 3) return undefined;
  const at = 2 + (bytes[0] as number) + (bytes[1] as number) * 0x100;
  if (at >= bytes.length || at > MAX_HEAD + 2) return undefined;
  // Not `subarray`: of a Buffer, that is several times as slow.
  const body = new Uint8Array(bytes.buffer, bytes.byteOffset + at + 1, bytes.length - at - 1);
  return { key: latin1Slice.call(bytes, 2, at), kind: bytes[at] as number, body };
}

/** The head that `key` of a frame stands for, or `undefined` where it is none. */
export function readHead(key: string): FrameHead | undefined {
  const bytes = Buffer.from(key, "latin1");
  let at = 4;
  const text = (length: number): string => {
    const from = at;
    at += length;
    if (at > bytes.length) throw new RangeError("too short");
    return decoder.decode(bytes.subarray(from, at));
  };
  try {
    const epoch = bytes.readUInt32LE(0);
    at += 2;
    const identity = text(bytes.readUInt16LE(4));
    at += 2;
    const incarnation = text(bytes.readUInt16LE(at - 2));
    const id = text(bytes.length - at);
    const replyTo = id === "" ? undefined : { id, location: identity, metadata: {}, incarnation };
    return identity === "" ? undefined : { identity, incarnation, epoch, replyTo };
  } catch {
    return undefined;
  }
}

/** The bytes behind their number. */
function sized(bytes: Uint8Array): Uint8Array {
  const all = Buffer.allocUnsafe(2 + bytes.length);
  all.writeUInt16LE(bytes.length, 0);
  all.set(bytes, 2);
  return all;
}
