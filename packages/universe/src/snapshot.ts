import { Graph, StringTable, type Value, ValueColumn } from "@graphoid/core";
import type { BridgeNode } from "./bridge-node.ts";
import { type PartitionSnapshot, partitionNodeId } from "./partition-report.ts";
import type { PeerSnapshot } from "./peer-event.ts";
import type { RouterSnapshot } from "./router-report.ts";
import { type DistributionView, type IdentitySnapshot, UniverseGraph } from "./universe-graph.ts";

/** What a {@link Snapshot} is taken of. */
export interface SnapshotSource {
  readonly identity: IdentitySnapshot;
  readonly routers: readonly RouterSnapshot[];
  readonly partitions: readonly PartitionSnapshot[];
  readonly peerCount: number;
  forEachPeer(visit: (snapshot: PeerSnapshot, bridge: BridgeNode) => void): void;
}

const NO_EDGE = 0xffff_ffff;

/**
 * The running system at one moment, as columns from which graphs are made. They are written directly, and not by
 * `addNode`, because interceptors of all graphs must not see, or change, how the system is shown.
 */
export class Snapshot {
  readonly #ids: StringTable;
  readonly #names = new StringTable();
  readonly #types: Uint8Array;
  readonly #values: (Value | undefined)[] = [];
  readonly #sources: Uint32Array;
  readonly #targets: Uint32Array;
  readonly #labels: Uint8Array;
  readonly #view: DistributionView;
  #rows = 0;

  constructor(source: SnapshotSource) {
    const { identity, routers, partitions, peerCount } = source;
    const rows = 6 + peerCount + routers.length + partitions.length;
    this.#ids = new StringTable(rows);
    this.#types = new Uint8Array(rows);
    // A tree: every node but the first has one edge to it, in the row before its own.
    this.#sources = new Uint32Array(rows - 1);
    this.#targets = new Uint32Array(rows - 1);
    this.#labels = new Uint8Array(rows - 1);

    const universe = this.#add("universe", "Universe", undefined, NO_EDGE, "");
    const distribution = this.#add("distribution", "Distribution", undefined, universe, "distribution");
    this.#add("local_identity", "Identity", identity, distribution, "local_identity");
    const peersRow = this.#add("peers", "Group", undefined, distribution, "peers");
    const routersRow = this.#add("routers", "Group", undefined, distribution, "routers");
    const partitionsRow = this.#add("partitions", "Group", undefined, distribution, "partitions");
    const peers: PeerSnapshot[] = [];
    source.forEachPeer((peer, bridge) => {
      peers.push(peer);
      this.#add(`peers/${peer.id}`, "Peer", bridge, peersRow, "peer");
    });
    for (const router of routers) this.#add(`routers/${router.name}`, "Router", router, routersRow, "router");
    for (const part of partitions) this.#add(partitionNodeId(part), "Partition", part, partitionsRow, "partition");

    Object.freeze(peers);
    this.#view = Object.freeze({
      localIdentity: () => identity,
      peers: () => peers,
      routers: () => routers,
      partitions: () => partitions,
    });
  }

  /** A graph of its own for whoever asks. Linear, and about as quick as copying the bytes. */
  toGraph(): UniverseGraph {
    const graph = new UniverseGraph(this.#view);
    Graph.fromColumns(
      {
        directed: true,
        ids: this.#ids.copy(),
        names: this.#names.copy(),
        nodeTypes: this.#types.slice(),
        nodeValues: new ValueColumn({ kind: "values", values: this.#values.slice() }),
        sources: this.#sources.slice(),
        targets: this.#targets.slice(),
        labels: this.#labels.slice(),
      },
      { trusted: true, into: graph },
    );
    return graph;
  }

  #add(id: string, type: string, value: Value | undefined, from: number, label: string): number {
    const row = this.#rows++;
    this.#ids.intern(id);
    this.#types[row] = this.#names.intern(type) + 1;
    this.#values.push(value);
    if (from !== NO_EDGE) {
      this.#sources[row - 1] = from;
      this.#targets[row - 1] = row;
      this.#labels[row - 1] = this.#names.intern(label);
    }
    return row;
  }
}
