import type { NatsConnection, QueuedIterator, Status } from "@nats-io/transport-node";

/** Tells whether a connection is there, as it goes and comes back. */
export class ConnectionWatch {
  readonly #statuses: AsyncIterable<Status>;
  #isThere = true;

  constructor(connection: NatsConnection, onChange: (isThere: boolean) => void) {
    this.#statuses = connection.status();
    void this.#follow(onChange);
  }

  get isThere(): boolean {
    return this.#isThere;
  }

  async #follow(onChange: (isThere: boolean) => void): Promise<void> {
    for await (const { type } of this.#statuses) {
      if (type !== "disconnect" && type !== "close" && type !== "reconnect") continue;
      this.#isThere = type === "reconnect";
      onChange(this.#isThere);
    }
  }

  stop(): void {
    if (canStop(this.#statuses)) this.#statuses.stop();
  }
}

/** It always can; its type does not say so. */
function canStop(statuses: AsyncIterable<Status>): statuses is QueuedIterator<Status> {
  return "stop" in statuses;
}
