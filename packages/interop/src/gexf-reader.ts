import { checkOptions, type Graph } from "@graphoid/core";
import { type AttributeNames, checkNames } from "./attribute-names.ts";
import { DeclaredAttributes } from "./declared-attributes.ts";
import { UnsupportedGraphError } from "./errors.ts";
import { GraphDraft, READ_OPTIONS, type SourceText } from "./graph-draft.ts";
import { draftNode, type ReadElement } from "./read-element.ts";
import { parseNumber, type ScalarType } from "./scalar.ts";
import { checkRoot, type ReadXmlOptions, required, XML_LIMITS, type XmlElement, XmlReader } from "./xml-reader.ts";

/** Types that are not here, such as lists and dates, are read as text. */
const TYPES: ReadonlyMap<string, ScalarType> = new Map([
  ["boolean", "boolean"],
  ["byte", "integer"],
  ["short", "integer"],
  ["integer", "integer"],
  ["long", "integer"],
  ["biginteger", "biginteger"],
  ["float", "double"],
  ["double", "double"],
]);

/**
 * Reads a graph from GEXF 1.1 to 1.3. Attributes become properties, but for those of `names`; the label of a node becomes
 * its property `label`. The label of an edge, or else its kind, and its weight are those of our edge; without either it
 * has the label `"edge"`. A mutual edge becomes two directed ones. Ids of edges, colours, positions and sizes are not kept.
 *
 * @param text - The document, or its parts in order.
 * @throws GraphFormatError when it is no GEXF, or has a document type declaration.
 * @throws UnsupportedGraphError for graphs that change over time and nodes inside nodes; and for parallel and mixed
 * edges without an option.
 * @throws InputLimitError, DepthLimitError past a limit.
 *
 * @example
 * ```ts
 * import { readGexf } from "@graphoid/interop";
 *
 * const graph = readGexf('<gexf><graph><nodes><node id="0" label="Alice"/></nodes></graph></gexf>');
 * console.log(graph.nodeRecord("0")?.properties); // { label: 'Alice' }
 * ```
 */
export function readGexf(
  text: SourceText,
  options: ReadXmlOptions & { readonly names?: Pick<AttributeNames, "value" | "type"> } = {},
): Graph {
  const call = "readGexf";
  checkOptions(call, options, ["names", ...READ_OPTIONS, ...XML_LIMITS]);
  const names = checkNames(call, options.names);
  const draft = new GraphDraft(call, "GEXF", options);
  const reader = new XmlReader(call, "GEXF", options);
  const document = new GexfDocument(reader);
  reader.read(text, document);
  document.nodeAttributes.complete(document.nodes, draft.maxCells);
  document.edgeAttributes.complete(document.edges, draft.maxCells);
  for (const node of document.nodes) draft.addNode(draftNode(node, names));
  for (const { attributes, mutual, ...edge } of document.edges) {
    draft.addEdge({ ...edge, properties: attributes });
    if (mutual && edge.from !== edge.to)
      draft.addEdge({ ...edge, from: edge.to, to: edge.from, properties: attributes });
  }
  return draft.finish(document.defaultType !== "undirected");
}

interface Edge extends ReadElement {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly weight?: number;
  readonly directed: boolean;
  readonly mutual: boolean;
}

class GexfDocument {
  readonly nodeAttributes: DeclaredAttributes;
  readonly edgeAttributes: DeclaredAttributes;
  readonly nodes: (ReadElement & { readonly id: string })[] = [];
  readonly edges: Edge[] = [];
  defaultType = "undirected";
  readonly #reader: XmlReader;
  #graphs = 0;
  /** The class of the `attributes` that are open. */
  #class = "";
  #attribute: { id: string; name: string; type: ScalarType; defaultText?: string } | undefined;
  /** Where the values go that follow. */
  #current: { readonly attributes: ReadElement["attributes"]; readonly declared: DeclaredAttributes } | undefined;

  constructor(reader: XmlReader) {
    this.#reader = reader;
    this.nodeAttributes = new DeclaredAttributes(reader);
    this.edgeAttributes = new DeclaredAttributes(reader);
  }

