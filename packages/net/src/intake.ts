import { OverloadedError, type Timer } from "@graphoid/core";
import type { ByteReader, MessageSink } from "./byte-reader.ts";
import { unlimitedCredit } from "./frame-format.ts";
import { FrameReader } from "./frame-reader.ts";
import { FramingReader, RawReader } from "./framing.ts";
import { Inbox } from "./inbox.ts";
import { type ConnectionSettings, windowOf } from "./options.ts";
import { RateLimit } from "./rate-limit.ts";
import { ReceiveWindow } from "./receive-window.ts";
import { copyRange, joined } from "./slab.ts";
import type { ByteChannel } from "./transport.ts";

/** What the owner of an {@link Intake} is told. */
export interface IntakeEvents {
  /** A control frame came; its payload is only good until this call returns. */
  onControl(kind: number, payload: Uint8Array): void;
  /** Asked for the shortest time to the peer and back; infinite if it is not known. */
  leastRoundTripMs(): number;
  /** The peer may send so many bytes more. */
  onCredit(bytes: number): void;
  /** The bytes are not what the framing or a limit allows, or end where they may not. */
  onBadBytes(error: unknown): void;
  /** The peer's end of the stream was reached, after all that came before it. */
  onEnd(): void;
  /** Someone asked for a message where none will come any more. */
  onEndSeen(): void;
  /** The channel was paused (true) or resumed, because the inbox is full or is not any more. */
  onPaused(paused: boolean): void;
}

/** How long a peer that sends too much is held back at a time. */
const holdBackMs = 100;

/** The receiving half of a connection: finds messages, keeps them, and holds the peer back while they are too many. */
export class Intake implements MessageSink {
  readonly inbox: Inbox<Uint8Array>;
  readonly #channel: ByteChannel;
  readonly #settings: ConnectionSettings;
  readonly #events: IntakeEvents;
  readonly #reader: ByteReader;
  /** What is kept up to here is no reason to hold the peer back. */
  readonly #lowMark: number;
  readonly #rate: RateLimit | undefined;
  messages = 0;
  #window: ReceiveWindow | undefined;
  #stopped = false;
  #broken = false;
  #paused = false;
  #ended = false;
  /** Bytes that arrived and may not be read yet. */
  #rest: Uint8Array | undefined;
  /** Set while the peer is held back for sending too many messages; and since when it has sent as many as it may. */
  #heldBack: Timer | undefined;
  #atLimitSince: number | undefined;

  constructor(channel: ByteChannel, settings: ConnectionSettings, events: IntakeEvents) {
    const { framing, clock, receiveBufferBytes, maxMessageBytes, rateLimit } = settings;
    this.#channel = channel;
    this.#settings = settings;
    this.#events = events;
    this.#lowMark = receiveBufferBytes >> 2;
    this.#rate = rateLimit && new RateLimit(clock, rateLimit.messagesPerSecond);
    this.inbox = new Inbox(
      "net.receive",
      clock,
      { highWaterBytes: receiveBufferBytes, lowMark: this.#lowMark },
      lengthOf,
      {
        onRoom: () => this.#onRoom(),
        onEndSeen: () => events.onEndSeen(),
      },
    );
    if (framing === "graphoid") {
      this.#reader = new FrameReader(this, maxMessageBytes);
      this.#window = new ReceiveWindow(clock, windowOf(settings));
    } else if (framing === "none") this.#reader = new RawReader(this);
    else this.#reader = new FramingReader(this, framing, settings);
  }

  get full(): boolean {
    return !this.#stopped && (this.inbox.full || this.#rate?.spent === true);
  }

  /** Whether the peer sends no more. */
  get ended(): boolean {
    return this.#ended;
  }

  onMessage(message: Uint8Array): void {
    if (this.#stopped) return;
    this.messages++;
    this.#rate?.take();
    this.inbox.put(message);
  }

  onControl(kind: number, payload: Uint8Array): void {
    this.#rate?.take();
    this.#events.onControl(kind, payload);
  }

  /** Takes bytes from the channel. With `reused`, the memory is only good during this call. */
  push(bytes: Uint8Array, reused: boolean): void {
    if (this.#broken) return;
    if (this.#rest !== undefined) {
      // TLS hands over what it has decrypted even after a pause.
      this.#rest = joined([this.#rest, bytes]);
      return;
    }
    if (this.#rate?.fill()) this.#atLimitSince = undefined;
    let taken: number;
    try {
      taken = this.#reader.push(bytes, reused);
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#window?.take(taken);
    this.#giveCredit();
    if (taken < bytes.length) this.#rest = reused ? copyRange(bytes, taken, bytes.length) : bytes.subarray(taken);
    if (this.#paused || !this.full) return;
    this.#paused = true;
    this.#events.onPaused(true);
    this.#channel.pause();
    if (this.#rate?.spent) this.#holdBack();
  }

  /** The channel ended. */
  end(): void {
    this.#ended = true;
    if (this.#stopped || this.#rest !== undefined) return;
    try {
      this.#reader.end();
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#events.onEnd();
  }

  /**
   * Drops the messages that still come. They are read all the same, so that the peer can finish, and says when it has
   * taken what we sent. What is in the inbox stays.
   */
  stop(): void {
    this.#stopped = true;
    this.#heldBack?.cancel();
    if (this.#window) this.#events.onCredit(unlimitedCredit);
    this.#window = undefined;
    this.#readOn();
  }

  #fail(error: unknown): void {
    this.#broken = true;
    if (!this.#stopped) this.#events.onBadBytes(error);
  }

  #giveCredit(): void {
    if (this.#window?.due && this.inbox.bytes <= this.#lowMark) {
      this.#events.onCredit(this.#window.give(this.#events.leastRoundTripMs()));
    }
  }

  #onRoom(): void {
    this.#giveCredit();
    if (this.#heldBack === undefined) this.#readOn();
  }

  /** Reads what was left, and lets more come. */
  #readOn(): void {
    if (!this.#paused) return;
    const rest = this.#rest;
    this.#rest = undefined;
    if (rest) this.push(rest, false);
    if (this.full) {
      if (this.#rate?.spent && this.#heldBack === undefined) this.#holdBack();
      return;
    }
    this.#paused = false;
    this.#events.onPaused(false);
    this.#channel.resume();
    if (this.#ended) this.end();
  }

  /** Reads nothing for a while; and for good if that has gone on for too long. */
  #holdBack(): void {
    const { clock, rateLimit } = this.#settings;
    this.#atLimitSince ??= clock.now();
    this.#heldBack = clock.after(holdBackMs, () => {
      this.#heldBack = undefined;
      this.#rate!.fill();
      const { messagesPerSecond, graceMs } = rateLimit!;
      if (clock.now() - this.#atLimitSince! >= graceMs) {
        const message = `net: more than ${messagesPerSecond} messages a second, for more than ${graceMs} ms`;
        this.#fail(new OverloadedError(message, { details: { limit: messagesPerSecond } }));
        return;
      }
      this.#readOn();
    });
  }
}

function lengthOf(message: Uint8Array): number {
  return message.length;
}
