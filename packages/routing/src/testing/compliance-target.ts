import type { Ref, Value } from "@graphoid/core";

/** What a handler of the suite uses of the call that it answers. */
export interface ComplianceCall {
  readonly from: { readonly identity: string | undefined };
  readonly signal: AbortSignal;
  readonly items: AsyncIterable<Value>;
}

/** The id under which the far host exposes {@link complianceTarget}. */
export const COMPLIANCE_TARGET = "compliance";

/**
 * What the far host exposes as {@link COMPLIANCE_TARGET}, perhaps in another process. All that the suite wants to know of
 * the far host, it asks by messages.
 */
export function complianceTarget(): object {
  const notes: Value[] = [];
  const state = { waiting: 0, stopped: 0, produced: 0, ended: 0 };
  return {
    echo: (payload: Value) => payload,
    note: (payload: Value) => void notes.push(payload),
    notes: () => notes.splice(0),
    state: () => ({ ...state }),
    caller: (_: Value, call: ComplianceCall) => call.from.identity ?? null,
    fail: () => {
      const cause = new TypeError("the reason");
      throw Object.assign(new RangeError("it failed", { cause }), { code: "COMPLIANCE", details: { at: 7 } });
    },
    wait: (_: Value, call: ComplianceCall) => {
      state.waiting++;
      return new Promise((_resolve, reject) => {
        call.signal.addEventListener("abort", () => {
          state.stopped++;
          reject(new Error("stopped"));
        });
      });
    },
    *count(to: number) {
      state.produced = 0;
      try {
        for (let i = 0; i < to; i++) {
          state.produced++;
          yield i;
        }
      } finally {
        state.ended++;
      }
    },
    async *halting() {
      yield 1;
      await new Promise(() => {});
    },
    sum: async (_: Value, call: ComplianceCall) => {
      let sum = 0;
      for await (const item of call.items) sum += item as number;
      return sum;
    },
    callBack: ({ ref, payload }: { ref: Ref; payload: Value }) => ref.request("echo", payload),
  };
}
