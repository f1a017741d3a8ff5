import type { CallContext, EnvelopeHeaders, Registration } from "@graphoid/core";
import type { Context } from "./context.ts";
import {
  type ContextOptions,
  type Contexts,
  createContexts,
  type ExtractOptions,
  type FromHeadersOptions,
  type PlainHeaders,
} from "./contexts.ts";
import type { OpenTelemetryApi } from "./open-telemetry.ts";

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

/** The context of an HTTP request; see {@link Contexts.extract}. */
export function extract(headers: PlainHeaders, options: ExtractOptions): Context {
  return defaultContexts.extract(headers, options);
}

/** What of a context travels, as headers of a request; see {@link Contexts.inject}. */
export function inject(context: CallContext, headers?: Record<string, string>): Record<string, string> {
  return defaultContexts.inject(context, headers);
}

/** Shows the traces of the default instance to OpenTelemetry; see {@link Contexts.useOpenTelemetry}. */
export function useOpenTelemetry(api: OpenTelemetryApi): Registration {
  return defaultContexts.useOpenTelemetry(api);
}
