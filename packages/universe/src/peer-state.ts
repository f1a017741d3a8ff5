import type { PeerReport } from "@graphoid/core";

/**
 * Where a peer stands, as seen from this host:
 * `unknown → connecting → handshaking → connected ⇄ suspect → disconnected | failed | left | rejected`.
 *
 * `suspect` means that nothing has been heard from it for a while. Of the four ways to end, `disconnected` is an orderly
 * close, `failed` a loss or a connection that could not be made, `left` a departure for good, `rejected` a peer that was
 * not let in. A peer that ended may come back.
 */
export type PeerState = "unknown" | PeerReport["state"];

/** The states that can be reported: all but `unknown`, which is where every peer begins. */
export const reportedStates = [
  "connecting",
  "handshaking",
  "connected",
  "suspect",
  "disconnected",
  "failed",
  "left",
  "rejected",
] as const;

/** How far a connection has come. */
const PROGRESS: Readonly<Record<PeerState, number>> = {
  unknown: 0,
  connecting: 1,
  handshaking: 2,
  connected: 3,
  suspect: 3,
  disconnected: 0,
  failed: 0,
  left: 0,
  rejected: 0,
};

/** Whether there is no connection to the peer any more, nor one being made. */
export function isEnded(state: PeerState): boolean {
  return PROGRESS[state] === 0 && state !== "unknown";
}

/**
 * Whether a report of `to` moves a peer that is in `from`. A report that does not is about another attempt, or came
 * late, and changes nothing:
 *
 * - A connection only moves forward, and may skip steps: whoever accepts one does not see it connecting.
 * - Only a connected peer becomes suspect.
 * - Any state can end. The first end stands, except that a peer whose connection ended may then turn out to have left.
 * - A peer that ended comes back by any step forward.
 */
export function follows(from: PeerState, to: PeerState): boolean {
  if (to === "suspect") return from === "connected";
  if (isEnded(to)) return !isEnded(from) || (to === "left" && from !== "left");
  return PROGRESS[to] > PROGRESS[from] || (to === "connected" && from === "suspect");
}
