import { checkInteger, checkOneOf, Graph, type PlainRecord, type Value } from "@graphoid/core";
import { GraphFormatError, InputLimitError, UnsupportedGraphError } from "./errors.ts";

/** A text, or parts of one in order, such as the chunks of a file. */
export type SourceText = string | Iterable<string>;

/** What to do with what a graph of ours cannot hold as it is. */
export interface ReadOptions {
  /**
   * Several edges with the same ends and label: refuse them, let each replace the weight and properties that it has of those before, or give each
   * after the first a label of its own, `edge 2` and so on. Default: `"error"`.
   */
  readonly parallel?: "error" | "last" | "number";
  /**
   * Directed beside undirected edges: refuse them, make two directed edges of each undirected one, or make all
   * undirected. Default: `"error"`.
   */
  readonly mixed?: "error" | "directed" | "undirected";
  /**
   * The most cells that properties may take: nodes times the properties that any node has, and the same of edges.
   * Default: 67,108,864 (2^26).
   */
  readonly maxCells?: number;
}

/** The names of {@link ReadOptions}. */
export const READ_OPTIONS = ["parallel", "mixed", "maxCells"] as const;

/** A node as it was read. */
export interface DraftNode {
  readonly id: string;
  readonly value?: Value;
  readonly type?: string;
  readonly properties: ReadonlyMap<string, Value>;
  /** 0 where there are no lines. */
  readonly line: number;
}

/** An edge as it was read. */
export interface DraftEdge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly weight?: number;
  readonly properties: ReadonlyMap<string, Value>;
  readonly directed: boolean;
  readonly line: number;
}

const DEFAULT_MAX_CELLS = 2 ** 26;

/** Collects what a reader finds, in any order, and makes the graph of it. */
export class GraphDraft {
  readonly #format: string;
  readonly #parallel: "error" | "last" | "number";
  readonly #mixed: "error" | "directed" | "undirected";
  readonly maxCells: number;
  readonly #nodes: DraftNode[] = [];
  readonly #edges: DraftEdge[] = [];
  /** The last number given to an edge with these ends and label. */
  readonly #numbers = new Map<string, number>();
  #directedCount = 0;

  constructor(call: string, format: string, options: ReadOptions) {
    const { parallel = "error", mixed = "error", maxCells = DEFAULT_MAX_CELLS } = options;
    checkOneOf(call, "parallel", parallel, ["error", "last", "number"]);
    checkOneOf(call, "mixed", mixed, ["error", "directed", "undirected"]);
    checkInteger(call, "maxCells", maxCells, 0);
    this.#format = format;
    this.#parallel = parallel;
    this.#mixed = mixed;
    this.maxCells = maxCells;
  }

  addNode(node: DraftNode): void {
    this.#nodes.push(node);
  }

  addEdge(edge: DraftEdge): void {
    this.#edges.push(edge);
    if (edge.directed) this.#directedCount++;
  }

  /** @param defaultDirected - Whether a graph without edges is directed. */
  finish(defaultDirected: boolean): Graph {
    this.#checkCells(this.#nodes);
    this.#checkCells(this.#edges);
    const directed = this.#isDirected(defaultDirected);
    const graph = new Graph({ type: directed ? "directed" : "undirected" });
    for (const { id, value, type, properties, line } of this.#nodes) {
      if (graph.hasNode(id)) throw this.#malformed(`node ${JSON.stringify(id)} stands twice`, line);
      graph.addNode(id, value, { ...(type === undefined ? {} : { type }), ...recordOf(properties) });
    }
    for (const edge of this.#edges) {
      this.#addTo(graph, edge);
      if (directed && !edge.directed && edge.from !== edge.to) this.#addTo(graph, reversed(edge));
    }
    return graph;
  }

  #addTo(graph: Graph, edge: DraftEdge): void {
    const { from, to, weight, properties, line } = edge;
    for (const end of [from, to]) {
      if (!graph.hasNode(end))
        throw this.#malformed(`an edge names the node ${JSON.stringify(end)}, which is not there`, line);
    }
    const label = this.#labelOf(graph, edge);
    graph.addEdge(from, to, label, { ...(weight === undefined ? {} : { weight }), ...recordOf(properties) });
  }

  /** The label to take: another one, if need be, than the edge has. */
  #labelOf(graph: Graph, { from, to, label, line }: DraftEdge): string {
    if (this.#parallel === "last" || !graph.hasEdge(from, to, label)) return label;
    if (this.#parallel === "error") {
      throw this.#unsupported(
        "parallel edges",
        `two edges from ${JSON.stringify(from)} to ${JSON.stringify(to)} have the label ${JSON.stringify(label)}: ` +
          'choose with `parallel`, "last" or "number"',
        line,
      );
    }
    const ends = graph.type === "undirected" ? [from, to].sort() : [from, to];
    const key = JSON.stringify([...ends, label]);
    let number = (this.#numbers.get(key) ?? 1) + 1;
    while (graph.hasEdge(from, to, `${label} ${number}`)) number++;
    this.#numbers.set(key, number);
    return `${label} ${number}`;
  }

  #isDirected(defaultDirected: boolean): boolean {
    if (this.#edges.length === 0) return defaultDirected;
    if (this.#directedCount === 0) return false;
    if (this.#directedCount === this.#edges.length) return true;
    if (this.#mixed !== "error") return this.#mixed === "directed";
    const first = this.#edges[0] as DraftEdge;
    const other = this.#edges.find(({ directed }) => directed !== first.directed) as DraftEdge;
    throw this.#unsupported(
      "mixed edges",
      'there are directed and undirected edges: choose with `mixed`, "directed" or "undirected"',
      other.line,
    );
  }

  /** Each property takes a place for every node or edge, so that a short text could ask for many. */
  #checkCells(items: readonly { readonly properties: ReadonlyMap<string, Value> }[]): void {
    const names = new Set<string>();
    for (const { properties } of items) for (const name of properties.keys()) names.add(name);
    checkLimit("maxCells", names.size * items.length, this.maxCells);
  }

  #malformed(message: string, line: number): GraphFormatError {
    return new GraphFormatError(`${place(this.#format, line)}: ${message}`, {
      details: { format: this.#format, line },
    });
  }

  #unsupported(feature: string, message: string, line: number): UnsupportedGraphError {
    return new UnsupportedGraphError(`${place(this.#format, line)}: ${message}`, {
      details: { format: this.#format, feature, ...(line === 0 ? {} : { line }) },
    });
  }
}

/** @throws InputLimitError when `found` is more than `limit`. */
export function checkLimit(name: string, found: number, limit: number): void {
  if (found <= limit) return;
  throw new InputLimitError(`the input is larger than \`${name}\` allows, which is ${limit}`, {
    details: { limit: name, value: limit },
  });
}

/** `GraphML, line 3`, or `graphology` where there are no lines. */
export function place(format: string, line: number): string {
  return line === 0 ? format : `${format}, line ${line}`;
}

function reversed(edge: DraftEdge): DraftEdge {
  return { ...edge, from: edge.to, to: edge.from };
}

/** `fromEntries` makes `__proto__` a property like any other. */
function recordOf(properties: ReadonlyMap<string, Value>): { readonly properties?: PlainRecord } {
  return properties.size === 0 ? {} : { properties: Object.fromEntries(properties) };
}
