import assert from "node:assert/strict";
import type { Direction, EdgeAttributes, EdgeRecord, Graph, NodeOptions, PlainRecord, Value } from "../src/index.ts";

interface NaiveNode {
  value: Value;
  type?: string;
  properties: PlainRecord;
}

interface NaiveEdge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  weight?: number;
  properties?: PlainRecord;
}

/** What a graph is, in the plainest way: two maps in insertion order, and loops over all of them. */
export class NaiveGraph {
  readonly directed: boolean;
  nodes = new Map<string, NaiveNode>();
  edges = new Map<string, NaiveEdge>();

  constructor(directed: boolean) {
    this.directed = directed;
  }

  key(from: string, to: string, label: string): string {
    return JSON.stringify(this.directed || from <= to ? [from, to, label] : [to, from, label]);
  }

  addNode(id: string, value: Value, options: NodeOptions): boolean {
    const known = this.nodes.get(id);
    const node = known ?? { value, properties: {} };
    node.value = value;
    if (options.type !== undefined) node.type = options.type;
    if (options.properties !== undefined) node.properties = { ...options.properties };
    this.nodes.set(id, node);
    return known === undefined;
  }

  removeNode(id: string): boolean {
    for (const [key, edge] of this.edges) if (edge.from === id || edge.to === id) this.edges.delete(key);
    return this.nodes.delete(id);
  }

  addEdge(from: string, to: string, label: string, attributes: EdgeAttributes): boolean {
    const key = this.key(from, to, label);
    const known = this.edges.get(key);
    const edge = known ?? { from, to, label };
    if (attributes.weight !== undefined) edge.weight = attributes.weight;
    if (attributes.properties !== undefined) {
      if (Object.keys(attributes.properties).length > 0) edge.properties = { ...attributes.properties };
      else delete edge.properties;
    }
    this.edges.set(key, edge);
    return known === undefined;
  }

  removeEdge(from: string, to: string, label: string): boolean {
    return this.edges.delete(this.key(from, to, label));
  }

  /** The far end of every edge at `id`, in the order that the graph promises: insertion, leaving before entering. */
  incident(id: string, direction: Direction, label?: string): string[] {
    const leaving: string[] = [];
    const entering: string[] = [];
    for (const edge of this.edges.values()) {
      if (label !== undefined && edge.label !== label) continue;
      if (!this.directed) {
        if (edge.from === id) leaving.push(edge.to);
        else if (edge.to === id) leaving.push(edge.from);
        continue;
      }
      if (direction !== "in" && edge.from === id) leaving.push(edge.to);
      if (direction !== "out" && edge.to === id) entering.push(edge.from);
    }
    return [...leaving, ...entering];
  }
}

const directions: readonly Direction[] = ["out", "in", "both"];

/** Asserts that everything the graph tells is what the naive one tells. `sample` nodes are looked at closely. */
export function assertSame(graph: Graph, naive: NaiveGraph, labels: readonly string[], sample = 1000): void {
  assert.equal(graph.nodeCount, naive.nodes.size);
  assert.equal(graph.edgeCount, naive.edges.size);
  assert.deepEqual(graph.nodes(), [...naive.nodes.keys()]);
  assert.deepEqual(graph.edges(), [...naive.edges.values()]);
  const step = Math.max(1, Math.floor(naive.nodes.size / sample));
  let at = 0;
  for (const [id, node] of naive.nodes) {
    if (at++ % step === 0) assertSameNode(graph, naive, id, node, labels);
  }
}

function assertSameNode(graph: Graph, naive: NaiveGraph, id: string, node: NaiveNode, labels: readonly string[]): void {
  assert.ok(graph.hasNode(id));
  assert.deepEqual(graph.getNode(id), node.value);
  assert.deepEqual(graph.nodeRecord(id), { id, ...node });
  for (const direction of directions) {
    for (const label of [undefined, ...labels]) {
      const options = label === undefined ? { direction } : { direction, label };
      const far = naive.incident(id, direction, label);
      assert.deepEqual(graph.neighbors(id, options), [...new Set(far)]);
      assert.equal(graph.degree(id, options), far.length);
    }
  }
}

