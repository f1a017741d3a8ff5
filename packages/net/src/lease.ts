import { ClosedError, type GraphoidError } from "@graphoid/core";
import type { ChannelConnection } from "./channel-connection.ts";
import type { CloseOptions, Connection, ConnectionMetrics, Peer, SendOptions } from "./connection.ts";
import type { Endpoint } from "./endpoint.ts";
import type { ConnectionState, ConnectionStatus } from "./status.ts";
import type { WaitOptions } from "./wait.ts";

/**
 * A connection on loan from a pool. `release()`, `pool.release(it)` or the end of an `await using` block gives it
 * back; it can do nothing after that.
 */
export interface PooledConnection extends Connection {
  /** Gives the connection back to its pool, as `pool.release` does. */
  release(): void;
  /** Closes the connection instead of giving it back: its state is not fit for the next user. */
  close(options?: CloseOptions): Promise<void>;
}

/** A loan. The connection itself stays with the pool, so that nobody can use it after its release. */
export class Lease implements PooledConnection {
  readonly connection: ChannelConnection;
  /** What takes the connection back: it tells the leases of one pool from those of another. */
  readonly giveBack: (lease: Lease) => void;
  #returned = false;

  constructor(connection: ChannelConnection, giveBack: (lease: Lease) => void) {
    this.connection = connection;
    this.giveBack = giveBack;
  }

  get returned(): boolean {
    return this.#returned;
  }

  get id(): string {
    return this.connection.id;
  }

  get local(): Endpoint {
    return this.connection.local;
  }

  get remote(): Endpoint {
    return this.connection.remote;
  }

  get peer(): Peer {
    return this.connection.peer;
  }

  get state(): ConnectionState {
    return this.connection.state;
  }

  get closed(): Promise<GraphoidError> {
    return this.connection.closed;
  }

  get metrics(): ConnectionMetrics {
    return this.connection.metrics;
  }

  send(message: Uint8Array, options?: SendOptions): Promise<void> {
    return this.#returned ? Promise.reject(returnedError()) : this.connection.send(message, options);
  }

  refusal(bytes: number): GraphoidError | undefined {
    return this.#returned ? returnedError() : this.connection.refusal(bytes);
  }

  receive(options?: WaitOptions): Promise<Uint8Array> {
    return this.#returned ? Promise.reject(returnedError()) : this.connection.receive(options);
  }

  sendAll(messages: Iterable<Uint8Array>, options?: SendOptions): Promise<void> {
    return this.#returned ? Promise.reject(returnedError()) : this.connection.sendAll(messages, options);
  }

  async *batches(): AsyncGenerator<Uint8Array[], undefined> {
    const batches = this.connection.batches()[Symbol.asyncIterator]();
    for (;;) {
      if (this.#returned) throw returnedError();
      const next = await batches.next();
      if (next.done) return undefined;
      yield next.value;
    }
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined> {
    const messages = this.connection[Symbol.asyncIterator]();
    return {
      next: () => (this.#returned ? Promise.reject(returnedError()) : messages.next()),
      return: async () => ({ value: undefined, done: true }),
    };
  }

  status(): AsyncIterable<ConnectionStatus> {
    return this.connection.status();
  }

  async close(options?: CloseOptions): Promise<void> {
    if (this.#returned) return;
    const closing = this.connection.close(options);
    this.release();
    await closing;
  }

  release(): void {
    if (!this.#returned) this.giveBack(this);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.release();
  }

  /** Ends the loan. */
  end(): void {
    this.#returned = true;
  }
}

function returnedError(): ClosedError {
  return new ClosedError("net.pool: the connection was given back to its pool", { details: { by: "us" } });
}
