import type { EdgeRecord, Graph, NodeRecord } from "@graphoid/core";
import { type AttributeKey, AttributeTable } from "./attribute-table.ts";
import { type Attributes, edgeName, GraphAttributes, type WriteXmlOptions } from "./graph-attributes.ts";
import { printScalar } from "./scalar.ts";
import { xmlAttributes } from "./xml-text.ts";

const NAMESPACE = "http://gexf.net/1.3";

/**
 * Writes a graph as GEXF 1.3, which Gephi opens. `readGexf` makes an equal graph of it, given the same `names`. The label
 * that Gephi shows at a node is its property `label`, if that is text.
 *
 * @throws NotSerializableError naming the node or edge and the key; see {@link writeGraphml}.
 *
 * @example
 * ```ts
 * import { Graph } from "@graphoid/core";
 * import { writeGexf } from "@graphoid/interop";
 *
 * const graph = new Graph();
 * graph.addNode("alice", null, { properties: { label: "Alice", age: 30 } });
 * const text = writeGexf(graph);
 * ```
 */
export function writeGexf(graph: Graph, options: WriteXmlOptions = {}): string {
  const attributes = new GraphAttributes("writeGexf", graph, options);
  const nodeTable = new AttributeTable("n");
  const edgeTable = new AttributeTable("e");
  const nodes = graph.nodes().map((id) => {
    const all = attributes.ofNode(graph.nodeRecord(id) as NodeRecord);
    // GEXF has a place of its own for the label of a node.
    const label = all.find(isNodeLabel)?.[1] as string | undefined;
    const found = all.filter((each) => !isNodeLabel(each));
    nodeTable.note(found);
    return {
      own: xmlAttributes([
        ["id", id],
        ["label", label],
      ]),
      found,
    };
  });
  const edges = graph.edges().map((edge, index) => {
    attributes.checkText(edge.label, edgeName(edge), "label");
    const found = attributes.propertiesOf(edge);
    edgeTable.note(found);
    return { own: edgeAttributes(edge, index), found };
  });
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', `<gexf xmlns="${NAMESPACE}" version="1.3">`];
  lines.push(`  <graph mode="static" defaultedgetype="${graph.type}">`);
  lines.push(...declarations("node", nodeTable.keys()), ...declarations("edge", edgeTable.keys()));
  lines.push("    <nodes>");
  for (const { own, found } of nodes) lines.push(element("node", own, found, nodeTable));
  lines.push("    </nodes>", "    <edges>");
  for (const { own, found } of edges) lines.push(element("edge", own, found, edgeTable));
  lines.push("    </edges>", "  </graph>", "</gexf>", "");
  return lines.join("\n");
}

function isNodeLabel([name, value]: Attributes[number]): boolean {
  return name === "label" && typeof value === "string";
}

function edgeAttributes({ from, to, label, weight }: EdgeRecord, index: number): string {
  return xmlAttributes([
    ["id", String(index)],
    ["source", from],
    ["target", to],
    ["label", label === "edge" ? undefined : label],
    ["weight", weight === undefined ? undefined : printScalar(weight)],
  ]);
}

function declarations(scope: string, keys: readonly AttributeKey[]): string[] {
  if (keys.length === 0) return [];
  const attributes = keys.map(({ id, name, type }) => {
    const own = [
      ["id", id],
      ["title", name],
      ["type", type === "int" ? "integer" : type],
    ] as const;
    return `      <attribute${xmlAttributes(own)}/>`;
  });
  return [`    <attributes class="${scope}">`, ...attributes, "    </attributes>"];
}

function element(name: string, own: string, attributes: Attributes, table: AttributeTable): string {
  if (attributes.length === 0) return `      <${name}${own}/>`;
  const values = attributes.map(
    ([key, value]) =>
      `<attvalue${xmlAttributes([
        ["for", table.idOf(key, value)],
        ["value", printScalar(value)],
      ])}/>`,
  );
  return `      <${name}${own}><attvalues>${values.join("")}</attvalues></${name}>`;
}
