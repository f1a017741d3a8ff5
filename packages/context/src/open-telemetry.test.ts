import * as api from "@opentelemetry/api";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type SpanExporter,
} from "@opentelemetry/sdk-trace-base";
import { afterEach, describe, expect, it } from "vitest";
import { createContexts } from "./contexts.ts";
import type { OpenTelemetryApi } from "./open-telemetry.ts";

afterEach(() => api.trace.disable());

function install(exporter: SpanExporter): void {
  api.trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
}

/** What a program does, whatever OpenTelemetry does meanwhile. */
async function operate(contexts = createContexts(), openTelemetry: OpenTelemetryApi = api): Promise<string[]> {
  contexts.useOpenTelemetry(openTelemetry);
  const context = contexts.create({ trace: true });
  const outer = context.startSpan("outer");
  const inner = outer.context.startSpan("inner");
  inner.end(new Error("ouch"));
  outer.end();
  return context.trace.spans().map(({ name, status }) => `${name}: ${status}`);
}

const SPANS = ["outer: ok", "inner: error"];

describe("OpenTelemetry", () => {
  it("gets the spans, as they hang together, and gives them their ids", async () => {
    const exporter = new InMemorySpanExporter();
    install(exporter);
    const contexts = createContexts();
    const registered = contexts.useOpenTelemetry(api);
    const context = contexts.create({ trace: true });
    const outer = context.startSpan("outer");
    const inner = outer.context.startSpan("inner");
    const sent = String(inner.context.toHeaders()["traceparent"]);
    inner.end(new Error("ouch"));
    outer.end();
    const [first, second] = exporter.getFinishedSpans();
    expect([first?.name, second?.name]).toEqual(["inner", "outer"]);
    expect(first?.parentSpanId).toBe(second?.spanContext().spanId);
    expect(first?.status).toEqual({ code: api.SpanStatusCode.ERROR, message: "ouch" });
    expect(context.trace.traceId).toBe(second?.spanContext().traceId);
    expect(context.trace.spans().map(({ id }) => id)).toEqual(
      [second, first].map((span) => span?.spanContext().spanId),
    );
    expect(sent.slice(3, 52)).toBe(`${context.trace.traceId}-${first?.spanContext().spanId}`);

    // At the host that was called, the trace goes on.
    const served = contexts.fromHeaders({ traceparent: sent }, { name: "x", trusted: true });
    served.startSpan("served").end();
    const third = exporter.getFinishedSpans()[2];
    expect([third?.spanContext().traceId, third?.parentSpanId]).toEqual([context.trace.traceId, sent.slice(36, 52)]);

    registered.dispose();
    contexts.create({ trace: true }).startSpan("unseen").end();
    expect(exporter.getFinishedSpans()).toHaveLength(3);
  });

  it("keeps to a trace that was named before its first span", () => {
    const exporter = new InMemorySpanExporter();
    install(exporter);
    const contexts = createContexts();
    contexts.useOpenTelemetry(api);
    const context = contexts.create({ trace: true });
    const { traceId } = context.trace;
    context.startSpan("step").end();
    expect(exporter.getFinishedSpans()[0]?.spanContext().traceId).toBe(traceId);
  });

  it("C8: without an SDK, nothing is different", async () => {
    const contexts = createContexts();
    expect(await operate(contexts)).toEqual(SPANS);
    const context = contexts.create({ trace: true });
    expect(context.startSpan("x").context.toHeaders()["traceparent"]).toMatch(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})/);
  });

  it("C8: an API of another version, or one that throws, has no effect", async () => {
    const throws = (): never => {
      throw new Error("broken");
    };
    const span = { spanContext: () => ({ traceId: "?", spanId: 7 }), setStatus: throws, end: throws };
    const { trace, ROOT_CONTEXT } = api;
    for (const broken of [
      {},
      { trace: {} },
      { ROOT_CONTEXT, trace: { ...trace, getTracer: throws } },
      {
        ROOT_CONTEXT,
        trace: { getTracer: () => ({ startSpan: () => span }), setSpan: throws, setSpanContext: throws },
      },
      { ROOT_CONTEXT, trace: { getTracer: () => ({ startSpan: () => undefined }), setSpan: throws } },
    ]) {
      expect(await operate(createContexts(), broken as never)).toEqual(SPANS);
    }
    expect(() => createContexts().useOpenTelemetry(undefined as never)).toThrow("`api`");
  });

  it("C8: an exporter that hangs or throws has no effect", async () => {
    install({ export: () => {}, shutdown: () => new Promise(() => {}) });
    expect(await operate()).toEqual(SPANS);
    api.trace.disable();
    install({
      export() {
        throw new Error("broken");
      },
      shutdown: async () => {},
    });
    expect(await operate()).toEqual(SPANS);
  });
});
