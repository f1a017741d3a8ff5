import { monitorEventLoopDelay } from "node:perf_hooks";

/**
 * What to allow beyond a limit of time on a machine that is busy: returns how many milliseconds this process has been kept
 * waiting, with what the heartbeat adds when it notices that its own process stood still.
 */
export function watchStarvation(): () => number {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  return () => {
    const worstMs = delay.max / 1e6;
    return worstMs < 50 ? 0 : worstMs * 3 + (worstMs > 500 ? 1500 : 0);
  };
}
