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
  test("starts with the first `run`, not before", async () => {
    const find = vi.spyOn(process, "getBuiltinModule");
    const { create, current } = await load();
    const context = create({ timeoutMs: 1000, trace: true });
    context.onCancel(() => {}).dispose();
    context.startSpan("step").end();
    expect(current()).toBeUndefined();
    const finds = (): number => find.mock.calls.filter(([name]) => name === "node:async_hooks").length;
    expect(finds()).toBe(0);
    expect(context.run(() => current())).toBe(context);
    context.run(() => {});
    expect(finds()).toBe(1);
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
});
