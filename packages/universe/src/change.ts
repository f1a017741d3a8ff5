import type { PartitionSnapshot } from "./partition-report.ts";
import type { PeerChange } from "./peer-event.ts";
import type { RouterSnapshot } from "./router-report.ts";

/** The set of routers is another one. Frozen. */
export interface RoutersChange {
  readonly kind: "routers";
  /** All routers, as they are now. */
  readonly routers: readonly RouterSnapshot[];
  readonly sequence: number;
  /** Milliseconds since 1970 by this host's clock. */
  readonly timeMs: number;
}

/** A graph was split, or its parts changed. Frozen. */
export interface PartitionsChange {
  readonly kind: "partitions";
  /** The name of the split. */
  readonly split: string;
  /** Its partitions, as they are now; none when it is gone. */
  readonly partitions: readonly PartitionSnapshot[];
  readonly sequence: number;
  /** Milliseconds since 1970 by this host's clock. */
  readonly timeMs: number;
}

/** Something in the running system changed; `kind` says what. */
export type UniverseChange = PeerChange | RoutersChange | PartitionsChange;
