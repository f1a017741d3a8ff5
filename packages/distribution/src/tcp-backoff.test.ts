import { ManualClock } from "@graphoid/core";
import { describe, expect, test } from "vitest";
import { Backoff } from "./tcp-backoff.ts";

describe("Backoff", () => {
  test("N13: waits longer after each failure, and fails at once meanwhile", async () => {
    const clock = new ManualClock();
    const backoff = new Backoff(clock, () => 1);
    let attempts = 0;
    const fail = (): Promise<never> => Promise.reject(new Error(`attempt ${++attempts}`));
    const pauses: number[] = [];
    for (let round = 1; round <= 12; round++) {
      await expect(backoff.attempt(fail)).rejects.toThrow(`attempt ${round}`);
      await expect(backoff.attempt(fail)).rejects.toThrow(`attempt ${round}`);
      const start = clock.now();
      const before = attempts;
      while (attempts === before) {
        clock.advance(50);
        if (clock.now() - start > 40_000) throw new Error("no attempt");
        await backoff.attempt(async () => void attempts++).catch(() => {});
      }
      attempts = round;
      pauses.push(clock.now() - start);
      // An attempt that succeeds is not reported here, so the failures go on counting.
    }
    expect(pauses.slice(0, 5)).toEqual([100, 200, 400, 800, 1600]);
    expect(pauses.at(-1)).toBe(30_000);
    backoff.onReached();
    await expect(backoff.attempt(async () => "reached")).resolves.toBe("reached");
  });

  test("N13: peers that lost the same host do not come back in step", async () => {
    const clock = new ManualClock();
    const times: number[] = [];
    for (const share of [0, 0.3, 0.999]) {
      const backoff = new Backoff(clock, () => share);
      backoff.onLost();
      void backoff.attempt(async () => times.push(clock.now()));
    }
    for (let ms = 0; ms < 100; ms++) {
      clock.advance(1);
      await Promise.resolve();
      await Promise.resolve();
    }
    expect(times.length).toBe(3);
    expect(new Set(times).size).toBe(3);
  });
});
