import { UnimplementedError } from "@graphoid/core";
import { FormatError } from "./errors.ts";

/** The ways to compress, and their numbers on the wire. */
export const COMPRESSION = { deflate: 1, zstd: 2 } as const;
export type Compression = keyof typeof COMPRESSION;

/** What zlib gives with the option `info`: the bytes, and how many it took for them. */
type Done = (error: Error | null, result: { buffer: Uint8Array; engine: { bytesWritten: number } }) => void;
type Run = (bytes: Uint8Array, options: { info: true; maxOutputLength?: number }, done: Done) => void;

/** What is used of Node's zlib, which Bun and Deno have as well; Node has zstd since 22.15. */
interface Zlib {
  readonly deflate: Run;
  readonly inflate: Run;
  readonly zstdCompress?: Run;
  readonly zstdDecompress?: Run;
  readonly crc32?: (bytes: Uint8Array, crc: number) => number;
}

declare const process: { getBuiltinModule?(name: string): unknown } | undefined;
const zlib = typeof process === "object" ? (process.getBuiltinModule?.("node:zlib") as Zlib | undefined) : undefined;

/** Zlib's own checksum, where the platform has it: ten times as fast as one that is written in JavaScript. */
export const nativeCrc32: Zlib["crc32"] = zlib?.crc32;

/** @throws UnimplementedError where the platform does not have this way to compress. */
export async function compress(bytes: Uint8Array, way: Compression): Promise<Uint8Array> {
  const run = way === "deflate" ? zlib?.deflate : zlib?.zstdCompress;
  if (run) return ran(run, bytes);
  if (way === "zstd") throw new UnimplementedError("serialize.toBytesAsync: this platform has no zstd");
  return piped(bytes, new CompressionStream("deflate"), Number.POSITIVE_INFINITY);
}

/**
 * @throws FormatError when the bytes are not what `way` writes, or become more than `limit` bytes; UnimplementedError where
 * the platform does not have it.
 */
export async function decompress(bytes: Uint8Array, way: Compression, limit: number): Promise<Uint8Array> {
  const run = way === "deflate" ? zlib?.inflate : zlib?.zstdDecompress;
  if (!run && way === "zstd") throw new UnimplementedError("serialize.fromBytesAsync: this platform has no zstd");
  try {
    if (run) return await ran(run, bytes, limit);
    return await piped(bytes, new DecompressionStream("deflate"), limit);
  } catch (cause) {
    throw new FormatError(`serialize.fromBytesAsync: the bytes are not ${way}, or too many`, { cause });
  }
}

function ran(run: Run, bytes: Uint8Array, limit?: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    run(bytes, { info: true, ...(limit === undefined ? {} : { maxOutputLength: limit }) }, (error, result) => {
      if (error) reject(error);
      // Zlib passes over what follows the end of its stream.
      else if (result.engine.bytesWritten !== bytes.length) reject(new RangeError("bytes follow the compressed ones"));
      else resolve(result.buffer);
    });
  });
}

/** What browsers have instead of zlib. */
async function piped(bytes: Uint8Array, stream: CompressionStream, limit: number): Promise<Uint8Array> {
  // By its reader, as not every browser lets a stream be iterated.
  const reader = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(stream).getReader();
  const pieces: Uint8Array[] = [];
  let size = 0;
  for (let next = await reader.read(); next.value !== undefined; next = await reader.read()) {
    pieces.push(next.value);
    size += next.value.length;
    if (size <= limit) continue;
    await reader.cancel();
    throw new RangeError("more bytes than were announced");
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
