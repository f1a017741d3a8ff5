import { describe, type Subject } from "./subject.ts";

interface Edge {
  readonly label: string | undefined;
  readonly weight: number | undefined;
}

interface MapNode {
  readonly value: number | null;
  readonly type: string | undefined;
  readonly out: Map<string, Edge>;
  readonly in: Map<string, Edge>;
}

/** A `Map` of nodes, each with a `Map` of edges for either direction: the plain way to keep edges unique. */
export class MapOfMapsSubject implements Subject {
  readonly #nodes: Map<string, MapNode> = new Map();
  edgeCount = 0;

  get nodeCount(): number {
    return this.#nodes.size;
  }

  addNode(id: string, value: number | null, type: string | undefined): void {
    this.#nodes.set(id, { value, type, out: new Map(), in: new Map() });
  }

  addEdge(from: string, to: string, label: string | undefined, weight: number): void {
    const { out } = this.#nodes.get(from)!;
    if (out.has(to)) throw new Error("duplicate edge");
    const edge = { label, weight: Number.isNaN(weight) ? undefined : weight };
    out.set(to, edge);
    this.#nodes.get(to)!.in.set(from, edge);
    this.edgeCount++;
  }

  hasNode(id: string): boolean {
    return this.#nodes.has(id);
  }

  getValue(id: string): number | null | undefined {
    return this.#nodes.get(id)?.value;
  }

  neighbors(id: string): readonly string[] {
    return [...this.#nodes.get(id)!.out.keys()];
  }

  inNeighbors(id: string): readonly string[] {
    return [...this.#nodes.get(id)!.in.keys()];
  }

  sumNeighborLengths(): number {
    let sum = 0;
    for (const { out } of this.#nodes.values()) {
      for (const neighbor of out.keys()) sum += neighbor.length;
    }
    return sum;
  }

  describeEdge(from: string, to: string): string | undefined {
    const edge = this.#nodes.get(from)?.out.get(to);
    return edge && describe(edge.label, edge.weight);
  }
}

interface ListedEdge extends Edge {
  readonly from: string;
  readonly to: string;
}

interface ListNode {
  readonly value: number | null;
  readonly type: string | undefined;
  readonly out: ListedEdge[];
  readonly in: ListedEdge[];
}

/** A `Map` of nodes, each with arrays of edges: smaller and faster, but nothing keeps edges unique. */
export class MapOfArraysSubject implements Subject {
  readonly #nodes: Map<string, ListNode> = new Map();
  edgeCount = 0;

  get nodeCount(): number {
    return this.#nodes.size;
  }

  addNode(id: string, value: number | null, type: string | undefined): void {
    this.#nodes.set(id, { value, type, out: [], in: [] });
  }

  addEdge(from: string, to: string, label: string | undefined, weight: number): void {
    const edge = { from, to, label, weight: Number.isNaN(weight) ? undefined : weight };
    this.#nodes.get(from)!.out.push(edge);
    this.#nodes.get(to)!.in.push(edge);
    this.edgeCount++;
  }

  hasNode(id: string): boolean {
    return this.#nodes.has(id);
  }

  getValue(id: string): number | null | undefined {
    return this.#nodes.get(id)?.value;
  }

  neighbors(id: string): readonly string[] {
    return this.#nodes.get(id)!.out.map((edge) => edge.to);
  }

  inNeighbors(id: string): readonly string[] {
    return this.#nodes.get(id)!.in.map((edge) => edge.from);
  }

  sumNeighborLengths(): number {
    let sum = 0;
    for (const { out } of this.#nodes.values()) {
      for (const edge of out) sum += edge.to.length;
    }
    return sum;
  }

  describeEdge(from: string, to: string): string | undefined {
    const edge = this.#nodes.get(from)?.out.find((candidate) => candidate.to === to);
    return edge && describe(edge.label, edge.weight);
  }
}
