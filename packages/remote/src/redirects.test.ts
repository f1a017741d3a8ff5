import { cloneValue, type Ref, redirect, type Value } from "@graphoid/core";
import { describe, expect, it } from "vitest";
import { failure, settle, Wire } from "../test/wire.ts";
import type { Call } from "./served-call.ts";

function setup() {
  const wire = new Wire();
  const [a, b, c] = [wire.join("a"), wire.join("b"), wire.join("c")];
  return { wire, a, b, c, at: (location: string, id = "x"): Ref => a.ref({ id, location }) };
}

describe("redirects", () => {
  it("R5: a call that hosts send to each other in a circle ends with RedirectLimit", async () => {
    const { a, b, c, at } = setup();
    let runs = 0;
    b.expose("x", () => {
      runs++;
      return redirect(b.ref({ id: "y", location: "c" }));
    });
    c.expose("y", () => {
      runs++;
      return redirect(c.ref({ id: "x", location: "b" }));
    });
    const error = await failure(at("b").request("m"));
    expect(error).toMatchObject({
      code: "REDIRECT_LIMIT",
      details: { limit: 8, path: ["x", "y", "x", "y", "x", "y", "x", "y", "x"] },
    });
    expect(error.message).toContain("redirected more than 8 times");
    expect([runs, a.stats().inFlight, b.stats().serving, c.stats().serving]).toEqual([9, 0, 0, 0]);
    await expect(at("b").stream("m")[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: "REDIRECT_LIMIT" });
  });

  it("take a request and a stream to where they belong, with all that belongs to them", async () => {
    const { a, b, c, at } = setup();
    const seen: Call[] = [];
    b.expose("x", () => redirect(b.ref({ id: "moved", location: "c", incarnation: c.incarnation })));
    c.expose("moved", {
      add: (payload: Value, call: Call) => {
        seen.push(call);
        return (payload as number) + 1;
      },
      *items() {
        yield 1;
        yield 2;
      },
      sum: async (_: Value, call: Call) => {
        let sum = 0;
        for await (const item of call.items) sum += item as number;
        return sum;
      },
    });
    expect(await at("b").request("add", 1, { idempotencyKey: "k1", timeoutMs: 5_000 })).toBe(2);
    expect(seen[0]?.idempotencyKey).toBe("k1");
    expect(Number(seen[0]?.headers["timeout-ms"])).toBeLessThanOrEqual(5_000);
    const items: Value[] = [];
    for await (const item of at("b").stream("items")) items.push(item);
    expect(items).toEqual([1, 2]);
    expect(await at("b").request("sum", null, { items: [1, 2, 3] })).toBe(6);
    expect(a.stats().inFlight).toBe(0);
  });

  it("lead to this host itself, and from it elsewhere", async () => {
    const { a, b, at } = setup();
    a.expose("here", () => "home");
    a.expose("away", () => redirect(a.ref({ id: "x", location: "b" })));
    b.expose("x", () => redirect(b.ref({ id: "here", location: "a" })));
    expect(await at("b").request("m")).toBe("home");
    expect(await at("a", "away").request("m")).toBe("home");
  });

  it("keep to the time that the call has left", async () => {
    const { b, c, at } = setup();
    b.expose("x", () => redirect(b.ref({ id: "hangs", location: "c" })));
    c.expose("hangs", () => new Promise(() => {}));
    expect((await failure(at("b").request("m", null, { timeoutMs: 50 }))).code).toBe("DEADLINE_EXCEEDED");
    const controller = new AbortController();
    const cancelled = failure(at("b").request("m", null, { signal: controller.signal }));
    await settle();
    expect(c.stats().serving).toBe(1);
    controller.abort();
    expect((await cancelled).code).toBe("CANCELLED");
    await settle();
    expect(c.stats().serving).toBe(0);
  });

  it("are refused by `maxRedirects: 0`, for what is no reference, and for sends", async () => {
    const wire = new Wire();
    const failed: unknown[] = [];
    const a = wire.join("a", { maxRedirects: 0 });
    const b = wire.join("b", { onError: (error) => failed.push(error) });
    b.expose("x", () => redirect(b.ref({ id: "y", location: "b" })));
    const ref = a.ref({ id: "x", location: "b" });
    expect((await failure(ref.request("m"))).code).toBe("REDIRECT_LIMIT");
    await ref.send("m");
    await settle();
    expect(failed[0]).toMatchObject({ code: "UNIMPLEMENTED" });
    const lost = a.ref({ id: "z", location: "c" });
    wire.join("c").expose("z", () => new Promise(() => {}));
    const waiting = failure(lost.request("m"));
    const { id, replyTo } = wire.log.at(-1)!.envelope;
    const forged = {
      kind: "reply",
      id,
      target: replyTo!.id,
      message: "",
      payload: "y",
      headers: { redirect: 1 },
    } as const;
    a.deliver(cloneValue(forged) as typeof forged, { identity: "c" });
    expect((await waiting).code).toBe("STREAM");
  });

  it("leave an object alone that only has a key of that name", async () => {
    const { b, at } = setup();
    const plain = { redirect: "no reference" };
    b.expose("x", { plain: () => plain, more: () => ({ redirect: b.ref({ id: "y" }), why: "shown" }) });
    expect(await at("b").request("plain")).toEqual(plain);
    expect(await at("b").request("more")).toMatchObject({ why: "shown" });
  });
});
