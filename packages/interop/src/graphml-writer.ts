import type { Graph, NodeRecord } from "@graphoid/core";
import { type AttributeKey, AttributeTable } from "./attribute-table.ts";
import { type Attributes, GraphAttributes, type WriteXmlOptions } from "./graph-attributes.ts";
import { printScalar } from "./scalar.ts";
import { escapeXml, xmlAttributes } from "./xml-text.ts";

const NAMESPACE = "http://graphml.graphdrawing.org/xmlns";

/**
 * Writes a graph as GraphML. `readGraphml` makes an equal graph of it, given the same `names`.
 *
 * @throws NotSerializableError naming the node or edge and the key when a value is no boolean, number, text or large
 * bigint, when a text has a character that XML cannot hold, or when a property has one of the `names`.
 *
 * @example
 * ```ts
 * import { Graph } from "@graphoid/core";
 * import { writeGraphml } from "@graphoid/interop";
 *
 * const graph = new Graph();
 * graph.addNode("alice", { age: 30 });
 * const text = writeGraphml(graph, { convert: (value) => JSON.stringify(value) });
 * ```
 */
export function writeGraphml(graph: Graph, options: WriteXmlOptions = {}): string {
  const attributes = new GraphAttributes("writeGraphml", graph, options);
  const nodeTable = new AttributeTable("n");
  const edgeTable = new AttributeTable("e");
  const nodes = graph.nodes().map((id) => {
    const found = attributes.ofNode(graph.nodeRecord(id) as NodeRecord);
    nodeTable.note(found);
    return { id, found };
  });
  const edges = graph.edges().map((edge) => {
    const found = attributes.ofEdge(edge);
    edgeTable.note(found);
    return { edge, found };
  });
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', `<graphml xmlns="${NAMESPACE}">`];
  for (const key of nodeTable.keys()) lines.push(keyElement(key, "node"));
  for (const key of edgeTable.keys()) lines.push(keyElement(key, "edge"));
  lines.push(`  <graph edgedefault="${graph.type}">`);
  for (const { id, found } of nodes) lines.push(element("node", xmlAttributes([["id", id]]), found, nodeTable));
  for (const { edge, found } of edges) {
    const ends = xmlAttributes([
      ["source", edge.from],
      ["target", edge.to],
    ]);
    lines.push(element("edge", ends, found, edgeTable));
  }
  lines.push("  </graph>", "</graphml>", "");
  return lines.join("\n");
}

function keyElement({ id, name, type }: AttributeKey, scope: string): string {
  const attributes = [
    ["id", id],
    ["for", scope],
    ["attr.name", name],
    ["attr.type", type],
  ] as const;
  return `  <key${xmlAttributes(attributes)}/>`;
}

function element(name: string, own: string, attributes: Attributes, table: AttributeTable): string {
  if (attributes.length === 0) return `    <${name}${own}/>`;
  const data = attributes.map(
    ([key, value]) => `<data key="${table.idOf(key, value)}">${escapeXml(printScalar(value))}</data>`,
  );
  return `    <${name}${own}>${data.join("")}</${name}>`;
}
