import type { ByteReader, MessageSink } from "./byte-reader.ts";
import { MessageTooLargeError, ProtocolError, TruncatedFrameError } from "./errors.ts";
import {
  beginHeaderBytes,
  frameKind,
  headerBytes,
  lanes,
  maxFragmentBytes,
  maxGoodbyeBytes,
  numberBytes,
} from "./frame-format.ts";
import { allocate, copyRange, copyToSection, sectionBytes } from "./slab.ts";

/** Out of reused memory, a message longer than this is copied on its own. */
const ownCopyBytes = 4 * 1024;

/** What is set aside for a message before any of it came; after that, at most four times what came. */
const firstAllocationBytes = 256 * 1024;

/** A message that comes in fragments. */
interface Assembly {
  bytes: Uint8Array;
  filled: number;
  readonly total: number;
}

/** Finds the messages of the default framing. Every length is checked before anything is set aside for it. */
export class FrameReader implements ByteReader {
  readonly #sink: MessageSink;
  readonly #maxMessageBytes: number;
  readonly #assemblies: (Assembly | undefined)[] = [undefined, undefined, undefined];
  /** A header that the last chunk cut through. */
  readonly #header = new Uint8Array(beginHeaderBytes);
  #headerLength = 0;
  /** A payload that the last chunk cut through: where it goes, how far it has come, and where it ends. */
  #target: Uint8Array | undefined;
  #targetAt = 0;
  #targetEnd = 0;
  #targetTag = 0;

  constructor(sink: MessageSink, maxMessageBytes: number) {
    this.#sink = sink;
    this.#maxMessageBytes = maxMessageBytes;
  }

