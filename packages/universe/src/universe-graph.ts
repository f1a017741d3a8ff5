import { Graph } from "@graphoid/core";
import type { PartitionSnapshot } from "./partition-report.ts";
import type { PeerSnapshot } from "./peer-event.ts";
import type { RouterSnapshot } from "./router-report.ts";

/** This host. Frozen. */
export interface IdentitySnapshot {
  /** The name of this host. */
  readonly id: string;
  /** Which run of it this is. */
  readonly incarnation: string;
}

/** The distribution part of a {@link UniverseGraph}, typed. All of it is frozen, and of the moment of the graph. */
export interface DistributionView {
  localIdentity(): IdentitySnapshot;
  /** The peers, in the order in which they were first heard of. */
  peers(): readonly PeerSnapshot[];
  /** The routers, in the order of the last report. */
  routers(): readonly RouterSnapshot[];
  /** The partitions, split by split. */
  partitions(): readonly PartitionSnapshot[];
}

/**
 * The running system at one moment, as a graph.
 *
 * | node | type | value | edge to it |
 * | --- | --- | --- | --- |
 * | `universe` | `Universe` | `null` | |
 * | `distribution` | `Distribution` | `null` | `distribution`, from `universe` |
 * | `local_identity` | `Identity` | {@link IdentitySnapshot} | `local_identity`, from `distribution` |
 * | `peers`, `routers`, `partitions` | `Group` | `null` | `peers`, `routers`, `partitions`, from `distribution` |
 * | `peers/<id>` | `Peer` | {@link BridgeNode} | `peer`, from `peers` |
 * | `routers/<name>` | `Router` | {@link RouterSnapshot} | `router`, from `routers` |
 * | `partitions/<split>/<id>` | `Partition` | {@link PartitionSnapshot} | `partition`, from `partitions` |
 *
 * It belongs to whoever asked for it: changing it changes nothing else. With peers in it, it cannot be serialized.
 */
export class UniverseGraph extends Graph {
  readonly #view: DistributionView;

  constructor(view: DistributionView) {
    super();
    this.#view = view;
  }

  /** The distribution as typed records instead of nodes. */
  distribution(): DistributionView {
    return this.#view;
  }
}
