import { GraphoidError, type GraphoidErrorOptions } from "@graphoid/core";

/**
 * A hook returned something that is not an answer, or not one that the operation can act on. The message says what to
 * return. `details.operation` and `details.hook` name the operation and the hook.
 */
export class HookResultError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("HOOK_RESULT", message, options);
  }
}

/**
 * An asynchronous hook did not settle in time; the graph is as it was. `details.operation` and `details.hook` name the
 * operation and the hook, `details.timeoutMs` is what was allowed.
 */
export class HookTimeoutError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("HOOK_TIMEOUT", message, options);
  }
}

/**
 * Some elements of a bulk operation went elsewhere and failed there, or may have; the others are done. It is safe to ask
 * for the failed ones again, as they are added or updated. `details.added` counts the elements that are new;
 * `details.failed` lists, for each destination that failed, `to`, `location`, the places of its elements in `items`, and
 * the `error`. `cause` is the first of these.
 */
export class BulkIncompleteError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("BULK_INCOMPLETE", message, options);
  }
}
