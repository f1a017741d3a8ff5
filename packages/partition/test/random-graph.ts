import { Graph, type PartitionId, type PartitionStrategy, type Value } from "@graphoid/core";
import fc from "fast-check";

/** Ids, labels, types and keys that have broken programs before, among plain ones. */
const name: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("a", "b", "c", "d", "e", "f", "g") },
  { weight: 1, arbitrary: fc.constantFrom("", "__proto__", "constructor", "\0", "é", "日本", "😀", "\uffff") },
);

const value: fc.Arbitrary<Value> = fc.oneof(
  fc.constant(null),
  fc.integer(),
  fc.double(),
  fc.string(),
  fc.record({ age: fc.nat() }),
  fc.constant(new Uint8Array([1, 2])),
);

const properties = fc.dictionary(name, value, { maxKeys: 3, noNullPrototype: true });
const weight = fc.constantFrom(0, -0, 0.5, 1e300, Number.POSITIVE_INFINITY);

const nodeEntry = fc.record({ id: name, value, type: fc.option(name, { nil: undefined }), properties });
const edgeEntry = fc.record({
  from: fc.nat(),
  to: fc.nat(),
  label: name,
  weight: fc.option(weight, { nil: undefined }),
  properties: fc.option(properties, { nil: undefined }),
});

/** Graphs with self loops, parallel edges, isolated nodes, gaps left by removals, and now and then nothing at all. */
export const randomGraph: fc.Arbitrary<Graph> = fc
  .record({
    type: fc.constantFrom("directed" as const, "undirected" as const),
    nodes: fc.array(nodeEntry, { maxLength: 15 }),
    edges: fc.array(edgeEntry, { maxLength: 40 }),
    removals: fc.array(fc.nat(), { maxLength: 3 }),
  })
  .map(({ type, nodes, edges, removals }) => {
    const graph = new Graph({ type });
    for (const { id, value, type, properties } of nodes) {
      graph.addNode(id, value, type === undefined ? { properties } : { type, properties });
    }
    const ids = graph.nodes();
    if (ids.length === 0) return graph;
    for (const { from, to, label, weight, properties } of edges) {
      graph.addEdge(ids[from % ids.length] as string, ids[to % ids.length] as string, label, {
        ...(weight === undefined ? {} : { weight }),
        ...(properties === undefined ? {} : { properties }),
      });
    }
    for (const removal of removals) graph.removeNode(ids[removal % ids.length] as string);
    return graph;
  });

/** Strategies that place ids anywhere, in partitions with numbers and names, by chance but always alike. */
export const randomStrategy: fc.Arbitrary<PartitionStrategy> = fc
  .record({
    ids: fc.uniqueArray(fc.oneof(fc.nat({ max: 5 }), fc.constantFrom("default", "__proto__")), { minLength: 1 }),
    place: fc.func(fc.nat()),
    listed: fc.boolean(),
  })
  .map(({ ids, place, listed }) => ({
    name: "random",
    partitionFor: (id: string) => ids[place(id) % ids.length] as PartitionId,
    ...(listed ? { partitions: ids } : {}),
  }));
