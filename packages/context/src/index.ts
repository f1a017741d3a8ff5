export type { Metadata } from "./baggage.ts";
export type { Context, Span } from "./context.ts";
export type {
  ContextOptions,
  Contexts,
  ContextsOptions,
  ExtractOptions,
  FromHeadersOptions,
  PlainHeaders,
} from "./contexts.ts";
export { createContexts } from "./contexts.ts";
export { create, current, defaultContexts, extract, fromHeaders, inject, peek, useOpenTelemetry } from "./default.ts";
export type { OpenTelemetryApi, OpenTelemetrySpan } from "./open-telemetry.ts";
export type { SpanSnapshot, SpanStatus, Trace } from "./trace.ts";
export type { TraceParent } from "./traceparent.ts";
