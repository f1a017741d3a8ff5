export type { Metadata } from "./baggage.ts";
export type { Context, Span } from "./context.ts";
export type { ContextOptions, Contexts, ContextsOptions, FromHeadersOptions } from "./contexts.ts";
export { createContexts } from "./contexts.ts";
export { create, current, defaultContexts, fromHeaders, peek } from "./default.ts";
export type { SpanSnapshot, SpanStatus, Trace } from "./trace.ts";
export type { TraceParent } from "./traceparent.ts";
