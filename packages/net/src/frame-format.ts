/**
 * The numbers of the frame format. A frame is a header and a payload:
 *
 * | bytes | meaning |
 * |---|---|
 * | 1 | tag: kind in the low 4 bits, lane in the next 2, zeros |
 * | 3 | length of the payload, big-endian |
 * | 4 | only in `begin`: length of the whole message, big-endian |
 *
 * A message of up to {@link maxFragmentBytes} is one `message` frame. A longer one is a `begin` frame and as many
 * `part` frames on the same lane as it takes; frames of other lanes may come between them.
 *
 * After its hello, a side may send as many bytes as the window in the peer's hello says, headers included, and as many
 * more as each `credit` of the peer says. The lane `control` counts, but need not wait.
 */
export const frameKind = { message: 1, begin: 2, part: 3, ping: 4, pong: 5, goodbye: 6, credit: 7 } as const;

/** Bytes of the header of every frame but `begin`. */
export const headerBytes = 4;
/** Bytes of the header of a `begin` frame. */
export const beginHeaderBytes = 8;
/** The longest payload of one frame. */
export const maxFragmentBytes: number = 64 * 1024;
/** The longest payload of a `goodbye` frame. */
export const maxGoodbyeBytes = 1024;
/** The payload of `ping` and `pong`, a number that the pong repeats; and of `credit`, a number of bytes. */
export const numberBytes = 4;
/** The `credit` of a side that throws away whatever still comes. */
export const unlimitedCredit = 0xffff_ffff;
/** The longest message that the format can carry. */
export const maxMessageLength = 0xffff_ffff;

/**
 * Three queues of messages on one connection. Order is kept within a lane; between them `control` goes first, and
 * `normal` gets most of what `bulk` would take.
 */
export type Lane = "control" | "normal" | "bulk";

/** The lanes by their number on the wire. */
export const lanes: readonly Lane[] = ["control", "normal", "bulk"];

/** The payload of `ping`, `pong` and `credit`. */
export function encodeNumber(value: number): Uint8Array {
  const payload = new Uint8Array(numberBytes);
  new DataView(payload.buffer).setUint32(0, value);
  return payload;
}

/** The number in a payload of `ping`, `pong` or `credit`. */
export function decodeNumber(payload: Uint8Array): number {
  return new DataView(payload.buffer, payload.byteOffset).getUint32(0);
}
