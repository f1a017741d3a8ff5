import { Graph } from "@graphoid/core";
import { createSerializer } from "@graphoid/serialize";
import type { NodeRow } from "../../datasets/graph-rows.ts";
import { addNumber, addText } from "./checksum.ts";
import type { GraphCodec } from "./graph-codec.ts";
import { type GraphInput, type RowKind, visitEdge } from "./graph-input.ts";

const serializer = createSerializer();

/** A `Graph` of the rows, in their order. */
export function graphOf({ rows, kind }: GraphInput): Graph {
  const graph = new Graph({ type: "directed" });
  for (const node of rows.nodes) {
    const properties = kind.propertiesOf(node);
    graph.addNode(node.id, null, node.type === undefined ? { properties } : { type: node.type, properties });
  }
  for (const { from, to, label, weight } of rows.edges) {
    graph.addEdge(from, to, label, weight === undefined ? {} : { weight });
  }
  return graph;
}

/** Whether ids can be looked up and neighbours iterated; the first question may build an index. */
export function isUsable(graph: Graph): boolean {
  const { ids, sources } = graph.columns;
  const id = ids.at(sources[0]!);
  let neighbors = 0;
  graph.forEachNeighbor(id, () => neighbors++);
  return graph.hasNode(id) && neighbors > 0;
}

export function visitGraph(graph: Graph, { keys }: Pick<RowKind<NodeRow>, "keys">): number {
  const { nodeCount, ids, names, nodeTypes, nodeProperties } = graph.columns;
  const columns = keys.map((key) => nodeProperties.get(key)!);
  let sum = nodeCount;
  for (let row = 0; row < nodeCount; row++) {
    sum = addText(sum, ids.at(row));
    const type = nodeTypes[row]!;
    if (type > 0) sum = addText(sum, names.at(type - 1));
    for (let i = 0; i < columns.length; i++) {
      const value = columns[i]!.get(row);
      sum = typeof value === "string" ? addText(sum, value) : addNumber(sum, value as number);
    }
  }
  graph.forEachEdge((from, to, label, weight) => {
    sum = visitEdge(sum, from, to, label, weight);
  });
  return sum;
}

/** Ours: from a `Graph` to a `Graph` in which ids were looked up and neighbours iterated. */
export const graphoid: GraphCodec<Graph, Graph> = {
  packageName: "@graphoid/serialize",
  hold: graphOf,
  encode: (graph) => serializer.toBytes(graph),
  decode(bytes) {
    const graph = serializer.fromBytes(bytes) as Graph;
    if (!isUsable(graph)) throw new Error("the graph cannot be used");
    return graph;
  },
  visit: visitGraph,
};

/** The physical limit: a copy of our bytes. */
export const copying: GraphCodec<Uint8Array, Uint8Array> = {
  hold: (input) => graphoid.encode(graphoid.hold(input)),
  encode: (bytes) => bytes.slice(),
  decode: (bytes) => bytes.slice(),
  visit: (bytes, kind) => graphoid.visit(graphoid.decode(bytes), kind),
};
