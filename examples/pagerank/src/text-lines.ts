import { type FileHandle, open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { GraphFileError } from "./graph-file-error.ts";

const NEWLINE = 0x0a;
/** The longest line that is read, in bytes: room for a METIS vertex with some 30 million neighbours. */
const MAX_LINE_BYTES = 1 << 28;

/** How far reading has come. */
export interface ReadProgress {
  /** Bytes of the file read so far: compressed bytes for a compressed file. */
  readonly bytes: number;
  /** The size of the file. */
  readonly totalBytes: number;
}

export interface ReadLinesOptions {
  /** Is called after every piece of the file, some 64 KiB. */
  readonly onProgress?: (progress: ReadProgress) => void;
}

/**
 * Calls `onLine` with every line of a text file, without its line end (LF or CRLF), and its number from 1. Reads piece
 * by piece and never holds the whole file. A file that starts with gzip's magic bytes is decompressed, whatever its name.
 *
 * @returns The number of lines.
 * @throws GraphFileError when the file is missing, unreadable, empty, not UTF-8 text, or damaged gzip. What `onLine`
 * throws ends the reading and is passed on.
 */
export async function readLines(
  path: string,
  onLine: (text: string, line: number) => void,
  { onProgress }: ReadLinesOptions = {},
): Promise<number> {
  const file = await openFile(path);
  const splitter = new LineSplitter(path, onLine);
  try {
    const { size } = await file.stat();
    if (size === 0) throw new GraphFileError(path, "empty", "the file is empty");
    const pieces = async function* (): AsyncGenerator<Buffer> {
      let bytes = 0;
      for await (const piece of file.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>) {
        yield piece;
        bytes += piece.length;
        onProgress?.({ bytes, totalBytes: size });
      }
    };
    const consume = async (source: AsyncIterable<Buffer>): Promise<void> => {
      for await (const piece of source) splitter.push(piece);
      splitter.end();
    };
    if (await isGzip(file)) await pipeline(pieces, createGunzip(), consume);
    else await consume(pieces());
  } catch (error) {
    throw gzipError(path, splitter.lines, error) ?? error;
  } finally {
    await file.close();
  }
  return splitter.lines;
}

async function openFile(path: string): Promise<FileHandle> {
  let file: FileHandle;
  try {
    file = await open(path);
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") throw new GraphFileError(path, "missing", "there is no such file", { cause });
    throw new GraphFileError(path, "unreadable", `the file cannot be opened (${codeOf(cause)})`, { cause });
  }
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw new GraphFileError(path, "unreadable", "this is not a regular file");
}

async function isGzip(file: FileHandle): Promise<boolean> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
  return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
}

/** The error for what zlib says, or `undefined` when the error is not from zlib. */
function gzipError(path: string, lines: number, cause: unknown): GraphFileError | undefined {
  const code = codeOf(cause);
  if (!code.startsWith("Z_")) return undefined;
  const after = `after line ${lines}`;
  if (code === "Z_BUF_ERROR")
    return new GraphFileError(path, "truncated", `the gzip data end too early, ${after}`, { cause });
  return new GraphFileError(path, "corrupt", `the gzip data are damaged, ${after}`, { cause });
}

function codeOf(error: unknown): string {
  return String((error as { readonly code?: unknown } | null | undefined)?.code ?? "unknown");
}

/** Cuts pieces of bytes into lines. */
class LineSplitter {
  /** Lines handed out so far. */
  lines = 0;
  readonly #path: string;
  readonly #onLine: (text: string, line: number) => void;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  /** The beginning of a line whose end has not come yet. */
  #rest: Buffer[] = [];
  #restBytes = 0;

  constructor(path: string, onLine: (text: string, line: number) => void) {
    this.#path = path;
    this.#onLine = onLine;
  }

  push(piece: Buffer): void {
    this.#refuseNul(piece);
    const end = piece.lastIndexOf(NEWLINE);
    if (end >= 0) {
      this.#emit(Buffer.concat([...this.#rest, piece.subarray(0, end)]));
      this.#rest = [];
      this.#restBytes = 0;
    }
    const rest = piece.subarray(end + 1);
    if (rest.length === 0) return;
    this.#rest.push(rest);
    this.#restBytes += rest.length;
    if (this.#restBytes > MAX_LINE_BYTES) throw this.#binary(`the line is longer than ${MAX_LINE_BYTES} bytes`, 1);
  }

  /** The last line needs no line end. */
  end(): void {
    if (this.#restBytes > 0) this.#emit(Buffer.concat(this.#rest));
  }

  /** Hands out the lines in `block`, whose last line end is cut off. */
  #emit(block: Buffer): void {
    let text: string;
    try {
      text = this.#decoder.decode(block);
    } catch {
      throw this.#notUtf8(block);
    }
    if (this.lines === 0 && text.startsWith("\ufeff")) text = text.slice(1);
    for (const line of text.split("\n")) {
      this.#onLine(line.endsWith("\r") ? line.slice(0, -1) : line, ++this.lines);
    }
  }

  #refuseNul(piece: Buffer): void {
    const at = piece.indexOf(0);
    if (at < 0) return;
    throw this.#binary("the file is binary, not text", countLines(piece.subarray(0, at)));
  }

  #notUtf8(block: Buffer): GraphFileError {
    let start = 0;
    for (let line = 1; ; line++) {
      const end = block.indexOf(NEWLINE, start);
      try {
        this.#decoder.decode(end < 0 ? block.subarray(start) : block.subarray(start, end));
      } catch {
        return this.#binary("the text is not UTF-8", line);
      }
      start = end + 1;
    }
  }

  /** `line` counts from the first line that was not handed out yet. */
  #binary(message: string, line: number): GraphFileError {
    return new GraphFileError(this.#path, "binary", message, { line: this.lines + line });
  }
}

/** The number of the line that `bytes` end in, from 1. */
function countLines(bytes: Buffer): number {
  let lines = 1;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines++;
  return lines;
}
