import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { hash } from "@graphoid/distribution";
import { afterAll, describe, expect, it } from "vitest";
import { isRunning, runProgram } from "../../../scripts/testing/program.ts";
import { karateClub } from "../src/karate-club.ts";

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const DEBIAN = fileURLToPath(new URL("../../pagerank/data/debian-packages.edges.tsv.gz", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "hash-partitioning-"));
afterAll(() => rmSync(folder, { recursive: true }));

const held = /^worker_(\d) \(process (\d+)\) holds (\d+) nodes and (\d+) edges$/gm;

describe("the karate club", () => {
  it("is as it was published", () => {
    const graph = karateClub();
    expect([graph.nodeCount, graph.edgeCount]).toEqual([34, 78]);
    const degrees = graph.nodes().map((id) => graph.degree(id));
    // The instructor, the president, and the members that met only one or two others.
    expect([degrees[0], degrees[33], Math.min(...degrees), degrees.filter((degree) => degree === 2).length]).toEqual([
      16, 17, 1, 11,
    ]);
  });

  it("lands in three processes, each node and edge where counting by hand says", async () => {
    const { code, out, err } = await runProgram(MAIN, [], undefined, folder);
    expect(err).toBe("");
    expect(code).toBe(0);
    const graph = karateClub();
    const nodes = [0, 0, 0];
    const edges = [0, 0, 0];
    const partOf = (id: string): number => hash(id) % 3;
    for (const id of graph.nodes()) nodes[partOf(id)]!++;
    for (const { from, to } of graph.edges()) if (partOf(from) === partOf(to)) edges[partOf(from)]!++;
    const workers = [...out.matchAll(held)];
    expect(workers.map(([, worker]) => Number(worker))).toEqual([0, 1, 2]);
    expect(workers.map((match) => Number(match[3]))).toEqual(nodes);
    expect(workers.map((match) => Number(match[4]))).toEqual(edges);
    for (const [, , pid] of workers) expect(isRunning(Number(pid))).toBe(false);
    expect(out).toContain("in all: 34 of 34 nodes, 78 of 78 edges");
    expect(out).toMatch(/^member_1 is at worker_\d, beside \d+ of its 16 neighbours$/m);
    expect(readFileSync(join(folder, "out/partitions.html"), "utf8")).toContain("<svg");
  });
});

it("the Debian packages: nothing is lost, and two edges in three lead elsewhere", async () => {
  const { code, out, err } = await runProgram(MAIN, [DEBIAN], undefined, folder);
  expect(err).toBe("");
  expect(code).toBe(0);
  const [, nodes, allNodes, edges, allEdges] = /in all: (\d+) of (\d+) nodes, (\d+) of (\d+) edges/.exec(out) ?? [];
  expect([nodes, edges]).toEqual([allNodes, allEdges]);
  expect(Number(allEdges)).toBe(276_513);
  expect(Number(/, ([\d.]+) %$/m.exec(out)?.[1])).toBeGreaterThan(60);
});
