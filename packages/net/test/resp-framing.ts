import {
  type Framing,
  type FramingDecoder,
  MessageTooLargeError,
  ProtocolError,
  TruncatedFrameError,
} from "../src/index.ts";

/**
 * The protocol of Redis (RESP 2) as a framing: a message sent is a whole command, a message received a whole reply, as
 * bytes. https://redis.io/docs/latest/develop/reference/protocol-spec/
 */
export function respFraming(): Framing {
  return {
    name: "resp",
    encode: (message) => [message],
    decoder: ({ maxMessageBytes }) => new RespDecoder(maxMessageBytes),
  };
}

/** The bytes of a command. */
export function command(...words: readonly string[]): Uint8Array {
  const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return Buffer.from(`*${words.length}\r\n${parts.join("")}`);
}

class RespDecoder implements FramingDecoder {
  readonly #limit: number;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(limit: number) {
    this.#limit = limit;
  }

  push(bytes: Uint8Array, deliver: (message: Uint8Array) => void): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    for (let end = this.#endOf(0); end !== undefined; end = this.#endOf(0)) {
      deliver(new Uint8Array(this.#bytes.subarray(0, end)));
      this.#bytes = this.#bytes.subarray(end);
    }
    this.#check(this.#bytes.length);
  }

  end(): void {
    if (this.#bytes.length > 0) throw new TruncatedFrameError("resp: the stream ended inside a reply");
  }

  /** Where the reply that starts at `at` ends, or `undefined` while that has not come. */
  #endOf(at: number): number | undefined {
    const line = this.#bytes.indexOf("\r\n", at);
    if (line < 0) return undefined;
    const kind = String.fromCharCode(this.#bytes[at]!);
    const count = Number(this.#bytes.toString("latin1", at + 1, line));
    let end: number | undefined = line + 2;
    if (kind === "$" && count >= 0) {
      this.#check(count);
      end += count + 2;
    } else if (kind === "*") {
      for (let i = 0; i < count && end !== undefined; i++) end = this.#endOf(end);
    } else if (!"+-:$".includes(kind)) {
      throw new ProtocolError(`resp: a reply that begins with ${kind}`);
    }
    return end !== undefined && end <= this.#bytes.length ? end : undefined;
  }

  #check(length: number): void {
    if (length > this.#limit) throw new MessageTooLargeError(`resp: a reply of ${length} bytes or more`);
  }
}
