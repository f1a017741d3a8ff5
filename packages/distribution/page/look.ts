import type { PeerState } from "@graphoid/universe";

/** How a state is shown: never by its colour alone. */
export interface Look {
  readonly colour: string;
  readonly sign: string;
  readonly means: string;
}

export const LOOKS: Readonly<Record<PeerState, Look>> = {
  connected: { colour: "#1a7f37", sign: "●", means: "works" },
  suspect: { colour: "#bf8700", sign: "?", means: "nothing heard for a while" },
  failed: { colour: "#cf222e", sign: "✕", means: "died, or was lost" },
  connecting: { colour: "#54aeff", sign: "…", means: "being dialled" },
  handshaking: { colour: "#0969da", sign: "…", means: "being greeted" },
  disconnected: { colour: "#6e7781", sign: "–", means: "closed in good order" },
  left: { colour: "#afb8c1", sign: "←", means: "gone for good" },
  rejected: { colour: "#8250df", sign: "!", means: "not let in" },
  unknown: { colour: "#d0d7de", sign: " ", means: "forgotten" },
};

export const STATES = Object.keys(LOOKS) as PeerState[];

/** States that somebody should look at. */
export function isTrouble(state: PeerState): boolean {
  return state === "failed" || state === "suspect" || state === "rejected";
}

/** Round trips, from short to long; the last is for what is not known. */
export const ROUND_TRIPS: readonly { readonly belowMs: number; readonly colour: string; readonly text: string }[] = [
  { belowMs: 2, colour: "#57ab5a", text: "below 2 ms" },
  { belowMs: 20, colour: "#c9a227", text: "below 20 ms" },
  { belowMs: 200, colour: "#e0823d", text: "below 200 ms" },
  { belowMs: Number.POSITIVE_INFINITY, colour: "#c93c37", text: "longer" },
];

export const NOT_MEASURED = "#b6bec8";

export function linkColour(roundTripMs: number | undefined): string {
  if (roundTripMs === undefined) return NOT_MEASURED;
  return ROUND_TRIPS.find(({ belowMs }) => roundTripMs < belowMs)?.colour ?? NOT_MEASURED;
}

const BACKGROUND = "#fafbfc";
const STRENGTH = 0.22;

/** A colour near that of the background. Not a transparent one, as many of those on each other are bright. */
export function faint(colour: string): string {
  const mixed = [1, 3, 5].map((at) => {
    const [own, behind] = [colour, BACKGROUND].map((hex) => Number.parseInt(hex.slice(at, at + 2), 16)) as [
      number,
      number,
    ];
    return Math.round(own * STRENGTH + behind * (1 - STRENGTH));
  });
  return `#${mixed.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

/** Ten times the traffic is one step wider. */
export function linkWidth(bytesPerSecond: number): number {
  return 1 + Math.min(6, Math.log10(1 + bytesPerSecond / 1000) * 1.5);
}

const MAX_TEXT = 80;

/** Text from the network: short, on one line, and with nothing in it that acts on what stands around it. */
export function shown(text: string): string {
  const visible = text.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, (character) => {
    return `<U+${(character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, "0")}>`;
  });
  return visible.length > MAX_TEXT ? `${visible.slice(0, MAX_TEXT - 1)}…` : visible;
}

export function bytesText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  let value = bytes;
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

export function timeText(ms: number): string {
  return new Date(ms).toLocaleTimeString("en-GB");
}
