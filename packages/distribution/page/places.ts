/** A point of the map. This host is at the origin. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Neighbouring turns of the spiral never line up (Vogel, "A better way to construct the sunflower head", 1979). */
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

/** Inside this radius are this host, its routers and partitions that nobody is known to hold. */
const INNER = 3.2;

/** The place of the host with a number: it depends on nothing else, so that nothing moves when others come and go. */
export function placeOfPeer(slot: number): Place {
  // Not to the right of this host, where its name stands.
  return at(0.7 + slot * GOLDEN_ANGLE, Math.sqrt(INNER * INNER + slot * 1.4));
}

export function placeOfRouter(index: number, count: number): Place {
  return at(Math.PI / 2 + (index / count) * 2 * Math.PI, 1);
}

/** Beside the host that holds it, or in a ring around this one. */
export function placeOfPartition(index: number, holder: Place | undefined, beside: number): Place {
  if (holder === undefined) return at(index * GOLDEN_ANGLE, 1.7 + (index % 3) * 0.4);
  const outwards = Math.atan2(holder.y, holder.x);
  const angle = outwards + (beside - 0.5) * 0.9;
  return { x: holder.x + 0.5 * Math.cos(angle), y: holder.y + 0.5 * Math.sin(angle) };
}

/** The radius of a map with places for `slots` hosts. It grows in large steps, as the map is drawn anew at each. */
export function radiusFor(slots: number): number {
  let room = 8;
  while (room < slots) room *= 4;
  return Math.sqrt(INNER * INNER + room * 1.4) + 1;
}

/** How large a host may be drawn so that neighbours do not touch, in pixels of a map of usual size. */
export function sizeFor(slots: number): number {
  return Math.max(2.5, Math.min(8, 240 / radiusFor(slots)));
}

function at(angle: number, radius: number): Place {
  return { x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
}
