import { afterEach, expect, it, vi } from "vitest";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

it("objects are read field by field where compiling is forbidden", async () => {
  const compiled = vi.fn();
  class Forbidden {
    constructor() {
      compiled();
      throw new EvalError("forbidden");
    }
  }
  vi.stubGlobal("Function", Forbidden);
  vi.resetModules();
  const { createSerializer } = await import("../src/serializer.ts");
  const serializer = createSerializer();
  const held = { a: 1, b: { c: [2] } };
  const [here, there] = [serializer.session(), serializer.session()];
  for (let i = 0; i < 40; i++) {
    expect(serializer.fromBytes(serializer.toBytes(held))).toEqual(held);
    expect(there.fromBytes(here.toBytes(held))).toEqual(held);
  }
  expect(compiled).toHaveBeenCalledTimes(1);
});
