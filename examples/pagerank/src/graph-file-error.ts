import { GraphoidError } from "@graphoid/core";

/** What is wrong with a file. */
export type GraphFileFault =
  /** There is no file of that name. */
  | "missing"
  /** It cannot be read: a directory, no permission. */
  | "unreadable"
  /** It holds no graph: no bytes, or comments alone. */
  | "empty"
  /** It is gzip and ends too early. */
  | "truncated"
  /** It is gzip and its checksum or structure is wrong. */
  | "corrupt"
  /** It is not text. */
  | "binary"
  /** A line is not what the format asks for. */
  | "syntax";

/** A graph cannot be read from a file. `details` has the path, the fault and, where one is to blame, the line. */
export class GraphFileError extends GraphoidError {
  constructor(
    path: string,
    fault: GraphFileFault,
    message: string,
    { line, cause }: { readonly line?: number; readonly cause?: unknown } = {},
  ) {
    const where = line === undefined ? path : `${path}:${line}`;
    super("GRAPH_FILE", `${where}: ${message}`, {
      ...(cause === undefined ? {} : { cause }),
      details: { path, fault, ...(line === undefined ? {} : { line }) },
    });
  }
}
