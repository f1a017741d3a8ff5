import { DepthLimitError, isGraph, isGraphoidError, NotSerializableError, type Value } from "@graphoid/core";
import { pathTo } from "./value-path.ts";

/**
 * What to throw for `error`, which encoding `root` ran into. Says where the thing is that cannot be serialized: of one
 * that the codec of a registered class made up, where the instance is (`carrier`).
 */
export function encodingFailure(error: unknown, root: Value, carrier: object | undefined): unknown {
  if (!isGraphoidError(error, "NOT_SERIALIZABLE") || !("value" in error.details)) return orDepthLimit(error);
  const way = pathTo(root, error.details["value"]) ?? (carrier && pathTo(root, carrier));
  const path = way === undefined ? undefined : (isGraph(root) ? way.replace(/^\./, "") : `value${way}`) || "value";
  const where = path === undefined ? "" : ` (at ${path})`;
  return new NotSerializableError(`${error.message}${where}`, { details: path === undefined ? {} : { path } });
}

/**
 * The error for a stack that ran out, which the engine reports: a value may be within `maxDepth`, and the caller so
 * deep in its own calls already that there is no room left. Any other error is left as it is.
 */
export function orDepthLimit(error: unknown): unknown {
  const isExhausted = error instanceof Error && /call stack|recursion/.test(error.message) && !isGraphoidError(error);
  if (!isExhausted) return error;
  return new DepthLimitError("serialize: the value nests deeper than the stack has room for", { cause: error });
}
