import { ManualClock } from "@graphoid/core";
import { describe, expect, test } from "vitest";
import { ReceiveWindow } from "./receive-window.ts";

describe("ReceiveWindow", () => {
  const window = 256 * 1024;

  test("is due after half of it, and gives back what was taken", () => {
    const receive = new ReceiveWindow(new ManualClock(), window);
    receive.take(window / 2 - 1);
    expect(receive.due).toBe(false);
    receive.take(1);
    expect(receive.due).toBe(true);
    expect(receive.give(Number.POSITIVE_INFINITY)).toBe(window / 2);
    expect(receive.due).toBe(false);
  });

  /** What a peer may have under way after so many bytes a millisecond, for a while. */
  const after = (bytesPerMs: number, roundTripMs: number): number => {
    const clock = new ManualClock();
    const receive = new ReceiveWindow(clock, window);
    let allowed = window;
    for (let i = 0; i < 20; i++) {
      clock.advance(10);
      receive.take(bytesPerMs * 10);
      allowed += receive.give(roundTripMs) - bytesPerMs * 10;
    }
    return allowed;
  };

  test("grows to twice what fits into a long and fast way, within bounds", () => {
    expect(after(10_000, 100)).toBe(2 * 10_000 * 100);
    expect(after(1_000_000, 100)).toBe(16 * window);
  });

  test("stays as it is on a short way, and on a slow one", () => {
    expect(after(1_000_000, 0.2)).toBe(window);
    expect(after(125, 50)).toBe(window);
  });
});
