import { type DebianNode, debianPackages } from "../../datasets/debian-packages.ts";
import {
  type EdgeRow,
  type GraphRows,
  type NodeRow,
  type SyntheticNode,
  type SyntheticRowsParameters,
  syntheticRows,
} from "../../datasets/graph-rows.ts";
import { addNumber, addText } from "./checksum.ts";

/** Which graph. */
export type GraphParameters =
  | ({ readonly dataset: "synthetic" } & SyntheticRowsParameters)
  | { readonly dataset: "debian"; readonly limit?: number };

/** What is the same for all rows of a data set. */
export interface RowKind<Node extends NodeRow> {
  /** The properties of a node, in the order of their fields. */
  readonly keys: readonly string[];
  /** Those of them that are numbers. */
  readonly numberKeys: readonly string[];
  /** The properties alone, without id and type. */
  propertiesOf(node: Node): { readonly [key: string]: string | number };
  /** Reads every field of a node, written out as a program that knows its rows would. */
  visitNode(sum: number, node: Node): number;
}

/** A data set: its rows and how to read them. */
export interface GraphInput<Node extends NodeRow = NodeRow> {
  readonly rows: GraphRows<Node>;
  readonly kind: RowKind<Node>;
}

const SYNTHETIC: RowKind<SyntheticNode> = {
  keys: ["name", "age", "score"],
  numberKeys: ["age", "score"],
  propertiesOf: ({ name, age, score }) => ({ name, age, score }),
  visitNode(sum, node) {
    const typed = addText(addText(addText(sum, node.id), node.type), node.name);
    return addNumber(addNumber(typed, node.age), node.score);
  },
};

const DEBIAN: RowKind<DebianNode> = {
  keys: ["section", "priority", "version", "installedKiB"],
  numberKeys: ["installedKiB"],
  propertiesOf: ({ section, priority, version, installedKiB }) => ({ section, priority, version, installedKiB }),
  visitNode(sum, node) {
    const texts = addText(addText(addText(addText(sum, node.id), node.section), node.priority), node.version);
    return addNumber(texts, node.installedKiB);
  },
};

export function graphInput(parameters: GraphParameters): GraphInput {
  const input =
    parameters.dataset === "synthetic"
      ? ({ rows: syntheticRows(parameters), kind: SYNTHETIC } satisfies GraphInput<SyntheticNode>)
      : ({ rows: debianPackages(parameters.limit), kind: DEBIAN } satisfies GraphInput<DebianNode>);
  // The kind belongs to these rows, which the union of both cannot say.
  return input as unknown as GraphInput;
}

/** Reads every field of every row once. */
export function visitRows(rows: GraphRows, kind: RowKind<NodeRow>): number {
  let sum = rows.nodes.length;
  for (const node of rows.nodes) sum = kind.visitNode(sum, node);
  for (const edge of rows.edges) sum = visitEdge(sum, edge.from, edge.to, edge.label, edge.weight);
  return sum;
}

export function visitEdge(
  sum: number,
  from: EdgeRow["from"],
  to: EdgeRow["to"],
  label: EdgeRow["label"],
  weight: EdgeRow["weight"],
): number {
  return addNumber(addText(addText(addText(sum, from), to), label), weight);
}
