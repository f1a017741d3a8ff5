import { InvalidArgumentError, type Value } from "@graphoid/core";
import type { Session } from "./api.ts";
import { checkBytes } from "./check-bytes.ts";
import type { DecoderPool } from "./decoder-pool.ts";
import { SequenceError } from "./errors.ts";
import { encodingFailure } from "./failures.ts";
import { ReadShapes, WrittenShapes } from "./shapes.ts";
import { decodeWhole } from "./value-bytes.ts";
import type { ValueDecoder } from "./value-decoder.ts";
import { ValueEncoder } from "./value-encoder.ts";

/**
 * A message is its number modulo 256, a varint (twice the number of shapes that it defines, plus one when it has back
 * references), the definitions, and the value. Definitions come first so that a reader has them whatever it thinks of the
 * value.
 */
export class MessageSession implements Session {
  readonly #decoders: DecoderPool;
  /** Made once, and not for each message. */
  readonly #readMessage = (decoder: ValueDecoder): Value => this.#read(decoder);
  readonly #encoder: ValueEncoder;
  readonly #written = new WrittenShapes();
  readonly #shapes = new ReadShapes();
  #sent = 0;
  #received = 0;
  #writing = false;

  constructor(decoders: DecoderPool) {
    this.#decoders = decoders;
    this.#encoder = new ValueEncoder(decoders.settings);
    this.#encoder.shapes = this.#written;
  }

  toBytes(value: Value): Uint8Array {
    if (this.#writing) {
      throw new InvalidArgumentError("serialize.session.toBytes: called by a codec while the session writes a message");
    }
    const encoder = this.#encoder;
    this.#writing = true;
    try {
      encoder.u8(this.#sent & 0xff);
      // Room for the varint when nothing is defined, which is nearly always.
      encoder.u8(0);
      encoder.value(value, 0);
      if (this.#written.fresh > 0) return this.#withDefinitions();
      if (encoder.hasReferences) encoder.bytes[encoder.start + 1] = 1;
      this.#sent++;
      return encoder.take();
    } catch (error) {
      this.#written.rollBack();
      throw encodingFailure(error, value, encoder.carrier);
    } finally {
      encoder.reset();
      this.#writing = false;
    }
  }

  #withDefinitions(): Uint8Array {
    const encoder = this.#encoder;
    const value = encoder.bytes.slice(encoder.start + 2, encoder.at);
    encoder.at = encoder.start + 1;
    encoder.varint(this.#written.fresh * 2 + (encoder.hasReferences ? 1 : 0));
    this.#written.define(encoder);
    encoder.raw(value);
    this.#written.commit();
    this.#sent++;
    return encoder.take();
  }

  fromBytes(bytes: Uint8Array): Value {
    checkBytes("serialize.session.fromBytes", bytes);
    return this.#decoders.use(bytes, this.#readMessage);
  }

  #read(decoder: ValueDecoder): Value {
    const found = decoder.u8();
    const expected = this.#received & 0xff;
    if (found !== expected) {
      throw new SequenceError(`serialize.session.fromBytes: expected message ${expected} (modulo 256), got ${found}`, {
        details: { expected, found },
      });
    }
    const head = decoder.varint();
    decoder.hasReferences = head % 2 === 1;
    decoder.shapes = this.#shapes;
    if (head > 1) this.#shapes.define(decoder, Math.floor(head / 2));
    this.#received++;
    return decodeWhole(decoder);
  }
}
