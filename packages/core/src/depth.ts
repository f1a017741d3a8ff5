import { DepthLimitError } from "./errors.ts";

/** How deep `equals`, `hashValue` and `cloneValue` follow nested values before they give up with an error. */
export const MAX_DEPTH = 1000;

/** The error for a value that nests deeper than {@link MAX_DEPTH}. */
export function depthLimit(call: string): DepthLimitError {
  return new DepthLimitError(`${call}: the value nests deeper than ${MAX_DEPTH} levels`, {
    details: { maxDepth: MAX_DEPTH },
  });
}
