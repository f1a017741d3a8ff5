/** Messages of less than two bytes: no envelope is that short. */
export const marks: {
  /** This side sends its envelopes by another connection from now on. */
  readonly left: Uint8Array;
  /** All envelopes up to the other side's `left` were taken. */
  readonly taken: Uint8Array;
  /** The envelopes that follow are messages of a new session. */
  readonly session: Uint8Array;
  /** The envelopes that follow are of no session. */
  readonly alone: Uint8Array;
} = { left: Uint8Array.of(), taken: Uint8Array.of(0), session: Uint8Array.of(1), alone: Uint8Array.of(2) };

/** Whether a message is a mark and no envelope. */
export function isMark(bytes: Uint8Array): boolean {
  return bytes.length < 2;
}

/** Whether a message is that mark. */
export function isThe(mark: Uint8Array, bytes: Uint8Array): boolean {
  return bytes.length === mark.length && bytes[0] === mark[0];
}
