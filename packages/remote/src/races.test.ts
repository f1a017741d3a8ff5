import type { Value } from "@graphoid/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { failure, settle, Wire } from "../test/wire.ts";

type Outcome = "answer" | "CANCELLED" | "PEER_LOST" | "OUCH";

describe("R3: whatever happens at the same time, in any order", () => {
  it("a call has exactly one outcome, and both sides forget it", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.constantFrom("reply", "fail", "cancel", "lose", "twice"), { minLength: 1, maxLength: 8 }),
        async (scheduler, plans) => {
          const wire = new Wire({
            carry: (deliver, { kind }) => {
              void scheduler.schedule(Promise.resolve(), kind).then(deliver);
            },
          });
          const [a, b] = [wire.join("a"), wire.join("b")];
          let runs = 0;
          b.expose("x", async (message, payload) => {
            runs++;
            await scheduler.schedule(Promise.resolve(), "handler");
            if (message === "fail") throw Object.assign(new Error("ouch"), { code: "OUCH" });
            return payload;
          });
          const ref = a.ref({ id: "x", location: "b" });
          const outcomes = plans.map((plan, i) => {
            const settled: Outcome[] = [];
            const controller = new AbortController();
            void ref.request(plan === "fail" ? "fail" : "m", i, { signal: controller.signal }).then(
              (value: Value) => settled.push(value === i ? "answer" : (`wrong ${String(value)}` as Outcome)),
              (error: { code: Outcome }) => settled.push(error.code),
            );
            if (plan === "cancel") void scheduler.schedule(Promise.resolve(), "abort").then(() => controller.abort());
            if (plan === "lose") void scheduler.schedule(Promise.resolve(), "lose").then(() => a.peerLost("b"));
            return { plan, settled };
          });
          await scheduler.waitIdle();
          await settle();
          const lost = plans.includes("lose");
          for (const { plan, settled } of outcomes) {
            expect(settled).toHaveLength(1);
            const possible: Outcome[] = [plan === "fail" ? "OUCH" : "answer"];
            if (plan === "cancel") possible.push("CANCELLED");
            if (lost) possible.push("PEER_LOST");
            expect(possible).toContain(settled[0]);
          }
          expect(runs).toBeLessThanOrEqual(plans.length);
          expect([a.stats().inFlight, b.stats().serving]).toEqual([0, 0]);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("cancel against reply, many times over: one outcome each, and nothing left", async () => {
    const wire = new Wire();
    const [a, b] = [wire.join("a"), wire.join("b")];
    let aborted = 0;
    b.expose("x", async (_, payload, call) => {
      call.signal.addEventListener("abort", () => aborted++);
      for (let i = 0; i < (payload as number); i++) await Promise.resolve();
      return payload;
    });
    const ref = a.ref({ id: "x", location: "b" });
    let answered = 0;
    let cancelled = 0;
    for (let i = 0; i < 20_000; i++) {
      const controller = new AbortController();
      const call = ref.request("m", i % 5, { signal: controller.signal }).then(
        () => answered++,
        () => cancelled++,
      );
      for (let wait = i % 11; wait > 0; wait--) await Promise.resolve();
      controller.abort();
      await call;
    }
    await settle();
    expect(answered + cancelled).toBe(20_000);
    expect(Math.min(answered, cancelled, aborted)).toBeGreaterThan(1_000);
    expect([a.stats().inFlight, b.stats().serving]).toEqual([0, 0]);
  });
});

it("ends every call over a network that loses, repeats and reorders", async () => {
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.nat(99)), fc.integer({ min: 1, max: 20 }), async (dice, calls) => {
      const roll = (): number => dice.next().value as number;
      const held: (() => void)[] = [];
      const wire = new Wire({
        carry: (deliver) => {
          const fate = roll();
          if (fate >= 20) held.push(deliver);
          if (fate >= 80) held.push(deliver);
        },
      });
      const [a, b] = [wire.join("a"), wire.join("b")];
      b.expose("x", (_, payload) => payload);
      const ref = a.ref({ id: "x", location: "b" });
      const outcomes: Promise<unknown>[] = [];
      for (let i = 0; i < calls; i++) {
        outcomes.push(ref.request("m", i).catch((error: { code: string }) => error.code));
      }
      while (held.length > 0) {
        for (const deliver of held.splice(0).sort(() => roll() - 50)) deliver();
        await settle();
      }
      a.peerLost("b");
      for (const [i, outcome] of (await Promise.all(outcomes)).entries()) expect([i, "PEER_LOST"]).toContain(outcome);
      expect(a.stats().inFlight).toBe(0);
    }),
    { numRuns: 60 },
  );
});

it("fails calls that were made after the remote closed during a race", async () => {
  const wire = new Wire();
  const [a, b] = [wire.join("a"), wire.join("b")];
  b.expose("x", () => 1);
  const ref = a.ref({ id: "x", location: "b" });
  const before = failure(ref.request("m"));
  const closing = a.close();
  const after = failure(ref.request("m"));
  await closing;
  expect([(await before).code, (await after).code]).toEqual(["CLOSED", "CLOSED"]);
});