  push(bytes: Uint8Array, reused: boolean): number {
    const sink = this.#sink;
    const end = bytes.length;
    let at = 0;
    if (this.#target !== undefined) {
      at = this.#continuePayload(bytes, 0);
      if (this.#target !== undefined) return at;
    }
    if (this.#headerLength > 0) {
      if (sink.full) return at;
      at = this.#continueHeader(bytes, at);
      if (this.#headerLength > 0 || this.#target !== undefined) return at;
    }

    // What messages are views of: the chunk itself, or a copy of the part of it that starts at `base`.
    let buffer: ArrayBufferLike = bytes.buffer;
    let base = -bytes.byteOffset;
    let copiedTo = reused ? 0 : end;

    while (!sink.full) {
      const left = end - at;
      if (left < headerBytes) break;
      const tag = bytes[at]!;
      const length = (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
      if ((tag & 0x0f) !== frameKind.message) {
        const size = headerSize(tag);
        if (left < size) break;
        const total = size === beginHeaderBytes ? readUint32(bytes, at + headerBytes) : 0;
        this.#begin(tag, length, total);
        at = this.#continuePayload(bytes, at + size);
        if (this.#target !== undefined) return at;
        continue;
      }
      const start = at + headerBytes;
      const stop = start + length;
      if (stop > end || tag > maxMessageTag || length > maxFragmentBytes || length > this.#maxMessageBytes) {
        this.#begin(tag, length, 0);
        return this.#continuePayload(bytes, start);
      }
      this.#checkIdle(tag);
      at = stop;
      if (stop > copiedTo) {
        if (length > ownCopyBytes) {
          sink.onMessage(copyRange(bytes, start, stop));
          continue;
        }
        copiedTo = Math.min(end, start + sectionBytes);
        const copy = copyToSection(bytes, start, copiedTo);
        buffer = copy.buffer;
        base = start - copy.byteOffset;
      }
      sink.onMessage(new Uint8Array(buffer, start - base, length));
    }

    if (!sink.full && at < end) {
      // Fewer bytes than a header. They stay behind even if the sink fills later.
      this.#header.set(bytes.subarray(at), 0);
      this.#headerLength = end - at;
      at = end;
    }
    return at;
  }

  end(): void {
    if (this.#headerLength > 0 || this.#target !== undefined) {
      throw new TruncatedFrameError("net: the stream ended inside a frame");
    }
    if (this.#assemblies.some((assembly) => assembly !== undefined)) {
      throw new TruncatedFrameError("net: the stream ended between the fragments of a message");
    }
  }

  /** Takes what is missing of a header; then begins its payload and takes what is there of it. */
  #continueHeader(bytes: Uint8Array, from: number): number {
    const header = this.#header;
    let at = from;
    while (at < bytes.length) {
      header[this.#headerLength++] = bytes[at++]!;
      const size = headerSize(header[0]!);
      if (this.#headerLength < size) continue;
      this.#headerLength = 0;
      const length = readUint32(header, 0) & 0xff_ffff;
      this.#begin(header[0]!, length, size === beginHeaderBytes ? readUint32(header, headerBytes) : 0);
      return this.#continuePayload(bytes, at);
    }
    return at;
  }

  /** Checks a header and sets the place for its payload. */
  #begin(tag: number, length: number, total: number): void {
    const kind = tag & 0x0f;
    const lane = tag >> 4;
    if (lane >= lanes.length) throw unknownFrame(tag);
    this.#targetTag = tag;
    this.#targetAt = 0;
    switch (kind) {
      case frameKind.message:
        this.#checkIdle(tag);
        this.#checkMessage(length);
        checkFragment(length);
        this.#target = allocate(length);
        break;
      case frameKind.begin: {
        this.#checkIdle(tag);
        this.#checkMessage(total);
        checkFragment(length);
        if (length === 0 || total <= length) {
          throw new ProtocolError(`net: a first fragment of ${length} bytes for a message of ${total}`);
        }
        const assembly = { bytes: allocate(Math.min(total, firstAllocationBytes)), filled: 0, total };
        this.#assemblies[lane] = assembly;
        this.#target = assembly.bytes;
        break;
      }
      case frameKind.part: {
        const assembly = this.#assemblies[lane];
        if (assembly === undefined) throw new ProtocolError("net: a fragment without a message that it belongs to");
        checkFragment(length);
        if (length === 0 || length > assembly.total - assembly.filled) {
          throw new ProtocolError(
            `net: a fragment of ${length} bytes where ${assembly.total - assembly.filled} are missing`,
          );
        }
        grow(assembly, assembly.filled + length);
        this.#target = assembly.bytes;
        this.#targetAt = assembly.filled;
        break;
      }
      default: {
        const isNumber = kind === frameKind.ping || kind === frameKind.pong || kind === frameKind.credit;
        if (lane !== 0 || !(isNumber || kind === frameKind.goodbye)) throw unknownFrame(tag);
        if (isNumber ? length !== numberBytes : length > maxGoodbyeBytes) {
          throw new ProtocolError(`net: a control frame of ${length} bytes, which its kind (${kind}) does not have`);
        }
        this.#target = new Uint8Array(length);
      }
    }
    this.#targetEnd = this.#targetAt + length;
  }

  /** Takes what there is of a payload, and hands it over when it is whole. */
  #continuePayload(bytes: Uint8Array, from: number): number {
    const target = this.#target!;
    const length = Math.min(bytes.length - from, this.#targetEnd - this.#targetAt);
    target.set(bytes.subarray(from, from + length), this.#targetAt);
    this.#targetAt += length;
    if (this.#targetAt < this.#targetEnd) return from + length;
    this.#target = undefined;
    const kind = this.#targetTag & 0x0f;
    const lane = this.#targetTag >> 4;
    if (kind === frameKind.message) {
      this.#sink.onMessage(target);
    } else if (kind === frameKind.begin || kind === frameKind.part) {
      const assembly = this.#assemblies[lane]!;
      assembly.filled = this.#targetEnd;
      if (assembly.filled === assembly.total) {
        this.#assemblies[lane] = undefined;
        this.#sink.onMessage(assembly.bytes);
      }
    } else {
      this.#sink.onControl(kind, target);
    }
    return from + length;
  }

  #checkIdle(tag: number): void {
    if (this.#assemblies[tag >> 4] === undefined) return;
    throw new ProtocolError(`net: a new message inside another on lane ${lanes[tag >> 4]}`);
  }

  #checkMessage(length: number): void {
    const limit = this.#maxMessageBytes;
    if (length <= limit) return;
    throw new MessageTooLargeError(
      `net: the peer sends a message of ${length} bytes; \`maxMessageBytes\` is ${limit}`,
      {
        details: { bytes: length, limit },
      },
    );
  }
}

const maxMessageTag = frameKind.message | ((lanes.length - 1) << 4);

function headerSize(tag: number): number {
  return (tag & 0x0f) === frameKind.begin ? beginHeaderBytes : headerBytes;
}

function readUint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

function checkFragment(length: number): void {
  if (length <= maxFragmentBytes) return;
  throw new MessageTooLargeError(`net: the peer sends a frame of ${length} bytes; the longest is ${maxFragmentBytes}`, {
    details: { bytes: length, limit: maxFragmentBytes },
  });
}

function grow(assembly: Assembly, needed: number): void {
  if (needed <= assembly.bytes.length) return;
  const bytes = allocate(Math.min(assembly.total, Math.max(needed, assembly.bytes.length * 4)));
  bytes.set(assembly.bytes.subarray(0, assembly.filled));
  assembly.bytes = bytes;
}

function unknownFrame(tag: number): ProtocolError {
  return new ProtocolError(`net: a frame of unknown kind (0x${tag.toString(16).padStart(2, "0")})`);
}
