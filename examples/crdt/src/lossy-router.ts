import type { Router } from "@graphoid/distribution";

/** What happens to messages on their way. Shares are from 0 to 1. */
export interface Weather {
  readonly lost: number;
  readonly twice: number;
  /** How many others a message may be overtaken by. */
  readonly late: number;
  /** Random numbers from 0 to below 1. */
  readonly random: () => number;
}

/** Another router, made worse: it loses messages, repeats them, swaps them, and brings none to who is cut off. */
export interface LossyRouter<Config> extends Router<Config> {
  /** Messages to these hosts are lost from now on. */
  cutOff(identities: readonly string[]): void;
  readonly counts: { sent: number; lost: number; twice: number; cut: number };
}

/** Sends by the router `below` what gets through. */
export function lossyRouter<Config>(below: Router<Config>, weather: Weather): LossyRouter<Config> {
  const { lost, twice, late, random } = weather;
  const counts = { sent: 0, lost: 0, twice: 0, cut: 0 };
  const onTheWay: (() => Promise<void>)[] = [];
  let cutOff: ReadonlySet<string> = new Set();

  return {
    guarantees: { order: "none" },
    counts,
    init: (config) => below.init?.(config),
    receive: (bytes, source) => below.receive?.(bytes, source),
    close: () => below.close?.(),
    async route(ref, envelope) {
      counts.sent++;
      if (cutOff.has(String(ref.location()))) counts.cut++;
      else if (random() < lost) counts.lost++;
      else {
        const send = async (): Promise<void> => below.route(ref, envelope);
        onTheWay.push(send);
        if (random() < twice && counts.twice++ >= 0) onTheWay.push(send);
      }
      while (onTheWay.length > late) {
        const [next] = onTheWay.splice(Math.floor(random() * onTheWay.length), 1);
        // What the router below cannot send is one message more that is lost.
        await next?.().catch(() => counts.lost++);
      }
    },
    cutOff(identities) {
      cutOff = new Set(identities);
    },
  };
}
