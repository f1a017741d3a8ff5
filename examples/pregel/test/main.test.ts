import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Graph, partition } from "@graphoid/distribution";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isRunning, runProgram } from "../../../scripts/testing/program.ts";
import { plainComponents, plainPageRank, plainShortestPaths } from "../src/plain.ts";
import { Pregel } from "../src/pregel.ts";

const built = (name: string): string => fileURLToPath(new URL(`../dist/${name}.js`, import.meta.url));

/** A graph with several components, nodes without edges, self loops, weights, and two edges between the same nodes. */
function someGraph(type: "directed" | "undirected"): Graph {
  const graph = new Graph({ type });
  for (let i = 0; i < 300; i++) graph.addNode(`n${i}`);
  for (let i = 0; i < 250; i++) {
    const near = `n${(i * i + 3 * i) % 250}`;
    if (i % 5 > 0) graph.addEdge(`n${i}`, near, "edge", { weight: ((i * 37) % 101) / 10 });
    if (i % 7 === 0) graph.addEdge(`n${i}`, near, "again");
    if (i % 11 === 0) graph.addEdge(near, `n${(i + 1) % 250}`);
  }
  return graph;
}

describe("three workers", { timeout: 120_000 }, () => {
  let pregel: Pregel;
  beforeAll(async () => {
    pregel = await Pregel.start({ workers: 3, script: pathToFileURL(built("worker")) });
  }, 120_000);
  afterAll(() => pregel.close(), 60_000);

  it.each(["directed", "undirected"] as const)("compute what one process does, to the last bit: %s", async (type) => {
    const graph = someGraph(type);
    await pregel.load(graph, partition.strategy("hash", { partitions: 3 }));
    const rank = { damping: 0.85, tolerance: 1e-9 };
    expect((await pregel.run("pageRank", rank)).values).toEqual(plainPageRank(graph, rank));
    expect((await pregel.run("components")).values).toEqual(plainComponents(graph));
    const source = "n1";
    expect((await pregel.run("shortestPaths", { source })).values).toEqual(plainShortestPaths(graph, source));
  });

  it("send a number for each vertex elsewhere, however many edges lead to it", async () => {
    const graph = new Graph();
    for (let i = 0; i < 4000; i++) graph.addNode(`n${i}`);
    for (let i = 0; i < 4000; i++) for (let k = 1; k <= 5; k++) graph.addEdge(`n${i}`, `n${(i * k + k) % 4000}`);
    const strategy = partition.strategy("hash", { partitions: 3 });
    await pregel.load(graph, strategy);
    const { steps, wireBytes } = await pregel.run("pageRank", { damping: 0.85, tolerance: 0 }, { maxSupersteps: 6 });
    const links = new Set(graph.edges().map(({ from, to }) => `${strategy.partitionFor(from)} ${to}`));
    const inside = new Set(graph.nodes().map((id) => `${strategy.partitionFor(id)} ${id}`));
    const expected = [...links].filter((link) => !inside.has(link)).length;
    expect(steps.map(({ messages }) => messages)).toEqual(Array(6).fill(expected));
    expect(steps[0]?.bytes).toBe(8 * expected);
    expect(wireBytes / (6 * expected)).toBeLessThan(12);
  });

  it("halt: a component that is done costs nothing more", async () => {
    const graph = new Graph();
    for (let i = 0; i < 60; i++) graph.addNode(`n${i}`);
    for (let i = 0; i < 20; i++) graph.addEdge(`n${i}`, `n${i + 1}`);
    await pregel.load(graph, partition.strategy("hash", { partitions: 3 }));
    const { steps } = await pregel.run("components");
    expect(steps[0]?.awake).toBe(60);
    // The least number travels one edge a superstep, and one more finds nothing left to do.
    expect(steps.slice(-2).map(({ awake }) => awake)).toEqual([1, 0]);
    expect(steps).toHaveLength(22);
  });

  it("say what is wrong with a program, and go on", async () => {
    await expect(pregel.run("nothing")).rejects.toThrow("there is no program nothing");
    await expect(pregel.load(new Graph(), partition.strategy("hash", { partitions: 2 }))).rejects.toThrow(
      "expected 3 partitions, one a worker, got 2",
    );
    expect((await pregel.run("components")).values).toHaveLength(60);
  });
});

it("a worker that is killed ends the run, and no process stays", { timeout: 120_000 }, async () => {
  const pregel = await Pregel.start({ workers: 3, script: pathToFileURL(built("worker")) });
  const pids = pregel.processIds.map(Number);
  await pregel.load(someGraph("directed"), partition.strategy("hash", { partitions: 3 }));
  const endless = pregel.run("pageRank", { damping: 0.85, tolerance: -1 });
  process.kill(pids[1]!, "SIGKILL");
  await expect(endless).rejects.toMatchObject({ code: "PEER_LOST" });
  await pregel.close();
  expect(pids.filter(isRunning)).toEqual([]);
});

it("the program checks itself", { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "pregel-"));
  const path = join(folder, "edges.txt");
  const lines = Array.from({ length: 500 }, (_, i) => `n${i} n${(i * 7 + 1) % 500} ${i % 13}`);
  writeFileSync(path, ["# a graph", ...lines, ""].join("\n"));
  const { code, out, err } = await runProgram(built("main"), [path]);
  rmSync(folder, { recursive: true });
  expect(err).toBe("");
  expect(out.match(/equal to the last bit/g)).toHaveLength(3);
  expect(code).toBe(0);
});
