import { ByteQueue } from "./byte-queue.ts";
import { crc32 } from "./crc32.ts";
import { ChecksumError, FormatError, LimitError, SequenceError, VersionError } from "./errors.ts";

/** The first three bytes of every chunk. */
const CHUNK_MAGIC = [0xc1, 0x47, 0x43] as const;
const CHUNK_VERSION = 1;
/** The length of a chunk's head: magic and version 4, flags 1, sequence number 4, length of the body 4, checksum 4. */
export const CHUNK_HEADER = 17;
/** Flag: no chunk follows. */
const LAST = 1;

/**
 * Cuts a stream of bytes into chunks that tell their place and their checksum. The checksum covers the header too,
 * so no bit of a chunk can change unnoticed.
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
    chunk.set(CHUNK_MAGIC);
    chunk[3] = CHUNK_VERSION;
    chunk[4] = flags;
    view.setUint32(5, this.#sequence++);
    view.setUint32(9, this.#size);
    let at = CHUNK_HEADER;
    for (const part of this.#parts) {
      chunk.set(part, at);
      at += part.length;
    }
    view.setUint32(13, checksum(chunk));
    this.#parts = [];
    this.#size = 0;
    return chunk;
  }
}

function checksum(chunk: Uint8Array): number {
  return crc32(chunk.subarray(CHUNK_HEADER), crc32(chunk.subarray(0, 13)));
}

/** Takes the bytes of chunks, cut in any way, and gives back the bodies in order, or says what is wrong. */
export class ChunkReader {
  readonly #maxChunkBytes: number;
  #sequence = 0;
  #done = false;
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
    for (;;) {
      const waiting = this.#queue.bytes;
      const length = this.#chunkLength(waiting);
      if (length > waiting.length) return;
      yield this.#body(waiting.subarray(0, length));
      this.#queue.drop(length);
    }
  }

  /** The length of the chunk that begins here; longer than what is there when that is not known yet. */
  #chunkLength(bytes: Uint8Array): number {
    for (let i = 0; i < Math.min(bytes.length, 3); i++) {
      if (bytes[i] !== CHUNK_MAGIC[i]) throw new FormatError("serialize.fromStream: expected a chunk, got other bytes");
    }
    const version = bytes[3] ?? CHUNK_VERSION;
    if (version !== CHUNK_VERSION) {
      throw new VersionError(`serialize.fromStream: expected chunks of version ${CHUNK_VERSION}, got ${version}`, {
        details: { found: version, supported: CHUNK_VERSION },
      });
    }
    if (bytes.length < CHUNK_HEADER) return CHUNK_HEADER;
    const length = CHUNK_HEADER + new DataView(bytes.buffer, bytes.byteOffset).getUint32(9);
    if (length > this.#maxChunkBytes) {
      throw new LimitError(
        `serialize.fromStream: a chunk of ${length} bytes, over \`maxChunkBytes\` (${this.#maxChunkBytes})`,
        {
          details: { limit: "maxChunkBytes", value: this.#maxChunkBytes },
        },
      );
    }
    return length;
  }

  #body(chunk: Uint8Array): Uint8Array {
    const view = new DataView(chunk.buffer, chunk.byteOffset);
    if (view.getUint32(13) !== checksum(chunk)) {
      throw new ChecksumError(`serialize.fromStream: chunk ${this.#sequence} is not what was sent`);
    }
    const found = view.getUint32(5);
    if (found !== this.#sequence || this.#done) {
      const expected = this.#done ? "nothing after the last chunk" : `chunk ${this.#sequence}`;
      throw new SequenceError(`serialize.fromStream: expected ${expected}, got chunk ${found}`, {
        details: { expected: this.#done ? null : this.#sequence, found },
      });
    }
    this.#sequence++;
    this.#done = chunk[4] === LAST;
    return chunk.subarray(CHUNK_HEADER);
  }
}
