import { type GraphoidError, OverloadedError } from "@graphoid/core";
import { MessageTooLargeError } from "./errors.ts";
import { frameKind, headerBytes, unlimitedCredit } from "./frame-format.ts";
import { afterCallbacks, nextTurn } from "./host.ts";
import { Batch, SendLane } from "./send-lane.ts";
import { slabBytes } from "./slab.ts";
import { systemError } from "./system-errors.ts";
import type { ByteChannel } from "./transport.ts";

/** Messages up to this many bytes are copied into a slab; for longer ones a copy costs more than it saves. */
const copyLimitBytes: number = 8 * 1024;

/** What one write takes at most of payloads by reference, so that what is urgent never waits behind more. */
const batchBytes = 128 * 1024;

/** How many steps `normal` goes for each one of `bulk`. */
const normalShare = 4;

const done: Promise<void> = Promise.resolve();

/** Limits of a {@link FrameWriter}. */
export interface FrameWriterLimits {
  /** `send` waits while more bytes than this are queued. */
  readonly highWaterBytes: number;
  /** `send` refuses while more bytes than this are queued. */
  readonly maxQueuedBytes: number;
}

/** A frame that carries no message. */
export interface ControlFrame {
  readonly kind: number;
  readonly payload: Uint8Array;
}

interface Drain {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: GraphoidError) => void;
}

/**
 * The sending half of a connection. Messages gather on three lanes and leave in one write per turn of the event loop;
 * while that write is under way the next one gathers.
 */
export class FrameWriter {
  readonly #channel: ByteChannel;
  readonly #limits: FrameWriterLimits;
  readonly #control: SendLane = new SendLane(0);
  readonly #normal: SendLane = new SendLane(1);
  readonly #bulk: SendLane = new SendLane(2);
  readonly #lanes: readonly SendLane[] = [this.#control, this.#normal, this.#bulk];
  readonly #batch = new Batch();
  readonly #flushSoon = (): void => this.#flush();
  #queued = 0;
  #unflushed = 0;
  #scheduled = false;
  #busy = false;
  #drain: Drain | undefined;
  #error: GraphoidError | undefined;
  #finished: (() => void) | undefined;
  /** Bytes that may still be sent before the peer says that there is room for more. */
  #credit = Number.POSITIVE_INFINITY;
  /** The longest message that the peer takes. */
  maxMessageBytes: number;
  messages = 0;
  bytes = 0;
  /** Grows when messages of the lanes that need credit leave. */
  progress = 0;

  constructor(channel: ByteChannel, limits: FrameWriterLimits, maxMessageBytes: number) {
    this.#channel = channel;
    this.#limits = limits;
    this.maxMessageBytes = maxMessageBytes;
  }

  /** Bytes that wait to leave, those of the write under way included. */
  get queuedBytes(): number {
    return this.#queued;
  }

  /** Whether a `send` waits, or would. */
  get congested(): boolean {
    return this.#queued > this.#limits.highWaterBytes || this.#drain !== undefined;
  }

  /** From now on, no more than so many bytes may be on their way at once; 0 means any number. */
  setWindow(bytes: number): void {
    if (bytes > 0) this.#credit = bytes;
  }

