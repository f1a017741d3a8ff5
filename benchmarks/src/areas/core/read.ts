import { randomSource, type SyntheticGraph, shuffled, syntheticGraph } from "../../datasets/synthetic-graph.ts";
import type { Measure, Probe } from "../../harness/workload.ts";
import { fill, type Subject } from "./subject.ts";
import { PLAIN_ARRAYS, subjectContenders } from "./subjects.ts";

interface ReadState {
  readonly data: SyntheticGraph;
  readonly subject: Subject;
  /** Nodes to look up, in random order; a number ≥ `nodeCount` stands for an id that is not in the graph. */
  readonly queries: Uint32Array;
  readonly heldIds: readonly string[];
  /** The held ids without the unknown ones. */
  readonly knownIds: readonly string[];
}

const LOOKUPS = 1_000_000;
/** One lookup in this many is for an unknown id. */
const MISS_INTERVAL = 16;
const BATCH = 16_384;

function setUp(data: SyntheticGraph, subject: Subject): ReadState {
  fill(subject, data);
  const order = shuffled(data.nodeCount, randomSource(7));
  const queries = Uint32Array.from({ length: LOOKUPS }, (_, i) =>
    i % MISS_INTERVAL === 0 ? data.nodeCount + i : order[i % data.nodeCount]!,
  );
  const knownIds = Array.from(
    queries.filter((node) => node < data.nodeCount),
    (node) => data.ids[node]!,
  );
  const heldIds = Array.from(queries, (node) => (node < data.nodeCount ? data.ids[node]! : missingId(node)));
  return { data, subject, queries, heldIds, knownIds };
}

function missingId(node: number): string {
  return Buffer.from(`missing-${node.toString(36)}`).toString();
}

/** Calls `lookUp` with batches of new strings, made outside the measured time. */
function withNewStrings({ data, queries }: ReadState, probe: Probe, lookUp: (batch: readonly string[]) => void): void {
  for (let start = 0; start < queries.length; start += BATCH) {
    const batch = Array.from(queries.subarray(start, start + BATCH), (node) =>
      node < data.nodeCount ? data.freshId(node) : missingId(node),
    );
    probe.start();
    lookUp(batch);
    probe.stop();
  }
}

function countHits(subject: Subject, ids: readonly string[]): number {
  let hits = 0;
  for (let i = 0; i < ids.length; i++) if (subject.hasNode(ids[i]!)) hits++;
  return hits;
}

function expectedHits({ data, queries }: ReadState): number {
  let hits = 0;
  for (const node of queries) if (node < data.nodeCount) hits++;
  return hits;
}

const lookupHeld: Measure<ReadState> = {
  run({ subject, heldIds }, probe) {
    probe.operations(heldIds.length);
    probe.start();
    const hits = countHits(subject, heldIds);
    probe.stop();
    return hits;
  },
  expected: expectedHits,
};

const lookupParsed: Measure<ReadState> = {
  run(state, probe) {
    probe.operations(state.queries.length);
    let hits = 0;
    withNewStrings(state, probe, (batch) => {
      hits += countHits(state.subject, batch);
    });
    return hits;
  },
  expected: expectedHits,
};

const value: Measure<ReadState> = {
  run({ subject, knownIds }, probe) {
    probe.operations(knownIds.length);
    let sum = 0;
    probe.start();
    for (let i = 0; i < knownIds.length; i++) sum += subject.getValue(knownIds[i]!) ?? 0;
    probe.stop();
    return sum;
  },
  expected({ data, queries }) {
    let sum = 0;
    for (const node of queries) sum += data.values[node] ?? 0;
    return sum;
  },
};

function expectedLengths({ data }: ReadState): number {
  let sum = 0;
  for (const target of data.targets) sum += data.ids[target]!.length;
  return sum;
}

const forEachNeighbor: Measure<ReadState> = {
  run({ subject, data }, probe) {
    probe.operations(data.edgeCount);
    probe.start();
    const sum = subject.sumNeighborLengths();
    probe.stop();
    return sum;
  },
  expected: expectedLengths,
};

const neighborArrays: Measure<ReadState> = {
  run({ subject, data }, probe) {
    const { ids } = data;
    probe.operations(data.edgeCount);
    let sum = 0;
    probe.start();
    for (let i = 0; i < ids.length; i++) {
      const neighbors = subject.neighbors(ids[i]!);
      for (let j = 0; j < neighbors.length; j++) sum += neighbors[j]!.length;
    }
    probe.stop();
    return sum;
  },
  expected: expectedLengths,
};

export const contenders = subjectContenders<ReadState>(
  (parameters, create) => setUp(syntheticGraph(parameters), create()),
  { lookupHeld, lookupParsed, value, forEachNeighbor, neighborArrays },
  { [PLAIN_ARRAYS]: ["lookupHeld", "lookupParsed", "value"] },
);
