import { describe, expect, it } from "vitest";
import { createContexts } from "./contexts.ts";
import * as byDefault from "./default.ts";

const contexts = createContexts();
const options = { name: "GET /", trusted: true } as const;
const id = "0af7651916cd43dd8448eb211c80319c";
const traceparent = `00-${id}-b7ad6b7169203331-01`;

describe("extract", () => {
  it("reads headers of any case, one by one or in lists", () => {
    for (const headers of [
      { traceparent, tracestate: "a=1,b=2", baggage: "user=alice", "timeout-ms": "250" },
      { TraceParent: [traceparent], TRACESTATE: ["a=1", "b=2"], Baggage: ["user=alice"], "Timeout-Ms": ["250"] },
      { traceparent, tracestate: "a=1", TraceState: "b=2", baggage: "user=alice", "timeout-ms": "250" },
    ]) {
      const context = contexts.extract(headers, options);
      expect([context.trace.traceId, context.trace.recording]).toEqual([id, true]);
      expect(context.metadata).toEqual({ user: "alice" });
      expect(context.remainingMs()).toBeLessThanOrEqual(250);
      const sent = contexts.inject(context.startSpan("call").context, { accept: "*/*" });
      expect(sent).toMatchObject({ accept: "*/*", tracestate: "a=1,b=2", baggage: "user=alice" });
      expect(sent["traceparent"]).toMatch(new RegExp(`^00-${id}-[0-9a-f]{16}-01$`));
      expect(sent["traceparent"]).not.toContain("b7ad6b7169203331");
      expect(Number(sent["timeout-ms"])).toBeLessThanOrEqual(250);
    }
  });

  it("restarts a trace that came twice or malformed, and takes its state for nothing", () => {
    for (const headers of [
      { traceparent: [traceparent, traceparent], tracestate: "a=1" },
      { traceparent, TraceParent: traceparent, tracestate: "a=1" },
      { traceparent: `${traceparent}, ${traceparent}`, tracestate: "a=1" },
      { traceparent: "00-x", tracestate: "a=1" },
      { tracestate: "a=1" },
    ]) {
      const context = contexts.extract(headers, { ...options, trace: true });
      expect(context.trace.traceId).not.toBe(id);
      expect(context.trace.recording).toBe(true);
      const sent = contexts.inject(context);
      expect(sent["traceparent"]).toBeDefined();
      expect(sent["tracestate"]).toBeUndefined();
    }
  });

  it("C6: links to what a stranger sent, and records by what this side wants alone", () => {
    const stranger = contexts.extract({ traceparent }, { ...options, trusted: false });
    expect([stranger.trace.recording, stranger.trace.links[0]?.traceId]).toEqual([false, id]);
    expect(contexts.extract({ traceparent }, { name: "x", trusted: false, trace: true }).trace.recording).toBe(true);
    expect(contexts.extract({}, options).trace.traceId).toBeUndefined();
    expect(contexts.inject(contexts.extract({}, options))).toEqual({});
  });

  it("checks its options, and reads from what is no object nothing", () => {
    expect(() => contexts.extract({}, { ...options, trace: 1 as never })).toThrow("`trace`");
    expect(() => contexts.extract({}, { ...options, colour: 1 } as never)).toThrow("colour");
    expect(contexts.extract(undefined as never, options).metadata).toEqual({});
  });

  it("is there on the default instance too", () => {
    const context = byDefault.extract({ traceparent }, options);
    expect(byDefault.inject(context)["traceparent"]).toContain(id);
    expect(byDefault.peek()).toBeUndefined();
  });
});
