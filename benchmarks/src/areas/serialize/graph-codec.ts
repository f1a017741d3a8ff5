import type { NodeRow } from "../../datasets/graph-rows.ts";
import type { GraphInput, RowKind } from "./graph-input.ts";

/** One way to move a graph: from what its users hold, to bytes, to what its users then have. */
export interface GraphCodec<Held = unknown, Decoded = unknown> {
  readonly packageName?: string;
  /** What a user of it has before encoding. */
  hold(input: GraphInput): Held;
  encode(held: Held): Uint8Array;
  decode(bytes: Uint8Array): Decoded;
  /** Reads every node, property and edge once; the checksum of `visitRows`. */
  visit(decoded: Decoded, kind: RowKind<NodeRow>): number;
}
