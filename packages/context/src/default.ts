import type { EnvelopeHeaders } from "@graphoid/core";
import type { Context } from "./context.ts";
import { type ContextOptions, type Contexts, createContexts, type FromHeadersOptions } from "./contexts.ts";

/** The default instance, which {@link create}, {@link current} and {@link fromHeaders} belong to. */
export const defaultContexts: Contexts = /* @__PURE__ */ createContexts();

/**
 * Begins an operation; see {@link Contexts.create}.
 *
 * @example
 * ```ts
 * import * as context from "@graphoid/context";
 *
 * const ctx = context.create({ timeoutMs: 5000, trace: true, metadata: { requestId: "abc123" } });
 * console.log(ctx.metadata); // { requestId: 'abc123' }
 * ```
 */
export function create(options?: ContextOptions): Context {
  return defaultContexts.create(options);
}

/** The ambient context, without starting to keep track of one; see {@link Contexts.peek}. */
export function peek(): Context | undefined {
  return defaultContexts.peek();
}

/** The context that the running code was started in; see {@link Contexts.current}. */
export function current(): Context | undefined {
  return defaultContexts.current();
}

/** The context of a call that arrived with `headers`; see {@link Contexts.fromHeaders}. */
export function fromHeaders(headers: EnvelopeHeaders, options: FromHeadersOptions): Context {
  return defaultContexts.fromHeaders(headers, options);
}
