import type { PartitionSnapshot, PeerState, RouterSnapshot } from "@graphoid/universe";
import Graph from "graphology";
import Sigma from "sigma";
import { EdgeLineProgram } from "sigma/rendering";
import type { LinkView, PeerView } from "../src/inspector/messages.ts";
import { faint, isTrouble, LOOKS, linkColour, linkWidth, shown } from "./look.ts";
import { type Place, placeOfPartition, placeOfPeer, placeOfRouter, radiusFor, sizeFor } from "./places.ts";
import { leaveOutWhenSlow } from "./slow-machine.ts";
import { UnrolledEdges, UnrolledNodes } from "./unrolled.ts";

const LOCAL_COLOUR = "#0b1f3a";
const PARTITION_COLOURS = ["#7a5195", "#ef5675", "#ffa600", "#2f4b7c", "#00876c"];
/** More partitions than these are in the list only. */
const MAX_PARTITIONS = 256;
/** So many hosts can be told apart when all are in view. */
const SMALL = 64;
/** From so many lines on, those without traffic are faint: hosts must be seen through them. */
const DENSE = 400;

/** What is on the map, and where. Nodes are told apart by what they are, so that no name from the network can clash. */
export class MapView {
  readonly sigma: Sigma;
  readonly #graph = new Graph({ type: "undirected", multi: false });
  #local = "";
  #slots = 0;
  #marked: string | undefined;

