import type { Clock, GraphoidError, Timer } from "@graphoid/core";
import { SlowConsumerError } from "./errors.ts";
import type { FrameWriter } from "./frame-writer.ts";

/** Notices when sends wait and the peer takes nothing. */
export class ConsumerWatch {
  readonly #clock: Clock;
  readonly #afterMs: number;
  readonly #writer: FrameWriter;
  readonly #onSlow: (error: GraphoidError) => void;
  #timer: Timer | undefined;

  constructor(clock: Clock, afterMs: number, writer: FrameWriter, onSlow: (error: GraphoidError) => void) {
    this.#clock = clock;
    this.#afterMs = afterMs;
    this.#writer = writer;
    this.#onSlow = onSlow;
  }

  /** Begins to watch if a send waits. */
  check(): void {
    if (this.#timer !== undefined || !this.#writer.congested) return;
    const { progress } = this.#writer;
    this.#timer = this.#clock.after(this.#afterMs, () => {
      this.#timer = undefined;
      if (this.#writer.progress !== progress || !this.#writer.congested) {
        this.check();
        return;
      }
      const message = `net: the peer took nothing for ${this.#afterMs} ms though messages waited`;
      this.#onSlow(new SlowConsumerError(message, { details: { waitedMs: this.#afterMs } }));
    });
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
