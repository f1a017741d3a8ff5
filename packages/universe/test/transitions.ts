import type { PeerState } from "../src/peer-state.ts";

export const ends: readonly PeerState[] = ["disconnected", "failed", "left", "rejected"];

/** Every step that there is, written out: what the rules are checked against. */
export const transitions: Readonly<Record<PeerState, readonly PeerState[]>> = {
  unknown: ["connecting", "handshaking", "connected", ...ends],
  connecting: ["handshaking", "connected", ...ends],
  handshaking: ["connected", ...ends],
  connected: ["suspect", ...ends],
  suspect: ["connected", ...ends],
  disconnected: ["connecting", "handshaking", "connected", "left"],
  failed: ["connecting", "handshaking", "connected", "left"],
  left: ["connecting", "handshaking", "connected"],
  rejected: ["connecting", "handshaking", "connected", "left"],
};
