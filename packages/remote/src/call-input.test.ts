import type { Value } from "@graphoid/core";
import { describe, expect, it } from "vitest";
import { deferred, failure, settle, Wire } from "../test/wire.ts";
import type { Call } from "./served-call.ts";

function setup(options: ConstructorParameters<typeof Wire>[0] = {}) {
  const wire = new Wire(options);
  const a = wire.join("a", { streamWindow: 4 });
  const b = wire.join("b", { streamWindow: 4 });
  return { wire, a, b, ref: a.ref({ id: "x", location: "b" }) };
}

describe("the caller's own items", () => {
  it.each([{ replyPath: true }, { replyPath: false }, { carriesReplyTo: false }])(
    "reach the handler in order, with answers between them (%j)",
    async (options) => {
      const { a, b, ref } = setup(options);
      b.expose("x", {
        sum: async (_: Value, call: Call) => {
          let sum = 0;
          for await (const item of call.items) sum += item as number;
          return sum;
        },
        async *double(_: Value, call: Call) {
          for await (const item of call.items) yield (item as number) * 2;
        },
      });
      const numbers = Array.from({ length: 100 }, (_, i) => i);
      expect(await ref.request("sum", null, { items: numbers })).toBe(4950);
      const doubled: Value[] = [];
      for await (const item of ref.stream("double", null, { items: numbers })) doubled.push(item);
      expect(doubled).toEqual(numbers.map((n) => 2 * n));
      await settle();
      expect([a.stats().inFlight, b.stats().serving]).toEqual([0, 0]);
    },
  );

  it("R13: are produced as they are read, at most a window ahead, and not at all unread", async () => {
    const { b, ref } = setup();
    const gate = deferred();
    let produced = 0;
    let ended = 0;
    function* items(): Generator<number> {
      try {
        for (;;) yield produced++;
      } finally {
        ended++;
      }
    }
    b.expose("x", {
      ignores: () => "done",
      first: async (_: Value, call: Call) => {
        for await (const item of call.items) {
          await gate.promise;
          return item;
        }
        return null;
      },
    });
    expect(await ref.request("ignores", null, { items: items() })).toBe("done");
    expect(produced).toBe(0);
    const waiting = ref.request("first", null, { items: items() });
    await settle();
    expect(produced).toBeGreaterThan(0);
    expect(produced).toBeLessThanOrEqual(6);
    gate.resolve();
    expect(await waiting).toBe(0);
    await settle();
    expect(ended).toBe(1);
  });

  it("end the call when they fail, and cancel the handler", async () => {
    const { a, b, ref } = setup();
    const seen: unknown[] = [];
    b.expose("x", async (_, __, call) => {
      try {
        for await (const item of call.items) seen.push(item);
      } catch (error) {
        seen.push((error as { code: string }).code);
      }
    });
    async function* broken(): AsyncGenerator<number> {
      yield 1;
      throw new Error("broken");
    }
    await expect(ref.request("m", null, { items: broken() })).rejects.toThrow("broken");
    await settle();
    expect(seen).toEqual([1, "CANCELLED"]);
    await expect(ref.request("m", null, { items: [(() => 1) as never] })).rejects.toMatchObject({
      code: "NOT_SERIALIZABLE",
    });
    await settle();
    expect([a.stats().inFlight, b.stats().serving]).toEqual([0, 0]);
  });

  it("stop when the call ends, and their reader is told", async () => {
    const { a, b, ref } = setup();
    const seen: unknown[] = [];
    let iterator: AsyncIterator<Value> | undefined;
    b.expose("x", async (_, __, call) => {
      iterator = call.items[Symbol.asyncIterator]();
      seen.push((await iterator.next()).value);
      await iterator.next().catch((error: { code: string }) => seen.push(error.code));
    });
    const controller = new AbortController();
    async function* slow(): AsyncGenerator<number> {
      yield 1;
      await new Promise(() => {});
    }
    const waiting = failure(ref.request("m", null, { items: slow(), signal: controller.signal }));
    await settle();
    controller.abort();
    expect((await waiting).code).toBe("CANCELLED");
    await settle();
    expect(seen).toEqual([1, "CANCELLED"]);
    expect([a.stats().inFlight, b.stats().serving]).toEqual([0, 0]);
  });

  it("are none where the caller gives none, and are refused for sends and of the wrong kind", async () => {
    const { b, ref } = setup();
    b.expose("x", async (_, __, call) => {
      const items: Value[] = [];
      for await (const item of call.items) items.push(item);
      return items.length;
    });
    expect(await ref.request("m")).toBe(0);
    expect((await failure(ref.send("m", null, { items: [1] }))).message).toContain("`items`");
    expect((await failure(ref.request("m", null, { items: 1 as never }))).message).toContain("`items`");
    expect((await failure(ref.request("m", null, { idempotencyKey: 1 as never }))).message).toContain(
      "`idempotencyKey`",
    );
  });
});
