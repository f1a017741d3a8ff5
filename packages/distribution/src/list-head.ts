import { EnvelopeReader } from "./envelope-reader.ts";

/** The parts of an envelope in front of its payload: kind, both halves of its id, target, message. */
export type ListHead = readonly [kind: number, low: number, high: number, target: string, message: string];

/**
 * The parts before the payload, of a message of a session whose payload cannot be read, so that the call it belongs to can
 * be told. `undefined` where they cannot be read either.
 */
export function headOf(bytes: Uint8Array): ListHead | undefined {
  try {
    const reader = new EnvelopeReader(bytes);
    reader.u8(); // The number of the message.
    for (let shapes = reader.varint() >> 1; shapes > 0; shapes--) {
      for (let keys = reader.varint(); keys > 0; keys--) text(reader);
    }
    if (reader.u8() >> 4 !== 0x9) return undefined;
    return [integer(reader), integer(reader), integer(reader), text(reader), text(reader)];
  } catch {
    return undefined;
  }
}

/** An unsigned integer of MessagePack. */
function integer(reader: EnvelopeReader): number {
  const tag = reader.u8();
  if (tag < 0x80) return tag;
  return unsigned(reader, [1, 2, 4, 8][tag - 0xcc]);
}

/** A string of MessagePack. */
function text(reader: EnvelopeReader): string {
  const tag = reader.u8();
  return reader.textOf(tag >> 5 === 0b101 ? tag & 0x1f : unsigned(reader, [1, 2, 4][tag - 0xd9]));
}

function unsigned(reader: EnvelopeReader, bytes: number | undefined): number {
  if (bytes === undefined) throw new RangeError("another kind of value");
  let value = 0;
  for (let i = 0; i < bytes; i++) value = value * 0x100 + reader.u8();
  return value;
}
