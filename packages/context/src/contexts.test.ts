import { CancelledError, DeadlineExceededError, isGraphoidError, ManualClock } from "@graphoid/core";
import { describe, expect, test, vi } from "vitest";
import { type Context, type Contexts, createContexts } from "./index.ts";

function withClock(): { readonly clock: ManualClock; readonly contexts: Contexts } {
  const clock = new ManualClock();
  return { clock, contexts: createContexts({ clock }) };
}

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const spanId = "00f067aa0ba902b7";
const sampled = `00-${traceId}-${spanId}-01`;

describe("create", () => {
  test("gives what was asked for", () => {
    const { contexts } = withClock();
    const context = contexts.create({ timeoutMs: 5000, metadata: { requestId: "abc123" } });
    expect(context.remainingMs()).toBe(5000);
    expect(context.metadata).toEqual({ requestId: "abc123" });
    expect(context.cancelReason).toBeUndefined();
    expect(context.trace.recording).toBe(false);
    expect(context.trace.traceId).toBeUndefined();
    expect(context.trace.spans()).toEqual([]);
    expect(contexts.create().remainingMs()).toBe(Number.POSITIVE_INFINITY);
  });

  test.each([
    [{ timeoutMs: Number.NaN }, "`timeoutMs` to be a number of milliseconds >= 0 or Infinity, got NaN"],
    [{ timeoutMs: -1 }, "got -1"],
    [{ timeoutMs: "5" }, 'got "5"'],
    [{ timeoutMS: 5 }, 'unknown option "timeoutMS"'],
    [{ trace: 1 }, "`trace` to be a boolean"],
    [{ metadata: { a: 1 } }, '`metadata["a"]` to be a string'],
    [{ signal: {} }, "`signal` to be an AbortSignal"],
    [{ name: 1 }, "`name` to be a string"],
  ])("C3: refuses %j", (options, message) => {
    const { clock, contexts } = withClock();
    expect(() => contexts.create(options as never)).toThrow(message);
    expect(clock.pending).toBe(0);
  });

  test.each([2 ** 31 - 1, 2 ** 31, 2 ** 53, Number.MAX_VALUE])(
    "C3: %d ms neither fires at once nor never",
    (timeoutMs) => {
      const { clock, contexts } = withClock();
      const context = contexts.create({ timeoutMs });
      const heard = vi.fn();
      const registration = context.onCancel(heard);
      clock.advance(1);
      expect(heard).not.toHaveBeenCalled();
      if (timeoutMs <= 2 ** 31) {
        clock.advance(timeoutMs);
        expect(heard).toHaveBeenCalledOnce();
      }
      registration.dispose();
      expect(clock.pending).toBe(0);
    },
  );

  test("C3: a timeout of 0 is over at once, and Infinity sets no timer", async () => {
    const { clock, contexts } = withClock();
    expect(contexts.create({ timeoutMs: 0 }).cancelReason).toBeInstanceOf(DeadlineExceededError);
    const endless = contexts.create({ timeoutMs: Number.POSITIVE_INFINITY });
    endless.onCancel(() => {});
    expect(await endless.withTimeout(Number.POSITIVE_INFINITY, async () => 1)).toBe(1);
    expect(clock.pending).toBe(0);
    expect(endless.toHeaders()).toEqual({});
  });

  test("refuses options of createContexts that are not as described", () => {
    expect(() => createContexts({ clock: {} as never })).toThrow("`clock` to be a clock");
    expect(() => createContexts({ maxSpans: 0 })).toThrow("`maxSpans` to be an integer >= 1, got 0");
    expect(() => createContexts({ colour: 1 } as never)).toThrow("unknown option");
  });
});

