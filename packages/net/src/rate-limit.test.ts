import { ManualClock } from "@graphoid/core";
import { describe, expect, test } from "vitest";
import { RateLimit, toRateLimit } from "./rate-limit.ts";

describe("RateLimit", () => {
  test("N9: lets a second's worth through at once, then as many as time brings", () => {
    const clock = new ManualClock();
    const rate = new RateLimit(clock, 1000);
    const takeAll = (): number => {
      rate.fill();
      let taken = 0;
      for (; !rate.spent; taken++) rate.take();
      return taken;
    };
    expect(takeAll()).toBe(1000);
    expect(takeAll()).toBe(0);
    clock.advance(100);
    expect(takeAll()).toBe(100);
    clock.advance(60_000);
    expect(rate.fill()).toBe(true);
    expect(takeAll()).toBe(1000);
    expect(rate.fill()).toBe(false);
  });

  test("refuses options that make no sense", () => {
    expect(() => toRateLimit("net.listen", { messagesPerSecond: 0 })).toThrow(/rateLimit.messagesPerSecond/);
    expect(() => toRateLimit("net.listen", { messagesPerSecond: 5, burst: 1 } as never)).toThrow(/burst/);
    expect(toRateLimit("net.listen", { messagesPerSecond: 5 })).toEqual({ messagesPerSecond: 5, graceMs: 10_000 });
  });
});
