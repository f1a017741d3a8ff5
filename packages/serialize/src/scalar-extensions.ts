import type { TypedArray } from "@graphoid/core";
import type { ByteReader } from "./byte-reader.ts";
import { TYPED_ARRAYS } from "./format.ts";

/** The body of a timestamp (MessagePack's extension -1) of `length` bytes. */
export function readTimestamp(reader: ByteReader, length: number): Date {
  let seconds = 0;
  let nanoseconds = 0;
  if (length === 4) seconds = reader.u32();
  else if (length === 8) {
    const high = reader.u32();
    nanoseconds = high >>> 2;
    seconds = (high & 3) * 2 ** 32 + reader.u32();
  } else if (length === 12) {
    nanoseconds = reader.u32();
    seconds = Number(reader.view.getBigInt64(reader.at));
    reader.at += 8;
  } else throw reader.malformed(`a timestamp of ${length} bytes`);
  const date = new Date(seconds * 1000 + nanoseconds / 1_000_000);
  if (nanoseconds > 999_999_999 || nanoseconds % 1_000_000 !== 0 || Number.isNaN(date.getTime())) {
    throw reader.malformed("a time that a Date does not hold exactly");
  }
  return date;
}

/** The body of an integer of any size: a sign and the magnitude, the lowest byte first. */
export function readBigint(reader: ByteReader, length: number): bigint {
  const negative = reader.u8();
  let hex = "";
  for (let i = reader.end - 1; i >= reader.at; i--) hex += (reader.bytes[i] as number).toString(16).padStart(2, "0");
  if (negative > 1 || length < 2 || (length > 2 && hex.startsWith("00")) || (negative === 1 && hex === "00")) {
    throw reader.malformed("an integer that is not in its shortest form");
  }
  reader.at = reader.end;
  const value = BigInt(`0x${hex}`);
  return negative === 1 ? -value : value;
}

/** The body of a typed array: its type, then its elements. */
export function readTypedArray(reader: ByteReader, length: number): TypedArray {
  const ArrayType = TYPED_ARRAYS[reader.u8()];
  if (!ArrayType || (length - 1) % ArrayType.BYTES_PER_ELEMENT !== 0) {
    throw reader.malformed("a typed array of no known type or of a broken length");
  }
  const { buffer } = reader.raw(length - 1).slice();
  return new ArrayType(buffer) as TypedArray;
}
