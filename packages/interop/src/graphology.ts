import { checkOptions, type Graph, InvalidArgumentError, kindOf, type Value } from "@graphoid/core";
import { type AttributeNames, checkNames, edgeRole, nodeRole } from "./attribute-names.ts";
import { checkGraph, edgeName, notSerializable } from "./graph-attributes.ts";
import { GraphDraft, READ_OPTIONS, type ReadOptions } from "./graph-draft.ts";
import { draftEdge, draftNode } from "./read-element.ts";

type GraphologyAttributes = { [name: string]: unknown };

/** The options of a graph of graphology that are set. */
export interface GraphologyOptions {
  type: "directed" | "undirected";
  /** Set when several edges join the same nodes. */
  multi?: true;
  allowSelfLoops: boolean;
}

/** What is used of a graph of graphology; any of its classes is one. */
export interface GraphologyGraph {
  readonly type: string;
  forEachNode(visit: (node: string, attributes: GraphologyAttributes) => void): void;
  forEachEdge(
    visit: (
      edge: string,
      attributes: GraphologyAttributes,
      source: string,
      target: string,
      sourceAttributes: GraphologyAttributes,
      targetAttributes: GraphologyAttributes,
      undirected: boolean,
    ) => void,
  ): void;
  addNode(node: unknown, attributes?: GraphologyAttributes): string;
  addDirectedEdge(source: unknown, target: unknown, attributes?: GraphologyAttributes): string;
  addUndirectedEdge(source: unknown, target: unknown, attributes?: GraphologyAttributes): string;
}

/** A class of graphology: `Graph`, `MultiDirectedGraph` and so on. */
export type GraphologyConstructor<G extends GraphologyGraph> = new (options: GraphologyOptions) => G;

/** How to make a graph of graphology. */
export interface ToGraphologyOptions {
  readonly names?: AttributeNames;
}

/** How to read a graph of graphology. */
export interface FromGraphologyOptions extends ReadOptions {
  readonly names?: AttributeNames;
}

/**
 * Makes a graph of graphology. The value, the type and the properties of a node become its attributes, the label (unless
 * it is `"edge"`), the weight and the properties of an edge likewise; values are shared, not copied. Keys of edges are
 * made by graphology.
 *
 * @param graphology - The class to make one of, from the copy of graphology that you use.
 * @throws NotSerializableError naming the node or edge and the key when a property has one of the `names`, or is called
 * `__proto__`, which graphology cannot hold.
 * @throws InvalidArgumentError when the class does not suit, such as a `DirectedGraph` for an undirected graph.
 *
 * @example
 * ```ts
 * import { Graph } from "@graphoid/core";
 * import { toGraphology } from "@graphoid/interop";
 * import { DirectedGraph } from "graphology";
 *
 * const graph = new Graph();
 * graph.addNode("alice", 30);
 * console.log(toGraphology(graph, DirectedGraph).getNodeAttribute("alice", "value")); // 30
 * ```
 */
export function toGraphology<G extends GraphologyGraph>(
  graph: Graph,
  graphology: GraphologyConstructor<G>,
  options: ToGraphologyOptions = {},
): G {
  const call = "toGraphology";
  checkGraph(call, graph);
  checkOptions(call, options, ["names"]);
  const names = checkNames(call, options.names);
  const multi: Pick<GraphologyOptions, "multi"> = hasParallelEdges(graph) ? { multi: true } : {};
  const made = construct(graphology, { type: graph.type, ...multi, allowSelfLoops: true });
  graph.forEachNode((id, value) => {
    const { type, properties = {} } = graph.nodeRecord(id) ?? {};
    const owner = `node ${JSON.stringify(id)}`;
    const attributes = copyOf(properties, owner, (key, each) => nodeRole(names, key, each));
    if (value !== null) setAttribute(attributes, names.value, value, owner);
    if (type !== undefined) setAttribute(attributes, names.type, type, owner);
    made.addNode(id, attributes);
  });
  for (const edge of graph.edges()) {
    const { from, to, label, weight, properties = {} } = edge;
    const attributes = copyOf(properties, edgeName(edge), (key, each) => edgeRole(names, key, each));
    if (label !== "edge") setAttribute(attributes, names.label, label, edgeName(edge));
    if (weight !== undefined) setAttribute(attributes, names.weight, weight, edgeName(edge));
    if (graph.type === "directed") made.addDirectedEdge(from, to, attributes);
    else made.addUndirectedEdge(from, to, attributes);
  }
  return made;
}

