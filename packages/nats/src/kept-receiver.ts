import type { Clock, Timer } from "@graphoid/core";
import type { ConsumerMessages, JsMsg } from "@nats-io/jetstream";
import { readFrame } from "./frame.ts";
import { type KeptItem, KeptOrder } from "./kept-order.ts";
import { NUMBERS_BYTES } from "./kept-sender.ts";

const MAX_SENDERS = 10_000;

/** A message that JetStream delivered and that was not acknowledged yet. */
export interface Kept extends KeptItem {
  /** The head of its frame. */
  readonly key: string;
  readonly kind: number;
  readonly body: Uint8Array;
  readonly message: JsMsg;
}

/** Options of {@link KeptReceiver}. */
export interface KeptReceiverOptions {
  readonly clock: Clock;
  readonly ackWaitMs: number;
  /** Whether other hosts take from the same location: nothing waits for a message that may have come to one of them. */
  readonly isShared: boolean;
  /** Takes a message in its turn. It is acknowledged by {@link KeptReceiver.done}. */
  readonly take: (kept: Kept) => void;
}

/** Takes what JetStream keeps for one location, in the order of each sender, each message once while this host lives. */
export class KeptReceiver {
  readonly #options: KeptReceiverOptions;
  readonly #orders = new Map<string, KeptOrder<Kept>>();
  /** What is being dealt with or waits for its turn: JetStream is told so, lest it deliver it again. */
  readonly #open = new Map<string, Kept>();
  #timer: Timer | undefined;
  #messages: ConsumerMessages | undefined;

  constructor(options: KeptReceiverOptions) {
    this.#options = options;
  }

  /** Begins with a consumer's messages. */
  start(messages: ConsumerMessages): void {
    this.#messages = messages;
    this.#tend();
  }

  /** A message came. */
  arrived(message: JsMsg): void {
    const frame = readFrame(message.data);
    if (frame === undefined || frame.body.length < NUMBERS_BYTES) return message.term();
    const view = new DataView(frame.body.buffer, frame.body.byteOffset, NUMBERS_BYTES);
    const [number, floor] = [view.getFloat64(0, true), view.getFloat64(8, true)];
    if (!Number.isSafeInteger(number) || number < 0 || !Number.isSafeInteger(floor) || floor < 0) {
      return message.term();
    }
    const { key, kind } = frame;
    const kept: Kept = { key, kind, number, floor, message, body: frame.body.subarray(NUMBERS_BYTES) };
    const order = this.#order(runOf(key));
    if (order.has(kept)) {
      // While it is being dealt with, the end of that acknowledges it.
      if (!this.#open.has(idOf(kept))) message.ack();
      return;
    }
    this.#open.set(idOf(kept), kept);
    const { clock, isShared, take } = this.#options;
    for (const next of order.add(kept, clock.now())) take(next);
    if (isShared) for (const next of order.overdue(clock.now(), 0)) take(next);
  }

  /** A message was dealt with: it is not delivered again. */
  done(kept: Kept): void {
    if (this.#open.delete(idOf(kept))) kept.message.ack();
  }

  /** Takes no more. What was not dealt with is delivered to the next run of the host. */
  async stop(): Promise<void> {
    this.#timer?.cancel();
    await this.#messages?.close();
    // Whoever serves the location next need not wait.
    for (const { message } of this.#open.values()) message.nak();
    this.#open.clear();
  }

  #order(run: string): KeptOrder<Kept> {
    let order = this.#orders.get(run);
    if (order === undefined) {
      if (this.#orders.size >= MAX_SENDERS) this.#forget();
      order = new KeptOrder();
      this.#orders.set(run, order);
    }
    return order;
  }

  /** Forgets the sender that came first of those of whom nothing waits. */
  #forget(): void {
    for (const [run, { waiting }] of this.#orders) {
      if (waiting > 0) continue;
      this.#orders.delete(run);
      return;
    }
  }

  #tend(): void {
    const { clock, ackWaitMs, take } = this.#options;
    this.#timer = clock.after(ackWaitMs / 3, () => {
      for (const { message } of this.#open.values()) message.working();
      // What was lost on its way to this host has been delivered again twice by then.
      for (const order of this.#orders.values())
        for (const kept of order.overdue(clock.now(), 3 * ackWaitMs)) take(kept);
      this.#tend();
    });
  }
}

/** The run of a sender: its head without the reply target, which differs among its messages. */
function runOf(key: string): string {
  const identity = 6 + code(key, 4);
  return key.slice(4, identity + 2 + code(key, identity));
}

function code(key: string, at: number): number {
  return key.charCodeAt(at) + key.charCodeAt(at + 1) * 0x100;
}

function idOf({ key, number }: Kept): string {
  return `${number} ${runOf(key)}`;
}