describe("cancellation", () => {
  test("tells every listener and the signal, once, with the reason as cause", () => {
    const { clock, contexts } = withClock();
    const context = contexts.create({ timeoutMs: 100 });
    const heard = vi.fn();
    context.onCancel(heard);
    context.onCancel(heard).dispose();
    const signal = context.signal;
    expect(context.signal).toBe(signal);
    context.cancel("stop");
    context.cancel("again");
    clock.advance(1000);
    expect(heard).toHaveBeenCalledOnce();
    const reason = heard.mock.calls[0]?.[0];
    expect(reason).toBeInstanceOf(CancelledError);
    expect(reason.cause).toBe("stop");
    expect(reason.message).toBe("context: operation: the operation was cancelled: stop");
    expect(signal.reason).toBe(reason);
    expect(context.cancelReason).toBe(reason);
    expect(() => context.throwIfCancelled()).toThrow(reason);
    const late = vi.fn();
    context.onCancel(late);
    expect(late).toHaveBeenCalledOnce();
    expect(clock.pending).toBe(0);
  });

  test("the deadline is DeadlineExceededError, with the time allowed", () => {
    const { clock, contexts } = withClock();
    const context = contexts.create({ timeoutMs: 100, name: "load" });
    const signal = context.signal;
    clock.advance(99);
    expect(signal.aborted).toBe(false);
    expect(context.remainingMs()).toBe(1);
    clock.advance(1);
    expect(signal.reason).toBeInstanceOf(DeadlineExceededError);
    expect(signal.reason.message).toBe("context: load: the deadline of 100 ms has passed");
    expect(signal.reason.details).toEqual({ timeoutMs: 100, operation: "load" });
    clock.advance(1000);
    expect(context.remainingMs()).toBe(0);
    expect(clock.pending).toBe(0);
  });

  test("a signal given to create cancels; a context that is over has an aborted signal", () => {
    const { contexts } = withClock();
    const controller = new AbortController();
    const context = contexts.create({ signal: controller.signal });
    const signal = context.signal;
    const why = new Error("the user left");
    controller.abort(why);
    expect(signal.reason).toBeInstanceOf(CancelledError);
    expect(signal.reason.cause).toBe(why);
    expect(contexts.create({ signal: controller.signal }).signal.aborted).toBe(true);
  });

  test("a reason that is a Graphoid cancellation already is passed on as it is", () => {
    const { contexts } = withClock();
    const reason = new CancelledError("by hand");
    const context = contexts.create();
    context.cancel(reason);
    expect(context.cancelReason).toBe(reason);
  });

  test("C7: 1,000 nested contexts cancelled at the root, each once", async () => {
    const { clock, contexts } = withClock();
    const root = contexts.create();
    const calls = new Map<number, number>();
    let reached: () => void = () => {};
    const bottom = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const nest = (context: Context, depth: number): Promise<unknown> =>
      context.withTimeout(60_000 + depth, (child) => {
        child.onCancel(() => void calls.set(depth, (calls.get(depth) ?? 0) + 1));
        if (depth === 1000) reached();
        return depth === 1000 ? new Promise(() => {}) : nest(child, depth + 1);
      });
    const outcome = nest(root, 1).catch((error: unknown) => error);
    await bottom;
    root.cancel("enough");
    expect(((await outcome) as Error).cause).toBe("enough");
    expect(calls.size).toBe(1000);
    expect([...calls.values()].every((count) => count === 1)).toBe(true);
    expect(clock.pending).toBe(0);
  });
});

