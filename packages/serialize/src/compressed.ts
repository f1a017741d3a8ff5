import { ByteReader } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";
import { FormatError, LimitError, VersionError } from "./errors.ts";
import { COMPRESSION, type Compression, compress, decompress } from "./zlib.ts";

/** The first four bytes: three that nothing else begins with, and the version. */
const START: Uint8Array = Uint8Array.of(0xc1, 0x47, 0x5a, 1);
/** How many times as long as it came something may become without being counted as memory. */
const PER_BYTE = 32;
/** What may be taken beyond that in any case. */
const BASE = 2 ** 20;

/**
 * Value bytes, compressed: the way, the lengths before and after, and zeros where it would otherwise be so short that a
 * reader had to take it for an attack.
 */
export async function packed(bytes: Uint8Array, way: Compression): Promise<Uint8Array> {
  const body = await compress(bytes, way);
  const writer = new ByteWriter();
  writer.raw(START);
  writer.u8(COMPRESSION[way]);
  writer.varint(bytes.length);
  writer.varint(body.length);
  const head = writer.at - writer.start;
  const length = Math.max(head + body.length, Math.ceil((bytes.length - BASE) / PER_BYTE));
  const whole = new Uint8Array(length);
  whole.set(writer.take());
  whole.set(body, head);
  return whole;
}

/** Whether these bytes are meant to be what {@link packed} writes. */
export function isPacked(bytes: Uint8Array): boolean {
  return START.subarray(0, 3).every((byte, i) => bytes[i] === byte);
}

/** The value bytes in what {@link packed} wrote. */
export async function unpacked(bytes: Uint8Array, maxDecodedBytes: number = BASE): Promise<Uint8Array> {
  const reader = new ByteReader(bytes, 3);
  const version = reader.u8();
  if (version !== START[3]) {
    throw new VersionError(
      `serialize.fromBytesAsync: expected version ${START[3]} of compressed bytes, got ${version}`,
      {
        details: { found: version, supported: START[3] as number },
      },
    );
  }
  const number = reader.u8();
  const way = (Object.keys(COMPRESSION) as Compression[]).find((one) => COMPRESSION[one] === number);
  if (way === undefined) throw new FormatError(`serialize.fromBytesAsync: the unknown way to compress ${number}`);
  const length = reader.varint();
  const limit = PER_BYTE * bytes.length + maxDecodedBytes;
  if (length > limit) {
    throw new LimitError(`serialize.fromBytesAsync: ${bytes.length} bytes that become ${length}, over ${limit}`, {
      details: { limit: "maxDecodedBytes", value: maxDecodedBytes },
    });
  }
  const body = reader.raw(reader.varint());
  if (bytes.subarray(reader.at).some((byte) => byte !== 0)) {
    throw new FormatError("serialize.fromBytesAsync: bytes other than zeros follow what is compressed");
  }
  const whole = await decompress(body, way, Math.max(1, length));
  if (whole.length === length) return whole;
  throw new FormatError(`serialize.fromBytesAsync: ${length} bytes were announced, ${whole.length} came`);
}
