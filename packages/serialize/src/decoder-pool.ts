import { MemoryBudget } from "./memory-budget.ts";
import type { DecoderSettings } from "./record-decoder.ts";
import { ValueDecoder } from "./value-decoder.ts";

/**
 * Decoders for one value each. One is kept: to make another for every message takes as long as to read a small one, and
 * when none is left alive the engine throws away what it compiled for them.
 */
export class DecoderPool {
  readonly settings: DecoderSettings;
  readonly #maxDecodedBytes: number | undefined;
  #idle: ValueDecoder | undefined;

  constructor(settings: DecoderSettings, maxDecodedBytes: number | undefined) {
    this.settings = settings;
    this.#maxDecodedBytes = maxDecodedBytes;
    this.#idle = this.#make();
  }

  /** Calls `read` with a decoder of `bytes`: the one that is kept, or another when a codec calls the serializer again. */
  use<T>(bytes: Uint8Array, read: (decoder: ValueDecoder) => T): T {
    const decoder = this.#idle ?? this.#make();
    this.#idle = undefined;
    decoder.open(bytes);
    decoder.budget.give(bytes.length);
    try {
      return read(decoder);
    } finally {
      decoder.reset();
      this.#idle = decoder;
    }
  }

  #make(): ValueDecoder {
    return new ValueDecoder(this.settings, new MemoryBudget(this.#maxDecodedBytes));
  }
}
