import type { Connection } from "@graphoid/net";
import { isThe, marks } from "./envelope-marks.ts";

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
    if (!this.#left) this.#mark(marks.left);
    this.#left = true;
    return this.#moved;
  }

  /** Takes a mark of the peer. */
  onMark(mark: Uint8Array): void {
    if (isThe(marks.left, mark)) {
      this.#peerLeft = true;
      this.#mark(marks.taken);
    } else if (isThe(marks.taken, mark)) {
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
