/** Parts with a halo of one hop, against subgraphs made with graphology. */
import { Graph } from "@graphoid/core";
import { crossEdgeRows, crossEdges, type Plan, splitWithHalo, strategy } from "@graphoid/partition";
import { DirectedGraph } from "graphology";
import { type SyntheticGraphParameters, syntheticGraph } from "../../datasets/synthetic-graph.ts";
import type { Contender, Measure } from "../../harness/workload.ts";

const PARTS = 8;

function ourGraph(parameters: SyntheticGraphParameters): Graph {
  const { ids, sources, targets } = syntheticGraph(parameters);
  const graph = new Graph();
  for (const id of ids) graph.addNode(id);
  sources.forEach((source, edge) => {
    graph.addEdge(ids[source]!, ids[targets[edge]!]!);
  });
  return graph;
}

/** How many nodes and edges all parts hold together, worked out from what they are defined to be. */
function expectedOf(graph: Graph, plan: Plan): string {
  const held = new Set<string>();
  let edges = 0;
  for (const id of graph.nodes()) held.add(`${plan.partitionFor(id)} ${id}`);
  for (const { from, to } of graph.edges()) {
    const [a, b] = [plan.partitionFor(from), plan.partitionFor(to)];
    edges += a === b ? 1 : 2;
    held.add(`${a} ${to}`).add(`${b} ${from}`);
  }
  return `${held.size} nodes, ${edges} edges`;
}

interface OurState {
  readonly graph: Graph;
  readonly plan: Plan;
  readonly expected: string;
}

const ours: Contender<OurState, SyntheticGraphParameters> = {
  packageName: "@graphoid/partition",
  setup(parameters) {
    const graph = ourGraph(parameters);
    const plan = strategy("fennel", { partitions: PARTS }).plan(graph);
    return { graph, plan, expected: expectedOf(graph, plan) };
  },
  measures: {
    halo: {
      run({ graph, plan }, probe) {
        probe.start();
        const parts = splitWithHalo(graph, plan);
        probe.stop();
        probe.operations(graph.edgeCount);
        let nodes = 0;
        let edges = 0;
        for (const { graph: part } of parts.values()) {
          nodes += part.nodeCount;
          edges += part.edgeCount;
        }
        return `${nodes} nodes, ${edges} edges`;
      },
      expected: ({ expected }) => expected,
    },
    cross: {
      run({ graph, plan }, probe) {
        probe.start();
        const crossing = crossEdges(graph, plan);
        probe.stop();
        probe.operations(graph.edgeCount);
        return crossing.length > 0 ? "some" : "none";
      },
      expected: () => "some",
    },
    crossRows: {
      run({ graph, plan }, probe) {
        probe.start();
        const crossing = crossEdgeRows(graph, plan);
        probe.stop();
        probe.operations(graph.edgeCount);
        return crossing.length > 0 ? "some" : "none";
      },
      expected: () => "some",
    },
  },
};

interface TheirState {
  readonly graph: DirectedGraph;
  readonly part: ReadonlyMap<string, number>;
  readonly expected: string;
}

/** The keys of crossing edges, which serve for edges and for rows. */
const filtered: Measure<TheirState> = {
  run({ graph, part }, probe) {
    probe.start();
    const crossing = graph.filterEdges((_edge, _attributes, from, to) => part.get(from) !== part.get(to));
    probe.stop();
    probe.operations(graph.size);
    return crossing.length > 0 ? "some" : "none";
  },
  expected: () => "some",
};

const peer: Contender<TheirState, SyntheticGraphParameters> = {
  packageName: "graphology",
  setup(parameters) {
    const graph = ourGraph(parameters);
    const plan = strategy("fennel", { partitions: PARTS }).plan(graph);
    const theirs = new DirectedGraph();
    for (const id of graph.nodes()) theirs.addNode(id);
    for (const { from, to } of graph.edges()) theirs.addEdge(from, to);
    const part = new Map(graph.nodes().map((id) => [id, plan.partitionFor(id)]));
    return { graph: theirs, part, expected: expectedOf(graph, plan) };
  },
  measures: {
    halo: {
      run({ graph, part }, probe) {
        probe.start();
        const parts = Array.from({ length: PARTS }, () => new DirectedGraph());
        graph.forEachNode((id, attributes) => parts[part.get(id)!]!.addNode(id, attributes));
        graph.forEachEdge((_edge, attributes, from, to) => {
          const own = part.get(from)!;
          const other = part.get(to)!;
          for (const index of own === other ? [own] : [own, other]) {
            const target = parts[index]!;
            if (own !== other) target.mergeNode(index === own ? to : from);
            target.addEdge(from, to, attributes);
          }
        });
        probe.stop();
        probe.operations(graph.size);
        const sum = (count: (graph: DirectedGraph) => number): number =>
          parts.reduce((total, one) => total + count(one), 0);
        return `${sum((one) => one.order)} nodes, ${sum((one) => one.size)} edges`;
      },
      expected: ({ expected }) => expected,
    },
    cross: filtered,
    crossRows: filtered,
  },
};

// biome-ignore lint/suspicious/noExplicitAny: the two have states of their own.
export const contenders: { readonly [name: string]: Contender<any, SyntheticGraphParameters> } = {
  "@graphoid/partition": ours,
  graphology: peer,
};
