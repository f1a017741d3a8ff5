import type { Ref as CoreRef } from "@graphoid/core";
import { describe, expect, expectTypeOf, it } from "vitest";
import {
  createDistribution,
  DeadlineExceededError,
  type Hop,
  RedirectLimitError,
  type Ref,
  redirect,
  type Value,
} from "../src/index.ts";

interface Counter {
  add(n: number): number;
  count(): AsyncIterable<number>;
}

describe("references of the umbrella", () => {
  it("are of any messages, or of those of a protocol", async () => {
    await using d = await createDistribution({ identity: "a", router: "none" });
    d.remote.expose("counter", {
      add: (n: number) => n + 1,
      async *count() {
        yield 1;
      },
    });
    const any: Ref = d.remote.ref({ id: "counter" });
    expectTypeOf(any).toEqualTypeOf<CoreRef>();
    expectTypeOf(any.request("add", 1)).resolves.toEqualTypeOf<Value>();
    const counter: Ref<Counter> = d.remote.ref<Counter>({ id: "counter" });
    expectTypeOf(counter.request("add", 1)).resolves.toEqualTypeOf<number>();
    // @ts-expect-error a message that the protocol does not have
    await expect(counter.request("remove", 1)).rejects.toMatchObject({ code: "UNIMPLEMENTED" });
    expect(await counter.request("add", 41)).toBe(42);
    for await (const n of counter.stream("count")) expectTypeOf(n).toEqualTypeOf<number>();
  });

  it("fail with errors whose classes and details the umbrella exports", async () => {
    await using d = await createDistribution({ identity: "a", router: "none" });
    const ref = d.remote.ref({ id: "x" });
    const exposed = d.remote.expose("x", () => redirect(ref));
    await expect(ref.request("m")).rejects.toBeInstanceOf(RedirectLimitError);
    exposed.dispose();
    d.remote.expose("x", () => new Promise(() => {}));
    const error = await ref.request("m", null, { timeoutMs: 200 }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DeadlineExceededError);
    const hops = (error as DeadlineExceededError).details?.["hops"] as readonly Hop[] | undefined;
    for (const { host, message } of hops ?? []) expect([host, message]).toEqual(["a", "m"]);
  });
});
