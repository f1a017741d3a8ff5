import { type GraphoidError, invalidArgument } from "@graphoid/core";
import type { SendOptions } from "./connection.ts";
import { lanes } from "./frame-format.ts";

const call = "net.send";
const normalLane = 1;

/** The number of the lane that options of `send` ask for; or the error, since these calls throw nothing. */
export function laneOf(options: SendOptions | undefined): number | GraphoidError {
  if (options?.lane === undefined) return normalLane;
  const lane = lanes.indexOf(options.lane);
  return lane >= 0 ? lane : invalidArgument(call, "lane", '"control", "normal" or "bulk"', options.lane);
}

/** The error for something that is no message. */
export function notBytes(message: unknown): GraphoidError {
  return invalidArgument(call, "message", "a Uint8Array", message);
}
