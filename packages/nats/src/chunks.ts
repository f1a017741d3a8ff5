/** In front of each piece: the number of the message (8 bytes), the place of the piece and how many there are (4 each). */
const HEAD = 16;
/** What a piece takes beside its bytes. */
const COST = 100;

/** A message that is put together. */
interface Partial {
  readonly pieces: Map<number, Uint8Array>;
  readonly count: number;
  /** What it counts for, of what may be held. */
  bytes: number;
  /** When the last piece came. */
  at: number;
}

/** The pieces of `bytes`, none larger than `size`. `number` tells them from those of other messages of the sender. */
export function* split(bytes: Uint8Array, number: number, size: number): Generator<Uint8Array, void, undefined> {
  const room = Math.max(1, size - HEAD);
  const count = Math.ceil(bytes.length / room);
  for (let i = 0; i < count; i++) {
    const part = bytes.subarray(i * room, (i + 1) * room);
    const piece = Buffer.allocUnsafe(HEAD + part.length);
    piece.set(numberBytes(number));
    piece.writeUInt32LE(i, 8);
    piece.writeUInt32LE(count, 12);
    piece.set(part, HEAD);
    yield piece;
  }
}

/** The number of a message as it stands in its pieces. */
export function numberBytes(number: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeDoubleLE(number);
  return bytes;
}

/** What all pieces of one message of a sender have in common. */
export function messageOf(piece: Uint8Array): string {
  return Buffer.from(piece.subarray(0, 8)).toString("hex");
}

/** Puts messages together from their pieces, in whatever order these come. */
export class Assembler {
  readonly #maxBytes: number;
  readonly #now: () => number;
  readonly #partials = new Map<string, Partial>();
  #held = 0;

  /** At most `maxBytes` of pieces are held, of all senders together. */
  constructor(maxBytes: number, now: () => number) {
    this.#maxBytes = maxBytes;
    this.#now = now;
  }

  /** How many bytes wait for others. */
  get held(): number {
    return this.#held;
  }

  /** The message that `piece` of a sender completes, if it does. `false` where the piece is none, or there is no room. */
  add(sender: string, piece: Uint8Array): Uint8Array | undefined | false {
    if (piece.length < HEAD) return false;
    const view = new DataView(piece.buffer, piece.byteOffset, HEAD);
    const number = view.getFloat64(0, true);
    const place = view.getUint32(8, true);
    const count = view.getUint32(12, true);
    if (place >= count || !Number.isSafeInteger(number)) return false;
    const key = `${number} ${sender}`;
    let partial = this.#partials.get(key);
    if (partial === undefined) {
      partial = { pieces: new Map(), count, bytes: 0, at: 0 };
      this.#partials.set(key, partial);
    }
    if (partial.count !== count) return false;
    if (partial.pieces.has(place)) return undefined;
    // What came is part of a larger buffer of the connection, which must not be held for it.
    const part = piece.slice(HEAD);
    const cost = part.length + COST + (partial.pieces.size === 0 ? key.length : 0);
    if (this.#held + cost > this.#maxBytes) {
      this.#drop(key, partial);
      return false;
    }
    partial.pieces.set(place, part);
    partial.bytes += cost;
    partial.at = this.#now();
    this.#held += cost;
    if (partial.pieces.size < count) return undefined;
    this.#drop(key, partial);
    return Buffer.concat(Array.from({ length: count }, (_, i) => partial.pieces.get(i) as Uint8Array));
  }

  /** Gives up messages of which nothing came for so long. */
  forget(olderThanMs: number): void {
    const before = this.#now() - olderThanMs;
    for (const [key, partial] of this.#partials) if (partial.at < before) this.#drop(key, partial);
  }

  /** Gives up the message of a sender with this number, as {@link numberBytes}. */
  giveUp(sender: string, number: Uint8Array): void {
    if (number.length !== 8) return;
    const key = `${Buffer.from(number).readDoubleLE()} ${sender}`;
    const partial = this.#partials.get(key);
    if (partial !== undefined) this.#drop(key, partial);
  }

  #drop(key: string, partial: Partial): void {
    this.#partials.delete(key);
    this.#held -= partial.bytes;
  }
}
