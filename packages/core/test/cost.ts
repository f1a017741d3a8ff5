/**
 * How many times the processor time of `usual` that of `crafted` is: the least of several rounds of each, taken in
 * turn. Processor time, as others may keep the machine busy. A quadratic stall shows as a ratio in the hundreds.
 */
export function costRatio(crafted: () => void, usual: () => void, rounds = 3): number {
  let cost = Number.POSITIVE_INFINITY;
  let base = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    base = Math.min(base, processorTime(usual));
    cost = Math.min(cost, processorTime(crafted));
  }
  return cost / base;
}

function processorTime(run: () => void): number {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return user + system;
}
