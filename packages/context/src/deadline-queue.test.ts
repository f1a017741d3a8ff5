import { ManualClock } from "@graphoid/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type DeadlineEntry, DeadlineQueue } from "./deadline-queue.ts";

function entry(deadline: number, fired: number[] = []): DeadlineEntry {
  return { deadline, position: -1, expire: () => void fired.push(deadline) };
}

describe("DeadlineQueue", () => {
  test("fires in order of deadline, with one timer of the clock", () => {
    const clock = new ManualClock();
    const queue = new DeadlineQueue(clock);
    const fired: number[] = [];
    for (const deadline of [50, 10, 30, 20, 40]) queue.add(entry(deadline, fired));
    expect(clock.pending).toBe(1);
    clock.advance(30);
    expect(fired).toEqual([10, 20, 30]);
    clock.advance(100);
    expect(fired).toEqual([10, 20, 30, 40, 50]);
    expect(clock.pending).toBe(0);
  });

  test("leaves no timer behind when the last entry is deleted", () => {
    const clock = new ManualClock();
    const queue = new DeadlineQueue(clock);
    const first = entry(10);
    const second = entry(20);
    queue.add(first);
    queue.add(second);
    queue.delete(first);
    queue.delete(second);
    queue.delete(second);
    expect(clock.pending).toBe(0);
    expect(queue.size).toBe(0);
  });

  test("C3: a deadline beyond the longest delay of setTimeout is waited for in steps", () => {
    const clock = new ManualClock();
    const delays: number[] = [];
    const queue = new DeadlineQueue({
      now: () => clock.now(),
      after: (delayMs, run) => {
        delays.push(delayMs);
        return clock.after(delayMs, run);
      },
    });
    const fired: number[] = [];
    queue.add(entry(2 ** 31, fired));
    clock.advance(2 ** 31 - 1);
    expect(fired).toEqual([]);
    clock.advance(1);
    expect(fired).toEqual([2 ** 31]);
    expect(delays).toEqual([2 ** 31 - 1, 1]);
  });

  test("agrees with a sorted list under any adds, deletes and jumps of time", () => {
    const command = fc.oneof(
      { weight: 4, arbitrary: fc.record({ add: fc.integer({ min: 1, max: 50 }) }) },
      { weight: 2, arbitrary: fc.record({ remove: fc.nat() }) },
      { weight: 1, arbitrary: fc.record({ advance: fc.integer({ min: 0, max: 30 }) }) },
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 200 }), (commands) => {
        const clock = new ManualClock();
        const queue = new DeadlineQueue(clock);
        const fired: number[] = [];
        const expected: number[] = [];
        let model: DeadlineEntry[] = [];
        for (const step of commands) {
          if ("add" in step) {
            const added = entry(clock.now() + step.add, fired);
            queue.add(added);
            model.push(added);
          } else if ("remove" in step) {
            const [removed] = model.splice(step.remove % Math.max(1, model.length), 1);
            if (removed) queue.delete(removed);
          } else {
            clock.advance(step.advance);
            const due = model.filter((one) => one.deadline <= clock.now());
            model = model.filter((one) => one.deadline > clock.now());
            expected.push(...due.map((one) => one.deadline).sort((a, b) => a - b));
          }
          expect(fired).toEqual(expected);
          expect(queue.size).toBe(model.length);
          expect(clock.pending).toBe(model.length > 0 ? 1 : 0);
        }
      }),
    );
  });
});
