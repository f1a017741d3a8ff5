import { type CompactGraph, weighParts } from "./compact-graph.ts";

/** Room for the neighbour lists of a {@link Division}; one serves all levels of a graph in turn. */
export interface DivisionRoom {
  readonly parts: Int32Array;
  readonly weights: Int32Array;
  readonly inner: Int32Array;
}

/** Room for graphs with as many nodes and neighbour entries as `graph`, or fewer. */
export function divisionRoom({ targets, nodeWeights }: CompactGraph): DivisionRoom {
  return {
    parts: new Int32Array(targets.length),
    weights: new Int32Array(targets.length),
    inner: new Int32Array(nodeWeights.length),
  };
}

/** What is known of a graph's cut from that of the smaller graph made from it. */
export interface CoarserCut {
  /** Its {@link Division.touched}. */
  readonly touched: Int32Array;
  /** For each node of the finer graph the node there. */
  readonly nodeOf: Int32Array;
}

/**
 * A graph cut into parts, with what is needed to move nodes: for each node how strongly it is connected to its own part
 * and, in a list, to every other part that it touches. The list of a node stands where its neighbours stand in the
 * graph, as it cannot be longer; so memory is linear in edges, whatever the number of parts. Nodes whose neighbours are
 * all in their own part have no list until one of these moves.
 */
export class Division {
  readonly graph: CompactGraph;
  readonly part: Int32Array;
  readonly partWeights: Int32Array;
  /** The largest weight that each part may have. */
  readonly limits: Int32Array;
  /** For each node the weight of the edges to its own part. Valid where `touched` is not negative. */
  readonly inner: Int32Array;
  /** For each node the length of its list; -1 for a node inside its part that has none yet. */
  readonly touched: Int32Array;
  readonly listParts: Int32Array;
  readonly listWeights: Int32Array;
  /** What {@link bestTarget} found. */
  gain = 0;
  /** The weight of the edges between parts. */
  cut: number;
  readonly #slots: Int32Array;

  /** `part` is taken over. What was inside its part in the coarser graph is so here, and need not be looked at. */
  constructor(graph: CompactGraph, part: Int32Array, limits: Int32Array, room: DivisionRoom, coarser?: CoarserCut) {
    this.graph = graph;
    this.part = part;
    this.limits = limits;
    this.partWeights = weighParts(graph, part, limits.length);
    this.listParts = room.parts;
    this.listWeights = room.weights;
    this.inner = room.inner;
    this.touched = new Int32Array(part.length).fill(-1);
    this.#slots = new Int32Array(limits.length);
    let outer = 0;
    if (coarser === undefined) {
      for (let node = 0; node < part.length; node++) outer += this.#list(node);
    } else {
      const { touched, nodeOf } = coarser;
      for (let node = 0; node < part.length; node++) if (touched[nodeOf[node]!]! > 0) outer += this.#list(node);
    }
    this.cut = outer / 2;
  }

  /** Whether some neighbour of the node is in another part. */
  isBoundary(node: number): boolean {
    return this.touched[node]! > 0;
  }

  /** The weight of the edges between a node and a part that is not its own. */
  connection(node: number, part: number): number {
    const start = this.graph.offsets[node]!;
    const end = start + this.touched[node]!;
    for (let i = start; i < end; i++) if (this.listParts[i] === part) return this.listWeights[i]!;
    return 0;
  }

  /** The part that the node is best moved to among those that it touches and that have room, or -1; sets `gain`. */
  bestTarget(node: number): number {
    const { listParts, listWeights, partWeights, limits } = this;
    const weight = this.graph.nodeWeights[node]!;
    const start = this.graph.offsets[node]!;
    const end = start + this.touched[node]!;
    let best = -1;
    let bestWeight = 0;
    for (let i = start; i < end; i++) {
      const connected = listWeights[i]!;
      if (connected < bestWeight) continue;
      const part = listParts[i]!;
      const room = limits[part]! - partWeights[part]! - weight;
      if (room < 0) continue;
      if (connected === bestWeight && room <= limits[best]! - partWeights[best]! - weight) continue;
      best = part;
      bestWeight = connected;
    }
    this.gain = bestWeight - this.inner[node]!;
    return best;
  }

