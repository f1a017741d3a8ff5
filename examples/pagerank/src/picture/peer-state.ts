interface StateLook {
  readonly glyph: string;
  readonly tone: "good" | "waiting" | "bad" | "quiet";
}

const LOOKS: { readonly [state: string]: StateLook } = {
  local: { glyph: "◆", tone: "good" },
  connected: { glyph: "●", tone: "good" },
  connecting: { glyph: "◌", tone: "waiting" },
  reconnecting: { glyph: "◌", tone: "waiting" },
  suspect: { glyph: "▲", tone: "waiting" },
  closed: { glyph: "○", tone: "quiet" },
  disconnected: { glyph: "○", tone: "quiet" },
  lost: { glyph: "✕", tone: "bad" },
  failed: { glyph: "✕", tone: "bad" },
};
const UNKNOWN: StateLook = { glyph: "◇", tone: "quiet" };

function look(state: string): StateLook {
  return Object.hasOwn(LOOKS, state) ? LOOKS[state]! : UNKNOWN;
}

/** A shape for the state of a peer, so that colour is not needed to tell states apart. */
export function stateGlyph(state: string): string {
  return look(state).glyph;
}

/** A CSS class for the state of a peer. */
export function stateTone(state: string): string {
  return look(state).tone;
}
