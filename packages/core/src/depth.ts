import { DepthLimitError, isGraphoidError } from "./errors.ts";

/** How deep `equals`, `hashValue` and `cloneValue` follow nested values before they give up with an error. */
export const MAX_DEPTH = 1000;

/** The error for a value that nests deeper than {@link MAX_DEPTH}. */
export function depthLimit(call: string): DepthLimitError {
  return new DepthLimitError(`${call}: the value nests deeper than ${MAX_DEPTH} levels`, {
    details: { maxDepth: MAX_DEPTH },
  });
}

/**
 * What to throw for `error`: a value may be within {@link MAX_DEPTH} and the stack run out all the same, where one walk
 * is within another or the caller deep in its own calls. The engine reports that in words of its own.
 */
export function orDepthLimit(call: string, error: unknown): unknown {
  const isExhausted = error instanceof Error && /call stack|recursion/.test(error.message) && !isGraphoidError(error);
  if (!isExhausted) return error;
  return new DepthLimitError(`${call}: the value nests deeper than the stack has room for`, { cause: error });
}
