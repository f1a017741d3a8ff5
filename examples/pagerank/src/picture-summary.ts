/** Everything that the picture of a run shows. Plain data; the picture adds nothing but its own layout. */
export interface PictureSummary {
  readonly graph: { readonly name: string; readonly nodes: number; readonly edges: number };
  /** When the run ended and what it ran on, in words; shown below the title. */
  readonly caption?: string;
  /** The strategy that the run used; one of `strategies`. */
  readonly strategy: string;
  /** The process that started the others. */
  readonly coordinator: PicturePeer;
  readonly partitions: readonly PicturePartition[];
  /** What partitions sent to each other, one entry for each direction. Pairs without traffic may be left out. */
  readonly traffic: readonly PictureTraffic[];
  /** The strategies that were compared on this graph. */
  readonly strategies: readonly PictureStrategy[];
  /** What the run did, in order. */
  readonly phases: readonly PicturePhase[];
  /** Sum of the absolute changes of all ranks, for each superstep from the first. */
  readonly changes: readonly number[];
  /** The run ended when the change was at most this. */
  readonly tolerance: number;
  /** The highest-ranked nodes, best first. */
  readonly topNodes: readonly PictureNode[];
  /** The comparison with PageRank in one process: the largest difference of a rank, and the most that is allowed. */
  readonly check: { readonly largestDifference: number; readonly allowed: number };
}

export interface PicturePeer {
  /** The identity under which others know the process. */
  readonly identity: string;
  /** `host:port`. */
  readonly address: string;
  /** Such as `"connected"` or `"lost"`. */
  readonly state: string;
}

export interface PicturePartition {
  readonly id: number | string;
  readonly peer: PicturePeer;
  readonly nodes: number;
  /** Edges with both ends here. */
  readonly innerEdges: number;
  /** Edges from here to other partitions. */
  readonly crossEdges: number;
}

export interface PictureTraffic {
  /** Ids of partitions. */
  readonly from: number | string;
  readonly to: number | string;
  readonly messages: number;
  readonly bytes: number;
}

export interface PictureStrategy {
  readonly name: string;
  /** Edges whose ends are in different partitions. */
  readonly crossEdges: number;
  /** Nodes of the largest partition over the mean; 1 is perfect. */
  readonly balance: number;
}

export interface PicturePhase {
  readonly name: string;
  readonly milliseconds: number;
}

export interface PictureNode {
  readonly id: string;
  readonly rank: number;
  /** Id of its partition. */
  readonly partition: number | string;
}
