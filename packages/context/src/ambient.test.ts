import { AsyncLocalStorage } from "node:async_hooks";
import { Expiring, ManualClock, timerWheel } from "@graphoid/core";
import { afterEach, describe, expect, test, vi } from "vitest";

type Package = typeof import("./index.ts");

async function load(): Promise<Package> {
  vi.resetModules();
  return await import("./index.ts");
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("ambient context", () => {
  test("starts with the first use of it, not before", async () => {
    for (const use of ["run", "withTimeout", "current"] as const) {
      const find = vi.spyOn(process, "getBuiltinModule");
      const { create, current, peek } = await load();
      // What core looks for when it is loaded does not count.
      const before = find.mock.calls.length;
      const finds = (): number => find.mock.calls.length - before;
      const context = create({ timeoutMs: 1000, trace: true });
      context.onCancel(() => {}).dispose();
      context.startSpan("step").end();
      expect(peek()).toBeUndefined();
      await context.runPassively(async () => expect(peek()).toBe(context));
      expect(peek()).toBeUndefined();
      expect(finds()).toBe(0);
      if (use === "run") expect(context.run(() => current())).toBe(context);
      else if (use === "withTimeout") await context.withTimeout(100, () => {});
      else expect(current()).toBeUndefined();
      expect(finds()).toBe(1);
      context.run(() => {});
      expect(finds()).toBe(1);
      find.mockRestore();
    }
  });

  test("a handler that asks before its first `await` has its context from then on, and nobody else has", async () => {
    const { create, current, peek } = await load();
    const [outer, inner] = [create({ name: "outer" }), create({ name: "inner" })];
    const seen: unknown[] = [];
    const inside = outer.runPassively(async () => {
      await inner.runPassively(async () => {
        seen.push(current());
        await Promise.resolve();
        seen.push(current(), peek());
      });
      seen.push(peek());
    });
    expect(peek()).toBeUndefined();
    const after = Promise.resolve().then(() => {
      seen.push(peek());
    });
    await Promise.all([inside, after]);
    expect(seen).toHaveLength(5);
    expect(seen.filter((context) => context === inner)).toHaveLength(3);
    expect(seen).toContain(outer);
    expect(seen).toContain(undefined);
    // From now on it follows every handler everywhere.
    const later = outer.runPassively(async () => {
      await Promise.resolve();
      return peek();
    });
    expect(await later).toBe(outer);
  });

  test("a function that throws leaves nothing behind", async () => {
    const { create, peek, current } = await load();
    const context = create();
    for (const look of [peek, current]) {
      expect(() =>
        context.runPassively(() => {
          look();
          throw new Error("ouch");
        }),
      ).toThrow("ouch");
      expect(peek()).toBeUndefined();
    }
  });

  test("where the platform has none, contexts are passed by hand", async () => {
    vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined as never);
    const { create, current } = await load();
    const context = create({ timeoutMs: 1000 });
    expect(context.run(() => current())).toBeUndefined();
    expect(context.run((passed) => passed)).toBe(context);
    const inner = await context.withTimeout(100, async (child) => child.remainingMs());
    expect(inner).toBeLessThanOrEqual(100);
    context.cancel();
  });

  test("the timer of all deadlines keeps nothing alive of who sets it", () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const clock = new ManualClock();
    const wheel = timerWheel({
      now: () => clock.now(),
      after: (delay, run) => {
        seen.push(storage.getStore());
        return clock.after(delay, run);
      },
    });
    const deadline = new (class extends Expiring {
      override expiresAtMs = 1;
      expire(): void {}
    })();
    storage.run("somebody's", () => wheel.add(deadline));
    expect(seen).toEqual([undefined]);
  });
});
