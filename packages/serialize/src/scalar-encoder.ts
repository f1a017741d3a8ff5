import { type TypedArray, typedArrayName } from "@graphoid/core";
import type { ByteWriter } from "./byte-writer.ts";
import { EXT, isForeignExtension, TYPED_ARRAYS } from "./format.ts";
import { INVALID_DATE, refused, registeredKey } from "./refused.ts";
import type { UnknownValue } from "./unknown-value.ts";

/** A time as MessagePack's timestamp, in the shortest of its three forms. */
export function writeDate(writer: ByteWriter, date: Date): void {
  const time = date.getTime();
  if (Number.isNaN(time)) throw refused(date, INVALID_DATE);
  const seconds = Math.floor(time / 1000);
  const nanoseconds = (time - seconds * 1000) * 1_000_000;
  const body = writer.beginExtension();
  writer.reserve(12);
  if (seconds >= 0 && seconds <= 0xffffffff && nanoseconds === 0) {
    writer.view.setUint32(writer.at, seconds);
    writer.at += 4;
  } else if (seconds >= 0 && seconds < 2 ** 34) {
    writer.view.setUint32(writer.at, nanoseconds * 4 + Math.floor(seconds / 2 ** 32));
    writer.view.setUint32(writer.at + 4, seconds % 2 ** 32);
    writer.at += 8;
  } else {
    writer.view.setUint32(writer.at, nanoseconds);
    writer.view.setBigInt64(writer.at + 4, BigInt(seconds));
    writer.at += 12;
  }
  writer.endExtension(body, EXT.timestamp);
}

/** An integer of any size: a sign and the magnitude, the lowest byte first. */
export function writeBigint(writer: ByteWriter, value: bigint): void {
  // 64-bit integers that no number holds exactly are bigints for every reader; the others need saying so.
  const wide = value > BigInt(Number.MAX_SAFE_INTEGER) || value < BigInt(Number.MIN_SAFE_INTEGER);
  if (wide && (BigInt.asIntN(64, value) === value || BigInt.asUintN(64, value) === value)) return writer.int64(value);
  const body = writer.beginExtension();
  writer.u8(value < 0n ? 1 : 0);
  const hex = (value < 0n ? -value : value).toString(16);
  const digits = hex.length % 2 === 0 ? hex : `0${hex}`;
  writer.reserve(digits.length / 2);
  for (let i = digits.length - 2; i >= 0; i -= 2)
    writer.bytes[writer.at++] = Number.parseInt(digits.slice(i, i + 2), 16);
  writer.endExtension(body, EXT.bigint);
}

/** A registered symbol: its key. */
export function writeSymbol(writer: ByteWriter, value: symbol): void {
  const key = registeredKey(value);
  const body = writer.beginExtension();
  writer.string(key);
  writer.endExtension(body, EXT.symbol);
}

/** A typed array: its type, then its elements. */
export function writeTypedArray(writer: ByteWriter, array: TypedArray): void {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  // By name, as the array may come from another realm; the name of a Buffer is that of its base.
  const name = typedArrayName(array);
  if (name === "Uint8Array") return writer.bin(bytes);
  const type = TYPED_ARRAYS.findIndex((one) => one.name === name);
  if (type < 0) throw refused(array, `a ${name}`);
  const body = writer.beginExtension();
  writer.u8(type);
  writer.raw(bytes);
  writer.endExtension(body, EXT.typedArray);
}

/** An extension that was kept as it came. */
export function writeExtension(writer: ByteWriter, unknown: UnknownValue): void {
  const type = unknown.tag as number;
  if (!isForeignExtension(type) || !(unknown.value instanceof Uint8Array)) {
    throw refused(unknown, "an unknown extension of a type that is ours, or without bytes,");
  }
  const body = writer.beginExtension();
  writer.raw(unknown.value);
  writer.endExtension(body, type);
}
