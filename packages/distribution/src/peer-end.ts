import { isGraphoidError } from "@graphoid/core";
import type { PeerEvent } from "./peer-event.ts";

/** What a host that closes for good says to its peers as it closes their connections. */
export const LEAVING = "the host leaves";

/** Where a peer stands after its last connection ended, for `reason`. */
export function endOf(reason: unknown): PeerEvent["state"] {
  if (!isGraphoidError(reason, "CLOSED")) return "failed";
  const { by, text } = reason.details;
  return by === "peer" && text === LEAVING ? "left" : "disconnected";
}

/** Where a peer stands after an attempt to connect to it has failed: it was reached and one side refused, or it was not. */
export function endOfAttempt(reason: unknown): PeerEvent["state"] {
  // "Not found" is another host at the address where the peer should be.
  return isGraphoidError(reason, "UNAUTHORIZED") || isGraphoidError(reason, "NOT_FOUND") ? "rejected" : "failed";
}
