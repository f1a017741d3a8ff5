import { rawBatched } from "../net/raw-system.ts";
import type { CallSystem } from "./system.ts";

const messageBytes = 100;

/** Bytes of the length of a payload, there and back: what no system of calls can be cheaper than. */
export const rawEcho: CallSystem = {
  serve: (handlers) =>
    rawBatched.serve((link) => (message) => {
      handlers.note(undefined as never);
      return link.send(message);
    }),
  async open(address) {
    const message = new Uint8Array(messageBytes).fill(7);
    const waiting: (() => void)[] = [];
    let next = 0;
    const link = await rawBatched.open(address, () => {
      // In order, so that a queue is all that it takes to find who waits.
      waiting[next]?.();
      if (++next === waiting.length) {
        waiting.length = 0;
        next = 0;
      }
      return undefined;
    });
    return {
      request: (payload) =>
        new Promise((resolve) => {
          waiting.push(() => resolve(payload));
          void link.send(message);
        }),
      send: () => link.send(message),
      close: () => link.close(),
    };
  },
};
