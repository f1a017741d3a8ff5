import type { NatsConnection, QueuedIterator, Status } from "@nats-io/transport-node";

/** Tells whether a connection is there, whenever it goes or comes back, or the servers change. */
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
      if (type === "disconnect" || type === "close") this.#isThere = false;
      else if (type === "reconnect") this.#isThere = true;
      // Servers came or went. With one that went may go what it did for this connection.
      else if (type !== "update") continue;
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
