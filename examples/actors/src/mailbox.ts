import type { Actor, Message, Supervision } from "./actor-system.ts";

/** Hands messages to an actor one after the other, and does what its supervision says when one fails. */
export class Mailbox {
  #actor: Actor;
  readonly #make: () => Promise<Actor>;
  readonly #supervision: Supervision;
  readonly #stop: () => void;
  #restarts = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(actor: Actor, make: () => Promise<Actor>, supervision: Supervision, stop: () => void) {
    this.#actor = actor;
    this.#make = make;
    this.#supervision = supervision;
    this.#stop = stop;
  }

  /** Resolves with the actor's answer. */
  take(message: Message): Promise<unknown> {
    const answer = this.#last.then(() => this.#handle(message));
    this.#last = answer.catch(() => {});
    return answer;
  }

  async #handle(message: Message): Promise<unknown> {
    try {
      return await this.#actor(message);
    } catch (error) {
      const { onError, maxRestarts } = this.#supervision;
      if (onError === "stop" || (onError === "restart" && ++this.#restarts > maxRestarts)) this.#stop();
      else if (onError === "restart") this.#actor = await this.#make();
      throw error;
    }
  }
}
