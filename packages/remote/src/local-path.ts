import { cloneValue, type Deliver, type Envelope, type EnvelopeSource } from "@graphoid/core";

/**
 * The way from a remote to itself. A local call takes the same path as one that leaves the process: its payload and
 * its answer are copied, and its handler runs later in the same turn of the event loop, never inside the call.
 */
export class LocalPath {
  readonly #deliver: Deliver;
  readonly #source: EnvelopeSource;
  #queue: Envelope[] = [];

  constructor(identity: string, deliver: Deliver) {
    this.#deliver = deliver;
    this.#source = { identity, authenticated: true, reply: (answer) => this.#reply(answer) };
  }

  /** Throws `NotSerializableError` if the payload is not a value. */
  take(envelope: Envelope): void {
    const copy = { ...envelope, payload: cloneValue(envelope.payload) };
    if (this.#queue.push(copy) === 1) queueMicrotask(this.#drain);
  }

  async #reply(answer: Envelope): Promise<void> {
    this.take(answer);
  }

  readonly #drain = (): void => {
    const queue = this.#queue;
    this.#queue = [];
    for (const envelope of queue) this.#deliver(envelope, this.#source);
  };
}
