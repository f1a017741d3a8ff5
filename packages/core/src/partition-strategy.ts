/** Names a part of a graph. Small non-negative integers, or names such as `"default"`. */
export type PartitionId = number | string;

/** Says which partition a node belongs to. `@graphoid/partition` makes them; anything with this shape will do. */
export interface PartitionStrategy {
  readonly name: string;
  /** The partition that owns the node with this id. The same answer for the same id, always. */
  partitionFor(nodeId: string): PartitionId;
}
