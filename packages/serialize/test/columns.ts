import { KeyCache } from "../src/key-cache.ts";
import { MemoryBudget } from "../src/memory-budget.ts";
import { RecordCache } from "../src/record-cache.ts";
import { Registry } from "../src/registry.ts";
import { ValueDecoder } from "../src/value-decoder.ts";
import { ValueEncoder } from "../src/value-encoder.ts";

const settings = {
  registry: new Registry(),
  maxDepth: 100,
  createRef: () => ({}) as never,
  keys: new KeyCache(),
  records: new RecordCache(),
};

/** Writes, and gives a reader of what was written, and the bytes. */
export function written(write: (writer: ValueEncoder) => void): { reader: ValueDecoder; bytes: Uint8Array } {
  const writer = new ValueEncoder(settings);
  write(writer);
  const bytes = writer.take();
  return { reader: readerOf(bytes), bytes };
}

/** A reader of columns. */
export function readerOf(bytes: ArrayLike<number>): ValueDecoder {
  const budget = new MemoryBudget(undefined);
  budget.give(bytes.length);
  return new ValueDecoder(settings, budget, Uint8Array.from(bytes));
}
