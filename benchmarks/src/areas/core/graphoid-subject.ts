import { Graph } from "@graphoid/core";
import { describe, type Subject } from "./subject.ts";

const IN = { direction: "in" } as const;

/** A `Graph` of this project. */
export class GraphoidSubject implements Subject {
  readonly #graph: Graph = new Graph({ type: "directed" });

  get nodeCount(): number {
    return this.#graph.nodeCount;
  }

  get edgeCount(): number {
    return this.#graph.edgeCount;
  }

  addNode(id: string, value: number | null, type: string | undefined): void {
    if (type === undefined) this.#graph.addNode(id, value);
    else this.#graph.addNode(id, value, { type });
  }

  addEdge(from: string, to: string, label: string | undefined, weight: number): void {
    if (Number.isNaN(weight)) this.#graph.addEdge(from, to, label);
    else this.#graph.addEdge(from, to, label, { weight });
  }

  hasNode(id: string): boolean {
    return this.#graph.hasNode(id);
  }

  getValue(id: string): number | null | undefined {
    return this.#graph.getNode(id) as number | null | undefined;
  }

  neighbors(id: string): readonly string[] {
    return this.#graph.neighbors(id);
  }

  inNeighbors(id: string): readonly string[] {
    return this.#graph.neighbors(id, IN);
  }

  sumNeighborLengths(): number {
    const graph = this.#graph;
    let sum = 0;
    const add = (neighbor: string): void => {
      sum += neighbor.length;
    };
    graph.forEachNode((id) => graph.forEachNeighbor(id, add));
    return sum;
  }

  describeEdge(from: string, to: string): string | undefined {
    // Each pair of the data set has one edge, whose label this does not know.
    for (const label of ["edge", "FRIEND", "DEPENDS", "LIKES", "follows"]) {
      const edge = this.#graph.getEdge(from, to, label);
      if (edge !== undefined) return describe(edge.label, edge.weight);
    }
    return undefined;
  }
}
