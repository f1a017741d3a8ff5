import { beginHeaderBytes, frameKind, headerBytes, maxFragmentBytes } from "./frame-format.ts";
import { returnSlab, slabBytes, takeSlab } from "./slab.ts";

/** What one write carries. */
export class Batch {
  readonly chunks: Uint8Array[] = [];
  /** Slabs that are free again once the chunks have left. */
  readonly #slabs: Uint8Array[] = [];
  /** Where the headers of payloads sent by reference are written. */
  #headers: Uint8Array | undefined;
  #headersEnd = 0;
  /** Bytes as the queue counts them. */
  counted = 0;
  /** Bytes on the wire. */
  bytes = 0;

  push(chunk: Uint8Array): void {
    this.chunks.push(chunk);
    this.bytes += chunk.length;
  }

  release(slab: Uint8Array): void {
    this.#slabs.push(slab);
  }

  header(kind: number, lane: number, length: number, total: number): void {
    if (this.#headers === undefined) {
      this.#headers = takeSlab();
      this.#headersEnd = 0;
      this.#slabs.push(this.#headers);
    }
    const size = kind === frameKind.begin ? beginHeaderBytes : headerBytes;
    const start = this.#headersEnd;
    this.#headers[start] = kind | (lane << 4);
    this.#headers[start + 1] = length >>> 16;
    writeUint16(this.#headers, length, start + 2);
    if (size === beginHeaderBytes) {
      writeUint16(this.#headers, total >>> 16, start + headerBytes);
      writeUint16(this.#headers, total, start + headerBytes + 2);
    }
    this.#headersEnd = start + size;
    this.push(this.#headers.subarray(start, start + size));
  }

  /** Makes the batch ready for the next write; the chunks have left. */
  clear(): void {
    for (const slab of this.#slabs) returnSlab(slab);
    this.#slabs.length = 0;
    this.#headers = undefined;
    this.chunks.length = 0;
    this.counted = 0;
    this.bytes = 0;
  }
}

/** A step of a lane's queue: bytes that are framed already, or a payload still to be cut into frames. */
interface Piece {
  readonly bytes: Uint8Array;
  readonly framed: boolean;
  /** How much of a payload has been cut off. */
  at: number;
  /** The slab that ends with this piece. */
  readonly slab: Uint8Array | undefined;
}

/** The messages that wait on one lane: small ones copied together into slabs, large ones by reference. */
export class SendLane {
  readonly #number: number;
  #pieces: Piece[] = [];
  #head = 0;
  #slab: Uint8Array | undefined;
  /** Where the part of the slab that no piece covers begins and ends. */
  #from = 0;
  #end = 0;

  constructor(number: number) {
    this.#number = number;
  }

  get empty(): boolean {
    return this.#slab === undefined && this.#head === this.#pieces.length;
  }

  /** Copies a message, with a frame header, behind what waits. It must fit into a slab. */
  appendSmall(kind: number, bytes: Uint8Array): void {
    const length = bytes.length;
    const slab = this.#room(headerBytes + length);
    const at = this.#end;
    slab[at] = kind | (this.#number << 4);
    slab[at + 1] = length >>> 16;
    slab[at + 2] = length >>> 8;
    slab[at + 3] = length;
    slab.set(bytes, at + headerBytes);
    this.#end = at + headerBytes + length;
  }

  /** Copies bytes as they are behind what waits. They must fit into a slab. */
  appendRaw(bytes: Uint8Array): void {
    const slab = this.#room(bytes.length);
    slab.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** Puts bytes by reference behind what waits; `framed` bytes go out as they are. */
  appendLarge(bytes: Uint8Array, framed: boolean): void {
    this.#seal(undefined);
    this.#pieces.push({ bytes, framed, at: 0, slab: undefined });
  }

  /** Moves one step into the batch: a run of small messages, or one fragment. False when nothing waits. */
  takeOne(batch: Batch): boolean {
    if (this.#head === this.#pieces.length) return this.#takeSlab(batch);
    const piece = this.#pieces[this.#head]!;
    if (!piece.framed && this.#takeFragment(piece, batch)) return true;
    if (piece.framed) {
      batch.push(piece.bytes);
      batch.counted += piece.bytes.length;
    }
    if (piece.slab) batch.release(piece.slab);
    this.#head++;
    if (this.#head === this.#pieces.length) {
      this.#pieces = [];
      this.#head = 0;
    }
    return true;
  }

  /** Forgets everything that waits. */
  clear(): void {
    // Those before the head are the batch's: a slab that is given back twice would be two messages' memory.
    for (let i = this.#head; i < this.#pieces.length; i++) {
      const { slab } = this.#pieces[i]!;
      if (slab) returnSlab(slab);
    }
    if (this.#slab) returnSlab(this.#slab);
    this.#pieces = [];
    this.#head = 0;
    this.#slab = undefined;
  }

  #room(bytes: number): Uint8Array {
    if (this.#slab !== undefined && this.#end + bytes <= slabBytes) return this.#slab;
    if (this.#slab !== undefined) this.#seal(this.#slab);
    this.#slab = takeSlab();
    this.#from = 0;
    this.#end = 0;
    return this.#slab;
  }

  /** Makes a piece of what the slab has gathered, so that what comes next stays behind it. */
  #seal(full: Uint8Array | undefined): void {
    if (this.#slab === undefined || (full === undefined && this.#from === this.#end)) return;
    this.#pieces.push({ bytes: this.#slab.subarray(this.#from, this.#end), framed: true, at: 0, slab: full });
    this.#from = this.#end;
  }

  #takeSlab(batch: Batch): boolean {
    const slab = this.#slab;
    if (slab === undefined) return false;
    if (this.#end > this.#from) {
      batch.push(slab.subarray(this.#from, this.#end));
      batch.counted += this.#end - this.#from;
    }
    batch.release(slab);
    this.#slab = undefined;
    return true;
  }

  /** Cuts the next fragment off a payload; false when it was the last one, which is not followed by another step. */
  #takeFragment(piece: Piece, batch: Batch): boolean {
    const total = piece.bytes.length;
    const start = piece.at;
    const length = Math.min(total - start, maxFragmentBytes);
    const kind = start > 0 ? frameKind.part : length === total ? frameKind.message : frameKind.begin;
    batch.header(kind, this.#number, length, total);
    batch.push(length === total ? piece.bytes : piece.bytes.subarray(start, start + length));
    batch.counted += length;
    piece.at = start + length;
    return piece.at < total;
  }
}

function writeUint16(bytes: Uint8Array, value: number, at: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}
