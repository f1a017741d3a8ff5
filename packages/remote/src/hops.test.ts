import { isGraphoidError, ManualClock } from "@graphoid/core";
import { describe, expect, it } from "vitest";
import { failure, settle, Wire } from "../test/wire.ts";
import { describeHops, hopsOf, timeHere, withHop } from "./hops.ts";

describe("a deadline that passes", () => {
  it("says hop by hop where the time went", async () => {
    const clock = new ManualClock();
    const wire = new Wire({ clock });
    const [a, b, c] = [wire.join("a"), wire.join("b"), wire.join("c")];
    c.expose("slow", { dig: () => new Promise(() => {}) });
    b.expose("front", {
      work: async (_: unknown, call: { remainingMs(): number }) => {
        await new Promise<void>((resolve) => clock.after(100, resolve));
        return b.ref({ id: "slow", location: "c" }).request("dig", null, { timeoutMs: call.remainingMs() });
      },
    });
    const waiting = failure(a.ref({ id: "front", location: "b" }).request("work", null, { timeoutMs: 1_000 }));
    for (let ms = 0; ms < 1_100; ms += 4) {
      clock.advance(4);
      await settle();
    }
    const error = await waiting;
    expect(error.name).toBe("DeadlineExceededError");
    expect(error.message).toMatch(
      /^remote\.request "work" to "front": no answer within 1000 ms; 9\d\d ms at "b" in "work" of "front", of these 8\d\d ms at "c" in "dig" of "slow"$/,
    );
    expect(error.details["hops"]).toMatchObject([{ host: "b" }, { host: "c" }]);
    expect(isGraphoidError(error.cause, "DEADLINE_EXCEEDED")).toBe(true);
    expect([a.stats().inFlight, b.stats().inFlight, b.stats().serving, c.stats().serving]).toEqual([0, 0, 0, 0]);
  });

  it("says that nothing was heard where nothing was", async () => {
    const wire = new Wire({ carry: () => {} });
    wire.join("b");
    const error = await failure(wire.join("a").ref({ id: "x", location: "b" }).request("m", null, { timeoutMs: 20 }));
    expect(error.message).toContain('no answer within 20 ms, and no word from "b" on where they went');
  });

  it("is not taken for the caller's own when only a step of the handler ran out of time", async () => {
    const wire = new Wire();
    const [a, b] = [wire.join("a"), wire.join("b")];
    b.expose("slow", () => new Promise(() => {}));
    b.expose("front", () => b.ref({ id: "slow", location: "b" }).request("m", null, { timeoutMs: 10 }));
    const error = await failure(a.ref({ id: "front", location: "b" }).request("m"));
    expect(error).toMatchObject({ code: "DEADLINE_EXCEEDED", peer: "b", details: { timeoutMs: 10 } });
    expect(hopsOf(error.details)[0]).toMatchObject({ host: "b", target: "front", message: "m" });
  });
});

describe("hops", () => {
  it("give a host a little less time than its caller has", () => {
    expect([1_000, 160, 80, 0, -5].map(timeHere)).toEqual([980, 140, 70, 0, -5]);
    expect([timeHere(Number.POSITIVE_INFINITY), timeHere(Number.NEGATIVE_INFINITY)]).toEqual([
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ]);
  });

  it("R8: are read of what anyone may have sent", () => {
    const good = { host: "b", target: "x", message: "m", ms: 1 };
    expect(
      hopsOf({ hops: [good, null, 1, {}, { ...good, ms: -1 }, { ...good, ms: "1" }, { ...good, host: {} }] }),
    ).toEqual([good]);
    expect(hopsOf({ hops: new Array(1_000).fill(good) })).toHaveLength(16);
    for (const details of [undefined, {}, { hops: 1 }, { hops: { length: 2 } }]) expect(hopsOf(details)).toEqual([]);
    expect(describeHops([])).toBe("");
  });

  it("are added to errors of deadlines only", () => {
    const record = { name: "Error", message: "x" };
    expect(withHop(record, new Error("x"), () => ({ host: "b", target: "x", message: "m", ms: 1 }))).toBe(record);
  });
});
