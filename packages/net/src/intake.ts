import { Buffer } from "node:buffer";
import type { ByteReader, MessageSink } from "./byte-reader.ts";
import { FrameReader } from "./frame-reader.ts";
import { FramingReader, RawReader } from "./framing.ts";
import { Inbox } from "./inbox.ts";
import type { ConnectionSettings } from "./options.ts";
import { copyRange } from "./slab.ts";
import type { ByteChannel } from "./transport.ts";

/** What the owner of an {@link Intake} is told. */
export interface IntakeEvents {
  /** A control frame came; its payload is only good until this call returns. */
  onControl(kind: number, payload: Uint8Array): void;
  /** The bytes are not what the framing allows, or end where they may not. */
  onBadBytes(error: unknown): void;
  /** The peer's end of the stream was reached, after all that came before it. */
  onEnd(): void;
  /** Someone asked for a message where none will come any more. */
  onEndSeen(): void;
  /** The channel was paused (true) or resumed, because the inbox is full or is not any more. */
  onPaused(paused: boolean): void;
}

/** The receiving half of a connection: finds messages, keeps them, and holds the peer back while they are too many. */
export class Intake implements MessageSink {
  readonly inbox: Inbox<Uint8Array>;
  readonly #channel: ByteChannel;
  readonly #events: IntakeEvents;
  readonly #reader: ByteReader;
  messages = 0;
  #stopped = false;
  #paused = false;
  #ended = false;
  /** Bytes that arrived and do not fit into the inbox yet. */
  #rest: Uint8Array | undefined;

  constructor(channel: ByteChannel, settings: ConnectionSettings, events: IntakeEvents) {
    this.#channel = channel;
    this.#events = events;
    this.inbox = new Inbox("net.receive", settings.clock, settings.receiveBufferBytes, lengthOf, {
      onRoom: () => this.#onRoom(),
      onEndSeen: () => events.onEndSeen(),
    });
    const { framing, maxMessageBytes } = settings;
    if (framing === "graphoid") this.#reader = new FrameReader(this, maxMessageBytes);
    else if (framing === "none") this.#reader = new RawReader(this);
    else this.#reader = new FramingReader(this, framing, settings);
  }

  get full(): boolean {
    return this.#stopped || this.inbox.full;
  }

  /** Whether the peer sends no more. */
  get ended(): boolean {
    return this.#ended;
  }

  onMessage(message: Uint8Array): void {
    this.messages++;
    this.inbox.put(message);
  }

  onControl(kind: number, payload: Uint8Array): void {
    this.#events.onControl(kind, payload);
  }

  /** Takes bytes from the channel. With `reused`, the memory is only good during this call. */
  push(bytes: Uint8Array, reused: boolean): void {
    if (this.#stopped) return;
    if (this.#rest !== undefined) {
      // TLS hands over what it has decrypted even after a pause.
      this.#rest = Buffer.concat([this.#rest, bytes]);
      return;
    }
    let taken: number;
    try {
      taken = this.#reader.push(bytes, reused);
    } catch (error) {
      this.#events.onBadBytes(error);
      return;
    }
    if (this.#stopped) return;
    if (taken < bytes.length) this.#rest = reused ? copyRange(bytes, taken, bytes.length) : bytes.subarray(taken);
    if (this.#paused || !this.inbox.full) return;
    this.#paused = true;
    this.#events.onPaused(true);
    this.#channel.pause();
  }

  /** The channel ended. */
  end(): void {
    this.#ended = true;
    if (this.#stopped || this.#rest !== undefined) return;
    try {
      this.#reader.end();
    } catch (error) {
      this.#events.onBadBytes(error);
      return;
    }
    this.#events.onEnd();
  }

  /** Drops what still comes, but has it read, so that the peer's end is seen. What is in the inbox stays. */
  stop(): void {
    this.#stopped = true;
    this.#rest = undefined;
    if (this.#paused) this.#channel.resume();
    this.#paused = false;
  }

  #onRoom(): void {
    const rest = this.#rest;
    this.#rest = undefined;
    if (rest) this.push(rest, false);
    if (!this.#paused || this.full) return;
    this.#paused = false;
    this.#events.onPaused(false);
    this.#channel.resume();
    if (this.#ended) this.end();
  }
}

function lengthOf(message: Uint8Array): number {
  return message.length;
}
