/** What has a target of its own: the peer `target` answers with the figure that was asked for. */
import { partitionStream, repartition, strategy } from "@graphoid/partition";
import { debianPackages } from "../../datasets/debian-packages.ts";
import type { Contender, Measure } from "../../harness/workload.ts";
import { cutOf, geometricMean, type TestGraph, testGraphs } from "./graphs.ts";

/**
 * The smallest cuts in two known with 5 % imbalance: Walshaw's Graph Partitioning Archive
 * (https://chriswalshaw.co.uk/partition/). They were found with hours of time.
 */
const ARCHIVE: Readonly<Record<string, number>> = { "3elt": 87, "4elt": 137, data: 181, uk: 18, wing: 770 };

interface State {
  readonly ids: readonly string[];
  readonly stream: readonly { readonly node: number; readonly neighbors: Int32Array }[];
  readonly enron: TestGraph;
  readonly mesh: readonly TestGraph[];
  readonly skewed: readonly TestGraph[];
}

const NODES = 100_000;
const EDGES = 1_300_000;
const LOOKUP_ROUNDS = 5;

/** Nodes with 26 neighbours each, most of them near. */
function syntheticStream(): State["stream"] {
  let state = 1;
  const random = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return Math.floor(((state >>> 0) / 2 ** 32) * limit);
  };
  return Array.from({ length: NODES }, (_, node) => ({
    node,
    neighbors: Int32Array.from({ length: (2 * EDGES) / NODES }, () =>
      random(10) === 0 ? random(NODES) : (node + random(400) + NODES - 200) % NODES,
    ),
  }));
}

/** A measure whose result is what it records under `name`. */
function recorded(name: string, find: (state: State) => number): Measure<State> {
  return {
    run(state, probe) {
      probe.record(name, find(state));
      return "done";
    },
    expected: () => "done",
  };
}

/** CPU time of the process, all threads. */
function cpuSeconds(work: () => unknown): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

function lookups(name: string, partitions: number): Measure<State> {
  return recorded("rate", ({ ids }) => {
    const { partitionFor } = strategy(name, { partitions });
    let sum = 0;
    const seconds = cpuSeconds(() => {
      for (let round = 0; round < LOOKUP_ROUNDS; round++) for (const id of ids) sum += partitionFor(id) as number;
    });
    if (Number.isNaN(sum)) throw new Error("no partition");
    return (LOOKUP_ROUNDS * ids.length) / seconds;
  });
}

/** A resize there and back: how the cut compares with one from scratch, and moves with those that are necessary. */
function resized(kind: "cut" | "moves", graphs: (state: State) => readonly TestGraph[]): Measure<State> {
  return recorded("rate", (state) => {
    const ratios: number[] = [];
    for (const { graph } of graphs(state)) {
      for (const [from, to] of [
        [8, 9],
        [9, 8],
      ] as const) {
        const before = strategy("multilevel", { partitions: from }).plan(graph);
        const { plan, moves } = repartition(graph, before, { partitions: to });
        const gone = graph.nodes().filter((id) => before.partitionFor(id) >= to).length;
        const scratch = strategy("multilevel", { partitions: to }).plan(graph);
        ratios.push(
          kind === "moves"
            ? (to > from ? graph.nodeCount / to : gone) / moves.length
            : cutOf(graph, scratch.toJSON().parts) / cutOf(graph, plan.toJSON().parts),
        );
      }
    }
    return geometricMean(ratios);
  });
}

/** The archive's cuts ÷ those of the preset `strong`, on those of its graphs that are there. */
const archived: Measure<State> = recorded("rate", ({ mesh }) => {
  const ratios = mesh.flatMap(({ name, graph }) => {
    const best = ARCHIVE[name];
    if (best === undefined) return [];
    const plan = strategy("multilevel", { partitions: 2, epsilon: 0.05, preset: "strong" }).plan(graph);
    return [best / cutOf(graph, plan.toJSON().parts)];
  });
  return geometricMean(ratios);
});

const replication = (partitions: number): Measure<State> =>
  recorded("rate", ({ enron }) => 1 / strategy("hdrf", { partitions }).plan(enron.graph).replicationFactor);

const ours: Contender<State, object> = {
  packageName: "@graphoid/partition",
  setup: () => ({
    ids: debianPackages().nodes.map(({ id }) => id),
    stream: syntheticStream(),
    enron: testGraphs("skewed", ["email-Enron"])[0]!,
    mesh: testGraphs("mesh"),
    skewed: testGraphs("skewed"),
  }),
  measures: {
    fennel: recorded("rate", ({ stream }) => {
      const seconds = cpuSeconds(() => partitionStream(stream, { partitions: 8, nodes: NODES, edges: EDGES }));
      return EDGES / seconds;
    }),
    hash8: lookups("hash", 8),
    hash1024: lookups("hash", 1024),
    maglev8: lookups("maglev", 8),
    maglev1024: lookups("maglev", 1024),
    archive: archived,
    replication8: replication(8),
    replication32: replication(32),
    meshCut: resized("cut", ({ mesh }) => mesh),
    meshMoves: resized("moves", ({ mesh }) => mesh),
    skewedCut: resized("cut", ({ skewed }) => skewed),
    skewedMoves: resized("moves", ({ skewed }) => skewed),
  },
};

const asked = (value: number): Measure<undefined> => ({
  run(_state, probe) {
    probe.record("rate", value);
    return "done";
  },
  expected: () => "done",
});

const target: Contender<undefined, object> = {
  setup: () => undefined,
  measures: {
    fennel: asked(25e6),
    hash8: asked(10e6),
    hash1024: asked(10e6),
    maglev8: asked(10e6),
    maglev1024: asked(10e6),
    archive: asked(1 / 1.02),
    replication8: asked(1 / 1.66),
    replication32: asked(1 / 2.14),
    meshCut: asked(1 / 1.05),
    meshMoves: asked(1 / 1.05),
    skewedCut: asked(1 / 1.05),
    skewedMoves: asked(1 / 1.05),
  },
};

// biome-ignore lint/suspicious/noExplicitAny: the two have states of their own.
export const contenders: { readonly [name: string]: Contender<any, object> } = { "@graphoid/partition": ours, target };
