/** PageRank of the same graph: by a vertex program over worker processes, and by graphology-metrics in one process. */
import { createRequire } from "node:module";
import { Graph } from "@graphoid/core";
import { Pregel } from "@graphoid/example-pregel";
import { type Strategy, strategy } from "@graphoid/partition";
import { DirectedGraph } from "graphology";
import { type SyntheticGraphParameters, syntheticGraph } from "../../datasets/synthetic-graph.ts";
import type { Contender, Measure, Probe } from "../../harness/workload.ts";
import { GRAPHOLOGY, LIMIT, ONE, TWO } from "./names.ts";

/** What is used of the package, whose own declarations are not for ECMAScript modules. */
type PageRank = (graph: DirectedGraph, options: object) => { readonly [id: string]: number };

const require = createRequire(import.meta.url);
const pagerank = require("graphology-metrics/centrality/pagerank") as PageRank;

const DAMPING = 0.85;
/** Of the mean change of a rank, as graphology-metrics takes it. */
const TOLERANCE = 1e-12;
const ALLOWED_DIFFERENCE = 1e-12;
const BYTES_ALLOWED = 12;

/** The ranks by a plain power iteration over arrays. */
function referenceRanks({ nodeCount, sources, targets }: ReturnType<typeof syntheticGraph>): Float64Array {
  const degrees = new Uint32Array(nodeCount);
  for (const source of sources) degrees[source]!++;
  let ranks = new Float64Array(nodeCount).fill(1 / nodeCount);
  for (let change = Number.POSITIVE_INFINITY; change > nodeCount * TOLERANCE; ) {
    const next = new Float64Array(nodeCount);
    for (let edge = 0; edge < sources.length; edge++) {
      next[targets[edge]!]! += ranks[sources[edge]!]! / degrees[sources[edge]!]!;
    }
    const dangling = ranks.reduce((sum, rank, node) => sum + (degrees[node] === 0 ? rank : 0), 0);
    for (let node = 0; node < nodeCount; node++) {
      next[node] = (1 - DAMPING + DAMPING * dangling) / nodeCount + DAMPING * next[node]!;
    }
    change = next.reduce((sum, rank, node) => sum + Math.abs(rank - ranks[node]!), 0);
    ranks = next;
  }
  return ranks;
}

/** How many ranks are wrong. */
function wrong(ranks: Float64Array, reference: Float64Array): number {
  let count = 0;
  for (let node = 0; node < reference.length; node++) {
    // Written so that a NaN counts.
    if (!(Math.abs(ranks[node]! - reference[node]!) <= ALLOWED_DIFFERENCE)) count++;
  }
  return count;
}

interface OurState {
  readonly graph: Graph;
  readonly strategy: Strategy;
  readonly reference: Float64Array;
  readonly pregel: Pregel;
}

let running: Pregel | undefined;
// The workers end with the contender's process, and it ends by itself when it is told that all is done.
process.once("disconnect", () => void running?.close());

async function run({ graph, strategy, reference, pregel }: OurState, probe: Probe) {
  probe.start();
  const start = performance.now();
  await pregel.load(graph, strategy);
  const parameters = { damping: DAMPING, tolerance: graph.nodeCount * TOLERANCE };
  const result = await pregel.run("pageRank", parameters);
  probe.record("job", performance.now() - start);
  probe.stop();
  return { ...result, wrong: wrong(result.values, reference) };
}

const wire: Measure<OurState> = {
  async run(state, probe) {
    const { steps, wireBytes, wrong } = await run(state, probe);
    const messages = steps.reduce((sum, step) => sum + step.messages, 0);
    probe.record("message", wireBytes / messages);
    probe.record("superstep", wireBytes / steps.length);
    return wrong;
  },
  expected: () => 0,
};

function workers(count: number): Contender<OurState, SyntheticGraphParameters> {
  return {
    async setup(parameters) {
      await running?.close();
      const synthetic = syntheticGraph(parameters);
      const { ids, sources, targets } = synthetic;
      const graph = new Graph();
      for (const id of ids) graph.addNode(id);
      sources.forEach((source, edge) => {
        graph.addEdge(ids[source]!, ids[targets[edge]!]!);
      });
      const reference = referenceRanks(synthetic);
      const script = new URL(import.meta.resolve("@graphoid/example-pregel/worker"));
      running = await Pregel.start({ workers: count, script });
      return { graph, strategy: strategy("hash", { partitions: count }), reference, pregel: running };
    },
    measures: {
      run: {
        async run(state, probe) {
          const { steps, milliseconds, wrong } = await run(state, probe);
          probe.record("superstep", milliseconds / steps.length);
          return wrong;
        },
        expected: () => 0,
      },
      ...(count > 1 && { wire }),
    },
  };
}

/** What was asked for: so many bytes for each vertex that gets messages from the other worker. */
const limit: Contender<number, SyntheticGraphParameters> = {
  setup(parameters) {
    const { ids, sources, targets } = syntheticGraph(parameters);
    const two = strategy("hash", { partitions: 2 });
    const part = ids.map((id) => two.partitionFor(id));
    const crossing = targets.filter((target, edge) => part[target] !== part[sources[edge]!]);
    return new Set(crossing).size;
  },
  measures: {
    wire: {
      run(messages, probe) {
        probe.record("message", BYTES_ALLOWED);
        probe.record("superstep", BYTES_ALLOWED * messages);
        return 0;
      },
      expected: () => 0,
    },
  },
};

interface TheirState {
  readonly graph: DirectedGraph;
  readonly ids: readonly string[];
  readonly reference: Float64Array;
}

const graphology: Contender<TheirState, SyntheticGraphParameters> = {
  packageName: "graphology-metrics",
  setup(parameters) {
    const synthetic = syntheticGraph(parameters);
    const { ids, sources, targets } = synthetic;
    const graph = new DirectedGraph();
    for (const id of ids) graph.addNode(id);
    sources.forEach((source, edge) => {
      graph.addDirectedEdge(ids[source]!, ids[targets[edge]!]!);
    });
    return { graph, ids, reference: referenceRanks(synthetic) };
  },
  measures: {
    run: {
      run({ graph, ids, reference }, probe) {
        probe.start();
        const start = performance.now();
        // Without weights, which it would look for in the attributes of each edge.
        const ranks = pagerank(graph, {
          alpha: DAMPING,
          tolerance: TOLERANCE,
          maxIterations: 1000,
          getEdgeWeight: null,
        });
        probe.record("job", performance.now() - start);
        probe.stop();
        return wrong(
          Float64Array.from(ids, (id) => ranks[id]!),
          reference,
        );
      },
      expected: () => 0,
    },
  },
};

// biome-ignore lint/suspicious/noExplicitAny: each has a state of its own.
export const contenders: { readonly [name: string]: Contender<any, SyntheticGraphParameters> } = {
  [ONE]: workers(1),
  [TWO]: workers(2),
  [GRAPHOLOGY]: graphology,
  [LIMIT]: limit,
};
