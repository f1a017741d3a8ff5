import { uncleared } from "./host.ts";

/** Size of a slab: what one gathered write carries of small messages. */
export const slabBytes: number = 64 * 1024;

const keep = 32;
const free: Uint8Array[] = [];

/** Takes a slab to gather small messages in. Idle connections hold none: all share one small stock. */
export function takeSlab(): Uint8Array {
  return free.pop() ?? uncleared(slabBytes);
}

/** Gives a slab back once its bytes have left. */
export function returnSlab(slab: Uint8Array): void {
  if (free.length < keep) free.push(slab);
}

/** Fresh memory that the caller overwrites whole before anyone sees it, so it need not be cleared first. */
export function allocate(bytes: number): Uint8Array {
  return bytes < 1024 ? new Uint8Array(bytes) : new Uint8Array(uncleared(bytes).buffer);
}

/** A copy of a range. (`Buffer.prototype.slice` would be a view.) */
export function copyRange(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const copy = allocate(end - start);
  copy.set(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end));
  return copy;
}

/** Small things that are copied share memory in sections of this many bytes. */
export const sectionBytes: number = 16 * 1024;

let section: Uint8Array = new Uint8Array(0);
let sectionEnd = 0;

/** A copy of a range of at most {@link sectionBytes}, beside others: for small ones, memory of their own costs more. */
export function copyToSection(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const length = end - start;
  if (sectionEnd + length > section.length) {
    section = allocate(sectionBytes);
    sectionEnd = 0;
  }
  const copy = section.subarray(sectionEnd, sectionEnd + length);
  copy.set(bytes.subarray(start, end));
  sectionEnd += length;
  return copy;
}

/** All chunks as one, in fresh memory. */
export function joined(chunks: readonly Uint8Array[]): Uint8Array {
  let total = 0;
  for (const chunk of chunks) total += chunk.length;
  const bytes = allocate(total);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
