import type { SyntheticGraph } from "../../datasets/synthetic-graph.ts";

/**
 * One way to hold a graph: the same few operations, each written as a user of that library would write it for speed.
 *
 * A process creates one kind of subject only, so every call here has one target and V8 inlines it.
 */
export interface Subject {
  readonly nodeCount: number;
  readonly edgeCount: number;
  addNode(id: string, value: number | null, type: string | undefined): void;
  /** `label` undefined and `weight` NaN mean: none given. */
  addEdge(from: string, to: string, label: string | undefined, weight: number): void;
  hasNode(id: string): boolean;
  getValue(id: string): number | null | undefined;
  /** Out-neighbours as a new array. */
  neighbors(id: string): readonly string[];
  inNeighbors(id: string): readonly string[];
  /** The sum of the id lengths of every out-neighbour of every node, by callbacks or the fastest loop there is. */
  sumNeighborLengths(): number;
  /** An edge as text, `"label weight"`, to check a build; `undefined` if there is none. */
  describeEdge(from: string, to: string): string | undefined;
}

/** What `describeEdge` should say for an edge of the data set. */
export function expectedEdge(data: SyntheticGraph, edge: number): string {
  return describe(data.labels[edge], data.weights[edge]!);
}

/** The text for a label (`undefined`: the default label) and a weight (NaN or `undefined`: none). */
export function describe(label: string | undefined, weight: number | undefined): string {
  return `${label ?? "edge"} ${weight === undefined || Number.isNaN(weight) ? "-" : weight}`;
}

/** Adds the whole data set, with the ids that the caller holds. */
export function fill(subject: Subject, data: SyntheticGraph): void {
  const { ids, values, types, sources, targets, labels, weights } = data;
  for (let i = 0; i < data.nodeCount; i++) subject.addNode(ids[i]!, values[i]!, types[i]);
  for (let i = 0; i < data.edgeCount; i++) {
    subject.addEdge(ids[sources[i]!]!, ids[targets[i]!]!, labels[i], weights[i]!);
  }
  makeReady(subject, data);
}

/** Asks for neighbours once each way, so that an index left for the first question counts as building. */
export function makeReady(subject: Subject, data: SyntheticGraph): void {
  const first = data.ids[data.sources[0]!]!;
  const last = data.ids[data.targets[0]!]!;
  if (!subject.neighbors(first).includes(last) || !subject.inNeighbors(last).includes(first)) {
    throw new Error("the first edge is missing");
  }
}
