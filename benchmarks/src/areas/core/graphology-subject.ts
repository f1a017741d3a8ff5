import { DirectedGraph } from "graphology";
import { describe, type Subject } from "./subject.ts";

interface NodeAttributes {
  value?: number;
  type?: string;
}

interface EdgeAttributes {
  label?: string;
  weight?: number;
}

/**
 * graphology's fastest mode with the same guarantee of at most one edge per pair: a simple directed graph, edge keys
 * left to the library, attribute objects only where there is something to hold.
 */
export class GraphologySubject implements Subject {
  readonly #graph: DirectedGraph<NodeAttributes, EdgeAttributes> = new DirectedGraph();

  get nodeCount(): number {
    return this.#graph.order;
  }

  get edgeCount(): number {
    return this.#graph.size;
  }

  addNode(id: string, value: number | null, type: string | undefined): void {
    if (value === null) {
      if (type === undefined) this.#graph.addNode(id);
      else this.#graph.addNode(id, { type });
    } else if (type === undefined) this.#graph.addNode(id, { value });
    else this.#graph.addNode(id, { value, type });
  }

  addEdge(from: string, to: string, label: string | undefined, weight: number): void {
    if (Number.isNaN(weight)) {
      if (label === undefined) this.#graph.addEdge(from, to);
      else this.#graph.addEdge(from, to, { label });
    } else if (label === undefined) this.#graph.addEdge(from, to, { weight });
    else this.#graph.addEdge(from, to, { label, weight });
  }

  hasNode(id: string): boolean {
    return this.#graph.hasNode(id);
  }

  getValue(id: string): number | null | undefined {
    return this.#graph.getNodeAttribute(id, "value") ?? null;
  }

  neighbors(id: string): readonly string[] {
    return this.#graph.outNeighbors(id);
  }

  inNeighbors(id: string): readonly string[] {
    return this.#graph.inNeighbors(id);
  }

  sumNeighborLengths(): number {
    const graph = this.#graph;
    let sum = 0;
    const add = (neighbor: string): void => {
      sum += neighbor.length;
    };
    graph.forEachNode((id) => graph.forEachOutNeighbor(id, add));
    return sum;
  }

  describeEdge(from: string, to: string): string | undefined {
    const edge = this.#graph.edge(from, to);
    if (edge === undefined) return undefined;
    const { label, weight } = this.#graph.getEdgeAttributes(edge);
    return describe(label, weight);
  }
}