/** Asserts that the columns fit together, have no gaps, and say the same as the records. */
export function assertColumns(graph: Graph): void {
  const { columns } = graph;
  const { nodeCount, edgeCount, ids, names, sources, targets, labels, nodeTypes, weights } = columns;
  assert.equal(columns.directed, graph.type === "directed");
  assert.equal(nodeCount, graph.nodeCount);
  assert.equal(edgeCount, graph.edgeCount);
  assert.equal(ids.length, nodeCount);
  assert.equal(ids.offsets.length, nodeCount + 1);
  assert.equal(ids.bytes.length, ids.offsets[nodeCount]);
  assert.deepEqual([sources.length, targets.length, labels.length], [edgeCount, edgeCount, edgeCount]);
  assert.equal(nodeTypes.length, nodeCount);
  if (weights) assert.equal(weights.length, edgeCount);

  const nodeIds = Array.from({ length: nodeCount }, (_, row) => ids.at(row));
  assert.deepEqual(nodeIds, graph.nodes());
  nodeIds.forEach((id, row) => {
    assert.equal(ids.indexOf(id), row);
    const type = nodeTypes[row] as number;
    const record = {
      id,
      value: columns.nodeValues.get(row) ?? null,
      properties: propertiesAt(columns.nodeProperties, row),
      ...(type === 0 ? {} : { type: names.at(type - 1) }),
    };
    assert.deepEqual(graph.nodeRecord(id), record);
  });
  const edges = Array.from({ length: edgeCount }, (_, row): EdgeRecord => {
    const weight = weights?.[row] ?? Number.NaN;
    const properties = propertiesAt(columns.edgeProperties, row);
    return {
      from: nodeIds[sources[row] as number] as string,
      to: nodeIds[targets[row] as number] as string,
      label: names.at(labels[row] as number),
      ...(Number.isNaN(weight) ? {} : { weight }),
      ...(Object.keys(properties).length > 0 ? { properties } : {}),
    };
  });
  assert.deepEqual(edges, graph.edges());

  const both = graph.type === "undirected";
  assertIndex(columns.out, expectedIndex("out"));
  assertIndex(columns.in, expectedIndex("in"));

  function expectedIndex(side: "out" | "in"): (readonly [number, number])[][] {
    const index: (readonly [number, number])[][] = Array.from({ length: nodeCount }, () => []);
    for (let row = 0; row < edgeCount; row++) {
      const source = sources[row] as number;
      const target = targets[row] as number;
      if (both || side === "out") index[source]?.push([row, target]);
      if (both ? source !== target : side === "in") index[target]?.push([row, source]);
    }
    return index;
  }
}

function assertIndex(index: Graph["columns"]["out"], expected: (readonly [number, number])[][]): void {
  const { offsets, edges, neighbors } = index;
  assert.equal(offsets.length, expected.length + 1);
  assert.equal(offsets[0], 0);
  assert.equal(offsets[expected.length], edges.length);
  assert.equal(neighbors.length, edges.length);
  const found = expected.map((_, node) => {
    const pairs: (readonly [number, number])[] = [];
    for (let i = offsets[node] as number; i < (offsets[node + 1] as number); i++) {
      pairs.push([edges[i] as number, neighbors[i] as number]);
    }
    return pairs;
  });
  assert.deepEqual(found, expected);
}

function propertiesAt(columns: Graph["columns"]["nodeProperties"], row: number): PlainRecord {
  const properties: Record<string, Value> = {};
  for (const [key, column] of columns) {
    const value = column.get(row);
    if (value !== undefined) {
      Object.defineProperty(properties, key, { value, enumerable: true, writable: true, configurable: true });
    }
  }
  return properties;
}
