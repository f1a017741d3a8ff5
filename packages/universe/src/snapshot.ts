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

/** Room for peers to come, as a share of those that are there. */
const SPARE = 1 / 4;

/**
 * The running system as columns from which graphs are made. They are written directly, and not by `addNode`, because
 * interceptors of all graphs must not see, or change, how the system is shown. Peers stand last, so that more can come.
 */
export class Snapshot {
  readonly #source: SnapshotSource;
  readonly #ids: StringTable;
  readonly #names = new StringTable();
  #types: Uint8Array;
  readonly #values: (Value | undefined)[] = [];
  /** A tree: every node but the first has one edge to it, in the row before its own. */
  #sources: Uint32Array;
  #labels: Uint8Array;
  readonly #peersRow: number;
  readonly #firstPeer: number;
  readonly #peers: PeerSnapshot[] = [];
  /** Absent after a change. */
  #view: DistributionView | undefined;

  constructor(source: SnapshotSource) {
    this.#source = source;
    const { identity, routers, partitions, peerCount } = source;
    const rows = 6 + Math.ceil(peerCount * (1 + SPARE)) + routers.length + partitions.length;
    this.#ids = new StringTable(rows);
    this.#types = new Uint8Array(rows);
    this.#sources = new Uint32Array(rows);
    this.#labels = new Uint8Array(rows);

    const universe = this.#add("universe", "Universe", undefined, 0, "");
    const distribution = this.#add("distribution", "Distribution", undefined, universe, "distribution");
    this.#add("local_identity", "Identity", identity, distribution, "local_identity");
    this.#peersRow = this.#add("peers", "Group", undefined, distribution, "peers");
    const routersRow = this.#add("routers", "Group", undefined, distribution, "routers");
    const partitionsRow = this.#add("partitions", "Group", undefined, distribution, "partitions");
    for (const router of routers) this.#add(`routers/${router.name}`, "Router", router, routersRow, "router");
    for (const part of partitions) this.#add(partitionNodeId(part), "Partition", part, partitionsRow, "partition");
    this.#firstPeer = this.#values.length;
    source.forEachPeer((peer, bridge) => this.#addPeer(peer, bridge));
  }

  /** Takes up how a peer is now, one that was not there before too. */
  setPeer(peer: PeerSnapshot, bridge: BridgeNode): void {
    this.#view = undefined;
    const row = this.#ids.indexOf(`peers/${peer.id}`);
    if (row < 0) {
      this.#addPeer(peer, bridge);
    } else {
      this.#values[row] = bridge;
      this.#peers[row - this.#firstPeer] = peer;
    }
  }

  /** A graph of its own for whoever asks. Linear, and about as quick as copying the bytes. */
  toGraph(): UniverseGraph {
    this.#view ??= this.#makeView();
    const graph = new UniverseGraph(this.#view);
    const rows = this.#values.length;
    const targets = new Uint32Array(rows - 1);
    for (let edge = 0; edge < targets.length; edge++) targets[edge] = edge + 1;
    Graph.fromColumns(
      {
        directed: true,
        ids: this.#ids.copy(),
        names: this.#names.copy(),
        nodeTypes: this.#types.slice(0, rows),
        nodeValues: new ValueColumn({ kind: "values", values: this.#values.slice() }),
        sources: this.#sources.slice(1, rows),
        targets,
        labels: this.#labels.slice(1, rows),
      },
      { trusted: true, into: graph },
    );
    return graph;
  }

  #makeView(): DistributionView {
    const { identity, routers, partitions } = this.#source;
    const peers = Object.freeze([...this.#peers]);
    return Object.freeze({
      localIdentity: () => identity,
      peers: () => peers,
      routers: () => routers,
      partitions: () => partitions,
    });
  }

  #addPeer(peer: PeerSnapshot, bridge: BridgeNode): void {
    this.#peers.push(peer);
    this.#add(`peers/${peer.id}`, "Peer", bridge, this.#peersRow, "peer");
  }

  #add(id: string, type: string, value: Value | undefined, from: number, label: string): number {
    const row = this.#values.length;
    if (row === this.#types.length) this.#grow(row * 2);
    this.#ids.intern(id);
    this.#values.push(value);
    this.#types[row] = this.#names.intern(type) + 1;
    this.#sources[row] = from;
    if (row > 0) this.#labels[row] = this.#names.intern(label);
    return row;
  }

  #grow(rows: number): void {
    const [types, sources, labels] = [this.#types, this.#sources, this.#labels];
    this.#types = new Uint8Array(rows);
    this.#types.set(types);
    this.#sources = new Uint32Array(rows);
    this.#sources.set(sources);
    this.#labels = new Uint8Array(rows);
    this.#labels.set(labels);
  }
}
