/** The buffer that small results share: one that is kept keeps no more than this from being collected. */
export const SLAB = 16_384;

/** `process` where there is one; Node has had `getBuiltinModule` since 20.16. */
declare const process: {
  getBuiltinModule?(name: string): { markAsUntransferable?(buffer: ArrayBuffer): void } | undefined;
};

const threads = typeof process === "object" ? process.getBuiltinModule?.("node:worker_threads") : undefined;

/**
 * A buffer for results to share. Where the engine can be told, it is copied when it is transferred to another thread, which
 * would take along the results of others.
 */
export function newSlab(): Uint8Array {
  const slab = new Uint8Array(SLAB);
  threads?.markAsUntransferable?.(slab.buffer);
  return slab;
}
