import { ClosedError, type GraphoidError, OverloadedError } from "@graphoid/core";
import { ConnectionLostError, MessageTooLargeError, ProtocolError, UnauthorizedError } from "./errors.ts";
import { frameKind, maxGoodbyeBytes } from "./frame-format.ts";
import type { ControlFrame } from "./frame-writer.ts";

/** Why one side ends a connection, as a number on the wire. Unknown numbers count as `aborted`. */
export const goodbyeCode = { closed: 0, aborted: 1, protocol: 2, tooLarge: 3, overloaded: 4, unauthorized: 5 } as const;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The last frame of a connection: a code of one byte, then a text for people. */
export function encodeGoodbye(code: number, text: string): ControlFrame {
  const payload = new Uint8Array(maxGoodbyeBytes);
  payload[0] = code;
  const { written } = encoder.encodeInto(text, payload.subarray(1));
  return { kind: frameKind.goodbye, payload: payload.subarray(0, written + 1) };
}

/** The reason that a peer's goodbye gives. */
export function decodeGoodbye(payload: Uint8Array, peer: string): GraphoidError {
  return goodbyeError(payload[0] ?? goodbyeCode.aborted, decoder.decode(payload.subarray(1)), peer);
}

/** What a code means to the side that receives it; in a goodbye, or as the refusal in a hello. */
export function goodbyeError(code: number, text: string, peer: string): GraphoidError {
  const said = text === "" ? "" : `: ${text}`;
  const details = { by: "peer", peer, text };
  switch (code) {
    case goodbyeCode.closed:
      return new ClosedError(`net: ${peer} closed the connection${said}`, { details });
    case goodbyeCode.overloaded:
      return new OverloadedError(`net: ${peer} takes no more connections${said}`, { details });
    case goodbyeCode.unauthorized:
      // The text begins with the reason, as `goodbyeFor` wrote it.
      return new UnauthorizedError(`net: ${peer} does not accept our certificate${said}`, {
        details: { ...details, reason: text.split(":", 1)[0], refusedBy: "peer" },
      });
    default:
      return new ConnectionLostError(`net: ${peer} gave the connection up${said}`, {
        details: { ...details, reason: "aborted" },
      });
  }
}

/** The goodbye that tells the peer why we end the connection. */
export function goodbyeFor(error: GraphoidError): { readonly code: number; readonly text: string } {
  if (error instanceof ProtocolError) return { code: goodbyeCode.protocol, text: error.message };
  if (error instanceof MessageTooLargeError) return { code: goodbyeCode.tooLarge, text: error.message };
  if (error instanceof OverloadedError) return { code: goodbyeCode.overloaded, text: error.message };
  if (error instanceof UnauthorizedError) {
    return { code: goodbyeCode.unauthorized, text: String(error.details["reason"]) };
  }
  return { code: goodbyeCode.aborted, text: error.message };
}
