import { ByteQueue } from "./byte-queue.ts";
import { crc32 } from "./crc32.ts";
import { ChecksumError, FormatError, LimitError, SequenceError, VersionError } from "./errors.ts";

const VERSION = 1;
/** The first four bytes of every chunk: three that nothing else begins with, and the version. */
const CHUNK_START: Uint8Array = Uint8Array.of(0xc1, 0x47, 0x43, VERSION);
/** The length of a chunk's head: start 4, flags 1, sequence number 4, length of the body 4, checksums of both 8. */
export const CHUNK_HEADER = 21;
/** Flag: no chunk follows. */
const LAST = 1;

/**
 * Cuts a stream of bytes into chunks that tell their place and two checksums: one of the body, and one of the head, so
 * that no bit of a chunk can change unnoticed, and nobody waits for the bytes that a damaged length announces.
 */
export class ChunkWriter {
  readonly #bodyBytes: number;
  #sequence = 0;
  #parts: Uint8Array[] = [];
  #size = 0;

  constructor(chunkBytes: number) {
    this.#bodyBytes = chunkBytes - CHUNK_HEADER;
  }

  /** Takes more bytes, and yields the chunks that they fill. */
  *write(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
    let rest = bytes;
    while (this.#size + rest.length > this.#bodyBytes) {
      const room = this.#bodyBytes - this.#size;
      this.#add(rest.subarray(0, room));
      rest = rest.subarray(room);
      yield this.#chunk(0);
    }
    this.#add(rest);
  }

  /** The last chunk. */
  end(): Uint8Array {
    return this.#chunk(LAST);
  }

  #add(bytes: Uint8Array): void {
    this.#parts.push(bytes);
    this.#size += bytes.length;
  }

  #chunk(flags: number): Uint8Array {
    const chunk = new Uint8Array(CHUNK_HEADER + this.#size);
    const view = new DataView(chunk.buffer);
    chunk.set(CHUNK_START);
    chunk[4] = flags;
    view.setUint32(5, this.#sequence++);
    view.setUint32(9, this.#size);
    let at = CHUNK_HEADER;
    for (const part of this.#parts) {
      chunk.set(part, at);
      at += part.length;
    }
    view.setUint32(13, crc32(chunk.subarray(CHUNK_HEADER)));
    view.setUint32(17, headChecksum(chunk));
    this.#parts = [];
    this.#size = 0;
    return chunk;
  }
}

/** The checksum of a head that begins as it should, whether it does or not. */
function headChecksum(chunk: Uint8Array): number {
  return crc32(chunk.subarray(4, 17), crc32(CHUNK_START));
}

/** Takes the bytes of chunks, cut in any way, and gives back the bodies in order, or says what is wrong. */
export class ChunkReader {
  readonly #maxChunkBytes: number;
  #sequence = 0;
  #done = false;
  /** The length of the chunk that is coming, once its head was checked; else 0. */
  #length = 0;
  /** What has come of a chunk that is not complete. */
  readonly #queue = new ByteQueue();

  constructor(maxChunkBytes: number) {
    this.#maxChunkBytes = maxChunkBytes;
  }

  /** Whether the last chunk was read. */
  get done(): boolean {
    return this.#done;
  }

  /** How many bytes wait for the rest of their chunk. */
  get pending(): number {
    return this.#queue.length;
  }

  /**
   * Takes bytes, and yields the bodies of the chunks that they complete.
   *
   * @throws FormatError, VersionError, LimitError, ChecksumError or SequenceError
   */
  *push(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
    this.#queue.push(bytes);
    while (this.#queue.length >= CHUNK_HEADER) {
      const waiting = this.#queue.bytes;
      // Once for a chunk, not for every piece of it that comes.
      if (this.#length === 0) this.#length = CHUNK_HEADER + this.#checkHead(waiting);
      if (this.#length > waiting.length) return;
      yield this.#body(waiting.subarray(0, this.#length));
      this.#queue.drop(this.#length);
      this.#length = 0;
    }
  }

  /** Whether what waits could be the beginning of a chunk. */
  get startsAsChunk(): boolean {
    const { bytes } = this.#queue;
    return CHUNK_START.every((byte, i) => bytes[i] === undefined || bytes[i] === byte);
  }

  /** Checks the head of a chunk, and returns the length of the body. */
  #checkHead(chunk: Uint8Array): number {
    const view = new DataView(chunk.buffer, chunk.byteOffset);
    if (view.getUint32(17) !== headChecksum(chunk)) throw this.#notAChunk(chunk);
    if (!this.startsAsChunk) throw this.#damaged();
    const found = view.getUint32(5);
    if (found !== this.#sequence || this.#done) {
      const expected = this.#done ? "nothing after the last chunk" : `chunk ${this.#sequence}`;
      throw new SequenceError(`serialize.fromStream: expected ${expected}, got chunk ${found}`, {
        details: { expected: this.#done ? null : this.#sequence, found },
      });
    }
    if ((chunk[4] as number) > LAST) throw new FormatError("serialize.fromStream: a chunk with unknown flags");
    const length = view.getUint32(9);
    if (length > this.#maxChunkBytes - CHUNK_HEADER) {
      throw new LimitError(
        `serialize.fromStream: a chunk of ${CHUNK_HEADER + length} bytes, over \`maxChunkBytes\` (${this.#maxChunkBytes})`,
        { details: { limit: "maxChunkBytes", value: this.#maxChunkBytes } },
      );
    }
    return length;
  }

  /** What to say of bytes that are no chunk. Damage to the start alone is told by the checksum, which takes it as given. */
  #notAChunk(chunk: Uint8Array): FormatError | VersionError | ChecksumError {
    if (this.startsAsChunk) return this.#damaged();
    const version = chunk[3] as number;
    if (chunk.subarray(0, 3).some((byte, i) => byte !== CHUNK_START[i])) {
      return new FormatError("serialize.fromStream: expected a chunk, got other bytes");
    }
    return new VersionError(`serialize.fromStream: expected chunks of version ${VERSION}, got ${version}`, {
      details: { found: version, supported: VERSION },
    });
  }

  #damaged(): ChecksumError {
    return new ChecksumError(`serialize.fromStream: chunk ${this.#sequence} is not what was sent`);
  }

  #body(chunk: Uint8Array): Uint8Array {
    const body = chunk.subarray(CHUNK_HEADER);
    if (new DataView(chunk.buffer, chunk.byteOffset).getUint32(13) !== crc32(body)) throw this.#damaged();
    this.#sequence++;
    this.#done = chunk[4] === LAST;
    return body;
  }
}
