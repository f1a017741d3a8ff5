/**
 * How many times longer `crafted` takes than `usual`: the least of several rounds of each, taken in turn, so that a
 * busy machine does not count. A quadratic stall shows as a ratio in the hundreds.
 */
export function costRatio(crafted: () => void, usual: () => void, rounds = 3): number {
  let slowest = Number.POSITIVE_INFINITY;
  let base = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    base = Math.min(base, timed(usual));
    slowest = Math.min(slowest, timed(crafted));
  }
  return slowest / base;
}

function timed(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}
