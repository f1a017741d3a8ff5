import { expect } from "vitest";

/** What is slow by chance is not slow in each of so many rounds, and what is slow by nature is. */
const ROUNDS = 6;

/**
 * Fails unless `crafted` takes less than `times` the processor time of `usual`. Both run in turn until the least time of
 * each shows it: what else the machine does only adds to them. A quadratic stall is hundreds of times slower each time.
 */
export function expectCostBelow(times: number, crafted: () => void, usual: () => void): void {
  let cost = Number.POSITIVE_INFINITY;
  let base = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS && !(cost / base < times); round++) {
    base = Math.min(base, processorTime(usual));
    cost = Math.min(cost, processorTime(crafted));
  }
  expect(cost / base, "the processor time over that of the usual case").toBeLessThan(times);
}

/** Fails unless some run of several takes less than `milliseconds` of processor time. */
export function expectTimeBelow(milliseconds: number, run: () => void): void {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS && !(least < milliseconds); round++) least = Math.min(least, processorTime(run));
  expect(least, "milliseconds of processor time").toBeLessThan(milliseconds);
}

function processorTime(run: () => void): number {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
