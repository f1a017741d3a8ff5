import { checkFunction, checkString, invalidArgument } from "@graphoid/core";
import type { ByteReader, MessageSink } from "./byte-reader.ts";
import { MessageTooLargeError, TruncatedFrameError } from "./errors.ts";
import { allocate, copyRange } from "./slab.ts";

/** Limits that a {@link FramingDecoder} must keep. */
export interface FramingLimits {
  /** The longest message. A decoder refuses a longer one before it sets memory aside for it. */
  readonly maxMessageBytes: number;
}

/** The receiving half of a {@link Framing}, for one connection. */
export interface FramingDecoder {
  /**
   * Takes the next bytes, in chunks as they happened to arrive, and calls `deliver` for every message that they
   * complete. The bytes may be kept: nothing writes to them later. Throws on bytes that the framing does not allow,
   * which closes the connection with that error.
   */
  push(bytes: Uint8Array, deliver: (message: Uint8Array) => void): void;
  /** The stream ended. Throws `TruncatedFrameError` inside a message. */
  end(): void;
}

/**
 * How messages are told apart in a stream of bytes, for talking to programs that do not speak the default framing of
 * Graphoid. There is no hello, no lane and no heartbeat then: the bytes on the wire are those of the framing alone.
 */
export interface Framing {
  readonly name: string;
  /** The bytes of a message on the wire, in order. Chunks of up to 8 KiB may be reused after the call. */
  encode(message: Uint8Array): readonly Uint8Array[];
  /** Makes the decoder of one connection. */
  decoder(limits: FramingLimits): FramingDecoder;
}

/**
 * What `framing` takes: `"graphoid"` (default: hello, lanes, fragments, heartbeats), `"none"` (a raw stream of bytes,
 * received in chunks as they happen to arrive), or a {@link Framing}.
 */
export type FramingChoice = "graphoid" | "none" | Framing;

/** Throws unless `value` is a {@link FramingChoice}. */
export function checkFraming(call: string, value: unknown): asserts value is FramingChoice {
  if (value === "graphoid" || value === "none") return;
  if (typeof value !== "object" || value === null) {
    throw invalidArgument(call, "framing", '"graphoid", "none" or a Framing', value);
  }
  const { name, encode, decoder } = value as Partial<Framing>;
  checkString(call, "framing.name", name);
  checkFunction(call, "framing.encode", encode);
  checkFunction(call, "framing.decoder", decoder);
}

/**
 * The plain framing that many programs speak: a length of 4 bytes, big-endian, before each message.
 *
 * @example
 * ```ts
 * import { connect, lengthPrefixed } from "@graphoid/net";
 *
 * const conn = await connect("127.0.0.1", 9000, { framing: lengthPrefixed() });
 * ```
 */
export function lengthPrefixed(): Framing {
  const header = new Uint8Array(4);
  const view = new DataView(header.buffer);
  return {
    name: "length-prefixed",
    encode(message) {
      view.setUint32(0, message.length);
      return [header, message];
    },
    decoder: (limits) => new LengthPrefixedDecoder(limits),
  };
}

class LengthPrefixedDecoder implements FramingDecoder {
  readonly #limit: number;
  readonly #header = new Uint8Array(4);
  #headerLength = 0;
  #message: Uint8Array | undefined;
  #filled = 0;

  constructor(limits: FramingLimits) {
    this.#limit = limits.maxMessageBytes;
  }

  push(bytes: Uint8Array, deliver: (message: Uint8Array) => void): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#message === undefined) {
        this.#header[this.#headerLength++] = bytes[at++]!;
        if (this.#headerLength < 4) continue;
        this.#headerLength = 0;
        this.#filled = 0;
        this.#message = allocate(this.#checked(new DataView(this.#header.buffer).getUint32(0)));
      }
      const part = bytes.subarray(at, at + this.#message.length - this.#filled);
      this.#message.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled < this.#message.length) return;
      const message = this.#message;
      this.#message = undefined;
      deliver(message);
    }
  }

  end(): void {
    if (this.#message === undefined && this.#headerLength === 0) return;
    throw new TruncatedFrameError("net: the stream ended inside a message");
  }

  #checked(length: number): number {
    if (length <= this.#limit) return length;
    throw new MessageTooLargeError(
      `net: the peer sends a message of ${length} bytes; \`maxMessageBytes\` is ${this.#limit}`,
      { details: { bytes: length, limit: this.#limit } },
    );
  }
}

/** How messages become bytes; `undefined` for the default framing, which does it by itself. */
export function encoderOf(framing: FramingChoice): ((message: Uint8Array) => readonly Uint8Array[]) | undefined {
  if (framing === "graphoid") return undefined;
  return framing === "none" ? (message) => [message] : (message) => framing.encode(message);
}

/** Hands over bytes in chunks as they arrive. */
export class RawReader implements ByteReader {
  readonly #sink: MessageSink;

  constructor(sink: MessageSink) {
    this.#sink = sink;
  }

  push(bytes: Uint8Array, reused: boolean): number {
    if (bytes.length > 0) this.#sink.onMessage(ownBytes(bytes, reused));
    return bytes.length;
  }

  end(): void {}
}

/** Runs the decoder of a {@link Framing}. */
export class FramingReader implements ByteReader {
  readonly #decoder: FramingDecoder;
  readonly #deliver: (message: Uint8Array) => void;

  constructor(sink: MessageSink, framing: Framing, limits: FramingLimits) {
    this.#decoder = framing.decoder(limits);
    this.#deliver = (message) => sink.onMessage(message);
  }

  push(bytes: Uint8Array, reused: boolean): number {
    this.#decoder.push(ownBytes(bytes, reused), this.#deliver);
    return bytes.length;
  }

  end(): void {
    this.#decoder.end();
  }
}

/** Plain `Uint8Array`s that stay as they are: on a `Buffer`, `slice` would be a view. */
function ownBytes(bytes: Uint8Array, reused: boolean): Uint8Array {
  return reused ? copyRange(bytes, 0, bytes.length) : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
