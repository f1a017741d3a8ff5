import type { TypedArray } from "@graphoid/core";
import type { ByteReader } from "./byte-reader.ts";
import { LimitError } from "./errors.ts";
import { TYPED_ARRAYS } from "./format.ts";

const HEX = "0123456789abcdef";

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

/** Bytes of a large integer that are turned into digits at once. */
const BIGINT_BLOCK = 1024;

/** The body of an integer of any size: a sign and the magnitude, the lowest byte first. */
export function readBigint(reader: ByteReader, length: number): bigint {
  const negative = reader.u8();
  const magnitude = reader.raw(length - 1);
  const highest = magnitude[magnitude.length - 1];
  if (negative > 1 || highest === undefined || (highest === 0 && (length > 2 || negative === 1))) {
    throw reader.malformed("an integer that is not in its shortest form");
  }
  const blocks: string[] = [];
  for (let end = magnitude.length; end > 0; end -= BIGINT_BLOCK) {
    let digits = "";
    for (let i = end - 1; i >= Math.max(0, end - BIGINT_BLOCK); i--) digits += hexOf(magnitude[i] as number);
    blocks.push(digits);
  }
  let value: bigint;
  try {
    value = BigInt(`0x${blocks.join("")}`);
  } catch (cause) {
    throw new LimitError(`serialize: an integer of ${magnitude.length} bytes, more than the engine allows`, { cause });
  }
  return negative === 1 ? -value : value;
}

function hexOf(byte: number): string {
  return HEX[byte >> 4]! + HEX[byte & 15]!;
}

/** The body of a typed array: its type, then its elements. */
export function readTypedArray(reader: ByteReader, length: number): TypedArray {
  const ArrayType = TYPED_ARRAYS[reader.u8()];
  if (!ArrayType || (length - 1) % ArrayType.BYTES_PER_ELEMENT !== 0) {
    throw reader.malformed("a typed array of no known type or of a broken length");
  }
  return new ArrayType(reader.copy(length - 1).buffer) as TypedArray;
}
