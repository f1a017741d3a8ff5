import type { PlainRecord, Value } from "./values.ts";

export type GraphType = "directed" | "undirected";
export type Direction = "out" | "in" | "both";

export interface GraphOptions {
  /** Default: `"directed"`. */
  readonly type?: GraphType;
}

/** What a node has besides its id and value. */
export interface NodeOptions {
  readonly type?: string;
  readonly properties?: PlainRecord;
}

/** What an edge has besides its ends and label. */
export interface EdgeAttributes {
  /** Any number but NaN. Default: none. */
  readonly weight?: number;
  readonly properties?: PlainRecord;
}

/** Which edges at a node count. */
export interface NeighborOptions {
  /** Default: `"out"`. In an undirected graph every direction is the same. */
  readonly direction?: Direction;
  /** Only edges with this label. Default: all. */
  readonly label?: string;
}

/** A node, as a snapshot. */
export interface NodeRecord {
  readonly id: string;
  readonly value: Value;
  readonly type?: string;
  readonly properties: PlainRecord;
}

/** An edge, as a snapshot. In an undirected graph `from` and `to` are the ends as they were given. */
export interface EdgeRecord {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly weight?: number;
  readonly properties?: PlainRecord;
}