/**
 * Makes a graph of one of graphology. Attributes become properties, but for those of `names`: the value and type of a
 * node, the label and weight of an edge. An edge without a label gets `"edge"`. Values are shared, not copied. Keys of
 * edges, attributes of the graph itself, and attributes that are `undefined` are not kept.
 *
 * @throws UnsupportedGraphError for mixed and parallel edges without an option.
 * @throws NotSerializableError when an attribute is a function or a symbol of its own.
 */
export function fromGraphology(graph: GraphologyGraph, options: FromGraphologyOptions = {}): Graph {
  const call = "fromGraphology";
  checkOptions(call, options, ["names", ...READ_OPTIONS]);
  const names = checkNames(call, options.names);
  const draft = new GraphDraft(call, "graphology", options);
  graph.forEachNode((id, all) => {
    const attributes = valuesOf(all, `node ${JSON.stringify(id)}`);
    draft.addNode(draftNode({ id, attributes, line: 0 }, names));
  });
  graph.forEachEdge((key, all, from, to, _from, _to, undirected) => {
    const attributes = valuesOf(all, `edge ${JSON.stringify(key)}`);
    draft.addEdge(draftEdge({ from, to, directed: !undirected, attributes, line: 0 }, names));
  });
  return draft.finish(graph.type !== "undirected");
}

function construct<G extends GraphologyGraph>(graphology: GraphologyConstructor<G>, options: GraphologyOptions): G {
  try {
    return new graphology(options);
  } catch (cause) {
    throw new InvalidArgumentError(
      `toGraphology: expected \`graphology\` to be a class of graphology for a graph that is ${options.type}` +
        `${options.multi ? " and has several edges between two nodes" : ""}`,
      { cause, details: { call: "toGraphology", argument: "graphology" } },
    );
  }
}

/** Whether two edges have the same ends. */
function hasParallelEdges(graph: Graph): boolean {
  const { sources, targets, edgeCount, nodeCount, directed } = graph.columns;
  const seen = new Set<number>();
  for (let edge = 0; edge < edgeCount; edge++) {
    const ends = [sources[edge] as number, targets[edge] as number];
    if (!directed) ends.sort((a, b) => a - b);
    const [first = 0, second = 0] = ends;
    seen.add(first * nodeCount + second);
    if (seen.size <= edge) return true;
  }
  return false;
}

function copyOf(
  properties: { readonly [key: string]: Value },
  owner: string,
  roleOf: (key: string, value: Value) => string,
): GraphologyAttributes {
  const attributes: GraphologyAttributes = {};
  for (const [key, value] of Object.entries(properties)) {
    const role = roleOf(key, value);
    if (role !== "property") {
      throw notSerializable(
        "toGraphology",
        owner,
        key,
        `would be read back as a ${role}; choose other names with \`names\``,
      );
    }
    setAttribute(attributes, key, value, owner);
  }
  return attributes;
}

function setAttribute(attributes: GraphologyAttributes, name: string, value: Value, owner: string): void {
  if (name === "__proto__") throw notSerializable("toGraphology", owner, name, "is a name that graphology cannot hold");
  // A property of the same name stays beside neither the type nor the label.
  if (Object.hasOwn(attributes, name)) {
    throw notSerializable("toGraphology", owner, name, "is there twice; choose other names with `names`");
  }
  attributes[name] = value;
}

function valuesOf(attributes: GraphologyAttributes, owner: string): Map<string, Value> {
  const values = new Map<string, Value>();
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    if (typeof value === "function" || (typeof value === "symbol" && kindOf(value) === "opaque")) {
      throw notSerializable("fromGraphology", owner, key, `is a ${typeof value}`);
    }
    values.set(key, value as Value);
  }
  return values;
}