  /** The peer has taken so many bytes. */
  addCredit(bytes: number): void {
    const stalled = this.#credit <= 0;
    this.#credit = bytes === unlimitedCredit ? Number.POSITIVE_INFINITY : this.#credit + bytes;
    if (stalled && this.#queued > 0) this.#schedule();
  }

  /** Queues one message on lane 0, 1 or 2. The promise is shared: it resolves below the high-water mark. */
  send(message: Uint8Array, lane: number): Promise<void> {
    const objection = this.queue(message, lane);
    return objection === undefined ? this.settled() : Promise.reject(objection);
  }

  /** Queues one message, or says why not. */
  queue(message: Uint8Array, lane: number): GraphoidError | undefined {
    const length = message.length;
    if (length > this.maxMessageBytes || this.#error !== undefined || this.#queued > this.#limits.maxQueuedBytes) {
      return this.objection(length);
    }
    this.messages++;
    if (length <= copyLimitBytes) {
      this.#lanes[lane]!.appendSmall(frameKind.message, message);
      this.#count(length + headerBytes);
    } else {
      this.#lanes[lane]!.appendLarge(message, false);
      this.#count(length);
    }
    return undefined;
  }

  /** Why a message of this length cannot be sent now, if so. */
  objection(length: number): GraphoidError | undefined {
    if (this.#error !== undefined) return this.#error;
    if (length > this.maxMessageBytes) {
      const limit = this.maxMessageBytes;
      const message = `net.send: a message of ${length} bytes is over the peer's limit of ${limit}`;
      return new MessageTooLargeError(message, { details: { bytes: length, limit } });
    }
    const limit = this.#limits.maxQueuedBytes;
    if (this.#queued <= limit) return undefined;
    const message = `net.send: ${this.#queued} bytes wait to leave, more than \`maxQueuedBytes\` (${limit}); await each send`;
    return new OverloadedError(message, { details: { limit } });
  }

  /** Queues one message of another framing, encoded, or says why not. There is one lane: its peer knows of no more. */
  queueEncoded(message: Uint8Array, encode: (message: Uint8Array) => readonly Uint8Array[]): GraphoidError | undefined {
    const objection = this.objection(message.length);
    if (objection) return objection;
    try {
      for (const chunk of encode(message)) this.sendRaw(chunk);
    } catch (error) {
      return systemError("net.send: the framing cannot encode the message", error);
    }
    this.messages++;
    return undefined;
  }

  /** Queues bytes as they are, behind the messages of the normal lane. */
  sendRaw(bytes: Uint8Array): void {
    if (bytes.length <= copyLimitBytes) this.#normal.appendRaw(bytes);
    else this.#normal.appendLarge(bytes, true);
    this.#count(bytes.length);
  }

  /** Queues a control frame that carries no message. It is small, and goes out whatever waits. */
  sendControl(frame: ControlFrame): void {
    if (this.#error !== undefined) return;
    this.#appendControl(frame);
  }

  /** The write that the channel had not finished has left. */
  onWritten(): void {
    this.#busy = false;
    this.#complete();
    this.#flush();
  }

  /** Drops all that waits; `send` rejects with `error` from now on, and so does every send that waits. */
  stop(error: GraphoidError): void {
    this.#error = error;
    this.#finished = undefined;
    for (const lane of this.#lanes) lane.clear();
    this.#queued = this.#busy ? this.#batch.counted : 0;
    this.#unflushed = 0;
    const drain = this.#drain;
    this.#drain = undefined;
    drain?.reject(error);
  }

  /**
   * Takes no more messages: `send` rejects with `error` from now on. Calls `finished` once what was queued, and behind
   * it the control frame `last`, has left.
   */
  finish(error: GraphoidError, last: ControlFrame | undefined, finished: () => void): void {
    this.#error = error;
    this.#finished = () => {
      if (!last) {
        finished();
        return;
      }
      this.#finished = finished;
      this.#appendControl(last);
    };
    this.#finishIfEmpty();
  }

  #appendControl(frame: ControlFrame): void {
    this.#control.appendSmall(frame.kind, frame.payload);
    this.#count(headerBytes + frame.payload.length);
  }

  /** Resolves below the high-water mark. The promise is shared. */
  settled(): Promise<void> {
    if (this.#queued <= this.#limits.highWaterBytes) return done;
    this.#drain ??= newDrain();
    return this.#drain.promise;
  }

  #count(bytes: number): void {
    this.#queued += bytes;
    this.#unflushed += bytes;
    // A full slab leaves at once: waiting would only make the peer start later.
    if (this.#unflushed >= slabBytes && !this.#busy) this.#flush();
    else this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled || this.#busy) return;
    this.#scheduled = true;
    // After the promise callbacks that are due: everything they send leaves together.
    afterCallbacks(this.#flushSoon);
  }

  #flush(): void {
    this.#scheduled = false;
    if (this.#busy) return;
    const batch = this.#batch;
    this.#fill(batch);
    this.#unflushed = 0;
    if (batch.chunks.length === 0) return;
    this.bytes += batch.bytes;
    this.#credit -= batch.bytes;
    if (!this.#channel.write(batch.chunks)) {
      this.#busy = true;
      return;
    }
    this.#complete();
    if (this.#queued > 0 && this.#credit > 0 && !this.#scheduled && !this.#busy) {
      // Let the socket be read between two batches, however fast the peer takes them.
      this.#scheduled = true;
      nextTurn(this.#flushSoon);
    }
  }

  #fill(batch: Batch): void {
    while (batch.bytes < batchBytes && this.#control.takeOne(batch)) {}
    const limit = Math.min(batchBytes, this.#credit);
    if (batch.bytes < limit) this.progress++;
    while (batch.bytes < limit) {
      let moved = false;
      for (let step = 0; step < normalShare && batch.bytes < limit; step++) {
        if (!this.#normal.takeOne(batch)) break;
        moved = true;
      }
      if (!this.#bulk.takeOne(batch) && !moved) break;
    }
  }

  #complete(): void {
    this.#queued -= this.#batch.counted;
    this.#batch.clear();
    if (this.#drain !== undefined && this.#queued <= this.#limits.highWaterBytes / 2) {
      const drain = this.#drain;
      this.#drain = undefined;
      drain.resolve();
    }
    this.#finishIfEmpty();
  }

  #finishIfEmpty(): void {
    const finished = this.#finished;
    if (this.#queued > 0 || finished === undefined) return;
    this.#finished = undefined;
    finished();
  }
}

function newDrain(): Drain {
  let resolve!: () => void;
  let reject!: (error: GraphoidError) => void;
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
