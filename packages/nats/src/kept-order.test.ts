import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type KeptItem, KeptOrder } from "./kept-order.ts";

const item = (number: number, floor = 0): KeptItem => ({ number, floor });
const numbers = (items: readonly KeptItem[]): number[] => items.map(({ number }) => number);

describe("KeptOrder", () => {
  it("gives each once and in order, whatever order they come in, with duplicates", () => {
    const order = fc.integer({ min: 1, max: 40 }).chain((count) => {
      const all = Array.from({ length: count }, (_, i) => i);
      return fc.tuple(fc.shuffledSubarray(all, { minLength: count }), fc.array(fc.nat(count - 1)));
    });
    fc.assert(
      fc.property(order, fc.nat(1_000), ([shuffled, again], from) => {
        const kept = new KeptOrder<KeptItem>();
        const taken: number[] = [];
        const arrive = (number: number): void => {
          const one = item(number + from, from);
          if (!kept.has(one)) taken.push(...numbers(kept.add(one, 0)));
        };
        for (const [i, number] of shuffled.entries()) {
          arrive(number);
          const repeated = again[i];
          if (repeated !== undefined && shuffled.slice(0, i + 1).includes(repeated)) arrive(repeated);
        }
        expect(taken).toEqual(shuffled.map((_, i) => from + i));
        expect(kept.waiting).toBe(0);
      }),
    );
  });

  it("gives whatever comes once, though some comes before what was begun with or after it was waited for", () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ number: fc.nat(30), floor: fc.nat(30) }) },
      { weight: 1, arbitrary: fc.constant("overdue" as const) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const kept = new KeptOrder<KeptItem>();
        const came = new Set<number>();
        const taken: number[] = [];
        let now = 0;
        for (const one of steps) {
          now++;
          if (one === "overdue") {
            taken.push(...numbers(kept.overdue(now, 0)));
            expect(kept.waiting === 0 || kept.overdue(now, 1).length === 0).toBe(true);
            continue;
          }
          expect(kept.has(one)).toBe(came.has(one.number));
          if (came.has(one.number)) continue;
          came.add(one.number);
          taken.push(...numbers(kept.add(one, now)));
        }
        while (kept.waiting > 0) taken.push(...numbers(kept.overdue(now, 0)));
        expect([...taken].sort((a, b) => a - b)).toEqual([...came].sort((a, b) => a - b));
      }),
    );
  });

  it("waits for what may come, as long as it is told, from the last time that it went on", () => {
    const kept = new KeptOrder<KeptItem>();
    expect(numbers(kept.add(item(0), 0))).toEqual([0]);
    expect(kept.add(item(2), 10)).toEqual([]);
    expect(kept.add(item(4), 15)).toEqual([]);
    expect(kept.overdue(19, 10)).toEqual([]);
    expect(numbers(kept.overdue(20, 10))).toEqual([2]);
    expect(kept.overdue(29, 10)).toEqual([]);
    expect(numbers(kept.overdue(30, 10))).toEqual([4]);
    expect(kept.overdue(1_000, 0)).toEqual([]);
  });

  it("takes what was waited for in vain when it comes after all", () => {
    const kept = new KeptOrder<KeptItem>();
    kept.add(item(0), 0);
    kept.add(item(3), 0);
    kept.overdue(100, 10);
    expect(kept.has(item(2))).toBe(false);
    expect(numbers(kept.add(item(2), 101))).toEqual([2]);
    expect([0, 1, 2, 3].map((number) => kept.has(item(number)))).toEqual([true, false, true, true]);
  });

  it("begins with the lowest that may be on its way", () => {
    const kept = new KeptOrder<KeptItem>();
    expect(kept.add(item(7, 5), 0)).toEqual([]);
    expect(numbers(kept.add(item(3), 0))).toEqual([3]);
    expect(numbers(kept.add(item(5), 0))).toEqual([5]);
    expect(numbers(kept.add(item(6), 0))).toEqual([6, 7]);
    const other = new KeptOrder<KeptItem>();
    expect(numbers(other.add(item(7, 2 ** 53), 0))).toEqual([7]);
  });

  it("remembers gaps without end as a bounded number, and rather gives twice than never", () => {
    const kept = new KeptOrder<KeptItem>();
    for (let number = 0; number < 20_000; number += 2) {
      kept.add(item(number, number), 0);
      kept.overdue(0, 0);
    }
    expect(kept.has(item(19_998))).toBe(true);
    expect(kept.has(item(19_997))).toBe(false);
    expect(kept.has(item(1))).toBe(false);
    const huge = item(Number.MAX_SAFE_INTEGER, 0);
    kept.add(huge, 0);
    expect(numbers(kept.overdue(0, 0))).toEqual([huge.number]);
  });
});
