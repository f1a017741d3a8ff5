/** Cuts of graphs, against gpmetis (Debian: `metis`) with the same allowance of 3 %. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Plan, partitionStream, strategy } from "@graphoid/partition";
import type { Contender, Measure, Probe } from "../../harness/workload.ts";
import { cutOf, type Family, geometricMean, type TestGraph, testGraphs } from "./graphs.ts";

export interface CuttingParameters {
  readonly family: Family;
  readonly only?: readonly string[];
}

const COUNTS = [2, 4, 8, 16, 32];

interface Result {
  readonly part: ArrayLike<number>;
  readonly ms: number;
}

/** Cuts every graph into every number of parts; records geometric means of how many edges there are to a cut one, and of times. */
function everyCut(
  cut: (graph: TestGraph, parts: number) => Result,
  keepsLimit: boolean,
): Measure<readonly TestGraph[]> {
  return {
    run(graphs, probe: Probe) {
      const perCut: number[] = [];
      const times: number[] = [];
      let withinLimits = true;
      for (const test of graphs) {
        for (const parts of COUNTS) {
          const { part, ms } = cut(test, parts);
          const sizes = new Array<number>(parts).fill(0);
          for (let i = 0; i < part.length; i++) sizes[part[i]!]!++;
          const limit = Math.floor(1.03 * Math.ceil(part.length / parts));
          if (part.length !== test.graph.nodeCount || Math.max(...sizes) > limit) withinLimits = false;
          perCut.push(test.graph.edgeCount / Math.max(1, cutOf(test.graph, part)));
          times.push(ms);
        }
      }
      probe.record("edges per cut edge", geometricMean(perCut));
      probe.record("milliseconds", geometricMean(times));
      return withinLimits || !keepsLimit ? "within limits" : "a part is too large";
    },
    expected: () => "within limits",
  };
}

/** In CPU time of the process, all threads: what METIS reports of itself is CPU time too. */
function timed(work: () => ArrayLike<number>): Result {
  const start = process.cpuUsage();
  const part = work();
  const { user, system } = process.cpuUsage(start);
  return { part, ms: (user + system) / 1000 };
}

function planned(name: "multilevel", options: object): Measure<readonly TestGraph[]> {
  return everyCut(({ graph }, partitions) => {
    let plan: Plan | undefined;
    const result = timed(() => {
      plan = strategy(name, { partitions, ...options }).plan(graph);
      return [];
    });
    return { ...result, part: (plan as Plan).toJSON().parts };
  }, true);
}

/** Neighbours by node, as a stream hands them out. */
const streams = new WeakMap<TestGraph, { node: number; neighbors: Uint32Array }[]>();

function streamOf(test: TestGraph): { node: number; neighbors: Uint32Array }[] {
  const { offsets, neighbors } = test.graph.columns.out;
  const known = streams.get(test);
  if (known) return known;
  const stream = Array.from({ length: test.graph.nodeCount }, (_, node) => ({
    node,
    neighbors: neighbors.slice(offsets[node], offsets[node + 1]),
  }));
  streams.set(test, stream);
  return stream;
}

function streamed(buffer: number): Measure<readonly TestGraph[]> {
  return everyCut((test, partitions) => {
    const stream = streamOf(test);
    const { nodeCount: nodes, edgeCount: edges } = test.graph;
    return timed(() => partitionStream(stream, { partitions, nodes, edges, buffer }).map((part) => part - 1));
  }, true);
}

const ours: Contender<readonly TestGraph[], CuttingParameters> = {
  packageName: "@graphoid/partition",
  setup: ({ family, only }) => testGraphs(family, only),
  measures: {
    fast: planned("multilevel", { preset: "fast" }),
    balanced: planned("multilevel", { preset: "balanced" }),
    strong: planned("multilevel", { preset: "strong" }),
    onePass: streamed(0),
    buffered: streamed(16_384),
  },
};

let folder: string | undefined;

/** Runs gpmetis on a file and takes the CPU time that it reports for partitioning alone, in whole milliseconds. */
function gpmetis({ name, text }: TestGraph, parts: number): Result {
  folder ??= mkdtempSync(join(tmpdir(), "graphoid-metis-"));
  const file = join(folder, name);
  writeFileSync(file, text);
  const output = execFileSync("gpmetis", ["-ptype=kway", "-ufactor=30", file, String(parts)], { encoding: "latin1" });
  const seconds = Number(/Partitioning:\s+([\d.]+) sec/.exec(output)?.[1]);
  const part = readFileSync(`${file}.part.${parts}`, "latin1").trim().split("\n").map(Number);
  return { part, ms: Math.max(1, seconds * 1000) };
}

// METIS itself exceeds the limit at times, which is no reason to fail.
const metis = everyCut(gpmetis, false);

const peer: Contender<readonly TestGraph[], CuttingParameters> = {
  setup({ family, only }) {
    try {
      execFileSync("gpmetis", ["-help"], { stdio: "ignore" });
    } catch (cause) {
      throw new Error("gpmetis is not there: apt-get install metis", { cause });
    }
    return testGraphs(family, only);
  },
  measures: { fast: metis, balanced: metis, strong: metis, onePass: metis, buffered: metis },
};

export const contenders: { readonly [name: string]: Contender<readonly TestGraph[], CuttingParameters> } = {
  "@graphoid/partition": ours,
  metis: peer,
};
