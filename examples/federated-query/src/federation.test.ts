import { type EdgePattern, edge, Graph, type NodePattern, node, type Query } from "@graphoid/distribution";
import fc from "fast-check";
import { expect, test } from "vitest";
import { cut } from "./cut.ts";
import { fetchFor, type RemotePart } from "./federation.ts";
import { type PartService, partService } from "./part-service.ts";

const ids = ["a", "b", "c", "d", "e", "f"];
const id = fc.constantFrom(...ids);
const label = fc.constantFrom("K", "L");

const graphs = fc
  .record({
    nodes: fc.array(fc.record({ id, value: fc.nat(3), type: fc.constantFrom("S", "T") })),
    edges: fc.array(fc.record({ from: id, to: id, label, weight: fc.nat(3) }), { maxLength: 14 }),
  })
  .map(({ nodes, edges }) => {
    const graph = new Graph();
    for (const one of nodes) graph.addNode(one.id, one.value, { type: one.type, properties: { v: one.value } });
    graph.addEdges(edges.filter(({ from, to }) => graph.hasNode(from) && graph.hasNode(to)));
    return graph;
  });

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });
const nodePattern = fc
  .record({ name: fc.constantFrom("", "x", "y", "z"), id: optional(id), type: optional(fc.constantFrom("S", "T")) })
  .map(({ name, id, type }): NodePattern => node(name, { ...(id && { id }), ...(type && { type }) }));
const edgePattern = fc
  .record({
    name: fc.constantFrom("", "k", "l"),
    label: optional(label),
    direction: fc.constantFrom("in", "out", "both"),
  })
  .map(({ name, label, direction }): EdgePattern => edge({ name, direction, ...(label && { label }) }));

const queries = fc
  .tuple(
    nodePattern,
    fc.array(fc.tuple(edgePattern, nodePattern), { maxLength: 3 }),
    fc.constantFrom("x", "k"),
    fc.nat(3),
  )
  .map(([first, rest, on, value]): Query => {
    const path = [first, ...rest.flat()];
    const isBound = path.some((part) => ("node" in part ? part.node : part.edge) === on);
    const where = isBound ? [{ path: on === "x" ? "x.properties.v" : "k.weight", operator: ">=" as const, value }] : [];
    return { kind: "match", path, where };
  });

test("the rows are those of the whole graph, whatever is asked, and however it is cut", async () => {
  await fc.assert(
    fc.asyncProperty(graphs, queries, fc.integer({ min: 1, max: 4 }), async (graph, query, count) => {
      const partitionOf = (name: string): number => ids.indexOf(name) % count;
      const services = cut(graph, { count, partitionOf }).map((part, number) =>
        partService(part, (name) => partitionOf(name) === number),
      );
      const at = (number: number): RemotePart => {
        const { nodes, edges } = services[number] as PartService;
        return { nodes: async (asked) => nodes(asked), edges: async (asked) => edges(asked) };
      };
      const found = await fetchFor(query, { count, partitionOf, at });
      const rows = (from: Graph): string[] => [...from.query(query)].map((row) => JSON.stringify(row)).sort();
      expect(rows(found)).toEqual(rows(graph));
      const limit = Math.ceil(rows(graph).length / 2);
      const some = [...found.query({ ...query, limit })].map((row) => JSON.stringify(row));
      expect(some).toHaveLength(limit);
      expect(rows(graph)).toEqual(expect.arrayContaining(some));
    }),
    { numRuns: 300 },
  );
});
