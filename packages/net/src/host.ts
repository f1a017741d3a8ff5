/**
 * What this package needs of Node's globals, and what serves instead of it in a browser. The files of a connection import
 * no module of Node's own, so that `@graphoid/net/browser` is made of the same ones.
 */
const node: {
  readonly process?: { readonly nextTick?: (run: () => void) => void };
  readonly setImmediate?: (run: () => void) => unknown;
  readonly Buffer?: { allocUnsafeSlow(bytes: number): Uint8Array };
} = globalThis;

/** Runs a function after the promise callbacks that are due, and before anything else. */
export const afterCallbacks: (run: () => void) => void =
  node.process?.nextTick ?? ((run) => queueMicrotask(() => queueMicrotask(run)));

/** Runs a function in a later turn of the event loop, when what has come in was dealt with. */
export const nextTurn: (run: () => void) => void = node.setImmediate ?? ((run) => void setTimeout(run));

/** Memory that is not cleared first, where that can be had: its user overwrites all of it. */
export function uncleared(bytes: number): Uint8Array {
  return node.Buffer?.allocUnsafeSlow(bytes) ?? new Uint8Array(bytes);
}
