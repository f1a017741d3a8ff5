import { ManualClock } from "@graphoid/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { Expiring, TimerWheel } from "./timer-wheel.ts";

const LATE_MS = 9;

class Entry extends Expiring {
  readonly #run: () => void;
  constructor(run: () => void) {
    super();
    this.#run = run;
  }
  expire(): void {
    this.#run();
  }
}

it("fires every entry that is left once, never early and at most a tick late", () => {
  const step = fc.oneof(
    fc.record({
      add: fc.oneof(
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 100_000 }),
        fc.double({ min: 0.01, max: 50, noNaN: true }),
      ),
    }),
    fc.record({ remove: fc.nat(50) }),
    fc.record({ advance: fc.oneof(fc.nat(20), fc.nat(30_000), fc.double({ min: 0, max: 10, noNaN: true })) }),
  );
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.array(step, { maxLength: 60 }), (start, steps) => {
      const clock = new ManualClock();
      clock.advance(start);
      const wheel = new TimerWheel(clock);
      const left: { due: number; entry: Entry }[] = [];
      for (const action of steps) {
        if ("add" in action) {
          const due = clock.now() + action.add;
          const entry = new Entry(() => {
            expect(clock.now()).toBeGreaterThanOrEqual(due);
            expect(clock.now() - due).toBeLessThanOrEqual(LATE_MS);
            left.splice(
              left.findIndex((other) => other.entry === entry),
              1,
            );
          });
          left.push({ due, entry });
          wheel.add(entry, action.add);
        } else if ("remove" in action) {
          const [removed] = left.splice(action.remove, 1);
          if (removed) wheel.remove(removed.entry);
        } else {
          clock.advance(action.advance);
          for (const { due } of left) expect(due + LATE_MS).toBeGreaterThan(clock.now());
        }
        expect(wheel.size).toBe(left.length);
        expect(clock.pending).toBeLessThanOrEqual(1);
      }
      clock.advance(200_000);
      expect(left).toEqual([]);
      expect(clock.pending).toBe(0);
    }),
    { numRuns: 300 },
  );
});

it("holds for ever what has no deadline, and what has one beyond any timer", () => {
  const clock = new ManualClock();
  const wheel = new TimerWheel(clock);
  let fired = 0;
  wheel.add(new Entry(() => fired++), Number.POSITIVE_INFINITY);
  expect([wheel.size, clock.pending]).toEqual([0, 0]);
  const far = new Entry(() => fired++);
  wheel.add(far, 2 ** 53);
  expect(clock.pending).toBe(1);
  wheel.remove(far);
  wheel.remove(far);
  clock.advance(2 ** 31);
  expect([fired, wheel.size, clock.pending]).toEqual([0, 0, 0]);
});

it("lets an expiring entry remove others, add others, and close the wheel", () => {
  const clock = new ManualClock();
  const wheel = new TimerWheel(clock);
  const log: string[] = [];
  const second = new Entry(() => log.push("second"));
  const third = new Entry(() => {
    log.push("third");
    wheel.close();
  });
  const both = [
    new Entry(() => {
      wheel.remove(second);
      wheel.add(third, 1);
    }),
  ];
  wheel.add(second, 10);
  wheel.add(both[0]!, 10);
  clock.advance(100);
  expect(log).toEqual(["third"]);
  wheel.add(new Entry(() => log.push("late")), 1);
  clock.advance(100);
  expect([log, clock.pending]).toEqual([["third"], 0]);
});

it("does not arm a timer for each of many calls with one time limit", () => {
  const clock = new ManualClock();
  let armed = 0;
  const counting = {
    now: () => clock.now(),
    after: (delay: number, run: () => void) => {
      armed++;
      return clock.after(delay, run);
    },
  };
  const wheel = new TimerWheel(counting);
  for (let i = 0; i < 10_000; i++) {
    const entry = new Entry(() => {});
    wheel.add(entry, 30_000);
    wheel.remove(entry);
    clock.advance(1);
  }
  expect(armed).toBe(1);
});
