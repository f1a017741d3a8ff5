/** One end of a connection of some system, reduced to what the measurements use. */
export interface Link {
  /** Sends many messages, where the system can do that for less; the promise is as for `send`. */
  sendAll?(messages: readonly Uint8Array[]): Promise<void>;
  /** Sends one message. A promise says that the sender is to wait before it sends more. */
  send(message: Uint8Array): Promise<void> | undefined;
  close(): Promise<void> | void;
}

/** Takes a message. A promise says that no further one should come before. */
export type Handler = (message: Uint8Array) => Promise<void> | undefined;

/** Where a system was served; plain data, since it goes to another process. */
export interface Served {
  readonly address: object;
  /** A further process that the system needs, and whose time counts. */
  readonly processId?: number;
}

/** A way to bring messages from one process to another. */
export interface System {
  /** Serves for as long as the process lives. `connected` is called for every link, and returns what takes its messages. */
  serve(connected: (link: Link) => Handler): Promise<Served>;
  open(address: object, handler: Handler): Promise<Link>;
}
