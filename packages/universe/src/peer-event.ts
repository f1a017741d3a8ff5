import {
  checkInteger,
  checkOneOf,
  checkOptions,
  checkString,
  describe,
  invalidArgument,
  isWellFormed,
} from "@graphoid/core";
import { type PeerState, reportedStates } from "./peer-state.ts";

/** What happened to the connection to a peer. */
export interface PeerEvent {
  /** The name that the peer goes by. */
  readonly id: string;
  readonly state: Exclude<PeerState, "unknown">;
  /** Where it is, such as `"10.0.1.100:9000"`. Default: as before. */
  readonly address?: string;
  /** Which run of the peer this is about. Default: the one that the last event was about. */
  readonly incarnation?: string;
  /** Why: an error, whose message and code are shown, or a text. */
  readonly reason?: unknown;
  /**
   * The place of this event among those that the reporter has on this peer, for reporters whose events may overtake one
   * another: one whose number is not above the highest so far came late, and changes nothing. Default: the order of
   * arrival is the order.
   */
  readonly order?: number;
}

/** Why a peer is where it is, as text: reasons come from the network, and nobody can change what is shown through them. */
export interface PeerReason {
  /** At most 500 UTF-16 units. */
  readonly reason?: string;
  /** The `code` of the error that was the reason, where it has one. */
  readonly code?: string;
}

/** A peer at one moment. Frozen. */
export interface PeerSnapshot extends PeerReason {
  readonly id: string;
  readonly state: PeerState;
  readonly address?: string;
  /** Which run of the peer this is about, where it is known. */
  readonly incarnation?: string;
  /** The number of the change that led to `state`. */
  readonly sequence: number;
  /** When that was: milliseconds since 1970 by this host's clock, to be shown and not to be computed with. */
  readonly timeMs: number;
}

/** A peer went from one state to another. Frozen. */
export interface PeerChange extends PeerReason {
  readonly kind: "peer";
  readonly id: string;
  readonly from: PeerState;
  readonly to: PeerState;
  readonly address?: string;
  readonly incarnation?: string;
  /** Changes of one universe are numbered 1, 2, 3 … without a gap. */
  readonly sequence: number;
  /** Milliseconds since 1970 by this host's clock. */
  readonly timeMs: number;
  /** How many milliseconds `from` lasted, by a clock that never goes backwards. Absent when it was `unknown`. */
  readonly lastedMs?: number;
}

const KEYS = ["id", "state", "address", "incarnation", "reason", "order"];
const MAX_REASON = 500;

/** Throws unless `event` is a {@link PeerEvent}. */
export function checkPeerEvent(call: string, event: PeerEvent): void {
  checkOptions(call, event, KEYS);
  checkText(call, "id", event.id);
  checkOneOf(call, "state", event.state, reportedStates);
  if (event.address !== undefined) checkText(call, "address", event.address);
  if (event.incarnation !== undefined) checkText(call, "incarnation", event.incarnation);
  if (event.order !== undefined) checkInteger(call, "order", event.order, 0);
}

/** Throws unless `value` is text that can be shown, stored and sent. */
export function checkText(call: string, name: string, value: unknown): asserts value is string {
  checkString(call, name, value);
  if (value === "" || !isWellFormed(value)) throw invalidArgument(call, name, "a well-formed string, not empty", value);
}

/** A reason as text. Runs no code of the reason but the getters of an error. */
export function reasonText(reason: unknown): PeerReason {
  if (reason === undefined) return {};
  if (!(reason instanceof Error)) return { reason: shortened(typeof reason === "string" ? reason : describe(reason)) };
  const { message, name, code } = reason as { message?: unknown; name?: unknown; code?: unknown };
  const text = [message, name].find((part) => typeof part === "string" && part !== "") ?? "an error";
  return { reason: shortened(text as string), ...(typeof code === "string" ? { code: shortened(code) } : {}) };
}

function shortened(text: string): string {
  const short = text.length > MAX_REASON ? `${text.slice(0, MAX_REASON - 1)}…` : text;
  // With the flag u these are lone surrogates, such as the cut may leave: text with one cannot be sent.
  return short.replace(/[\ud800-\udfff]/gu, "\ufffd");
}
