import {
  type CallContext,
  type CallSpan,
  type ContextSource,
  DeadlineExceededError,
  type EnvelopeHeaders,
  isGraphoidError,
  registration,
} from "@graphoid/core";
import { describe, expect, it } from "vitest";
import { failure, settle, Wire } from "../test/wire.ts";
import type { Call } from "./served-call.ts";

/** A context that writes down what is done with it. */
class FakeContext implements CallContext {
  readonly name: string;
  readonly log: string[];
  readonly listeners = new Set<(reason: unknown) => void>();
  remaining: number = Number.POSITIVE_INFINITY;
  cancelReason: unknown;

  constructor(name: string, log: string[]) {
    this.name = name;
    this.log = log;
  }
  remainingMs(): number {
    return this.remaining;
  }
  onCancel(run: (reason: unknown) => void): ReturnType<CallContext["onCancel"]> {
    this.listeners.add(run);
    return registration(() => this.listeners.delete(run));
  }
  toHeaders(): EnvelopeHeaders {
    return { "timeout-ms": 1, traceparent: this.name };
  }
  startSpan(name: string): CallSpan {
    this.log.push(`start ${this.name}/${name}`);
    return {
      context: this,
      end: (error) => this.log.push(`end ${this.name}/${name}${error === undefined ? "" : " failed"}`),
    };
  }
  run<T>(fn: () => T): T {
    return fn();
  }
  runPassively<T>(fn: () => T): T {
    this.log.push(`run ${this.name}`);
    return fn();
  }
  cancel(reason: unknown): void {
    this.cancelReason = reason;
    for (const listener of [...this.listeners]) listener(reason);
  }
  end(): void {
    this.log.push(`over ${this.name}`);
  }
}

class FakeSource implements ContextSource {
  readonly log: string[] = [];
  readonly made: FakeContext[] = [];
  ambient: FakeContext | undefined;
  peek(): CallContext | undefined {
    return this.ambient;
  }
  fromHeaders(headers: EnvelopeHeaders, { name, trusted }: { name: string; trusted: boolean }): CallContext {
    const context = new FakeContext(`served:${headers["traceparent"] ?? "none"}:${name}:${trusted}`, this.log);
    this.made.push(context);
    return context;
  }
}

function setup() {
  const wire = new Wire({ authenticated: true });
  const contexts = new FakeSource();
  const a = wire.join("a", { contexts });
  const served = new FakeSource();
  const b = wire.join("b", { contexts: served });
  const calls: Call[] = [];
  b.expose("x", {
    get: (_: unknown, call: Call) => void calls.push(call),
    fails: async () => {
      throw new Error("x");
    },
    hangs: (_: unknown, call: Call) => {
      calls.push(call);
      return new Promise(() => {});
    },
    async *items(_: unknown, call: Call) {
      calls.push(call);
      yield 1;
      yield 2;
    },
  });
  return { wire, contexts, served, a, b, calls, ref: a.ref({ id: "x", location: "b" }) };
}

describe("at the caller", () => {
  it("takes the ambient context or the one in the options, writes its headers, and records a span", async () => {
    const { wire, contexts, ref } = setup();
    contexts.ambient = new FakeContext("ambient", contexts.log);
    await ref.request("get");
    await ref.request("get", null, { context: new FakeContext("given", contexts.log) });
    await failure(ref.request("fails"));
    await ref.send("get");
    for await (const _ of ref.stream("items")) break;
    expect(contexts.log).toEqual([
      "start ambient/get",
      "end ambient/get",
      "start given/get",
      "end given/get",
      "start ambient/fails",
      "end ambient/fails failed",
      "start ambient/get",
      "end ambient/get",
      "start ambient/items",
      "end ambient/items",
    ]);
    expect(wire.log[0]?.envelope.headers).toEqual({ traceparent: "ambient", "timeout-ms": 30_000 });
    expect(contexts.ambient.listeners.size).toBe(0);
  });

  it("keeps to the time that the context has left, and to the option where that is less", async () => {
    const { wire, contexts, ref } = setup();
    const context = new FakeContext("c", contexts.log);
    context.remaining = 50_000;
    await ref.request("get", null, { context });
    await ref.request("get", null, { context, timeoutMs: 100 });
    await ref.request("get", null, { context, timeoutMs: 90_000 });
    context.remaining = Number.POSITIVE_INFINITY;
    await ref.request("get", null, { context });
    const sent = wire.log.filter(({ from }) => from === "a").map(({ envelope }) => envelope.headers["timeout-ms"]);
    expect(sent).toEqual([50_000, 100, 50_000, 30_000]);
    context.remaining = 0;
    expect((await failure(ref.request("get", null, { context }))).code).toBe("DEADLINE_EXCEEDED");
  });

  it("ends the call with its context: by cancellation or by deadline", async () => {
    const { contexts, calls, ref, b } = setup();
    for (const [reason, code] of [
      ["enough", "CANCELLED"],
      [new DeadlineExceededError("the whole operation took too long"), "DEADLINE_EXCEEDED"],
    ] as const) {
      const context = new FakeContext("c", contexts.log);
      const waiting = failure(ref.request("hangs", null, { context }));
      await settle();
      context.cancel(reason);
      expect(await waiting).toMatchObject({ code, cause: reason });
      await settle();
      expect([calls.at(-1)?.signal.aborted, b.stats().serving]).toEqual([true, 0]);
      expect(await failure(ref.request("get", null, { context }))).toMatchObject({ code, cause: reason });
    }
  });
});

describe("at the host", () => {
  it("runs the handler in the context of the call, with a span that lasts as long as it", async () => {
    const { served, contexts, calls, ref } = setup();
    contexts.ambient = new FakeContext("t", contexts.log);
    await ref.request("get");
    expect(calls[0]?.context).toBe(served.made[0]);
    const name = "served:t:get:true";
    expect(served.log).toEqual([`start ${name}/get`, `run ${name}`, `end ${name}/get`, `over ${name}`]);
    served.log.length = 0;
    await failure(ref.request("fails"));
    expect(served.log.slice(2)).toEqual(["end served:t:fails:true/fails failed", "over served:t:fails:true"]);
  });

  it("keeps the span of a stream open until its end", async () => {
    const { served, ref } = setup();
    const iterator = ref.stream("items")[Symbol.asyncIterator]();
    await iterator.next();
    await iterator.next();
    await iterator.next();
    await settle();
    expect(served.log.at(-1)).toBe("over served:none:items:true");
  });

  it("cancels what the handler does in turn when its caller gives up", async () => {
    const { served, ref, b, a } = setup();
    a.expose("y", () => new Promise(() => {}));
    let inner: Promise<unknown> | undefined;
    b.expose("relay", (_, __, call) => {
      inner = failure(b.ref({ id: "y", location: "a" }).request("m", null, { context: call.context! }));
      return inner;
    });
    const controller = new AbortController();
    const outer = failure(a.ref({ id: "relay", location: "b" }).request("m", null, { signal: controller.signal }));
    await settle();
    expect(ref).toBeDefined();
    controller.abort();
    await outer;
    await settle();
    expect(isGraphoidError(await inner, "CANCELLED")).toBe(true);
    expect([a.stats().serving, b.stats().inFlight, b.stats().serving]).toEqual([0, 0, 0]);
    expect(isGraphoidError(served.made[0]?.cancelReason, "CANCELLED")).toBe(true);
  });
});
