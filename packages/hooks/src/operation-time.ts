import { CancelledError, type Clock, DeadlineExceededError } from "@graphoid/core";

/** How long one operation may take, its hooks and all that it is redirected to included. */
export class OperationTime {
  readonly #kind: string;
  readonly #timeoutMs: number;
  readonly #clock: Clock;
  readonly #endsAt: number;
  #isOver = false;

  constructor(kind: string, timeoutMs: number, clock: Clock) {
    this.#kind = kind;
    this.#timeoutMs = timeoutMs;
    this.#clock = clock;
    this.#endsAt = clock.now() + timeoutMs;
  }

  /** Whether the wait was given up. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /**
   * What is left, as an option of a call.
   *
   * @throws DeadlineExceededError when nothing is.
   */
  left(): { readonly timeoutMs?: number } {
    const left = this.#endsAt - this.#clock.now();
    if (left <= 0) throw this.#tooLate();
    return left === Number.POSITIVE_INFINITY ? {} : { timeoutMs: Math.ceil(left) };
  }

  /** What comes of `promise`, unless the time is up or `signal` is aborted before. */
  limit<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const timeoutMs = this.#timeoutMs;
    if (timeoutMs === Number.POSITIVE_INFINITY && signal === undefined) return promise;
    return new Promise((resolve, reject) => {
      const giveUp = (error: Error): void => {
        this.#isOver = true;
        settle(() => reject(error));
      };
      const timer =
        timeoutMs === Number.POSITIVE_INFINITY
          ? undefined
          : this.#clock.after(timeoutMs, () => giveUp(this.#tooLate()));
      const onAbort = (): void => {
        const cause: unknown = signal?.reason;
        giveUp(new CancelledError(`asyncGraph: \`${this.#kind}\` was cancelled`, { cause }));
      };
      const settle = (end: () => void): void => {
        timer?.cancel();
        signal?.removeEventListener("abort", onAbort);
        end();
      };
      signal?.addEventListener("abort", onAbort);
      if (signal?.aborted) onAbort();
      promise.then(
        // Hooks that never waited have let no timer run.
        (value) => settle(() => (this.#clock.now() > this.#endsAt ? reject(this.#tooLate()) : resolve(value))),
        (error: unknown) => settle(() => reject(error)),
      );
    });
  }

  #tooLate(): DeadlineExceededError {
    const timeoutMs = this.#timeoutMs;
    return new DeadlineExceededError(`asyncGraph: \`${this.#kind}\` took more than ${timeoutMs} ms`, {
      details: { timeoutMs },
    });
  }
}
