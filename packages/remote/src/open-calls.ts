import type { ServedCall } from "./served-call.ts";

/** Callers whose calls have all ended are kept until there are this many: most call again. */
const IDLE_CALLERS = 1_024;

/** The calls that a remote is serving, by caller and the caller's id for them. Sends have no id and are in a set. */
export class OpenCalls {
  readonly #callers = new Map<string, Map<number, ServedCall>>();
  readonly #sends = new Set<ServedCall>();
  #requests = 0;
  /** At how many callers the idle ones are looked for next. */
  #sweepAt: number = IDLE_CALLERS;

  get size(): number {
    return this.#requests + this.#sends.size;
  }

  get(caller: string, id: number): ServedCall | undefined {
    return this.#requests === 0 ? undefined : this.#callers.get(caller)?.get(id);
  }

  add(call: ServedCall, caller: string): void {
    if (call.kind === "send") {
      this.#sends.add(call);
      return;
    }
    let calls = this.#callers.get(caller);
    if (calls === undefined) {
      if (this.#callers.size >= this.#sweepAt) this.#forgetIdle();
      calls = new Map();
      this.#callers.set(caller, calls);
    }
    calls.set(call.correlationId, call);
    this.#requests++;
  }

  remove(call: ServedCall, caller: string): void {
    if (call.kind === "send") this.#sends.delete(call);
    else if (this.#callers.get(caller)?.delete(call.correlationId)) this.#requests--;
  }

  /** The open calls at this moment. */
  all(): ServedCall[] {
    const all = [...this.#sends];
    for (const calls of this.#callers.values()) all.push(...calls.values());
    return all;
  }

  #forgetIdle(): void {
    for (const [caller, calls] of this.#callers) if (calls.size === 0) this.#callers.delete(caller);
    // Twice what is left, so that the sweeps cost a constant for each caller.
    this.#sweepAt = Math.max(IDLE_CALLERS, 2 * this.#callers.size);
  }
}
