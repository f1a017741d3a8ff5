/** Where a {@link ByteReader} puts what it finds. */
export interface MessageSink {
  /** Whether no more messages should be handed over for now. */
  readonly full: boolean;
  /** A whole message. The memory is the receiver's: nothing writes to it later. */
  onMessage(message: Uint8Array): void;
  /** A control frame. Its payload is only good until this call returns. */
  onControl(kind: number, payload: Uint8Array): void;
}

/** Finds the messages in a stream of bytes: the receiving half of a framing, for one connection. */
export interface ByteReader {
  /**
   * Takes the next bytes, in chunks as they happened to arrive, and returns how many it took: fewer than given when
   * the sink is full; it is to be given the rest again. With `reused`, the memory is only good during this call.
   * Throws on bytes that the framing does not allow; nothing is to be given to it after that.
   */
  push(bytes: Uint8Array, reused: boolean): number;
  /** The stream ended. Throws `TruncatedFrameError` inside a message. */
  end(): void;
}
