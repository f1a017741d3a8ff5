import {
  CancelledError,
  type Clock,
  checkInteger,
  checkOptions,
  DeadlineExceededError,
  invalidArgument,
} from "@graphoid/core";

/** How long a call may wait. */
export interface WaitOptions {
  /** Ends the wait with `CancelledError`. */
  readonly signal?: AbortSignal;
  /** Milliseconds until the wait ends with `DeadlineExceededError`. Default: no limit, unless the call says otherwise. */
  readonly timeoutMs?: number;
}

/** The longest delay that timers can keep. */
export const maxDelayMs: number = 2 ** 31 - 1;

/** Throws unless the options are {@link WaitOptions}. */
export function checkWait(call: string, options: WaitOptions): void {
  checkOptions(call, options, ["signal", "timeoutMs"]);
  checkWaitValues(call, options);
}

/** Throws unless `signal` and `timeoutMs` of any options are what they should be. */
export function checkWaitValues(call: string, options: WaitOptions): void {
  const { signal, timeoutMs } = options;
  if (timeoutMs !== undefined) checkInteger(call, "timeoutMs", timeoutMs, 0, maxDelayMs);
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw invalidArgument(call, "signal", "an AbortSignal", signal);
  }
}

/** The error of a wait that its signal ended. */
export function cancelledError(call: string, signal: AbortSignal): CancelledError {
  return new CancelledError(`${call}: cancelled`, { cause: signal.reason });
}

/** The error of a wait that took too long. */
export function timeoutError(call: string, timeoutMs: number): DeadlineExceededError {
  return new DeadlineExceededError(`${call}: not done within ${timeoutMs} ms`, { details: { timeoutMs } });
}

/** Calls `stop` with the error when the signal fires or the time is up. Returns what ends the watch. */
export function watchWait(
  call: string,
  clock: Clock,
  options: WaitOptions,
  stop: (error: CancelledError | DeadlineExceededError) => void,
): () => void {
  const { signal, timeoutMs } = options;
  const onAbort = (): void => {
    end();
    stop(cancelledError(call, signal!));
  };
  const timer =
    timeoutMs === undefined
      ? undefined
      : clock.after(timeoutMs, () => {
          end();
          stop(timeoutError(call, timeoutMs));
        });
  signal?.addEventListener("abort", onAbort);
  const end = (): void => {
    timer?.cancel();
    signal?.removeEventListener("abort", onAbort);
  };
  return end;
}
