import type { LinkView } from "./messages.ts";

/** What went over a connection between two hosts so far, whichever host has counted it. */
export interface LinkReport {
  readonly from: string;
  readonly to: string;
  readonly bytes: number;
  readonly messages: number;
  readonly roundTripMs?: number;
}

interface Known {
  view: LinkView;
  readAt: number;
}

/** Turns counts that only grow into rates. */
export class LinkRates {
  readonly #known = new Map<string, Known>();

  get latest(): LinkView[] {
    return Array.from(this.#known.values(), ({ view }) => view);
  }

  /** Takes a reading at `now` (in milliseconds) and returns the links that are other than at the reading before. */
  read(reports: Iterable<LinkReport>, now: number): LinkView[] {
    const changed: LinkView[] = [];
    for (const { from, to, bytes, messages, roundTripMs } of reports) {
      if (from === to) continue;
      // Both ends may report a connection: it is one link.
      const [a, b] = from < to ? [from, to] : [to, from];
      const key = JSON.stringify([a, b]);
      const known = this.#known.get(key);
      if (known?.readAt === now) continue;
      const seconds = known === undefined ? 0 : (now - known.readAt) / 1000;
      const grown = known === undefined ? 0 : Math.max(0, bytes - known.view.bytes);
      const view: LinkView = {
        from: known?.view.from ?? from,
        to: known?.view.to ?? to,
        bytes,
        messages,
        bytesPerSecond: seconds > 0 ? grown / seconds : 0,
        ...(roundTripMs === undefined ? {} : { roundTripMs }),
      };
      if (known === undefined || isOther(known.view, view)) changed.push(view);
      if (known === undefined) this.#known.set(key, { view, readAt: now });
      else Object.assign(known, { view, readAt: now });
    }
    return changed;
  }
}

function isOther(a: LinkView, b: LinkView): boolean {
  return a.bytes !== b.bytes || a.bytesPerSecond !== b.bytesPerSecond || a.roundTripMs !== b.roundTripMs;
}