describe("withTimeout", () => {
  test("C1: a child that asks for longer than its parent is clamped", async () => {
    const { contexts } = withClock();
    const parent = contexts.create({ timeoutMs: 100 });
    expect(await parent.withTimeout(5000, (child) => child.remainingMs())).toBe(100);
    expect(await parent.withTimeout(Number.POSITIVE_INFINITY, (child) => child.remainingMs())).toBe(100);
    expect(await parent.withTimeout(40, (child) => child.remainingMs())).toBe(40);
  });

  test("settles with the function, and leaves nothing behind", async () => {
    const { clock, contexts } = withClock();
    const parent = contexts.create({ timeoutMs: 100 });
    expect(await parent.withTimeout(10, () => 1)).toBe(1);
    expect(await parent.withTimeout(10, async () => 2)).toBe(2);
    const failed = new Error("failed");
    await expect(parent.withTimeout(10, () => Promise.reject(failed))).rejects.toBe(failed);
    const thrown = parent.withTimeout(10, () => {
      throw failed;
    });
    await expect(thrown).rejects.toBe(failed);
    expect(clock.pending).toBe(0);
    expect(parent.cancelReason).toBeUndefined();
  });

  test("rejects when the time is up although the function goes on", async () => {
    const { clock, contexts } = withClock();
    const parent = contexts.create();
    let child: Context | undefined;
    let finish: (error: Error) => void = () => {};
    const outcome = parent.withTimeout(10, (context) => {
      child = context;
      return new Promise((_, reject) => {
        finish = reject;
      });
    });
    clock.advance(10);
    await expect(outcome).rejects.toThrow("the deadline of 10 ms has passed");
    expect(child?.cancelReason).toBeInstanceOf(DeadlineExceededError);
    expect(parent.cancelReason).toBeUndefined();
    finish(new Error("nobody waits for this any longer"));
    expect(clock.pending).toBe(0);
  });

  test("rejects when the parent is cancelled", async () => {
    const { clock, contexts } = withClock();
    const parent = contexts.create();
    const outcome = parent.withTimeout(10, () => new Promise(() => {}));
    parent.cancel("stop");
    await expect(outcome).rejects.toBe(parent.cancelReason);
    expect(clock.pending).toBe(0);
  });

  test("what the function left running in the child is cancelled when it returns", async () => {
    const { contexts } = withClock();
    const left = await contexts.create().withTimeout(10, (child) => child.signal);
    expect(left.reason).toBeInstanceOf(CancelledError);
    expect(left.reason.message).toBe("context: operation: the operation has ended");
  });

  test("refuses what is not a time or not a function, by rejecting", async () => {
    const { contexts } = withClock();
    const context = contexts.create();
    for (const bad of [Number.NaN, -1, "1", undefined]) {
      await expect(context.withTimeout(bad as never, () => 1)).rejects.toThrow(
        "context.withTimeout: expected `timeoutMs`",
      );
    }
    await expect(context.withTimeout(1, undefined as never)).rejects.toThrow("`fn` to be a function");
    expect(() => context.run(1 as never)).toThrow("`fn` to be a function");
    expect(() => context.onCancel(1 as never)).toThrow("`run` to be a function");
    expect(() => context.startSpan(1 as never)).toThrow("`name` to be a string");
  });

  test("C4: when no time is left, the function is not run", async () => {
    const { clock, contexts } = withClock();
    const fn = vi.fn();
    await expect(contexts.create().withTimeout(0, fn)).rejects.toBeInstanceOf(DeadlineExceededError);
    const parent = contexts.create({ timeoutMs: 10 });
    clock.advance(10);
    await expect(parent.withTimeout(5, fn)).rejects.toBe(parent.cancelReason);
    const arrived = contexts.fromHeaders({ "timeout-ms": 0 }, { name: "call", trusted: true });
    await expect(arrived.withTimeout(5, fn)).rejects.toThrow("context: call: the deadline of 0 ms has passed");
    expect(() => arrived.throwIfCancelled()).toThrow(arrived.cancelReason);
    expect(fn).not.toHaveBeenCalled();
  });
});

describe("propagation", () => {
  test("follows every child operation, and ends with it", async () => {
    const { contexts } = withClock();
    const context = contexts.create({ metadata: { requestId: "abc123" } });
    const child = async (): Promise<string | undefined> => {
      await Promise.resolve();
      return await new Promise((resolve) => setImmediate(() => resolve(contexts.current()?.metadata["requestId"])));
    };
    expect(await context.run(child)).toBe("abc123");
    expect(contexts.current()).toBeUndefined();
    await context.withTimeout(100, async (inner) => {
      await child();
      expect(contexts.current()).toBe(inner);
      await contexts.create().run(async () => expect(await child()).toBeUndefined());
      expect(contexts.current()).toBe(inner);
    });
  });

  test("operations side by side do not mix", async () => {
    const { contexts } = withClock();
    const ids = Array.from({ length: 50 }, (_, i) => String(i));
    const seen = await Promise.all(
      ids.map((id) =>
        contexts.create({ metadata: { id } }).run(async () => {
          for (let i = 0; i < Number(id) % 7; i++) await Promise.resolve();
          return contexts.current()?.metadata["id"];
        }),
      ),
    );
    expect(seen).toEqual(ids);
  });

  test("a deadline is not told within the context of whoever happened to set the timer", async () => {
    const contexts = createContexts();
    const first = contexts.create({ timeoutMs: 5 });
    const seen = await new Promise((resolve) => {
      first.run(() => first.onCancel(() => resolve(contexts.current())));
    });
    expect(seen).toBeUndefined();
  });

  test("detach keeps trace and metadata, and nothing else", () => {
    const { clock, contexts } = withClock();
    const context = contexts.create({ timeoutMs: 10, trace: true, metadata: { a: "1" } });
    const span = context.startSpan("step");
    const detached = span.context.detach();
    context.cancel();
    clock.advance(20);
    expect(detached.cancelReason).toBeUndefined();
    expect(detached.remainingMs()).toBe(Number.POSITIVE_INFINITY);
    expect(detached.metadata).toBe(context.metadata);
    detached.startSpan("later").end();
    const [step, later] = context.trace.spans();
    expect(later?.parentId).toBe(step?.id);
    detached.end();
    expect(detached.cancelReason?.message).toContain("has ended");
  });

  test("`end` and `using` cancel what still runs", () => {
    const { clock, contexts } = withClock();
    const heard = vi.fn();
    {
      using context = contexts.create({ timeoutMs: 100 });
      context.onCancel(heard);
    }
    expect(heard).toHaveBeenCalledOnce();
    expect(clock.pending).toBe(0);
  });
});