  constructor(container: HTMLElement, onSelect: (peer: string | undefined) => void) {
    this.sigma = new Sigma(this.#graph, container, {
      nodeProgramClasses: { circle: UnrolledNodes },
      nodeHoverProgramClasses: { circle: UnrolledNodes },
      edgeProgramClasses: { line: UnrolledEdges, thin: EdgeLineProgram },
      labelRenderedSizeThreshold: 7,
      labelDensity: 0.6,
      labelFont: "system-ui, sans-serif",
      zIndex: true,
      minCameraRatio: 0.02,
      maxCameraRatio: 4,
      defaultEdgeType: "thin",
      allowInvalidContainer: true,
    });
    leaveOutWhenSlow(this.sigma);
    this.sigma.on("clickNode", ({ node }) => onSelect(node.startsWith("peer/") ? node.slice(5) : undefined));
    this.sigma.on("clickStage", () => onSelect(undefined));
  }

  /** Begins anew with the hosts as they stand. */
  reset(local: string, peers: readonly PeerView[]): void {
    this.#graph.clear();
    this.#local = local;
    this.#marked = undefined;
    this.#graph.addNode(this.#key(local), {
      x: 0,
      y: 0,
      size: 14,
      color: LOCAL_COLOUR,
      label: `${shown(local)} (this host)`,
      forceLabel: true,
      zIndex: 3,
    });
    this.#slots = 0;
    for (const { id, slot, state } of peers) this.peer(id, slot, state);
  }

  peer(id: string, slot: number, state: PeerState): void {
    const key = this.#key(id);
    if (id === this.#local) return;
    const { colour, sign } = LOOKS[state];
    const trouble = isTrouble(state);
    const look = {
      color: colour,
      size: trouble ? 11 : sizeFor(this.#slots),
      label: state === "connected" ? shown(id) : `${sign} ${shown(id)}: ${state}`,
      forceLabel: trouble,
      zIndex: trouble ? 2 : 1,
    };
    if (this.#graph.hasNode(key)) {
      if (this.#graph.getNodeAttribute(key, "label") !== look.label) this.#graph.mergeNodeAttributes(key, look);
    } else {
      this.#makeRoom(slot + 1);
      this.#graph.addNode(key, { ...placeOfPeer(slot), ...look, size: trouble ? look.size : sizeFor(this.#slots) });
    }
    this.#link(id, state);
  }

  links(links: readonly LinkView[]): void {
    const isDense = Math.max(links.length, this.#graph.size) > DENSE;
    for (const { from, to, bytesPerSecond, roundTripMs } of links) {
      const [a, b] = [this.#key(from), this.#key(to)];
      if (a === b || !this.#graph.hasNode(a) || !this.#graph.hasNode(b)) continue;
      const size = linkWidth(bytesPerSecond);
      // A line of one pixel is the quickest to draw, and most are.
      const type = size < 1.5 ? "thin" : "line";
      const look = {
        color: type === "thin" && isDense ? faint(linkColour(roundTripMs)) : linkColour(roundTripMs),
        size,
        type,
      };
      const known = this.#graph.edge(a, b);
      if (known === undefined) this.#graph.addEdge(a, b, look);
      else if (this.#graph.getEdgeAttribute(known, "gone") !== true) this.#graph.mergeEdgeAttributes(known, look);
    }
  }

  routers(routers: readonly RouterSnapshot[]): void {
    this.#drop("router/");
    routers.forEach(({ name, active }, index) => {
      const label = `router ${shown(name)}${active ? ", in use" : ""}`;
      const key = `router/${name}`;
      const place = placeOfRouter(index, routers.length);
      const color = active ? "#d4a72c" : "#d0d7de";
      this.#graph.addNode(key, { ...place, size: active ? 7 : 4, color, label, forceLabel: active, zIndex: 2 });
      this.#graph.addEdge(this.#key(this.#local), key, { color, size: active ? 2 : 1 });
    });
  }

  partitions(partitions: readonly PartitionSnapshot[]): void {
    this.#drop("partition/");
    const splits = [...new Set(partitions.map(({ split }) => split))];
    const beside = new Map<string, number>();
    partitions.slice(0, MAX_PARTITIONS).forEach(({ split, id, host }, index) => {
      const holder = host === undefined ? undefined : this.placeOf(host);
      const nth = beside.get(host ?? "") ?? 0;
      beside.set(host ?? "", nth + 1);
      const key = `partition/${JSON.stringify([split, id])}`;
      const color = PARTITION_COLOURS[splits.indexOf(split) % PARTITION_COLOURS.length] as string;
      const label = `${shown(split)} ${shown(String(id))}`;
      this.#graph.addNode(key, { ...placeOfPartition(index, holder, nth), size: 5, color, label, zIndex: 1 });
      const owner = this.#key(host !== undefined && holder ? host : this.#local);
      this.#graph.addEdge(owner, key, { color, size: 1 });
    });
  }

  /** Where a host is on the map, if it is there. */
  placeOf(id: string): Place | undefined {
    const key = this.#key(id);
    if (!this.#graph.hasNode(key)) return undefined;
    return { x: this.#graph.getNodeAttribute(key, "x"), y: this.#graph.getNodeAttribute(key, "y") };
  }

  /** Marks a host, and nothing else. */
  mark(id: string | undefined): void {
    const key = id === undefined ? undefined : this.#key(id);
    if (key === this.#marked) return;
    if (this.#marked !== undefined && this.#graph.hasNode(this.#marked)) {
      this.#graph.removeNodeAttribute(this.#marked, "highlighted");
    }
    this.#marked = key !== undefined && this.#graph.hasNode(key) ? key : undefined;
    if (this.#marked !== undefined) this.#graph.setNodeAttribute(this.#marked, "highlighted", true);
  }

  /** Moves the camera to a host, where there are too many to see each. */
  show(id: string): void {
    const place = this.sigma.getNodeDisplayData(this.#key(id));
    const isSmall = this.#slots <= SMALL;
    const to = isSmall ? { x: 0.5, y: 0.5, ratio: 1 } : { x: place?.x ?? 0.5, y: place?.y ?? 0.5, ratio: 0.3 };
    if (place) void this.sigma.getCamera().animate(to, { duration: 300 });
  }

  /** How much is drawn. */
  get order(): { readonly nodes: number; readonly edges: number } {
    return { nodes: this.#graph.order, edges: this.#graph.size };
  }

  /** Lines follow the state of a host: a dead connection has no traffic, whoever has told of it. */
  #link(id: string, state: PeerState): void {
    const [a, b] = [this.#key(this.#local), this.#key(id)];
    const gone = LOOKS[state].sign !== "●" && state !== "suspect";
    if (!gone && !this.#graph.hasEdge(a, b)) {
      this.#graph.addEdge(a, b, { color: linkColour(undefined), size: 1, type: "thin", gone });
    }
    this.#graph.forEachEdge(b, (edge, attributes, source, target) => {
      const other = source === b ? target : source;
      if (attributes["gone"] === gone || other.startsWith("partition/")) return;
      const color = gone && other === a ? LOOKS[state].colour : linkColour(undefined);
      this.#graph.mergeEdgeAttributes(edge, { gone, size: 1, color, type: "thin" });
    });
  }

  #drop(prefix: string): void {
    for (const key of this.#graph.filterNodes((key) => key.startsWith(prefix))) this.#graph.dropNode(key);
  }

  /** The map shows a fixed area: else it would be scaled anew with every host. */
  #makeRoom(slots: number): void {
    if (slots <= this.#slots && this.sigma.getCustomBBox() !== null) return;
    const before = sizeFor(this.#slots);
    this.#slots = Math.max(this.#slots, slots);
    const radius = radiusFor(this.#slots);
    const size = sizeFor(this.#slots);
    if (size !== before) {
      this.#graph.updateEachNodeAttributes((key, look) =>
        key.startsWith("peer/") && look["size"] === before ? { ...look, size } : look,
      );
    }
    this.sigma.setCustomBBox({ x: [-radius, radius], y: [-radius, radius] });
  }

  #key(id: string): string {
    return id === this.#local ? "local" : `peer/${id}`;
  }
}
