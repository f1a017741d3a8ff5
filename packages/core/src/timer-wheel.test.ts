import fc from "fast-check";
import { expect, it } from "vitest";
import { ManualClock } from "./clock.ts";
import { Expiring, TimerWheel, timerWheel } from "./timer-wheel.ts";

/** A tick, and what a clock that has not begun with a tick adds. */
const LATE_MS = 2;

class Entry extends Expiring {
  readonly #run: () => void;
  constructor(expiresAtMs: number, run: () => void) {
    super();
    this.expiresAtMs = expiresAtMs;
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
          const entry = new Entry(due, () => {
            expect(clock.now()).toBeGreaterThanOrEqual(due);
            expect(clock.now() - due).toBeLessThanOrEqual(LATE_MS);
            left.splice(
              left.findIndex((other) => other.entry === entry),
              1,
            );
          });
          left.push({ due, entry });
          wheel.add(entry);
        } else if ("remove" in action) {
          const [removed] = left.splice(action.remove, 1);
          if (removed) wheel.remove(removed.entry);
        } else {
          clock.advance(action.advance);
          for (const { due } of left) expect(due + LATE_MS).toBeGreaterThan(clock.now());
        }
        expect(wheel.size).toBe(left.length);
        expect(clock.pending).toBe(left.length > 0 ? 1 : 0);
      }
      clock.advance(200_000);
      expect(left).toEqual([]);
      expect(clock.pending).toBe(0);
    }),
    { numRuns: 300 },
  );
});

it("lets deadlines of whole milliseconds pass at their time and in their order, by a clock that tells no others", () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ add: fc.integer({ min: 1, max: 50 }) }) },
    { weight: 2, arbitrary: fc.record({ remove: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ advance: fc.nat(30) }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const clock = new ManualClock();
      const wheel = timerWheel(clock);
      const fired: number[] = [];
      const expected: number[] = [];
      let model: Entry[] = [];
      for (const action of steps) {
        if ("add" in action) {
          const due = clock.now() + action.add;
          const entry = new Entry(due, () => void fired.push(due));
          wheel.add(entry);
          model.push(entry);
        } else if ("remove" in action) {
          const [removed] = model.splice(action.remove % Math.max(1, model.length), 1);
          if (removed) wheel.remove(removed);
        } else {
          clock.advance(action.advance);
          const due = model.filter(({ expiresAtMs }) => expiresAtMs <= clock.now());
          model = model.filter(({ expiresAtMs }) => expiresAtMs > clock.now());
          expected.push(...due.map(({ expiresAtMs }) => expiresAtMs).sort((a, b) => a - b));
        }
        expect(fired).toEqual(expected);
      }
    }),
  );
});

it("is one for each clock", () => {
  const [clock, other] = [new ManualClock(), new ManualClock()];
  expect(timerWheel(clock)).toBe(timerWheel(clock));
  expect(timerWheel(clock)).not.toBe(timerWheel(other));
});

it("holds for ever what has no deadline, and C3: waits in steps for what is beyond any timer", () => {
  const clock = new ManualClock();
  const delays: number[] = [];
  const wheel = new TimerWheel({
    now: () => clock.now(),
    after: (delayMs, run) => {
      delays.push(delayMs);
      return clock.after(delayMs, run);
    },
  });
  let fired = 0;
  wheel.add(new Entry(Number.POSITIVE_INFINITY, () => fired++));
  expect([wheel.size, clock.pending]).toEqual([0, 0]);
  const far = new Entry(2 ** 53, () => fired++);
  wheel.add(far);
  expect(clock.pending).toBe(1);
  wheel.remove(far);
  wheel.remove(far);
  expect([wheel.size, clock.pending]).toEqual([0, 0]);
  wheel.add(new Entry(2 ** 31, () => fired++));
  clock.advance(2 ** 31 - 1);
  expect(fired).toBe(0);
  clock.advance(1);
  expect(fired).toBe(1);
  expect(delays).toEqual([2 ** 31 - 1, 2 ** 31 - 1, 1]);
});

it("lets an expiring entry remove others, and add others and itself", () => {
  const clock = new ManualClock();
  const wheel = new TimerWheel(clock);
  const log: string[] = [];
  const second = new Entry(10, () => log.push("second"));
  const again = new Entry(10, () => log.push(`again at ${clock.now()}`));
  const third = new Entry(11, () => {
    log.push("third");
    if (again.bucket === -1) {
      again.expiresAtMs = 20;
      wheel.add(again);
    }
  });
  wheel.add(
    new Entry(9, () => {
      wheel.remove(second);
      wheel.add(third);
    }),
  );
  wheel.add(second);
  wheel.add(again);
  clock.advance(100);
  expect(log).toEqual(["again at 10", "third", "again at 20"]);
  expect([wheel.size, clock.pending]).toEqual([0, 0]);
});

it("does not arm a timer for each of many calls with one time limit", () => {
  const clock = new ManualClock();
  let armed = 0;
  const wheel = new TimerWheel({
    now: () => clock.now(),
    after: (delay: number, run: () => void) => {
      armed++;
      return clock.after(delay, run);
    },
  });
  let before: Entry | undefined;
  for (let i = 0; i < 10_000; i++) {
    const entry = new Entry(clock.now() + 30_000, () => {});
    wheel.add(entry);
    if (before !== undefined) wheel.remove(before);
    before = entry;
    clock.advance(1);
  }
  expect(armed).toBe(1);
});
