import type { CodeArray } from "@graphoid/core";
import { INTS, MAX_PACKED } from "./integer-encoder.ts";
import type { ValueDecoder } from "./value-decoder.ts";

/** A column of `count` integers, in an array as narrow as they allow. */
export function readCodes(reader: ValueDecoder, count: number): CodeArray {
  const layout = reader.u8();
  if (layout !== INTS.constant) return readWide(reader, count, layout, 1);
  const start = reader.at;
  const code = reader.varint();
  if (code > 0xffffffff) throw reader.malformed("an integer out of range");
  const width = code < 0x100 ? 1 : code < 0x10000 ? 2 : 4;
  reader.budget.take(count * width, reader.at - start);
  const codes = newCodes(width, count);
  return code === 0 ? codes : codes.fill(code);
}

/** `count` integers that take a byte each at least. */
export function readWholeBytes(reader: ValueDecoder, count: number, layout: number = reader.u8()): Uint32Array {
  const codes = readWide(reader, count, layout, 9);
  // In one kind of array: a loop over several kinds takes far longer than the copy.
  return codes instanceof Uint32Array ? codes : new Uint32Array(codes);
}

/** A column of `count` node rows. */
export function readRows(reader: ValueDecoder, count: number): Uint32Array {
  const layout = reader.u8();
  if (layout !== INTS.delta) return readWholeBytes(reader, count, layout);
  reader.need(count);
  const rows = new Uint32Array(count);
  reader.varints(rows);
  if (!addDifferences(rows)) throw reader.malformed("a node number out of range");
  return rows;
}

/** Where `count` strings begin and end whose lengths come next. The bytes of all are known to be there. */
export function readOffsets(reader: ValueDecoder, count: number): Uint32Array {
  if (count === 0) return new Uint32Array(1);
  const layout = reader.u8();
  let lengths: Uint32Array | undefined;
  let length = 0;
  if (layout === INTS.constant) {
    length = reader.varint();
    if (length === 0) throw reader.malformed("empty strings without a byte for each");
    reader.need(count * length);
  } else {
    lengths = readWholeBytes(reader, count, layout);
  }
  const offsets = new Uint32Array(count + 1);
  const end = lengths === undefined ? addLength(length, offsets) : addLengths(lengths, offsets);
  reader.need(end);
  return offsets;
}

// Loops of their own: with more around them the engine compiles them again and again.

/** Turns differences, of which the lowest bit is the sign, into what they add up to; false when that is out of range. */
function addDifferences(rows: Uint32Array): boolean {
  let previous = 0;
  for (let i = 0; i < rows.length; i++) {
    const zigzag = rows[i] as number;
    previous += (zigzag >>> 1) ^ -(zigzag & 1);
    if (previous < 0 || previous > 0xffffffff) return false;
    rows[i] = previous;
  }
  return true;
}

function addLengths(lengths: Uint32Array, offsets: Uint32Array): number {
  let end = 0;
  for (let i = 0; i < lengths.length; i++) {
    end += lengths[i] as number;
    offsets[i + 1] = end;
  }
  return end;
}

function addLength(length: number, offsets: Uint32Array): number {
  for (let i = 1; i < offsets.length; i++) offsets[i] = i * length;
  return (offsets.length - 1) * length;
}

/** Integers of which each has bits of its own, `least` of them at least where they are packed. */
function readWide(reader: ValueDecoder, count: number, layout: number, least: number): CodeArray {
  if (layout === INTS.u8) return reader.copy(count);
  if (layout === INTS.u16) return reader.elements(Uint16Array, count);
  if (layout === INTS.u32) return reader.elements(Uint32Array, count);
  if (layout !== INTS.packed) throw reader.malformed(`the unknown layout ${layout} of a column`);
  const bits = reader.u8();
  if (bits < least || bits > MAX_PACKED) throw reader.malformed(`packed integers of ${bits} bits`);
  reader.need(Math.ceil((count * bits) / 8));
  const codes = newCodes(bits <= 8 ? 1 : bits <= 16 ? 2 : 4, count);
  reader.packed(codes, bits);
  return codes;
}

/** Room for `count` codes of `width` bytes. */
export function newCodes(width: number, count: number): CodeArray {
  return width === 1 ? new Uint8Array(count) : width === 2 ? new Uint16Array(count) : new Uint32Array(count);
}
