import { type SyntheticGraph, syntheticGraph } from "../../datasets/synthetic-graph.ts";
import type { Digest, Measure, Probe } from "../../harness/workload.ts";
import { expectedEdge, fill, makeReady, type Subject } from "./subject.ts";
import { subjectContenders } from "./subjects.ts";

interface BuildState {
  readonly data: SyntheticGraph;
  readonly create: () => Subject;
}

/** Strings made between two timed parts: few enough to stay in the young generation, as a parser's would. */
const BATCH = 16_384;
const MEGABYTE = 1e6;

/** From ids that the caller holds: the same string object for a node and for each of its edges. */
const held: Measure<BuildState> = {
  run({ data, create }, probe) {
    const subject = create();
    probe.start();
    fill(subject, data);
    probe.stop();
    return digest(subject, data);
  },
  expected: ({ data }) => expectedDigest(data),
};

/** From new strings for every node and for both ends of every edge. Records memory, since each side keeps its own ids. */
const parsed: Measure<BuildState> = {
  async run({ data, create }, probe) {
    const before = await probe.settledBytes();
    const subject = create();
    fillFromNewStrings(subject, data, probe);
    probe.record("memory", ((await probe.settledBytes()) - before) / MEGABYTE);
    subject.sumNeighborLengths();
    probe.record("memory after traversal", ((await probe.settledBytes()) - before) / MEGABYTE);
    return digest(subject, data);
  },
  expected: ({ data }) => expectedDigest(data),
};

function fillFromNewStrings(subject: Subject, data: SyntheticGraph, probe: Probe): void {
  const { nodeCount, edgeCount, values, types, sources, targets, labels, weights } = data;
  const from: string[] = [];
  const to: string[] = [];
  for (let start = 0; start < nodeCount; start += BATCH) {
    const count = Math.min(BATCH, nodeCount - start);
    for (let i = 0; i < count; i++) from[i] = data.freshId(start + i);
    probe.start();
    for (let i = 0; i < count; i++) subject.addNode(from[i]!, values[start + i]!, types[start + i]);
    probe.stop();
  }
  for (let start = 0; start < edgeCount; start += BATCH) {
    const count = Math.min(BATCH, edgeCount - start);
    for (let i = 0; i < count; i++) {
      from[i] = data.freshId(sources[start + i]!);
      to[i] = data.freshId(targets[start + i]!);
    }
    probe.start();
    for (let i = 0; i < count; i++) subject.addEdge(from[i]!, to[i]!, labels[start + i], weights[start + i]!);
    probe.stop();
  }
  probe.start();
  makeReady(subject, data);
  probe.stop();
}

/** Every 997th edge is looked up, forwards (there) and backwards (there only if the data set has it too). */
const STRIDE = 997;

function digest(subject: Subject, data: SyntheticGraph): Digest {
  const { ids, sources, targets, edgeCount, nodeCount } = data;
  const edges: (string | undefined)[] = [];
  for (let i = 0; i < edgeCount; i += STRIDE) {
    edges.push(subject.describeEdge(ids[sources[i]!]!, ids[targets[i]!]!));
  }
  let sum = 0;
  for (let i = 0; i < nodeCount; i += STRIDE) sum += subject.getValue(ids[i]!) ?? 0;
  return [subject.nodeCount, subject.edgeCount, sum, subject.sumNeighborLengths(), edges.join()].join(" ");
}

function expectedDigest(data: SyntheticGraph): Digest {
  const { ids, targets, values, edgeCount, nodeCount } = data;
  const edges: string[] = [];
  for (let i = 0; i < edgeCount; i += STRIDE) edges.push(expectedEdge(data, i));
  let sum = 0;
  for (let i = 0; i < nodeCount; i += STRIDE) sum += values[i] ?? 0;
  let lengths = 0;
  for (const target of targets) lengths += ids[target]!.length;
  return [nodeCount, edgeCount, sum, lengths, edges.join()].join(" ");
}

export const contenders = subjectContenders<BuildState>(
  (parameters, create) => ({ data: syntheticGraph(parameters), create }),
  { held, parsed },
);
