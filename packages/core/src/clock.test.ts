import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ManualClock, systemClock } from "./index.ts";

describe("ManualClock", () => {
  test("stands still until it is moved", () => {
    const clock = new ManualClock();
    expect(clock.now()).toBe(0);
    clock.advance(1.5);
    clock.advance(0);
    expect(clock.now()).toBe(1.5);
  });

  test("fires what is due, in order of time and then of setting, at its time", () => {
    const clock = new ManualClock();
    const fired: string[] = [];
    const set = (delayMs: number, name: string) => clock.after(delayMs, () => fired.push(`${name}@${clock.now()}`));
    set(20, "late");
    set(10, "first");
    set(10, "second");
    set(0, "now");
    set(10.5, "fraction");
    clock.advance(10);
    expect(fired).toEqual(["now@0", "first@10", "second@10"]);
    clock.advance(9.999);
    expect(fired.at(-1)).toBe("fraction@10.5");
    expect(clock.pending).toBe(1);
    clock.advance(0.001);
    expect(fired.at(-1)).toBe("late@20");
    expect(clock.pending).toBe(0);
  });

  test("a timer may set others, which fire too when they fall due", () => {
    const clock = new ManualClock();
    const times: number[] = [];
    const tick = (): void => {
      times.push(clock.now());
      clock.after(3, tick);
    };
    clock.after(3, tick);
    clock.advance(10);
    expect(times).toEqual([3, 6, 9]);
    expect([clock.now(), clock.pending]).toEqual([10, 1]);
  });

  test("a cancelled timer never fires, though cancelled by another that is due", () => {
    const clock = new ManualClock();
    const fired: number[] = [];
    const second = clock.after(5, () => fired.push(2));
    clock.after(4, () => {
      fired.push(1);
      second.cancel();
      second.cancel();
    });
    clock.advance(10);
    expect(fired).toEqual([1]);
    second.cancel();
    expect(clock.pending).toBe(0);
  });

  test("never goes backwards: neither by hand nor when a timer moves it on", () => {
    const clock = new ManualClock();
    clock.advance(5);
    for (const bad of [-1, Number.NaN, Number.POSITIVE_INFINITY, "1" as never]) {
      expect(() => clock.advance(bad)).toThrow(/ManualClock\.advance: expected `byMs` to be a finite number >= 0/);
    }
    clock.after(1, () => clock.advance(100));
    clock.advance(2);
    expect(clock.now()).toBe(106);
  });

  test("a timer that throws leaves the others to the next move", () => {
    const clock = new ManualClock();
    const fired: number[] = [];
    clock.after(1, () => {
      throw new Error("timer");
    });
    clock.after(2, () => fired.push(clock.now()));
    expect(() => clock.advance(5)).toThrow("timer");
    clock.advance(5);
    expect(fired).toEqual([2]);
    expect(clock.pending).toBe(0);
  });

  test("fires every timer once, as a sorted list would", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 20 })), fc.array(fc.nat({ max: 9 })), (delays, moves) => {
        const clock = new ManualClock();
        const fired: number[] = [];
        for (const delay of delays) clock.after(delay, () => fired.push(delay));
        for (const move of [...moves, 0]) clock.advance(move);
        const due = delays.filter((delay) => delay <= clock.now()).sort((a, b) => a - b);
        expect(fired).toEqual(due);
        expect(clock.pending).toBe(delays.length - due.length);
      }),
    );
  });
});

describe("systemClock", () => {
  test("fires once, after the delay", async () => {
    const before = systemClock.now();
    const after = await new Promise<number>((resolve) => {
      systemClock.after(5, () => resolve(systemClock.now()));
    });
    // Node may fire up to a millisecond early by the finer clock.
    expect(after - before).toBeGreaterThanOrEqual(4);
  });

  test("a cancelled timer does not fire", async () => {
    const fired: string[] = [];
    const timer = systemClock.after(1, () => fired.push("cancelled"));
    timer.cancel();
    timer.cancel();
    await new Promise<void>((resolve) => {
      systemClock.after(2, () => {
        fired.push("later");
        resolve();
      });
    });
    expect(fired).toEqual(["later"]);
  });

  test("a waiting timer does not keep the process alive", () => {
    const before = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const timer = systemClock.after(60_000, () => {});
    expect(process.getActiveResourcesInfo().filter((name) => name === "Timeout").length).toBe(before);
    timer.cancel();
  });

  test("never goes backwards", () => {
    let last = systemClock.now();
    for (let i = 0; i < 1000; i++) {
      const now = systemClock.now();
      expect(now).toBeGreaterThanOrEqual(last);
      last = now;
    }
  });
});