  open(element: XmlElement): void {
    const { name, parent } = element;
    const reader = this.#reader;
    checkRoot(reader, element, "gexf");
    if (name === "graph" && parent === "gexf") this.#openGraph(element);
    else if (name === "attributes" && parent === "graph") this.#openAttributes(element);
    else if (name === "attribute" && parent === "attributes") this.#openAttribute(element);
    else if ((name === "nodes" || name === "edges") && parent !== "graph")
      throw this.#unsupported("nodes inside a node");
    else if (name === "node" && parent === "nodes") this.#openNode(element);
    else if (name === "edge" && parent === "edges") this.#openEdge(element);
    else if (name === "spells") throw this.#unsupported("what changes over time");
    else if (name === "attvalue" && parent === "attvalues" && this.#current !== undefined) {
      // Versions before 1.2 say `id`.
      const id = element.attribute("for") ?? element.attribute("id") ?? required(reader, element, "for");
      this.#current.declared.put(this.#current.attributes, id, required(reader, element, "value"));
    }
  }

  close(name: string, parent: string, text: string | undefined): void {
    if (name === "default" && parent === "attribute" && this.#attribute !== undefined) {
      this.#attribute.defaultText = text ?? "";
    } else if (name === "attribute" && parent === "attributes" && this.#attribute !== undefined) {
      const { id, name, type, defaultText } = this.#attribute;
      const declared = this.#class === "edge" ? this.edgeAttributes : this.nodeAttributes;
      declared.declare(id, name, type, defaultText);
      this.#attribute = undefined;
    } else if (name === "node" || name === "edge") this.#current = undefined;
  }

  #openGraph(element: XmlElement): void {
    if (++this.#graphs > 1) throw this.#unsupported("a second graph");
    if (element.attribute("mode") === "dynamic") throw this.#unsupported("what changes over time");
    this.defaultType = this.#edgeType(element, "defaultedgetype") ?? "undirected";
  }

  #openAttributes(element: XmlElement): void {
    this.#class = required(this.#reader, element, "class");
    if (this.#class !== "node" && this.#class !== "edge") {
      throw this.#reader.malformed('expected `class` to be "node" or "edge"');
    }
    if (element.attribute("mode") === "dynamic") throw this.#unsupported("what changes over time");
  }

  #openAttribute(element: XmlElement): void {
    const id = required(this.#reader, element, "id");
    const type = TYPES.get(element.attribute("type") ?? "string") ?? "string";
    this.#attribute = { id, name: element.attribute("title") ?? id, type };
  }

  #openNode(element: XmlElement): void {
    if (element.attribute("pid") !== undefined) throw this.#unsupported("nodes inside a node");
    const label = element.attribute("label");
    const attributes: ReadElement["attributes"] = new Map();
    if (label !== undefined) attributes.set("label", label);
    this.nodes.push({ id: required(this.#reader, element, "id"), attributes, line: this.#reader.line });
    this.#current = { attributes, declared: this.nodeAttributes };
  }

  #openEdge(element: XmlElement): void {
    const reader = this.#reader;
    const weightText = element.attribute("weight");
    const weight = weightText === undefined ? undefined : parseNumber(weightText.trim());
    if (weightText !== undefined && (weight === undefined || Number.isNaN(weight))) {
      throw reader.malformed(`the weight of an edge is no number: ${JSON.stringify(weightText.slice(0, 60))}`);
    }
    const type = this.#edgeType(element, "type") ?? this.defaultType;
    const attributes: ReadElement["attributes"] = new Map();
    this.edges.push({
      from: required(reader, element, "source"),
      to: required(reader, element, "target"),
      label: element.attribute("label") ?? element.attribute("kind") ?? "edge",
      ...(weight === undefined ? {} : { weight }),
      directed: type !== "undirected",
      mutual: type === "mutual",
      attributes,
      line: reader.line,
    });
    this.#current = { attributes, declared: this.edgeAttributes };
  }

  #edgeType(element: XmlElement, name: string): string | undefined {
    const type = element.attribute(name);
    if (type === undefined || type === "directed" || type === "undirected" || type === "mutual") return type;
    throw this.#reader.malformed(`expected \`${name}\` to be "directed", "undirected" or "mutual"`);
  }

  #unsupported(feature: string): UnsupportedGraphError {
    const { line } = this.#reader;
    return new UnsupportedGraphError(`GEXF, line ${line}: ${feature} has no place in a graph of ours`, {
      details: { format: "GEXF", feature, line },
    });
  }
}
