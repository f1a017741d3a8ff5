import { checkOptions, type Graph } from "@graphoid/core";
import { type AttributeNames, checkNames } from "./attribute-names.ts";
import { DeclaredAttributes } from "./declared-attributes.ts";
import { UnsupportedGraphError } from "./errors.ts";
import { GraphDraft, READ_OPTIONS, type SourceText } from "./graph-draft.ts";
import { draftEdge, draftNode, type ReadElement } from "./read-element.ts";
import type { ScalarType } from "./scalar.ts";
import { checkRoot, type ReadXmlOptions, required, XML_LIMITS, type XmlElement, XmlReader } from "./xml-reader.ts";

const TYPES: ReadonlyMap<string, ScalarType> = new Map([
  ["boolean", "boolean"],
  ["int", "integer"],
  ["integer", "integer"],
  ["long", "integer"],
  ["float", "double"],
  ["double", "double"],
  ["string", "string"],
]);

const UNSUPPORTED = new Set(["hyperedge", "port"]);

/** A `key` whose default may still follow. */
interface Key {
  readonly id: string;
  readonly name: string;
  readonly type: ScalarType;
  readonly scope: string;
  defaultText?: string;
}

/**
 * Reads a graph from GraphML. Attributes become properties, but for those of `names`: the value and type of a node, the
 * label and weight of an edge. An edge without a label gets `"edge"`. Ids of edges, drawings and other extensions are
 * not kept.
 *
 * @param text - The document, or its parts in order.
 * @throws GraphFormatError when it is no GraphML, or has a document type declaration.
 * @throws UnsupportedGraphError for nested graphs, hyperedges, ports; and for parallel and mixed edges without an option.
 * @throws InputLimitError, DepthLimitError past a limit.
 *
 * @example
 * ```ts
 * import { readGraphml } from "@graphoid/interop";
 *
 * const graph = readGraphml('<graphml><graph edgedefault="directed"><node id="alice"/></graph></graphml>');
 * console.log(graph.nodes()); // [ 'alice' ]
 * ```
 */
export function readGraphml(
  text: SourceText,
  options: ReadXmlOptions & { readonly names?: AttributeNames } = {},
): Graph {
  const call = "readGraphml";
  checkOptions(call, options, ["names", ...READ_OPTIONS, ...XML_LIMITS]);
  const names = checkNames(call, options.names);
  const draft = new GraphDraft(call, "GraphML", options);
  const reader = new XmlReader(call, "GraphML", options);
  const document = new GraphmlDocument(reader);
  reader.read(text, document);
  document.nodeKeys.complete(document.nodes, draft.maxCells);
  document.edgeKeys.complete(document.edges, draft.maxCells);
  for (const node of document.nodes) draft.addNode(draftNode(node, names));
  for (const edge of document.edges) draft.addEdge(draftEdge(edge, names));
  return draft.finish(document.directed);
}

interface Edge extends ReadElement {
  readonly from: string;
  readonly to: string;
  readonly directed: boolean;
}

class GraphmlDocument {
  readonly nodeKeys: DeclaredAttributes;
  readonly edgeKeys: DeclaredAttributes;
  readonly nodes: (ReadElement & { readonly id: string })[] = [];
  readonly edges: Edge[] = [];
  directed = true;
  readonly #reader: XmlReader;
  #graphs = 0;
  #key: Key | undefined;
  /** The key of the `data` that is open. */
  #dataKey = "";

  constructor(reader: XmlReader) {
    this.#reader = reader;
    this.nodeKeys = new DeclaredAttributes(reader);
    this.edgeKeys = new DeclaredAttributes(reader);
  }

  open(element: XmlElement): void {
    const { name, parent } = element;
    checkRoot(this.#reader, element, "graphml");
    if (UNSUPPORTED.has(name)) throw this.#unsupported(`<${name}>`);
    if (name === "graph") this.#openGraph(element);
    else if (name === "key" && parent === "graphml") this.#openKey(element);
    else if (name === "node" && parent === "graph") {
      this.nodes.push({ id: required(this.#reader, element, "id"), attributes: new Map(), line: this.#reader.line });
    } else if (name === "edge" && parent === "graph") this.#openEdge(element);
    else if (name === "data" && (parent === "node" || parent === "edge")) {
      this.#dataKey = required(this.#reader, element, "key");
    }
  }

  close(name: string, parent: string, text: string | undefined): void {
    if (name === "default" && parent === "key" && this.#key !== undefined) this.#key.defaultText = text ?? "";
    else if (name === "key" && parent === "graphml") this.#closeKey();
    // With elements inside it is a drawing or some other extension.
    else if (name === "data" && text !== undefined) {
      const [items, keys] = parent === "node" ? [this.nodes, this.nodeKeys] : [this.edges, this.edgeKeys];
      if (parent === "node" || parent === "edge") keys.put(items.at(-1)?.attributes ?? new Map(), this.#dataKey, text);
    }
  }

  #openGraph(element: XmlElement): void {
    if (element.parent !== "graphml") throw this.#unsupported("a graph inside a node or an edge");
    if (++this.#graphs > 1) throw this.#unsupported("a second graph");
    this.directed = isDirected(element.attribute("edgedefault")) ?? true;
  }

  #openKey(element: XmlElement): void {
    const id = required(this.#reader, element, "id");
    const typeName = element.attribute("attr.type") ?? "string";
    const type = TYPES.get(typeName);
    if (type === undefined)
      throw this.#reader.malformed(`no type of GraphML: ${JSON.stringify(typeName.slice(0, 60))}`);
    this.#key = { id, name: element.attribute("attr.name") ?? id, type, scope: element.attribute("for") ?? "all" };
  }

  #closeKey(): void {
    if (this.#key === undefined) return;
    const { id, name, type, scope, defaultText } = this.#key;
    if (scope === "node" || scope === "all") this.nodeKeys.declare(id, name, type, defaultText);
    if (scope === "edge" || scope === "all") this.edgeKeys.declare(id, name, type, defaultText);
    this.#key = undefined;
  }

  #openEdge(element: XmlElement): void {
    const from = required(this.#reader, element, "source");
    const to = required(this.#reader, element, "target");
    const own = element.attribute("directed");
    const directed = own === undefined ? this.directed : own === "true" || own === "1";
    this.edges.push({ from, to, directed, attributes: new Map(), line: this.#reader.line });
  }

  #unsupported(feature: string): UnsupportedGraphError {
    const { line } = this.#reader;
    return new UnsupportedGraphError(`GraphML, line ${line}: ${feature} has no place in a graph of ours`, {
      details: { format: "GraphML", feature, line },
    });
  }
}

function isDirected(edgeDefault: string | undefined): boolean | undefined {
  return edgeDefault === "directed" ? true : edgeDefault === "undirected" ? false : undefined;
}
