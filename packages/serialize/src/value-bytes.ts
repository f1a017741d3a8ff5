import type { Value } from "@graphoid/core";
import { FormatError, TrailingDataError, VersionError } from "./errors.ts";
import { orDepthLimit } from "./failures.ts";
import { MAGIC, REFERENCES, VERSION } from "./format.ts";
import type { ValueDecoder } from "./value-decoder.ts";
import type { ValueEncoder } from "./value-encoder.ts";

const HEADER = Uint8Array.of(...MAGIC, VERSION);

/** Writes a value behind the header, and takes the bytes. */
export function encodeWhole(encoder: ValueEncoder, value: Value): Uint8Array {
  encoder.raw(HEADER);
  encoder.value(value, 0);
  if (encoder.hasReferences) encoder.bytes[encoder.start + 3] = VERSION | REFERENCES;
  return encoder.take();
}

/** Reads the header, which tells whether the value has back references. */
export function readHeader(decoder: ValueDecoder): boolean {
  const { bytes } = decoder;
  for (let i = 0; i < MAGIC.length; i++) {
    if (bytes[i] === MAGIC[i]) continue;
    decoder.need(i + 1);
    throw new FormatError("serialize.fromBytes: the bytes do not begin with the header of the format");
  }
  decoder.at = MAGIC.length;
  const flags = decoder.u8();
  const found = flags & ~REFERENCES;
  if (found !== VERSION) {
    throw new VersionError(`serialize.fromBytes: expected version ${VERSION} of the format, got ${found}`, {
      details: { found, supported: VERSION },
    });
  }
  return (flags & REFERENCES) !== 0;
}

/** The value that is all that is left to read. */
export function decodeWhole(decoder: ValueDecoder): Value {
  let value: Value;
  try {
    value = decoder.value(0);
  } catch (error) {
    throw orDepthLimit(error);
  }
  if (decoder.at === decoder.end) return value;
  throw new TrailingDataError(`serialize: ${decoder.end - decoder.at} bytes follow the end of the value`, {
    details: { offset: decoder.at },
  });
}