describe("C2: the time of day", () => {
  test("may jump by a day either way; no deadline and no span moves", () => {
    const now = vi.spyOn(Date, "now");
    const contexts = createContexts();
    const context = contexts.create({ timeoutMs: 60_000, trace: true });
    const span = context.startSpan("step");
    for (const jump of [24, -24]) {
      now.mockReturnValue(performance.timeOrigin + performance.now() + jump * 3_600_000);
      expect(context.cancelReason).toBeUndefined();
      expect(context.remainingMs()).toBeGreaterThan(50_000);
      expect(context.remainingMs()).toBeLessThanOrEqual(60_000);
    }
    span.end();
    expect(context.trace.spans()[0]?.durationMs).toBeLessThan(10_000);
    expect(now).not.toHaveBeenCalled();
    now.mockRestore();
  });
});

describe("trace", () => {
  test("shows open and finished spans with their times and parents", () => {
    const { clock, contexts } = withClock();
    const context = contexts.create({ trace: true });
    clock.advance(5);
    const outer = context.startSpan("outer");
    clock.advance(10);
    const inner = outer.context.startSpan("inner");
    clock.advance(20);
    inner.end(new Error("no such node"));
    inner.end();
    clock.advance(1);
    const [first, second] = context.trace.spans();
    expect(first).toEqual({ name: "outer", id: first?.id, startMs: 5, durationMs: 31, status: "open" });
    expect(second).toEqual({
      name: "inner",
      id: second?.id,
      parentId: first?.id,
      startMs: 15,
      durationMs: 20,
      status: "error",
      error: "no such node",
    });
    outer.context.end();
    expect(context.trace.spans()[0]?.status).toBe("ok");
    expect(first?.id).toMatch(/^[0-9a-f]{16}$/);
    expect(outer.context.trace.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(context.cancelReason).toBeUndefined();
  });

  test("hostile errors are described, not run", () => {
    const { contexts } = withClock();
    const context = contexts.create({ trace: true });
    const hostile = new Error("x");
    Object.defineProperty(hostile, "message", {
      get() {
        throw new Error("gotcha");
      },
    });
    context.startSpan("a").end(hostile);
    context.startSpan("b").end("just text");
    context.startSpan("c").end({ any: "thing" });
    context.startSpan("d").end(new Error("x".repeat(5000)));
    const errors = context.trace.spans().map((span) => span.error);
    expect(errors.slice(0, 3)).toEqual(["an error without a readable message", "just text", "an object"]);
    expect(errors[3]?.length).toBe(1000);
  });

  test("is bounded", () => {
    const contexts = createContexts({ maxSpans: 3 });
    const context = contexts.create({ trace: true });
    let parent: Context = context;
    for (let i = 0; i < 5; i++) parent = parent.startSpan(`step ${i}`).context;
    expect(context.trace.spans().length).toBe(3);
    expect(context.trace.droppedSpans).toBe(2);
    expect(parent.toHeaders()["traceparent"]).toContain(context.trace.spans()[2]?.id);
  });

  test("without a trace, spans cost and show nothing", () => {
    const { contexts } = withClock();
    const context = contexts.create();
    const span = context.startSpan("step");
    expect(span.context).toBe(context);
    span.end();
    expect(context.trace.spans()).toEqual([]);
  });
});

describe("headers", () => {
  test("carry remaining time, trace and metadata to another host", () => {
    const { clock, contexts } = withClock();
    const context = contexts.create({ timeoutMs: 1000, trace: true, metadata: { requestId: "abc 123" } });
    const span = context.startSpan("request");
    clock.advance(100.5);
    const headers = span.context.toHeaders();
    expect(headers).toEqual({
      "timeout-ms": 899,
      traceparent: `00-${context.trace.traceId}-${context.trace.spans()[0]?.id}-03`,
      baggage: "requestId=abc%20123",
    });

    const other = withClock();
    const received = other.contexts.fromHeaders(headers, { name: "request", trusted: true });
    expect(received.remainingMs()).toBe(899);
    expect(received.metadata).toEqual({ requestId: "abc 123" });
    expect(received.trace.traceId).toBe(context.trace.traceId);
    expect(received.trace.recording).toBe(true);
    const served = received.startSpan("serve");
    expect(received.trace.spans()[0]?.parentId).toBe(context.trace.spans()[0]?.id);
    expect(served.context.toHeaders()["traceparent"]).toMatch(
      new RegExp(`^00-${context.trace.traceId}-[0-9a-f]{16}-03$`),
    );
    expect(received.toHeaders()["traceparent"]).toMatch(new RegExp(`^00-${context.trace.traceId}-[0-9a-f]{16}-03$`));
  });

  test("a cancelled context has no time left to give", () => {
    const { contexts } = withClock();
    const context = contexts.create({ timeoutMs: 1000 });
    context.cancel();
    expect(context.toHeaders()).toEqual({ "timeout-ms": 0 });
  });

  test("a trusted trace goes on: tracestate, the random flag, and the decision not to record", () => {
    const { contexts } = withClock();
    const headers = { traceparent: `00-${traceId}-${spanId}-00`, tracestate: "congo=1 , rojo=2" };
    const context = contexts.fromHeaders(headers, { name: "call", trusted: true });
    context.startSpan("step").end();
    expect(context.trace.recording).toBe(false);
    expect(context.trace.spans()).toEqual([]);
    const sent = context.toHeaders();
    expect(sent["traceparent"]).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`));
    expect(sent["traceparent"]).not.toContain(spanId);
    expect(sent["traceparent"]).toBe(context.toHeaders()["traceparent"]);
    expect(sent["tracestate"]).toBe("congo=1,rojo=2");
  });

  test("C6: the trace and sampled flag of an unauthenticated peer are not believed, only linked to", () => {
    const { contexts } = withClock();
    const headers = { traceparent: sampled, tracestate: "congo=1" };
    const context = contexts.fromHeaders(headers, { name: "call", trusted: false });
    context.startSpan("step").end();
    expect(context.trace.traceId).not.toBe(traceId);
    expect(context.trace.recording).toBe(false);
    expect(context.trace.spans()).toEqual([]);
    expect(context.trace.links).toEqual([{ traceId, spanId, sampled: true, random: false }]);
    const sent = context.toHeaders();
    expect(sent["traceparent"]).toMatch(new RegExp(`^00-${context.trace.traceId}-[0-9a-f]{16}-02$`));
    expect(sent["tracestate"]).toBeUndefined();
  });

  test("a malformed traceparent restarts the trace and drops the tracestate", () => {
    const { contexts } = withClock();
    const context = contexts.fromHeaders(
      { traceparent: "00-0-0-01", tracestate: "a=1" },
      { name: "call", trusted: true },
    );
    expect(context.trace.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(context.trace.links).toEqual([]);
    expect(context.toHeaders()["tracestate"]).toBeUndefined();
    const none = contexts.fromHeaders({ tracestate: "a=1" }, { name: "call", trusted: true });
    expect(none.toHeaders()).toEqual({});
  });

  test.each([
    [5, 5],
    [5.5, 5.5],
    ["5", 5],
    [0, 0],
    [-5, 0],
    ["-5", 0],
    [2 ** 53, 2 ** 53],
    [Number.NaN, Number.POSITIVE_INFINITY],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    ["soon", Number.POSITIVE_INFINITY],
    ["", Number.POSITIVE_INFINITY],
    ["1e3", Number.POSITIVE_INFINITY],
    ["9".repeat(1000), Number.POSITIVE_INFINITY],
    [{}, Number.POSITIVE_INFINITY],
    [undefined, Number.POSITIVE_INFINITY],
  ])("C3: timeout-ms %j leaves %d ms", (value, expected) => {
    const { contexts } = withClock();
    const context = contexts.fromHeaders({ "timeout-ms": value as never }, { name: "call", trusted: true });
    expect(context.remainingMs()).toBe(expected);
  });

  test("headers that are no headers are ignored; options that are no options are not", () => {
    const { contexts } = withClock();
    for (const headers of [null, undefined, 7, "x", [], { traceparent: {}, tracestate: 7, baggage: [] }]) {
      expect(contexts.fromHeaders(headers as never, { name: "call", trusted: true }).metadata).toEqual({});
    }
    expect(() => contexts.fromHeaders({}, undefined as never)).toThrow("`name` to be a string");
    try {
      contexts.fromHeaders({}, { name: "call", trusted: 1 as never });
      expect.unreachable();
    } catch (error) {
      expect(isGraphoidError(error, "INVALID_ARGUMENT")).toBe(true);
    }
  });
});