  /** Moves a node and brings the lists of its neighbours up to date. */
  move(node: number, to: number): void {
    const { part, inner, touched } = this;
    const { offsets, targets, edgeWeights, nodeWeights } = this.graph;
    if (touched[node]! < 0) this.#list(node);
    const from = part[node]!;
    part[node] = to;
    this.partWeights[from]! -= nodeWeights[node]!;
    this.partWeights[to]! += nodeWeights[node]!;
    const connected = this.#take(node, to);
    this.#add(node, from, inner[node]!);
    this.cut += inner[node]! - connected;
    inner[node] = connected;
    const end = offsets[node + 1]!;
    for (let i = offsets[node]!; i < end; i++) {
      const other = targets[i]!;
      if (touched[other]! < 0) {
        this.#list(other);
        continue;
      }
      const weight = edgeWeights[i]!;
      const own = part[other]!;
      if (own === from) inner[other]! -= weight;
      else this.#subtract(other, from, weight);
      if (own === to) inner[other]! += weight;
      else this.#add(other, to, weight);
    }
  }

  /** Makes the list of a node from its neighbours, and returns the weight of its edges to other parts. */
  #list(node: number): number {
    const { part, listParts, listWeights } = this;
    const { offsets, targets, edgeWeights } = this.graph;
    const slots = this.#slots;
    const own = part[node]!;
    const start = offsets[node]!;
    const end = offsets[node + 1]!;
    let inner = 0;
    let outer = 0;
    let length = 0;
    for (let i = start; i < end; i++) {
      const other = part[targets[i]!]!;
      if (other === own) {
        inner += edgeWeights[i]!;
        continue;
      }
      outer += edgeWeights[i]!;
      if (slots[other] === 0) {
        listParts[start + length] = other;
        listWeights[start + length] = edgeWeights[i]!;
        slots[other] = ++length;
      } else {
        listWeights[start + slots[other]! - 1]! += edgeWeights[i]!;
      }
    }
    for (let i = start; i < start + length; i++) slots[listParts[i]!] = 0;
    this.inner[node] = inner;
    this.touched[node] = length;
    return outer;
  }

  #add(node: number, part: number, weight: number): void {
    if (weight === 0) return;
    const { listParts, listWeights } = this;
    const start = this.graph.offsets[node]!;
    const end = start + this.touched[node]!;
    for (let i = start; i < end; i++) {
      if (listParts[i] === part) {
        listWeights[i]! += weight;
        return;
      }
    }
    listParts[end] = part;
    listWeights[end] = weight;
    this.touched[node]!++;
  }

  #subtract(node: number, part: number, weight: number): void {
    const { listParts, listWeights } = this;
    let i = this.graph.offsets[node]!;
    while (listParts[i] !== part) i++;
    listWeights[i]! -= weight;
    if (listWeights[i] === 0) this.#drop(node, i);
  }

  /** Takes a part off the list of a node and returns its weight there, 0 when it is not on it. */
  #take(node: number, part: number): number {
    const start = this.graph.offsets[node]!;
    const end = start + this.touched[node]!;
    for (let i = start; i < end; i++) {
      if (this.listParts[i] !== part) continue;
      const weight = this.listWeights[i]!;
      this.#drop(node, i);
      return weight;
    }
    return 0;
  }

  #drop(node: number, at: number): void {
    const last = this.graph.offsets[node]! + --this.touched[node]!;
    this.listParts[at] = this.listParts[last]!;
    this.listWeights[at] = this.listWeights[last]!;
  }

  /** By how much parts exceed their limits, added up. */
  get excess(): number {
    const { partWeights, limits } = this;
    let excess = 0;
    for (let i = 0; i < limits.length; i++) excess += Math.max(0, partWeights[i]! - limits[i]!);
    return excess;
  }
}
