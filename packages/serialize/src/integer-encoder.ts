import type { CodeArray } from "@graphoid/core";
import type { ValueEncoder } from "./value-encoder.ts";

/** How a column of integers is laid out; its first byte. */
export const INTS = { constant: 0, u8: 1, u16: 2, u32: 3, packed: 4, delta: 5 } as const;

/** The most bits that a packed integer may have: with up to seven before it, it lies within 32. */
export const MAX_PACKED = 25;

/** Rows `from` to `to` of a column of integers, which may be one value for all rows. */
export function writeCodes(writer: ValueEncoder, codes: CodeArray, from: number, to: number): void {
  const first = codes[from] ?? 0;
  let all = 0;
  let constant = true;
  for (let i = from; i < to; i++) {
    const code = codes[i] as number;
    if (code !== first) constant = false;
    all |= code;
  }
  if (constant) {
    writer.u8(INTS.constant);
    writer.varint(first);
  } else {
    writeWide(writer, codes, from, to, bitsOf(all));
  }
}

/** Integers that become far larger in memory: a byte each at least, so that no short input makes a long column. */
export function writeWholeBytes(writer: ValueEncoder, codes: Uint32Array): void {
  let all = 0;
  for (let i = 0; i < codes.length; i++) all |= codes[i] as number;
  writeWide(writer, codes, 0, codes.length, Math.max(8, bitsOf(all)));
}

/** Rows `from` to `to` of a column of node rows, a byte each at least too. */
export function writeRows(writer: ValueEncoder, rows: Uint32Array, from: number, to: number): void {
  let all = 0;
  let deltaBytes = 0;
  let previous = 0;
  for (let i = from; i < to; i++) {
    const row = rows[i] as number;
    all |= row;
    const delta = Math.abs(row - previous);
    deltaBytes += delta < 0x40 ? 1 : delta < 0x2000 ? 2 : delta < 0x100000 ? 3 : 4;
    previous = row;
  }
  const bits = Math.max(8, bitsOf(all));
  // A difference must fit into 32 bits when it is doubled.
  if (deltaBytes * 8 < bits * (to - from) && bits < 32) writeDeltas(writer, rows, from, to);
  else writeWide(writer, rows, from, to, bits);
}

function writeDeltas(writer: ValueEncoder, rows: Uint32Array, from: number, to: number): void {
  writer.u8(INTS.delta);
  writer.reserve((to - from) * 5);
  let previous = 0;
  for (let i = from; i < to; i++) {
    const row = rows[i] as number;
    const delta = row - previous;
    writer.reservedVarint(delta < 0 ? -delta * 2 - 1 : delta * 2);
    previous = row;
  }
}

/**
 * The lengths of strings `from` to `to` between `offsets`: one for all where they are equal, else a byte each at least, so
 * that what is announced is never far more than what is there.
 */
export function writeLengths(writer: ValueEncoder, offsets: Uint32Array, from: number, to: number): void {
  if (from === to) return;
  const first = (offsets[from + 1] as number) - (offsets[from] as number);
  const lengths = new Uint32Array(to - from);
  let all = 0;
  let constant = first > 0;
  for (let i = from; i < to; i++) {
    const length = (offsets[i + 1] as number) - (offsets[i] as number);
    lengths[i - from] = length;
    all |= length;
    if (length !== first) constant = false;
  }
  if (constant) {
    writer.u8(INTS.constant);
    writer.varint(first);
  } else {
    writeWide(writer, lengths, 0, lengths.length, Math.max(8, bitsOf(all)));
  }
}

function bitsOf(all: number): number {
  return 32 - Math.clz32(all);
}

/** Integers of `bits` bits each, in whole bytes where packing would save nothing. */
function writeWide(writer: ValueEncoder, codes: CodeArray, from: number, to: number, bits: number): void {
  const count = to - from;
  const width = bits <= 8 ? 1 : bits <= 16 ? 2 : 4;
  if (bits <= MAX_PACKED && 1 + Math.ceil((count * bits) / 8) < width * count) {
    writer.u8(INTS.packed);
    writer.packed(codes, from, to, bits);
  } else if (width === 1) {
    writer.u8(INTS.u8);
    writer.raw(Uint8Array.from(codes.subarray(from, to)));
  } else {
    writer.u8(width === 2 ? INTS.u16 : INTS.u32);
    writer.reserve(count * width);
    const { view } = writer;
    for (let i = from; i < to; i++, writer.at += width) {
      if (width === 2) view.setUint16(writer.at, codes[i] as number, true);
      else view.setUint32(writer.at, codes[i] as number, true);
    }
  }
}
