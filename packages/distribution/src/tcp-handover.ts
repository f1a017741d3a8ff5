import type { Connection } from "@graphoid/net";

/** No envelope is that short: the marks by which two hosts leave a connection. */
const lastMark = new Uint8Array(0);
const takenMark = new Uint8Array(1);

/** Whether a message is a mark and no envelope. */
export function isMark(bytes: Uint8Array): boolean {
  return bytes.length <= takenMark.length;
}

/**
 * How both hosts leave a connection that they do not need, since each dialled the other at once. Each says which message
 * was its last, and the other that it has taken all up to it; only then does it send by the other connection. So nothing
 * is lost, and nothing overtakes. Then the one who dialled closes it.
 */
export class Handover {
  readonly #connection: Connection;
  readonly #dialledHere: boolean;
  readonly #moved: Promise<void>;
  #onTaken!: () => void;
  #left = false;
  #taken = false;
  #peerLeft = false;

  constructor(connection: Connection, dialledHere: boolean) {
    this.#connection = connection;
    this.#dialledHere = dialledHere;
    this.#moved = new Promise((resolve) => {
      this.#onTaken = resolve;
    });
    void connection.closed.then(() => this.#onTaken());
  }

  /** Whether this side sends no more by the connection. */
  get left(): boolean {
    return this.#left;
  }

  /** Sends no more. Resolves once the peer has taken all, or is gone. */
  leave(): Promise<void> {
    if (!this.#left) this.#mark(lastMark);
    this.#left = true;
    return this.#moved;
  }

  /** Takes a mark of the peer. */
  onMark(mark: Uint8Array): void {
    if (mark.length === lastMark.length) {
      this.#peerLeft = true;
      this.#mark(takenMark);
    } else {
      this.#taken = true;
      this.#onTaken();
    }
    if (this.#taken && this.#peerLeft && this.#dialledHere) void this.#connection.close({ reason: "not needed" });
  }

  #mark(mark: Uint8Array): void {
    // A connection that is lost needs no marks.
    this.#connection.send(mark).catch(() => {});
  }
}
