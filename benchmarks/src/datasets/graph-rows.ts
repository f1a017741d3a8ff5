import { randomSource, syntheticGraph } from "./synthetic-graph.ts";

/** A node as programs hold it that have no graph library: its id, perhaps a type, and its properties in one object. */
export interface NodeRow {
  readonly id: string;
  readonly type?: string;
}

export interface EdgeRow {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly weight?: number;
}

/** A directed graph as arrays of plain objects. Every id is a string of its own at each place, as a parser makes them. */
export interface GraphRows<Node extends NodeRow = NodeRow> {
  readonly nodes: readonly Node[];
  readonly edges: readonly EdgeRow[];
}

export interface SyntheticNode extends NodeRow {
  readonly type: string;
  readonly name: string;
  readonly age: number;
  readonly score: number;
}

export interface SyntheticRowsParameters {
  readonly nodeCount: number;
  readonly edgeCount: number;
  readonly seed: number;
}

const GIVEN_NAMES = "Ada Alan Barbara Claude Donald Edsger Frances Grace John Leslie Niklaus Radia Tony Zoë".split(" ");
const FAMILY_NAMES =
  "Allen Dijkstra Hamming Hoare Hopper Knuth Lamport Liskov Lovelace McCarthy Perlman Shannon Turing Wirth".split(" ");

/**
 * The synthetic graph with a type, a label and a weight everywhere, and three properties a node: a string that some
 * nodes share, a small integer, and a number of two decimals. Weights have four decimals.
 */
export function syntheticRows(parameters: SyntheticRowsParameters): GraphRows<SyntheticNode> {
  const graph = syntheticGraph(parameters);
  const random = randomSource(parameters.seed + 1);
  const below = (limit: number): number => Math.floor(random() * limit);
  // As flat strings: a concatenation would be a rope, which no parser makes.
  const names = Array.from({ length: 2_500 }, (_, i) =>
    Buffer.from(
      `${GIVEN_NAMES[i % GIVEN_NAMES.length]} ${FAMILY_NAMES[below(FAMILY_NAMES.length)]} ${Math.floor(i / 14)}`,
    ).toString(),
  );
  const nodes = graph.types.map(
    (type, i): SyntheticNode => ({
      id: graph.freshId(i),
      type: type ?? "Thing",
      name: names[below(names.length)]!,
      age: 18 + below(70),
      score: below(10_000) / 100,
    }),
  );
  const edges = graph.labels.map(
    (label, i): EdgeRow => ({
      from: graph.freshId(graph.sources[i]!),
      to: graph.freshId(graph.targets[i]!),
      label: label ?? "edge",
      weight: below(10_000) / 10_000,
    }),
  );
  return { nodes, edges };
}
