import type { Clock } from "@graphoid/core";
import { JetStreamApiError, type JetStreamClient } from "@nats-io/jetstream";
import { errors } from "@nats-io/transport-node";
import { UnavailableError } from "./errors.ts";

/** In front of what is kept: the number of the message among those to its subject, and the lowest one not yet stored. */
export const NUMBERS_BYTES = 16;
const RETRY_MS = 100;
const MAX_RETRY_MS = 2_000;
const TIMEOUT_MS = 5_000;

/** The messages to one subject. */
interface Lane {
  readonly key: number;
  next: number;
  /** Sent and not yet known to be stored, the earliest first. */
  readonly open: Set<number>;
}

/** Options of {@link KeptSender}. */
export interface KeptSenderOptions {
  readonly jetStream: JetStreamClient;
  /** What tells the messages of this run of the host from all others. */
  readonly incarnation: string;
  readonly clock: Clock;
  readonly isClosed: () => boolean;
}

/**
 * Gives messages to JetStream until it has stored them, however often its servers change meanwhile. One that is given again
 * is known by its id, so that it is kept once; the numbers let the receiver put right what a second attempt puts out of order.
 */
export class KeptSender {
  readonly #options: KeptSenderOptions;
  readonly #lanes = new Map<string, Lane>();

  constructor(options: KeptSenderOptions) {
    this.#options = options;
  }

  /**
   * Resolves when a message is stored. `make` writes it behind its numbers.
   *
   * @throws UnavailableError when JetStream refuses it, or the router is closed.
   */
  async send(subject: string, make: (numbers: Uint8Array) => Uint8Array): Promise<void> {
    const lane = this.#lane(subject);
    const number = lane.next++;
    lane.open.add(number);
    const [floor] = lane.open;
    const numbers = Buffer.allocUnsafe(NUMBERS_BYTES);
    numbers.writeDoubleLE(number, 0);
    numbers.writeDoubleLE(floor as number, 8);
    try {
      await this.#store(subject, make(numbers), `${this.#options.incarnation}-${lane.key}-${number}`);
    } finally {
      lane.open.delete(number);
    }
  }

  async #store(subject: string, frame: Uint8Array, msgID: string): Promise<void> {
    const { jetStream, clock, isClosed } = this.#options;
    for (let wait = RETRY_MS; ; wait = Math.min(2 * wait, MAX_RETRY_MS)) {
      try {
        await jetStream.publish(subject, frame, { msgID, timeout: TIMEOUT_MS });
        return;
      } catch (cause) {
        if (isRefusal(cause) || isClosed()) {
          const why = cause instanceof Error ? cause.message : String(cause);
          throw new UnavailableError(`nats router: the message was not stored: ${why}`, { cause });
        }
      }
      await new Promise<void>((resolve) => clock.after(wait, resolve));
    }
  }

  #lane(subject: string): Lane {
    let lane = this.#lanes.get(subject);
    if (lane === undefined) {
      lane = { key: this.#lanes.size, next: 0, open: new Set() };
      this.#lanes.set(subject, lane);
    }
    return lane;
  }
}

/** Whether an error is about the message, which will fare no better. Between two leaders, a cluster says 503. */
function isRefusal(error: unknown): boolean {
  if (error instanceof JetStreamApiError) return error.status !== 503;
  const { InvalidArgumentError, PermissionViolationError } = errors;
  const cause = error instanceof Error ? error.cause : undefined;
  return [error, cause].some((one) => one instanceof PermissionViolationError || one instanceof InvalidArgumentError);
}
